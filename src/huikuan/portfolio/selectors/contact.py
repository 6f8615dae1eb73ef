"""Reading the vault of numbers and addresses, in clear: only for masking, and for the service that logs a reveal."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from huikuan.kernel.vault import Place, vault_of
from huikuan.portfolio.models import ContactPoint, RepaymentAccount

CONTACT_TABLE = ContactPoint._meta.db_table
ACCOUNT_TABLE = RepaymentAccount._meta.db_table
_COLUMNS = (
    "contact_id", "kind", "value", "label", "source", "legal_basis", "service_address", "recorded_on",
    "party_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContactClear:
    """A contact point in clear."""

    contact_id: str
    kind: str
    value: str
    label: str
    source: str
    legal_basis: str
    service_address: bool
    recorded_on: date
    party_id: str


def _not_ended(on: date) -> Q:
    return Q(ended_on=None) | Q(ended_on__gt=on)


def contact_points(*, bank_id: int, party_ids: Collection[str], on: date) -> list[ContactClear]:
    """Return the contact points of parties that were recorded and had not ended by a business date; one query.

    The vault keeps what was delivered last: one that was changed after the date is returned as it is now.
    """
    vault = vault_of(bank_id)
    found = ContactPoint.objects.filter(
        _not_ended(on), bank_id=bank_id, party_id__in=list(party_ids), recorded_on__lte=on
    ).order_by("kind", "contact_id")
    return [
        ContactClear(contact_id, kind, vault.open(value, Place(CONTACT_TABLE, "value", contact_id)), *rest)
        for contact_id, kind, value, *rest in found.values_list(*_COLUMNS)
    ]


def account_numbers(*, bank_id: int, note_ids: Collection[str], on: date) -> dict[str, str]:
    """Return the numbers of the accounts that notes are repaid from, by note; not those that had ended by ``on``."""
    vault = vault_of(bank_id)
    found = RepaymentAccount.objects.filter(_not_ended(on), bank_id=bank_id, note_id__in=list(note_ids))
    return {
        note_id: vault.open(number, Place(ACCOUNT_TABLE, "account_number", note_id))
        for note_id, number in found.values_list("note_id", "account_number")
    }
