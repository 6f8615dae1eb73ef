"""Showing personal data in clear: allowed with a reason, and never without a trace."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from huikuan.evidence.services.append import event_append
from huikuan.kernel.errors import InputInvalidError
from huikuan.kernel.facts import Who
from huikuan.kernel.masking import personal_in_text
from huikuan.kernel.tenancy import bank_required
from huikuan.portfolio.events import PartyRevealed
from huikuan.portfolio.selectors.party import PartyRow, party_clear, party_find

NOTE_LENGTH_MAX = 300
FIELDS = ("name", "identity_number")


class RevealReason(StrEnum):
    """Why personal data are shown; a closed list, so that reviews can count."""

    CONTACT = "contact"  # to speak or write to the borrower
    IDENTITY_CHECK = "identity_check"  # to make sure who is speaking
    LEGAL_DOCUMENT = "legal_document"  # for a notice, a suit, an enforcement
    COMPLAINT = "complaint"  # to answer a complaint or a request of the borrower
    CORRECTION = "correction"  # to correct wrong data
    REVIEW = "review"  # for an inspection


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
) -> PartyRow:
    """Return a borrower in clear and append the event that says who saw it and why; raises NotFoundError.

    ``note`` is a short free text (file number, occasion); it stands in the event, so personal data in it are refused.
    """
    bank_required(bank_id, "Revealing personal data")
    if len(note) > NOTE_LENGTH_MAX:
        raise InputInvalidError("note", f"{len(note)} characters", f"at most {NOTE_LENGTH_MAX} characters")
    if personal_in_text(note):
        raise InputInvalidError("note", "something like a personal number", "text without personal data; name the file")
    party = party_find(bank_id=bank_id, party_id=party_id, roots=roots, on=on)
    event_append(
        bank_id=bank_id,
        name="portfolio.party_revealed",
        subject_kind="party",
        subject_id=party_id,
        payload=PartyRevealed(reason, note, FIELDS),
        actor=by,
        at=at,
    )
    return party_clear(bank_id, party)
