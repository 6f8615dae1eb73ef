"""Reads of the register of notes and of parties' roles."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from huikuan.portfolio.models import NoteRegister, PartyRole, Publication, Renumbering


@dataclass(frozen=True, slots=True)
class RegisterState:
    """How many notes and roles are registered; ``ahead``: a night of the date or a later one was published;
    ``renumbered``: there are former keys.
    """

    notes: int
    roles: int
    ahead: bool
    renumbered: bool = False


def register_state(*, bank_id: int, on: date) -> RegisterState:
    """Return the state of the register before the night of ``on`` is published."""
    return RegisterState(
        NoteRegister.objects.filter(bank_id=bank_id).count(),
        PartyRole.objects.filter(bank_id=bank_id).count(),
        Publication.objects.filter(bank_id=bank_id, business_date__gte=on).exists(),
        Renumbering.objects.filter(bank_id=bank_id).exists(),
    )


def note_ids_of_institutions(*, bank_id: int, codes: Collection[str]) -> list[str]:
    """Return the notes ever booked at these institutions, in order of their keys."""
    found = NoteRegister.objects.filter(bank_id=bank_id, institution_code__in=list(codes))
    return list(found.order_by("note_id").values_list("note_id", flat=True))


def note_is_registered(*, bank_id: int, note_id: str) -> bool:
    """Whether a note was ever in the book."""
    return NoteRegister.objects.filter(bank_id=bank_id, note_id=note_id).exists()


def note_ids_of_parties(*, bank_id: int, party_ids: Collection[str]) -> list[str]:
    """Return the notes of borrowers, and those of contracts in which the parties have a role."""
    roles = PartyRole.objects.filter(bank_id=bank_id, party_id__in=list(party_ids)).values("contract_id")
    found = NoteRegister.objects.filter(Q(party_id__in=list(party_ids)) | Q(contract_id__in=roles), bank_id=bank_id)
    return list(found.order_by("note_id").values_list("note_id", flat=True))


@dataclass(frozen=True, slots=True)
class NotePlace:
    """A note of the register: whose it is and where it is booked."""

    note_id: str
    contract_id: str
    party_id: str
    institution_code: str


def notes_of_parties(*, bank_id: int, party_ids: Collection[str], contract_ids: Collection[str]) -> list[NotePlace]:
    """Return the notes of these borrowers and those under these contracts, each once; one query."""
    found = NoteRegister.objects.filter(
        Q(party_id__in=list(party_ids)) | Q(contract_id__in=list(contract_ids)), bank_id=bank_id
    ).order_by("note_id")
    return [NotePlace(*row) for row in found.values_list("note_id", "contract_id", "party_id", "institution_code")]
