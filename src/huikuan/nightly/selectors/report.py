"""The report of one night: what was delivered and refused, why, and what was carried forward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from huikuan.nightly.facts import StageName
from huikuan.nightly.models import StageRun
from huikuan.nightly.selectors.runs import RunView, run_of_date
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.selectors.loads import loads_of_run, reject_reasons, rejects_kept
from huikuan.portfolio.selectors.quality import alerts_of_run


def night_report(*, run: RunView, bank_id: int, with_reasons: bool) -> dict[str, Any]:
    """Return the report of a run, inside ``bank_scope``: loads, reasons by frequency, feeds that did not come, rows and
    notes carried forward, and whether the run is the one in force.
    """
    loads = loads_of_run(bank_id=bank_id, run_id=run.run_id)
    totals = _totals(bank_id, run.run_id)
    delivered = {load.feed for load in loads}
    force = run_of_date(bank_id=bank_id, business_date=run.business_date)
    return {
        "loads": loads,
        "reasons": reject_reasons(bank_id=bank_id, run_id=run.run_id) if with_reasons else None,
        "absent": [feed for feed in contracts_shipped() if loads and feed not in delivered],
        "carried": [
            {"feed": name.removesuffix("_carried"), "rows": rows}
            for name, rows in totals.items()
            if name.endswith("_carried")
        ],
        "rejects_kept": rejects_kept(bank_id=bank_id, run_id=run.run_id),
        "stale_notes": totals.get("notes_stale"),
        "alerts": alerts_of_run(bank_id=bank_id, run_id=run.run_id),
        "engines": engines_of_run(bank_id=bank_id, run_id=run.run_id),
        "error": run.error_message or None,
        "error_code": run.error_code or None,
        "in_force": force is not None and force.run_id == run.run_id,
        "request_id": run.request_id,
        "cause_run_id": run.cause_run_id,
    }


@dataclass(frozen=True, slots=True)
class CountFact:
    """How many notes for one reason."""

    reason: str
    notes: int


@dataclass(frozen=True, slots=True)
class EnginesFact:
    """How the notes of a night were computed: set-based from yesterday, by the exact engine and why, or not at all.

    ``held`` are notes that stay as they were, by the code of the refusal.
    """

    folded: int
    replayed: list[CountFact]
    held: list[CountFact]


def engines_of_run(*, bank_id: int, run_id: UUID) -> EnginesFact | None:
    """Return how the notes of a run were computed, the most frequent reason first; None before that stage is done."""
    stages = {
        stage.stage: stage.totals
        for stage in StageRun.objects.filter(
            bank_id=bank_id, run_id=run_id, stage__in=[StageName.SNAPSHOT, StageName.AGE]
        )
    }
    if StageName.AGE not in stages:
        return None
    aged = stages[StageName.AGE]
    held = _counts(aged, "held:")
    if unscheduled := stages.get(StageName.SNAPSHOT, {}).get("notes_without_schedule", 0):
        held.append(CountFact("note.terms", unscheduled))
    return EnginesFact(aged["notes_folded"], _counts(aged, "replayed_"), held)


def _counts(totals: dict[str, int], prefix: str) -> list[CountFact]:
    found = [CountFact(name.removeprefix(prefix), count) for name, count in totals.items() if name.startswith(prefix)]
    return sorted(found, key=lambda one: (-one.notes, one.reason))


def _totals(bank_id: int, run_id: UUID) -> dict[str, int]:
    stages = StageRun.objects.filter(
        bank_id=bank_id, run_id=run_id, stage__in=[StageName.INGEST, StageName.SNAPSHOT]
    ).order_by("position")
    return {name: value for stage in stages for name, value in stage.totals.items()}
