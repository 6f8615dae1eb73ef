"""What people decided or took out on figures that a correction has replaced: read from the evidence log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final
from uuid import UUID

from huikuan.evidence.selectors.events import EventRow, event_number, events_between
from huikuan.kernel.selectors.users import display_names
from huikuan.nightly.effect import effect_touched
from huikuan.nightly.selectors.corrections import RunPair, request_read, run_pairs
from huikuan.portfolio.selectors.export import loan_exports

DECISIONS_READ_MAX: Final = 5_000


class DecisionKind(StrEnum):
    """What was done. Reveals and tags count where a figure of their borrower or note has changed, sign-offs where the
    signed run was replaced, everything else whenever it happened while the former figures were in force.
    """

    EXPORT = "export"  # a list of loans was made
    REVEAL = "reveal"  # personal data were seen in clear
    TAG = "tag"  # tags of a note were changed
    SIGN_OFF = "sign_off"  # the reconciliation of a day was signed
    DECLARATION = "declaration"  # a difference to the core was declared as known
    DIFFERENCES = "differences"  # the differences were taken as a file
    APPROVAL = "approval"  # a request was approved, refused or withdrawn


_KINDS: Final = {
    "portfolio.export_made": DecisionKind.EXPORT,
    "portfolio.party_revealed": DecisionKind.REVEAL,
    "portfolio.note_tagged": DecisionKind.TAG,
    "reconciliation.day_signed_off": DecisionKind.SIGN_OFF,
    "reconciliation.difference_declared": DecisionKind.DECLARATION,
    "reconciliation.exported": DecisionKind.DIFFERENCES,
    "evidence.approval_decided": DecisionKind.APPROVAL,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One of them. ``subject`` is a borrower, a note, a day or the number of a file, a declaration or an approval;
    ``detail`` a code: purpose of the file, reason of the reveal, component, kind and state of the approval.
    """

    event_id: int
    at: datetime
    kind: DecisionKind
    subject: str
    by: str
    detail: str
    rows: int | None


@dataclass(frozen=True, slots=True)
class Decisions:
    """All of them, oldest first. ``complete`` is False where more than DECISIONS_READ_MAX had to be looked at."""

    items: tuple[Decision, ...]
    complete: bool


def correction_decisions(*, bank_id: int, bank_code: str, lake_root: Path, request_id: UUID) -> Decisions:
    """Return what was decided from the publication of the figures that a correction replaced until it was published.

    Inside ``bank_scope``; empty for one that is not published. The log's own order decides, not a clock.
    """
    pairs = run_pairs(bank_id=bank_id, request_id=request_id)
    if not pairs:
        return Decisions((), complete=True)
    request = request_read(bank_id=bank_id, request_id=request_id)
    published = event_number(
        bank_id=bank_id,
        subject_kind="nightly_request",
        subject_id=str(request_id),
        name="nightly.correction_published",
    )
    first = event_number(
        bank_id=bank_id,
        subject_kind="nightly_run",
        subject_id=str(pairs[min(pairs)].former_run_id),
        name="nightly.run_finished",
    )
    if published is None or first is None:
        return Decisions((), complete=True)
    events = events_between(
        bank_id=bank_id, names=_KINDS, after_id=first, before_id=published, limit=DECISIONS_READ_MAX + 1
    )
    own = None if request.approval_id is None else str(request.approval_id)
    seen = [
        event for event in events[:DECISIONS_READ_MAX] if event.subject_kind != "approval" or event.subject_id != own
    ]
    counted = _counted(bank_id, bank_code, lake_root, list(pairs.values()), seen)
    return Decisions(_rows(bank_id, counted), complete=len(events) <= DECISIONS_READ_MAX)


def _counted(
    bank_id: int, bank_code: str, lake_root: Path, pairs: Sequence[RunPair], events: Sequence[EventRow]
) -> list[EventRow]:
    """Leave out reveals and tags of what did not change, and sign-offs of other runs."""
    former = {str(pair.former_run_id) for pair in pairs}
    parties, notes = effect_touched(
        bank_id=bank_id,
        bank_code=bank_code,
        lake_root=lake_root,
        pairs=pairs,
        parties={event.subject_id for event in events if _KINDS[event.name] is DecisionKind.REVEAL},
        notes={event.subject_id for event in events if _KINDS[event.name] is DecisionKind.TAG},
    )

    def counts(event: EventRow) -> bool:
        kind = _KINDS[event.name]
        if kind is DecisionKind.REVEAL:
            return event.subject_id in parties
        if kind is DecisionKind.TAG:
            return event.subject_id in notes
        return kind is not DecisionKind.SIGN_OFF or event.payload["run_id"] in former

    return [event for event in events if counts(event)]


def _rows(bank_id: int, events: Sequence[EventRow]) -> tuple[Decision, ...]:
    files = {
        str(export.id): export
        for export in loan_exports(
            bank_id=bank_id, ids=[event.subject_id for event in events if _KINDS[event.name] is DecisionKind.EXPORT]
        )
    }
    people = {int(event.actor_ref) for event in events if event.actor_kind == "user"}
    names = display_names(bank_id=bank_id, ids=people | {export.requested_by for export in files.values()})
    found = []
    for event in events:
        kind = _KINDS[event.name]
        export = files.get(event.subject_id)
        if kind is DecisionKind.EXPORT and export is None:
            continue  # rejected rows: no figures in them
        by = int(event.actor_ref) if event.actor_kind == "user" else None
        if kind is DecisionKind.EXPORT and export is not None:
            by = export.requested_by
        found.append(
            Decision(
                event_id=event.id,
                at=event.at,
                kind=kind,
                subject=event.subject_id,
                by=event.actor_ref if by is None else names.get(by, str(by)),
                detail=export.purpose if export is not None else _detail(kind, event),
                rows=_count(event),
            )
        )
    return tuple(found)


def _detail(kind: DecisionKind, event: EventRow) -> str:
    names: dict[DecisionKind, tuple[str, ...]] = {
        DecisionKind.REVEAL: ("reason",),
        DecisionKind.DECLARATION: ("component",),
        DecisionKind.APPROVAL: ("kind", "state"),
    }
    return " ".join(str(event.payload[name]) for name in names.get(kind, ()))


def _count(event: EventRow) -> int | None:
    rows = event.payload.get("rows")
    return rows if isinstance(rows, int) else None
