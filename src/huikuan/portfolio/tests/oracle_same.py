"""The comparison of an engine's answer with the oracle's: every figure, to the last fraction."""

from datetime import timedelta
from fractions import Fraction

from huikuan.portfolio.conventions import DueDay, ToleranceOn
from huikuan.portfolio.facts import Flag, NoteState, Replayed
from huikuan.portfolio.tests.oracle_life import PARTS, Life
from huikuan.portfolio.tests.oracle_numbers import DENOMINATOR


def assert_same(replayed: Replayed, life: Life) -> None:
    """Fail unless an engine and the oracle agree on every figure, exactly."""
    _assert_allocations(replayed, life)
    open_rows = [(row.seq, row.due_on, row.costs, row.interest, row.principal) for row in life.open]
    assert [
        (row.seq, row.due_on, row.costs_minor, row.interest_minor, row.principal_minor) for row in replayed.open
    ] == open_rows
    _assert_accounts(replayed.state, life)
    _assert_days(replayed.state, life)
    _assert_standing(replayed.state, life)
    assert list(replayed.schedule) == [*life.schedule_fallen, *(row.scheduled for row in life.coming)]
    assert {flag for flag in replayed.flags if flag is not Flag.RATES_DIFFER} == life.flags


def _assert_allocations(replayed: Replayed, life: Life) -> None:
    got = [
        (row.applied_on, row.core_ref, row.kind, row.amount_minor, [getattr(row, f"{part}_minor") for part in PARTS])
        for row in replayed.allocations
    ]
    assert got == [
        (row.day, row.core_ref, row.kind, row.amount, [row.parts[part] for part in PARTS]) for row in life.paid
    ]


def _assert_accounts(state: NoteState, life: Life) -> None:
    den = DENOMINATOR[life.conventions.day_count]
    assert state.as_of == life.day
    for account in ("penalty", "compound", "delay"):
        whole, num = getattr(state, f"{account}_whole"), getattr(state, f"{account}_num")
        assert 0 <= num < den
        assert (account, whole + Fraction(num, den)) == (account, getattr(life, account))
    assert state.compound_capitalised_minor == life.capitalised
    assert state.credit_minor == life.credit
    assert state.principal_outstanding_minor == life.outstanding()
    assert state.costs_due_minor == life.due("costs")
    assert state.penalty_minor == life.shown(life.penalty)
    assert state.compound_minor == life.capitalised + life.shown(life.compound)
    assert state.delay_minor == life.shown(life.delay)


def _assert_days(state: NoteState, life: Life) -> None:
    conventions = life.conventions
    overdue_before = life.day + timedelta(days=conventions.due_day is DueDay.DAY_1)
    assert state.overdue_principal_minor == life.due("principal", before=overdue_before)
    assert state.overdue_interest_minor == life.due("interest", before=overdue_before)
    assert (state.dpd_principal, state.dpd_interest) == (life.days_late("principal"), life.days_late("interest"))
    owing = [(life.days_of(row), row.principal + row.interest) for row in life.open]
    if conventions.tolerance_on is ToleranceOn.NOTE:
        overdue = sum(amount for days, amount in owing if days >= 1)
        beyond = life.raw_days() > conventions.tolerance_days and overdue > conventions.tolerance_minor
        counted = life.raw_days() if beyond else 0
    else:
        counted = max(
            (
                days
                for days, amount in owing
                if days > conventions.tolerance_days and amount > conventions.tolerance_minor
            ),
            default=0,
        )
    assert state.dpd_counted == counted


def _assert_standing(state: NoteState, life: Life) -> None:
    assert (state.annual_rate_ppm, state.penalty_rate_ppm) == (life.annual_ppm, life.penalty_ppm)
    assert (state.waived_minor, state.subrogated_minor, state.recovered_minor) == (
        life.waived,
        life.subrogated,
        life.recovered,
    )
    assert (state.accelerated_on, state.judged_on, state.insolvent_on) == (
        life.accelerated_on,
        life.judged_on,
        life.insolvent_on,
    )
    assert (state.charged_off_on, state.observed_until) == (life.charged_off_on, life.observed_until)
    shown = state.penalty_minor or state.compound_minor or state.delay_minor
    assert state.closed == (not shown and not life.open and life.outstanding() == 0)
    assert state.held_by == life.held_by
