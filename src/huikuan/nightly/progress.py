"""What the commands of the night show on a terminal."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from types import TracebackType

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from huikuan.kernel.money import money_format
from huikuan.nightly.arrival import Arrivals, ArrivalState
from huikuan.nightly.as_of import BookAsOf
from huikuan.nightly.cycle import NightResult
from huikuan.nightly.facts import STAGE_ORDER, StageName
from huikuan.nightly.selectors.report import CountFact, EnginesFact
from huikuan.nightly.selectors.runs import RunView
from huikuan.portfolio.rules.freshness import Freshness


class NightProgress:
    """Draws date, stage, rate (notes a second) and time left of a catch-up; the ledger holds the same times."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TextColumn("left"),
            TimeRemainingColumn(compact=True),
            console=console,
            transient=True,
        )
        self._task: TaskID | None = None
        self._notes = 0
        self._began = time.monotonic()

    def __enter__(self) -> NightProgress:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def night_begins(self, business_date: date, number: int, of: int) -> None:
        """Show that a night begins."""
        if self._task is None:
            self._task = self._progress.add_task(f"{business_date}", total=of * len(STAGE_ORDER), rate="")
        self._progress.update(self._task, completed=(number - 1) * len(STAGE_ORDER))

    def stage_begins(self, business_date: date, stage: StageName) -> None:
        """Show the stage that runs."""
        if self._task is not None:
            completed = self._progress.tasks[self._task].completed
            done = completed - completed % len(STAGE_ORDER) + STAGE_ORDER.index(stage)
            self._progress.update(self._task, completed=done, description=f"{business_date} {stage:<8}")

    def night_ends(self, result: NightResult) -> None:
        """Show the rate so far."""
        self._notes += result.notes
        elapsed = max(time.monotonic() - self._began, 0.001)
        if self._task is not None:
            self._progress.update(self._task, rate=f"{self._notes / elapsed:,.0f} notes/s")


def _nights_table_empty() -> Table:
    """Without lines between columns: seven columns fit into 80 characters."""
    return Table(title="Nights", box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))


def nights_table(results: Sequence[NightResult]) -> Table:
    """One line a night: what was counted, its seconds and its slowest stage; all stages stand in the ledger."""
    table = _nights_table_empty()
    for name in ("Business date", "Notes", "Accepted", "Rejected", "Seconds", "Slowest stage", "Notes/s"):
        table.add_column(name, justify="left" if name in ("Business date", "Slowest stage") else "right", no_wrap=True)
    for result in results:
        ingest = next(stage.totals for stage in result.stages if stage.stage == StageName.INGEST)
        slowest = max(result.stages, key=lambda stage: stage.seconds)
        table.add_row(
            str(result.business_date) + ("" if result.changed else " ="),
            f"{result.notes:,}",
            f"{ingest['accepted']:,}",
            f"{ingest['rejected']:,}",
            f"{result.seconds:.2f}",
            f"{slowest.stage} {slowest.seconds:.2f}",
            f"{result.notes / result.seconds:,.0f}" if result.seconds else "",
        )
    if not all(result.changed for result in results):
        table.caption = "= in the book already, unchanged"
    return table


def runs_table(runs: Sequence[RunView]) -> Table:
    """One line a run of the ledger."""
    table = _nights_table_empty()
    for name in ("Business date", "State", "Started", "Seconds", "Notes", "Rejected", "Run"):
        table.add_column(name, justify="right" if name in ("Seconds", "Notes", "Rejected") else "left", no_wrap=True)
    for run in runs:
        table.add_row(
            str(run.business_date),
            run.state if not run.error_code else f"{run.state} ({run.error_code})",
            f"{run.started_at:%Y-%m-%d %H:%M}Z",
            "" if run.seconds is None else f"{run.seconds:.1f}",
            _count(run.notes),
            _count(run.rejected),
            str(run.run_id)[:8],
        )
    return table


def engines_line(engines: EnginesFact | None) -> str | None:
    """How the notes of a night were computed, in one line; None where that is not known yet."""
    if engines is None:
        return None

    def why(counts: Sequence[CountFact]) -> str:
        listed = ", ".join(f"{one.reason} {one.notes:,}" for one in counts)
        return f"{sum(one.notes for one in counts):,}" + (f" ({listed})" if listed else "")

    return f"{engines.folded:,} folded, {why(engines.replayed)} by the exact engine, {why(engines.held)} held"


def freshness_line(book: Freshness) -> str:
    """How old the book is and whether contact may be planned from it, in one line."""
    if book.business_date is None:
        return "There is no book yet: no contact is planned."
    workdays = "unknown" if book.age_workdays is None else str(book.age_workdays)
    limit = f"limit {book.contact_age_days_max} days"
    allowed = "contact may be planned from it" if book.contact_allowed else "no contact is planned from it"
    line = f"Book of {book.business_date}: {book.age_days} days old (working days: {workdays}), {allowed} ({limit})."
    return f"{line} {book.problem}".rstrip()


def arrival_lines(arrivals: Arrivals) -> list[str]:
    """What is odd about deliveries: late, missing, delivered again after the night; nothing where nothing is."""
    lines = [
        f"Delivery of {day.business_date}: {day.state}, expected by {day.expected_at:%Y-%m-%d %H:%M %Z}."
        for day in arrivals.due
        if day.state in {ArrivalState.LATE, ArrivalState.MISSING}
    ]
    lines += [
        f"{day.business_date} was delivered again ({day.sent[-1].folder}); its night has delivery {day.used}. "
        "Correct it to have the later one."
        for day in arrivals.done
        if day.again
    ]
    return [*lines, f"{arrivals.due_more} more dates are due."] if lines and arrivals.due_more else lines


def as_of_table(book: BookAsOf, minor_digits: int) -> Table:
    """The book of a date by bucket, amounts in major units."""
    title = f"{book.business_date}, as known at {book.known_at.isoformat(timespec='seconds')} (run {book.run_id})"
    table = Table(title=title)
    for name in ("Bucket", "Notes", "Balance", "Overdue", "Penalty and compound"):
        table.add_column(name, justify="left" if name == "Bucket" else "right")
    for line in book.lines:
        amounts = (line.balance_minor, line.overdue_minor, line.penalty_minor)
        table.add_row(
            line.bucket, f"{line.notes:,}", *(money_format(amount, minor_digits, grouping=True) for amount in amounts)
        )
    return table


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"
