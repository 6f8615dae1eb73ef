"""Reads of the register of notes and of parties' roles."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from huikuan.portfolio.models import NoteRegister, PartyRole, Publication


@dataclass(frozen=True, slots=True)
class RegisterState:
    """How many notes and roles are registered; ``ahead``: a night of the date or a later one was published."""

    notes: int
    roles: int
    ahead: bool


def register_state(*, bank_id: int, on: date) -> RegisterState:
    """Return the state of the register before the night of ``on`` is published."""
    return RegisterState(
        NoteRegister.objects.filter(bank_id=bank_id).count(),
        PartyRole.objects.filter(bank_id=bank_id).count(),
        Publication.objects.filter(bank_id=bank_id, business_date__gte=on).exists(),
    )


def note_ids_of_institutions(*, bank_id: int, codes: Collection[str]) -> list[str]:
    """Return the notes ever booked at these institutions, in order of their keys."""
    found = NoteRegister.objects.filter(bank_id=bank_id, institution_code__in=list(codes))
    return list(found.order_by("note_id").values_list("note_id", flat=True))
