"""Stage *ingest* of a correction for a later date whose delivery was cleared from the inbox.

The accepted rows of the run whose place it takes are handed on as they are. That is only right while nothing could have
been judged otherwise: no row of that day was rejected, and every row still refers to a note of the corrected book.
"""

# ruff: noqa: S608 - names in the SQL are those of lake tables, paths are quoted by Lake

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from huikuan.nightly.errors import NightDeliveryNeededError
from huikuan.nightly.facts import StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.steps import rows_of
from huikuan.portfolio.book_tables import NOTE
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.renumbering import KEY_KINDS
from huikuan.portfolio.selectors.lake import NamedFile
from huikuan.portfolio.selectors.loads import LoadRow
from huikuan.portfolio.services.intake import loads_repeat

_REFERRING = ("repayment", "instalment", "loan_event")


def relay_stage(night: Night, cause_run_id: UUID, former: Sequence[NamedFile], loads: Sequence[LoadRow]) -> StageOutput:
    """Hand the accepted rows of a former run on; raises NightDeliveryNeededError where the delivery itself is needed.

    ``former`` are the files of that run, which the connection must have been opened with.
    """
    rejected = sum(load.rejected for load in loads)
    if rejected:
        raise _needed(night, f"{rejected} of its rows were rejected and have to be judged again")
    tables = {table.name: (feed, table) for feed, table in feed_tables().items()}
    files, accepted = [], {}
    for file in former:
        if file.table in tables:
            feed, table = tables[file.table]
            night.lake.view(night.con, table, [file.path], f"former_{feed}")
            files.append(night.write(table, f"select * from former_{feed}"))
            accepted[feed] = file.rows
    _references_check(night, set(accepted))
    _keys_check(night, set(accepted))

    def publish(known_at: datetime) -> None:
        loads_repeat(bank_id=night.bank.id, former_run_id=cause_run_id, run_id=night.run_id, known_at=known_at)

    rows = sum(load.accepted for load in loads)
    return StageOutput(
        rows_in=rows,
        rows_out=rows,
        files=tuple(files),
        totals={"accepted": rows, "rejected": 0, "relayed": rows},
        publish=publish,
    )


def _references_check(night: Night, feeds: set[str]) -> None:
    night.view_yesterday(NOTE)
    known = "select note_id from prev_note"
    if "note" in feeds:
        known += " union all select note_id from former_note"
    for feed in _REFERRING:
        if feed in feeds:
            lost = rows_of(
                night.con,
                f"select note_id from former_{feed} where note_id not in ({known}) order by 1 limit 1",
            )
            if lost:
                raise _needed(night, f"a {feed} refers to note {lost[0][0]}, which the corrected book does not have")


def _keys_check(night: Night, feeds: set[str]) -> None:
    """A row under a key that the corrected book no longer has would count twice."""
    if night.renumbered_until() is None:
        return
    for feed in sorted(feeds):
        for column in feed_tables()[feed].columns:
            if (kind := KEY_KINDS.get(column.name)) is not None and column.name != "account_id":
                former = f"select old_key from renumbered where kind = '{kind}'"
                rows = f"select {column.name} from former_{feed} where {column.name} in ({former}) order by 1 limit 1"
                if found := rows_of(night.con, rows):
                    raise _needed(night, f"a {feed} has the former key {found[0][0]}")


def _needed(night: Night, why: str) -> NightDeliveryNeededError:
    return NightDeliveryNeededError(night.business_date, night.delivery.folder, why)
