"""Properties of the exact engine, on: days past due, what lateness costs, and where money goes."""

import os
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from huikuan.portfolio.conventions import (
    ORDER_DEFAULT,
    Advance,
    AllocationAxis,
    Component,
    Conventions,
    DayCount,
    DueDay,
    DueStages,
    LastInstalment,
    LateFee,
    LateFeeKind,
    PauseEnd,
    ToleranceOn,
)
from huikuan.portfolio.facts import (
    Compound,
    FactInvalid,
    Frequency,
    NoteTerms,
    RepaymentMethod,
    Replayed,
)
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.builders import a_note, paid
from huikuan.portfolio.tests.random_lives import lives, noon, quiet, replay_case
from huikuan.portfolio.tests.random_notes import Case
from huikuan.portfolio.tests.random_terms import any_conventions

pytestmark = [pytest.mark.soak] if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else []


def _replay_valid(case: Case) -> Replayed:
    try:
        return replay_case(case)
    except FactInvalid:
        assume(False)
        raise


# --- days past due -----------------------------------------------------------------------------------------------


@given(lives(), st.integers(0, 60), st.integers(0, 60), st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_tolerance_never_counts_more_days(case: Case, days: int, more: int, minor: int, more_minor: int) -> None:
    _replay_valid(case)
    for on in ToleranceOn:
        counted = []
        for tolerance_days, tolerance_minor in ((0, 0), (days, minor), (days + more, minor + more_minor)):
            conventions = replace(
                case.conventions,
                tolerance_on=on,
                tolerance_days=tolerance_days,
                tolerance_minor=tolerance_minor,
            )
            counted.append(replay_case(replace(case, conventions=conventions)).state)
        assert counted[0].dpd_counted == counted[0].dpd >= counted[1].dpd_counted >= counted[2].dpd_counted
        assert len({state.dpd for state in counted}) == 1
        if on is ToleranceOn.NOTE:
            assert counted[1].dpd_counted in {0, counted[1].dpd}


@given(quiet())
def test_due_day_as_day_one_is_one_day_more_for_whoever_is_late_and_moves_no_money(case: Case) -> None:
    conventions = replace(case.conventions, principal_first_after_days=None)
    day_0 = replay_case(replace(case, conventions=replace(conventions, due_day=DueDay.DAY_0)))
    day_1 = replay_case(replace(case, conventions=replace(conventions, due_day=DueDay.DAY_1)))
    assert (day_0.open, day_0.allocations) == (day_1.open, day_1.allocations)
    for component in ("principal", "interest"):
        unpaid = any(getattr(row, f"{component}_minor") for row in day_0.open)
        days = getattr(day_0.state, f"dpd_{component}"), getattr(day_1.state, f"dpd_{component}")
        assert days[1] == days[0] + unpaid


@given(lives(), st.integers(1, 10**9))
def test_part_payment_lowers_the_days_of_a_component_only_by_clearing_its_oldest_due(case: Case, amount: int) -> None:
    before = _replay_valid(case)
    after = replay_case(replace(case, repayments=(*case.repayments, paid("extra", case.as_of, amount, hour=23))))
    for component in ("principal", "interest"):
        was, is_ = getattr(before.state, f"dpd_{component}"), getattr(after.state, f"dpd_{component}")
        assert is_ <= was
        oldest = [row for row in before.open if getattr(row, f"{component}_minor")][:1]
        still = [(row.seq, row.due_on) for row in after.open if getattr(row, f"{component}_minor")][:1]
        if still == [(row.seq, row.due_on) for row in oldest]:
            assert is_ == was


@given(quiet(), st.integers(0, 300), st.integers(1, 90), st.integers(0, 90), st.integers(0, 90))
def test_pauses_that_overlap_are_the_pause_over_all_their_days(
    case: Case, after: int, length: int, shift: int, more: int
) -> None:
    begin = case.terms.disbursed_on + timedelta(days=after)
    assume(begin + timedelta(days=shift) <= case.as_of)  # a pause that has not begun is not known
    shift = min(shift, length)
    first_until, until = begin + timedelta(days=length), begin + timedelta(days=max(length, shift + more + 1))
    second = begin + timedelta(days=shift)
    apart = (
        LoanEvent("P2", EventKind.PAUSE, second, noon(second), until_on=second + timedelta(days=more + 1)),
        LoanEvent("P1", EventKind.PAUSE, begin, noon(begin), until_on=first_until),
    )
    whole = (LoanEvent("P", EventKind.PAUSE, begin, noon(begin), until_on=until),)
    assert replay_case(replace(case, events=apart)) == replay_case(replace(case, events=whole))


@given(quiet(), st.integers(0, 300), st.integers(2, 90), st.data())
def test_resume_ends_a_pause_as_if_it_had_been_agreed_until_that_day(
    case: Case, after: int, length: int, data: st.DataObject
) -> None:
    begin = case.terms.disbursed_on + timedelta(days=after)
    resumed_on = begin + timedelta(days=data.draw(st.integers(1, length - 1)))
    assume(resumed_on <= case.as_of)
    long = LoanEvent("P", EventKind.PAUSE, begin, noon(begin), until_on=begin + timedelta(days=length))
    ended = LoanEvent("E", EventKind.RESUME, resumed_on, noon(resumed_on))
    short = replace(long, until_on=resumed_on)
    assert replay_case(replace(case, events=(long, ended))) == replay_case(replace(case, events=(short,)))


@given(quiet(), st.integers(0, 300), st.integers(1, 90))
def test_end_day_of_a_pause_that_is_paused_too_is_a_pause_one_day_longer(case: Case, after: int, length: int) -> None:
    begin = case.terms.disbursed_on + timedelta(days=after)
    until = begin + timedelta(days=length)
    paused = replace(case.conventions, pause_end=PauseEnd.PAUSED)
    counts = replace(case.conventions, pause_end=PauseEnd.COUNTS)
    shorter = LoanEvent("P", EventKind.PAUSE, begin, noon(begin), until_on=until)
    longer = replace(shorter, until_on=until + timedelta(days=1))
    assert replay_case(replace(case, conventions=paused, events=(shorter,))) == replay_case(
        replace(case, conventions=counts, events=(longer,))
    )


# --- what lateness costs, and where money goes -------------------------------------------------------------------


@given(quiet(), st.integers(1, 40))
def test_late_fee_is_charged_at_most_once_for_each_missed_instalment(case: Case, after_days: int) -> None:
    fee = LateFee(LateFeeKind.FLAT, amount_minor=1_000_003, after_days=after_days)
    conventions = replace(case.conventions, late_fee=fee, advance=Advance.HOLD)
    replayed = replay_case(replace(case, conventions=conventions))
    costs = sum(row.costs_minor for row in replayed.allocations) + replayed.state.costs_due_minor
    charged = costs - sum(row.costs_minor for row in case.schedule if row.due_on <= case.as_of)
    old_enough = [row for row in case.schedule if (case.as_of - row.due_on).days >= after_days]
    assert charged % fee.amount_minor == 0
    assert 0 <= charged // fee.amount_minor <= len(old_enough)
    nothing_paid = replay_case(replace(case, conventions=conventions, repayments=()))
    missed = [row for row in old_enough if row.principal_minor or row.interest_minor]
    in_costs = nothing_paid.state.costs_due_minor - sum(
        row.costs_minor for row in case.schedule if row.due_on <= case.as_of
    )
    assert in_costs == len(missed) * fee.amount_minor


@given(quiet(), st.sampled_from(DueStages), st.permutations(list(ORDER_DEFAULT)))
def test_every_way_of_allocating_takes_the_same_total_from_the_first_payment(
    case: Case, stages: DueStages, order: list[Component]
) -> None:
    plain = replace(case.conventions, advance=Advance.HOLD, due_stages=stages, allocation_order=tuple(order))
    ways = [
        replace(plain, allocation_axis=axis, principal_first_after_days=first)
        for axis in AllocationAxis
        for first in (None, 0)
    ]
    answers = [replay_case(replace(case, conventions=conventions)).allocations[:1] for conventions in ways]
    assert len({tuple((row.amount_minor, row.credit_minor) for row in rows) for rows in answers}) == 1


@given(quiet(), st.sampled_from(DueStages))
def test_horizontal_and_vertical_allocate_the_same_totals_where_lateness_costs_nothing(
    case: Case, stages: DueStages
) -> None:
    terms = replace(case.terms, penalty_rate_ppm=0, penalty_markup_ppm=None, compound=Compound.NONE)
    plain = replace(Conventions(), due_stages=stages)
    totals = []
    for axis in AllocationAxis:
        replayed = replay_case(replace(case, terms=terms, conventions=replace(plain, allocation_axis=axis)))
        owed = sum(row.principal_minor + row.interest_minor + row.costs_minor for row in replayed.open)
        moved = [(row.applied_on, row.core_ref, row.amount_minor, row.credit_minor) for row in replayed.allocations]
        totals.append((owed, replayed.state.credit_minor, moved))
    assert totals[0] == totals[1]


@given(st.integers(1, 10**10), st.integers(1, 40), st.sampled_from(Frequency), st.integers(0, 10**6))
def test_zero_rate_repays_the_principal_and_never_nothing(
    principal: int, count: int, frequency: Frequency, seed: int
) -> None:
    conventions = any_conventions(Random(seed).randint)
    for method in (
        RepaymentMethod.EQUAL_INSTALMENT,
        RepaymentMethod.EQUAL_PRINCIPAL,
        RepaymentMethod.INTEREST_FIRST,
        RepaymentMethod.FLAT,
    ):
        schedule = schedule_build(
            _zero_rate(method, principal, count, frequency), conventions=conventions, is_workday=lambda _day: True
        )
        assert sum(row.principal_minor for row in schedule) == principal
        keeps_total = conventions.last_instalment is LastInstalment.KEEPS_TOTAL
        bearing = schedule[:-1] if keeps_total and schedule[-1].principal_minor else schedule
        assert not any(row.interest_minor for row in bearing)
        assert min(row.principal_minor for row in schedule) >= 0


def _zero_rate(method: RepaymentMethod, principal: int, count: int, frequency: Frequency) -> NoteTerms:
    note = a_note(
        principal_minor=principal,
        annual_rate_ppm=0,
        method=method,
        instalment_count=count,
        matures_on=date(2100, 1, 1),
    )
    return replace(note, frequency=frequency)


@given(st.integers(1, 10**9), st.integers(1, 500_000), st.sampled_from(DayCount), st.integers(2000, 2060))
def test_a_whole_year_late_costs_the_annual_rate_of_the_day_count(
    principal: int, rate: int, day_count: DayCount, year: int
) -> None:
    note = replace(
        a_note(principal_minor=principal, penalty_rate_ppm=rate, disbursed_on=date(year - 1, 6, 1)),
        matures_on=date(year, 1, 1),
    )
    (row,) = schedule_build(
        replace(note, method=RepaymentMethod.BULLET, instalment_count=1, first_due_on=date(year, 1, 1))
    )
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    state = replay(
        note, (row,), (), date(year + 1, 1, 1), conventions=replace(Conventions(), day_count=day_count)
    ).state
    year_days = {DayCount.ACT_360: 360, DayCount.ACT_365: 365, DayCount.ACT_364: 364}.get(day_count, days)
    den = {DayCount.THIRTY_360: 360, DayCount.ACT_ACT: 365 * 366}.get(day_count, year_days) * 1_000_000
    exact = state.penalty_whole * den + state.penalty_num
    assert exact * year_days * 1_000_000 == principal * rate * days * den
