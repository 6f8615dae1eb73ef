"""A bank with a handful of plain notes, whose nights a test can tell by heart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from huikuan.kernel.models import Bank
from huikuan.nightly.cycle import NightResult, nights_run
from huikuan.nightly.facts import BankFact
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.tests.books import Note
from huikuan.nightly.tests.deliveries import a_bank_with_branches, delivery_write
from huikuan.nightly.tests.night_support import Silent
from huikuan.portfolio.facts import Repayment
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.builders import a_note as note_terms

FIRST = date(2024, 2, 27)


def a_note(note_id: str, *, first_due_on: date = date(2024, 3, 15), first_seen_on: date = FIRST) -> Note:
    """12,000.00 over twelve months, paid out on 15 January 2024, first due on ``first_due_on``; nothing is paid."""
    terms = note_terms(first_due_on=first_due_on, matures_on=date(2025, 12, 31))
    return Note(note_id, terms, schedule_build(terms), first_seen_on, delivers_schedule=False)


def pays(note: Note, on: date, amount_minor: int, *, delivered_on: date | None = None, ref: str = "") -> Repayment:
    """Add a repayment that counts from ``on``."""
    row = Repayment(ref or f"{note.note_id}-{on}", on, datetime.combine(on, time(9), UTC), amount_minor)
    note.repayments[delivered_on or on].append(row)
    return row


@dataclass
class World:
    """A bank with its notes and folders. Notes at even places belong to the branch east, at odd ones to west."""

    row: Bank
    bank: BankFact
    notes: Sequence[Note]
    places: NightPlaces
    moment: datetime = datetime(2024, 12, 31, 12, tzinfo=UTC)
    delivered: set[date] = field(default_factory=set)

    def deliver(self, day: date, **optional: list[tuple[object, ...]]) -> Path:
        """Write the delivery of a day, with the rows of these optional feeds."""
        self.delivered.add(day)
        return delivery_write(self.places.inbox, self.bank.code, self.notes, day, more=optional)

    def run(self, day: date) -> list[NightResult]:
        """Deliver what is missing up to a day and run all nights up to it."""
        missing = min((note.first_seen_on for note in self.notes), default=day)
        while missing <= day:
            if missing not in self.delivered:
                self.deliver(missing)
            missing += timedelta(days=1)
        return self.run_only(day)

    def run_only(self, day: date) -> list[NightResult]:
        """Run the nights up to a day with what is in the inbox."""
        return nights_run(self.bank, day, self.places, Silent(), clock=self._clock())

    def _clock(self) -> Callable[[], datetime]:
        """A clock that goes on by a second with every look."""

        def tick() -> datetime:
            self.moment += timedelta(seconds=1)
            return self.moment

        return tick


def a_world(folder: Path, *notes: Note, code: str = "") -> World:
    """A bank with two branches and these notes."""
    row, bank = a_bank_with_branches(code)
    return World(row, bank, notes, NightPlaces(folder / "lake", folder / "inbox"))
