"""Showing personal data in clear: allowed with a reason, and never without a trace."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from huikuan.evidence.services.append import event_append
from huikuan.kernel.errors import InputInvalidError
from huikuan.kernel.facts import Who
from huikuan.kernel.masking import personal_in_text
from huikuan.kernel.tenancy import bank_required
from huikuan.portfolio.events import PartyRevealed
from huikuan.portfolio.rules.contact import contact_lawful
from huikuan.portfolio.selectors.contact import ContactClear, account_numbers, contact_points
from huikuan.portfolio.selectors.note import institution_codes, notes_registered
from huikuan.portfolio.selectors.party import PartyRow, party_clear, party_find, party_mask
from huikuan.portfolio.selectors.person import person_keys_seen
from huikuan.portfolio.selectors.publication import published_dates

NOTE_LENGTH_MAX = 300


class RevealPart(StrEnum):
    """What is shown in clear; nobody sees more than was asked for."""

    IDENTITY = "identity"  # name and identity number
    CONTACTS = "contacts"  # numbers and addresses
    ACCOUNTS = "accounts"  # numbers of repayment accounts


FIELDS = {
    RevealPart.IDENTITY: ("name", "identity_number"),
    RevealPart.CONTACTS: ("contact_points",),
    RevealPart.ACCOUNTS: ("account_numbers",),
}


class RevealReason(StrEnum):
    """Why personal data are shown; a closed list, so that reviews can count."""

    CONTACT = "contact"  # to speak or write to the borrower
    IDENTITY_CHECK = "identity_check"  # to make sure who is speaking
    LEGAL_DOCUMENT = "legal_document"  # for a notice, a suit, an enforcement
    COMPLAINT = "complaint"  # to answer a complaint or a request of the borrower
    CORRECTION = "correction"  # to correct wrong data
    REVIEW = "review"  # for an inspection


@dataclass(frozen=True, slots=True)
class RevealedContact:
    """A contact point in clear."""

    contact_id: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class RevealedAccount:
    """The account of a note in clear."""

    note_id: str
    account_number: str


@dataclass(frozen=True, slots=True)
class Revealed:
    """What was asked for in clear; of a party that was not asked for, the masked values."""

    party: PartyRow
    contacts: tuple[RevealedContact, ...]
    accounts: tuple[RevealedAccount, ...]


def note_checked(note: str) -> None:
    """Refuse a note that is too long or holds something like a personal number; raises InputInvalidError."""
    if len(note) > NOTE_LENGTH_MAX:
        raise InputInvalidError("note", f"{len(note)} characters", f"at most {NOTE_LENGTH_MAX} characters")
    if personal_in_text(note):
        raise InputInvalidError("note", "something like a personal number", "text without personal data; name the file")


def party_reveal(
    *,
    bank_id: int,
    party_id: str,
    reason: RevealReason,
    note: str,
    roots: Iterable[int],
    on: date,
    by: Who,
    at: datetime,
    parts: Collection[RevealPart] = (RevealPart.IDENTITY,),
) -> Revealed:
    """Return parts of a borrower in clear and append the event that says who saw what and why; raises NotFoundError.

    Contact points and accounts are those of all keys that were merged with this one and are in sight, with an event of
    each; the identity is that of this key alone. A number or address that is known only from a third person, or without
    a legal basis, is never shown in order to reach the borrower.

    ``note`` is a short free text (file number, occasion); it stands in the event, so personal data in it are refused.
    """
    bank_required(bank_id, "Revealing personal data")
    note_checked(note)
    if not parts:
        raise InputInvalidError("parts", "nothing", "at least one part to be shown")
    roots = frozenset(roots)
    fields = tuple(field for part in RevealPart if part in parts for field in FIELDS[part])
    party = party_find(bank_id=bank_id, party_id=party_id, roots=roots, on=on)
    party_id = party.party_id  # a former key has found it
    shared = tuple(field for field in fields if field not in FIELDS[RevealPart.IDENTITY])
    keys = _keys(bank_id, party_id, roots, on) if shared else (party_id,)
    for key in keys:
        event_append(
            bank_id=bank_id,
            name="portfolio.party_revealed",
            subject_kind="party",
            subject_id=key,
            payload=PartyRevealed(reason, note, fields if key == party_id else shared),
            actor=by,
            at=at,
        )
    clear = party_clear(bank_id, party)
    contacts: list[ContactClear] = []
    if RevealPart.CONTACTS in parts:
        contacts = contact_points(bank_id=bank_id, party_ids=keys, on=on)
    return Revealed(
        party=clear if RevealPart.IDENTITY in parts else party_mask(clear),
        contacts=tuple(
            RevealedContact(row.contact_id, row.kind, row.value)
            for row in contacts
            if reason is not RevealReason.CONTACT or contact_lawful(source=row.source, legal_basis=row.legal_basis)
        ),
        accounts=_accounts(bank_id, keys, roots, on) if RevealPart.ACCOUNTS in parts else (),
    )


def _keys(bank_id: int, party_id: str, roots: frozenset[int], on: date) -> tuple[str, ...]:
    """All keys in sight of the person, as merged at the latest night; one before there is a night."""
    dates = published_dates(bank_id=bank_id)
    if dates is None:
        return (party_id,)
    return person_keys_seen(bank_id=bank_id, party_id=party_id, roots=roots, on=on, as_of=dates[1])


def _accounts(bank_id: int, keys: Collection[str], roots: frozenset[int], on: date) -> tuple[RevealedAccount, ...]:
    """Accounts of the person's own notes that these institutions keep."""
    codes = institution_codes(bank_id=bank_id, roots=roots, on=on)
    notes = [
        row.note_id
        for row in notes_registered(bank_id=bank_id, party_ids=keys, contract_ids=())
        if codes is None or row.institution_code in codes
    ]
    numbers = account_numbers(bank_id=bank_id, note_ids=notes, on=on)
    return tuple(RevealedAccount(note_id, numbers[note_id]) for note_id in sorted(numbers))
