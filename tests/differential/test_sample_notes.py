"""The fold equals the exact engine on every real note of the sample bank, on its last day.

Once with the lender's own terms (no penalty interest), and once as a Chinese bank would have written them on the same
schedules and payments: penalty rate one and a half times the contract rate, compound interest capitalised quarterly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import pytest

from huikuan.nightly.tests.books import Note
from huikuan.portfolio.facts import Compound, CoreStatus, Instalment, NoteTerms, Repayment, RepaymentMethod
from huikuan.portfolio.rules.rounding import half_up
from huikuan.sample.deliver import sample_notes
from huikuan.sample.facts import FIRST_DELIVERY_ON, SNAPSHOT_ON, DerivedNote, ScheduleVersion
from tests.differential.fold_book import FoldBook, days_from

NOTES = 10_000
FEW_NIGHTS = 12  # from 2018-06-19: they cross the 20th of a quarter-end month, when compound interest is capitalised


def _own(terms: NoteTerms) -> NoteTerms:
    return terms


def _chinese(terms: NoteTerms) -> NoteTerms:
    return replace(terms, penalty_rate_ppm=half_up(3 * terms.annual_rate_ppm, 2), compound=Compound.QUARTERLY)


def _schedule(version: ScheduleVersion) -> tuple[Instalment, ...]:
    return tuple(
        Instalment(seq, row.due_on, row.principal_minor, row.interest_minor, row.costs_minor)
        for seq, row in enumerate(version.rows, start=1)
    )


@cache
def _notes(first_on: date) -> tuple[Note, ...]:
    return tuple(_note(derived, first_on) for derived in sample_notes())


def _note(derived: DerivedNote, first_on: date) -> Note:
    loan, first = derived.loan, derived.versions[0].rows
    terms = NoteTerms(
        principal_minor=loan.principal_minor,
        disbursed_on=derived.disbursed_on,
        matures_on=first[-1].due_on,
        first_due_on=first[0].due_on,
        annual_rate_ppm=loan.annual_rate_ppm,
        penalty_rate_ppm=0,
        compound=Compound.NONE,
        method=RepaymentMethod.GIVEN,
        instalment_count=loan.term_months,
    )
    note = Note(f"N{loan.row:05d}", terms, _schedule(derived.schedule_on(first_on)), first_on)
    note.schedule_from = {v.known_on: _schedule(v) for v in derived.versions if v.known_on > first_on}
    for number, paid in enumerate(derived.paid, start=1):
        received_at = datetime.combine(paid.value_on, time(17), UTC)
        repayment = Repayment(f"R{loan.row:05d}-{number:02d}", paid.value_on, received_at, paid.amount_minor)
        note.repayments[max(paid.value_on, first_on)].append(repayment)
    for status, day in (
        (CoreStatus.SETTLED, derived.settled_on),
        (CoreStatus.CHARGED_OFF, derived.charged_off_on),
    ):
        if day is not None:
            note.status_from[day] = status
    return note


def _compare(nights: int, written_as: Callable[[NoteTerms], NoteTerms]) -> int:
    first_on = SNAPSHOT_ON - timedelta(days=nights - 1)
    fold = FoldBook([replace(note, terms=written_as(note.terms)) for note in _notes(first_on)])
    for day in days_from(first_on, nights):
        fold.night(day)
    return fold.check(SNAPSHOT_ON)


@pytest.mark.xdist_group("sample")
@pytest.mark.parametrize("written_as", [_own, _chinese])
def test_fold_of_every_real_note_equals_the_exact_engine(written_as: Callable[[NoteTerms], NoteTerms]) -> None:
    assert _compare(FEW_NIGHTS, written_as) == NOTES


@pytest.mark.soak
@pytest.mark.parametrize("written_as", [_own, _chinese])
def test_fold_of_every_real_note_over_all_nights_equals_the_exact_engine(
    written_as: Callable[[NoteTerms], NoteTerms],
) -> None:
    assert _compare((SNAPSHOT_ON - FIRST_DELIVERY_ON).days + 1, written_as) == NOTES
