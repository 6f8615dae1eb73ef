"""Notes of the book with all that explains them: terms, the schedule in force, repayments, and the explanation itself.

The facts are those of the night that is asked for, so the figures equal what that night published: the night's fold
and the exact engine that explains agree to the minor unit (``tests/differential``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date
from zoneinfo import ZoneInfo

from huikuan.portfolio.book_tables import NOTE
from huikuan.portfolio.explain.loan import loan_explain_by
from huikuan.portfolio.facts import Compound, CoreStatus, Instalment, NoteTerms, Repayment, RepaymentMethod
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.loan_file import BookSource, Loan
from huikuan.portfolio.rules.explain.facts import Explanation
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.selectors.book_read import BookDay, BookReader, Row


@dataclass(frozen=True, slots=True)
class NoteOfBook:
    """A note of the book: its row, the facts of its loan, the schedule in force and since when it is."""

    row: Row
    loan: Loan
    schedule: tuple[Instalment, ...]
    schedule_on: date
    schedule_computed: bool

    def explain(self) -> Explanation:
        """Explain the note at the close of its night."""
        assert self.loan.source is not None  # noqa: S101 - a note of the book has one
        return loan_explain_by(self.loan, self.schedule, self.loan.source.business_date)


def notes_of_book(reader: BookReader, note_ids: Collection[str]) -> dict[str, NoteOfBook]:
    """Read notes with terms, schedules and repayments; those that the book does not have are left out.

    Three reads, and one for each date on which a schedule of theirs was delivered.
    """
    rows = reader.rows(NOTE, "note_id", note_ids)
    repayments = _repayments(reader, note_ids)
    delivered = _delivered(reader, rows)
    return {row["note_id"]: _note(reader.day, row, delivered, repayments[row["note_id"]]) for row in rows}


def _note(
    day: BookDay, row: Row, delivered: dict[str, tuple[Instalment, ...]], repayments: Iterable[Repayment]
) -> NoteOfBook:
    terms = NoteTerms(
        principal_minor=row["principal_minor"],
        disbursed_on=row["disbursed_on"],
        matures_on=row["matures_on"],
        first_due_on=row["first_due_on"],
        annual_rate_ppm=row["annual_rate_ppm"],
        penalty_rate_ppm=row["penalty_rate_ppm"],
        compound=Compound(row["compound"]),
        method=RepaymentMethod(row["repayment_method"]),
        instalment_count=row["instalment_count"],
    )
    rows = delivered.get(row["note_id"], ())
    loan = Loan(
        terms=terms,
        delivered=rows,
        repayments=tuple(repayments),
        core_status=CoreStatus(row["core_status"]),
        minor_digits=day.minor_digits,
        note_id=row["note_id"],
        currency=day.currency,
        monthly_consumer=row["monthly_consumer"],
        source=BookSource(
            business_date=day.business_date,
            known_at=day.known_at.astimezone(ZoneInfo(day.time_zone)),
            stale_since=row["stale_since"],
        ),
    )
    # A computed schedule is a function of the terms and is computed again whenever they change: nothing to read.
    schedule = schedule_build(terms) if row["schedule_computed"] else rows
    return NoteOfBook(row, loan, schedule, row["schedule_on"], row["schedule_computed"])


def _repayments(reader: BookReader, note_ids: Collection[str]) -> defaultdict[str, list[Repayment]]:
    found: defaultdict[str, list[Repayment]] = defaultdict(list)
    for row in reader.rows(feed_tables()["repayment"], "note_id", note_ids):
        received = row["received_at"].replace(tzinfo=UTC)
        found[row["note_id"]].append(
            Repayment(row["core_ref"], row["value_on"], received, row["amount_minor"], row["reverses"])
        )
    return found


def _delivered(reader: BookReader, rows: Collection[Row]) -> dict[str, tuple[Instalment, ...]]:
    """Delivered schedules in force: the rows of the delivery that brought them, which are ordered by note."""
    by_date: defaultdict[date, list[str]] = defaultdict(list)
    for row in rows:
        if not row["schedule_computed"]:
            by_date[row["schedule_on"]].append(row["note_id"])
    found: defaultdict[str, list[Instalment]] = defaultdict(list)
    for on, note_ids in sorted(by_date.items()):
        for row in reader.rows(feed_tables()["instalment"], "note_id", note_ids, on=on):
            found[row["note_id"]].append(
                Instalment(row["seq"], row["due_on"], row["principal_minor"], row["interest_minor"], row["costs_minor"])
            )
    return {note_id: tuple(sorted(each, key=lambda part: part.seq)) for note_id, each in found.items()}
