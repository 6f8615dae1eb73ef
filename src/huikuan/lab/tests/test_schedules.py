"""Schedules of many notes at once against the schedule rules of one note."""

from datetime import date

import numpy as np
import pytest

from huikuan.lab.rules import schedules as lab
from huikuan.lab.rules.days import date_of, months_later, number_of, settlement_days
from huikuan.lab.rules.draw import between, draw
from huikuan.portfolio.facts import Compound, NoteTerms
from huikuan.portfolio.rules.schedule import months_after, schedule_build, schedule_check

NOTES = np.arange(400, dtype=np.int64)


def _terms(method: int) -> lab.Terms:
    def some(stream: str, low: int, high: int) -> np.ndarray:
        return between(draw(7, f"{stream}{method}", NOTES), low, high)

    disbursed = some("on", number_of(date(2023, 1, 1)), number_of(date(2026, 6, 30)))
    principal, rate = some("amount", 1_00, 2_000_000_00), some("rate", 0, 240_000)
    count = some("count", 1, 120)
    first_due = np.minimum(months_later(disbursed, 1) + some("first", -10, 20), disbursed + 60)
    matures = months_later(first_due, count - 1)
    if method == lab.BULLET:
        count, first_due = np.ones_like(count), matures
    elif method == lab.SETTLED_INTEREST:
        matures = disbursed + some("days", 1, 1_200)
        count = lab.settled_count(disbursed, matures)
        first_due = np.minimum(settlement_days(disbursed, 0), matures)
    elif method == lab.GIVEN:
        count = some("count", 1, 3)
        matures = months_later(first_due, 12 * (count - 1))
    return lab.Terms(np.full_like(NOTES, method), principal, rate, disbursed, first_due, matures, count)


def _one(terms: lab.Terms, note: int) -> NoteTerms:
    return NoteTerms(
        principal_minor=int(terms.principal[note]),
        disbursed_on=date_of(terms.disbursed[note]),
        matures_on=date_of(terms.matures[note]),
        first_due_on=date_of(terms.first_due[note]),
        annual_rate_ppm=int(terms.rate_ppm[note]),
        penalty_rate_ppm=0,
        compound=Compound.NONE,
        method=lab.METHODS[terms.method[note]],
        instalment_count=int(terms.count[note]),
        **({"frequency": "quarterly"} if terms.method[note] == lab.SETTLED_INTEREST else {}),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("method", range(5))
def test_schedules_are_those_of_the_schedule_rules(method: int) -> None:
    terms = _terms(method)
    rows = lab.schedules_build(terms)
    for note in NOTES.tolist():
        mine = slice(int(rows.start[note]), int(rows.start[note + 1]))
        found = list(zip(*(column[mine].tolist() for column in (rows.due, rows.principal, rows.interest)), strict=True))
        right = schedule_build(_one(terms, note))
        assert found == [(number_of(row.due_on), row.principal_minor, row.interest_minor) for row in right]


def test_schedules_given_belong_to_their_notes() -> None:
    from huikuan.portfolio.facts import Instalment

    terms = _terms(lab.GIVEN)
    rows = lab.schedules_build(terms)
    for note in NOTES.tolist():
        delivered = [
            Instalment(seq, date_of(rows.due[at]), int(rows.principal[at]), int(rows.interest[at]))
            for seq, at in enumerate(range(rows.start[note], rows.start[note + 1]), start=1)
        ]
        schedule_check(_one(terms, note), delivered)
        assert delivered[-1].due_on == date_of(terms.matures[note])


def test_running_sums_begin_anew_with_each_note() -> None:
    rows = lab.schedules_build(_terms(lab.EQUAL_PRINCIPAL))
    assert np.array_equal(rows.principal_sum[rows.start[:-1]], rows.principal[rows.start[:-1]])
    assert np.array_equal(rows.principal_sum[rows.start[1:] - 1], _terms(lab.EQUAL_PRINCIPAL).principal)


def test_months_later_keeps_the_day_or_takes_the_last() -> None:
    days = np.arange(number_of(date(2023, 12, 1)), number_of(date(2024, 3, 5)), dtype=np.int64)
    for months in (-13, 0, 1, 2, 12):
        right = [number_of(months_after(date_of(day), months)) for day in days.tolist()]
        assert months_later(days, months).tolist() == right
