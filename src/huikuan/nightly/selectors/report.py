"""The report of one night: what was delivered and refused, why, and what was carried forward."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from huikuan.nightly.facts import StageName
from huikuan.nightly.models import StageRun
from huikuan.nightly.selectors.runs import RunView, run_of_date
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.selectors.loads import loads_of_run, reject_reasons


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
        "stale_notes": totals.get("notes_stale"),
        "error": run.error_message or None,
        "error_code": run.error_code or None,
        "in_force": force is not None and force.run_id == run.run_id,
        "request_id": run.request_id,
        "cause_run_id": run.cause_run_id,
    }


def _totals(bank_id: int, run_id: UUID) -> dict[str, int]:
    stages = StageRun.objects.filter(
        bank_id=bank_id, run_id=run_id, stage__in=[StageName.INGEST, StageName.SNAPSHOT]
    ).order_by("position")
    return {name: value for stage in stages for name, value in stage.totals.items()}
