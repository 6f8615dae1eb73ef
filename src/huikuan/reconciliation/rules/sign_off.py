"""Who may sign the reconciliation of a day."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Refusal(StrEnum):
    """Why a day cannot be signed by a person."""

    SUPERSEDED = "superseded"  # the day was run again since: the new run is to be signed
    SIGNED = "signed"  # this run was signed already
    OWN_DECLARATION = "own_declaration"  # who declared or withdrew a difference for the day does not sign it
    REMARK = "remark"  # open differences are signed with a remark only


@dataclass(frozen=True, slots=True)
class DayState:
    """What stands of a day when somebody wants to sign it."""

    latest_run: bool
    signed: bool
    open_differences: int
    declared_by: frozenset[int]  # persons who declared or withdrew since the night before was published


def sign_off_refusal(day: DayState, *, user_id: int, remark: str) -> Refusal | None:
    """Return why this person cannot sign the day now, or None."""
    if not day.latest_run:
        return Refusal.SUPERSEDED
    if day.signed:
        return Refusal.SIGNED
    if user_id in day.declared_by:
        return Refusal.OWN_DECLARATION
    if day.open_differences and not remark.strip():
        return Refusal.REMARK
    return None
