"""Random books: notes with everything that moves them, day by day, from one seed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar

from huikuan.kernel.money import AMOUNT_MAX_MINOR
from huikuan.portfolio.facts import Compound, CoreStatus, Instalment, NoteTerms, Repayment, RepaymentMethod
from huikuan.portfolio.rules.schedule import months_after, schedule_build

T = TypeVar("T")
COMPUTED = (
    RepaymentMethod.EQUAL_INSTALMENT,
    RepaymentMethod.EQUAL_PRINCIPAL,
    RepaymentMethod.INTEREST_FIRST,
    RepaymentMethod.BULLET,
)


@dataclass
class Note:
    """One note with its life: what is delivered about it on which day."""

    note_id: str
    terms: NoteTerms
    schedule: tuple[Instalment, ...]
    first_seen_on: date
    repayments: defaultdict[date, list[Repayment]] = field(default_factory=lambda: defaultdict(list))
    terms_from: dict[date, NoteTerms] = field(default_factory=dict)
    schedule_from: dict[date, tuple[Instalment, ...]] = field(default_factory=dict)
    status_from: dict[date, CoreStatus] = field(default_factory=dict)
    missing_on: frozenset[date] = frozenset()
    delivers_schedule: bool = True

    def present_on(self, day: date) -> bool:
        """Whether a delivery of the day has a row of the note."""
        return self.first_seen_on <= day and day not in self.missing_on

    def last_present_on(self, day: date) -> date:
        """The last day up to ``day`` whose delivery has a row of the note."""
        while not self.present_on(day):
            day -= timedelta(days=1)
        return day

    def terms_on(self, day: date) -> NoteTerms:
        """Terms as last delivered up to a day."""
        return _latest(self.terms_from, day, self.terms)

    def schedule_on(self, day: date) -> tuple[Instalment, ...]:
        """Schedule as last delivered up to a day, or computed from the terms as last delivered."""
        if not self.delivers_schedule:
            return schedule_build(self.terms_on(day))
        return _latest(self.schedule_from, day, self.schedule)

    def status_on(self, day: date) -> CoreStatus:
        """Core status as last delivered up to a day."""
        return _latest(self.status_from, day, CoreStatus.ACTIVE)

    def repayments_until(self, day: date) -> list[Repayment]:
        """All repayments and reversals delivered up to a day."""
        return [row for delivered_on, rows in sorted(self.repayments.items()) if delivered_on <= day for row in rows]


def _latest(by_day: dict[date, T], day: date, first: T) -> T:
    days = [known for known in by_day if known <= day]
    return by_day[max(days)] if days else first


def book_random(seed: int, *, notes: int, start: date, days: int) -> list[Note]:
    """``notes`` random notes observed on ``days`` days from ``start``."""
    random = Random(seed)
    return [_note(random, f"N{number:05d}", start, days) for number in range(notes)]


def _note(random: Random, note_id: str, start: date, days: int) -> Note:
    first_seen_on = start + timedelta(days=random.choice((0, 0, 0, random.randrange(days))))
    disbursed_on = first_seen_on - timedelta(days=random.choice((0, 0, 1, random.randrange(400))))
    terms = _terms(random, disbursed_on)
    schedule = schedule_build(terms, _given(random, terms)) if random.random() < 0.3 else schedule_build(terms)
    if random.random() < 0.3:
        schedule = tuple(replace(row, costs_minor=random.choice((0, 1, 2_500))) for row in schedule)
    note = Note(note_id, terms, schedule, first_seen_on)
    note.delivers_schedule = schedule != schedule_build(terms) or random.random() < 0.3
    last_on = start + timedelta(days=days - 1)
    _pay(random, note, last_on)
    _disturb(random, note, last_on)
    return note


def _terms(random: Random, disbursed_on: date) -> NoteTerms:
    method = random.choice(COMPUTED)
    count = 1 if method is RepaymentMethod.BULLET else random.choice((1, 2, 3, 6, 12, 36))
    first_due_on = disbursed_on + timedelta(days=random.choice((1, 2, 15, 30, 31, 60)))
    last_due_on = months_after(first_due_on, count - 1)
    bullet = method is RepaymentMethod.BULLET
    return NoteTerms(
        principal_minor=random.choice((1, 99, 10_000, 1_234_567, 50_000_000, random.randrange(1, 10**9), 10**12)),
        disbursed_on=disbursed_on,
        matures_on=last_due_on if bullet or random.random() < 0.7 else last_due_on + timedelta(days=20),
        first_due_on=first_due_on,
        annual_rate_ppm=random.choice((0, 1, 43_500, 140_700, 240_000, 1_000_000)),
        penalty_rate_ppm=random.choice((0, 1, 65_250, 211_050, 360_000)),
        compound=random.choice(tuple(Compound)),
        method=method,
        instalment_count=count,
    )


def _given(random: Random, terms: NoteTerms) -> list[Instalment]:
    """A delivered schedule of uneven rows, some of them due on the same day or with nothing due."""
    rows, rest, due_on = [], terms.principal_minor, terms.first_due_on
    for seq in range(1, terms.instalment_count + 1):
        principal = rest if seq == terms.instalment_count else random.randrange(rest + 1)
        rest -= principal
        interest = random.choice((0, 1, 12_345))
        rows.append(Instalment(seq, due_on, principal, interest, random.choice((0, 0, 300))))
        due_on += timedelta(days=random.choice((0, 7, 30, 91)))
    return rows


def _pay(random: Random, note: Note, last_on: date) -> None:
    """Repayments near due dates: on time, late, early, in part, too much, several a day, or none."""
    keenness = random.choice((0.0, 0.4, 0.8, 1.0))
    number = 0
    for row in note.schedule:
        due = row.principal_minor + row.interest_minor + row.costs_minor
        while random.random() < keenness and number < 60:
            value_on = row.due_on + timedelta(days=random.choice((0, 0, 1, 5, 40, -3)))
            value_on = max(value_on, note.terms.disbursed_on)
            if value_on > last_on:
                break
            amount = random.choice((due, due // 2, due // 3, due * 2, 1, 777))
            parts = random.choice((1, 1, 1, 2, 3))
            for _ in range(parts):
                number += 1
                _deliver(random, note, number, value_on, min(max(1, amount // parts), AMOUNT_MAX_MINOR), last_on)
            if random.random() < 0.7:
                break


def _deliver(random: Random, note: Note, number: int, value_on: date, amount: int, last_on: date) -> None:
    """Hand one repayment over on its value date or, sometimes, later; reverse it now and then."""
    delivered_on = max(value_on, note.first_seen_on)
    if random.random() < 0.1:
        delivered_on = min(last_on, delivered_on + timedelta(days=random.randrange(1, 40)))
    received_at = datetime.combine(value_on, time(random.randrange(24), random.choice((0, 30))), UTC)
    ref = f"{note.note_id}-{random.randrange(100):02d}-{number}"
    note.repayments[delivered_on].append(Repayment(ref, value_on, received_at, amount))
    if random.random() < 0.07:
        reversed_on = min(last_on, delivered_on + timedelta(days=random.choice((0, 1, 3, 30))))
        received_at = datetime.combine(reversed_on, time(12), UTC)
        reversal = Repayment(f"{ref}-R", reversed_on, received_at, amount, reverses=ref)
        note.repayments[reversed_on].append(reversal)


def _changed(random: Random, terms: NoteTerms) -> NoteTerms:
    """The terms with one of those changed that drive accruals."""
    if terms.method is not RepaymentMethod.BULLET and random.random() < 0.2:
        return replace(terms, matures_on=terms.matures_on + timedelta(days=random.choice((1, 40))))
    changes: tuple[dict[str, Any], ...] = (
        {"annual_rate_ppm": random.choice((30_000, 99_999))},
        {"penalty_rate_ppm": random.choice((45_000, 150_000))},
        {"compound": random.choice(tuple(Compound))},
    )
    return replace(terms, **random.choice(changes))


def _disturb(random: Random, note: Note, last_on: date) -> None:
    """Now and then: other terms, another schedule, another status, days without delivery."""
    span = max(1, (last_on - note.first_seen_on).days)

    def some_day() -> date:
        return note.first_seen_on + timedelta(days=random.randrange(1, span + 1))

    if random.random() < 0.2:
        note.terms_from[some_day()] = _changed(random, note.terms)
    if note.delivers_schedule and random.random() < 0.1:
        shift = timedelta(days=random.choice((7, 30)))
        note.schedule_from[some_day()] = tuple(replace(row, due_on=row.due_on + shift) for row in note.schedule)
    if random.random() < 0.1:
        note.status_from[some_day()] = random.choice((CoreStatus.SETTLED, CoreStatus.CHARGED_OFF))
    if random.random() < 0.2:
        missing_from = some_day()
        note.missing_on = frozenset(missing_from + timedelta(days=n) for n in range(random.choice((1, 2, 10))))
