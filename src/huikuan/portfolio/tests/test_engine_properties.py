"""Properties of the exact engine under any conventions and events. ``test_rules_properties`` has the default's."""

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
    AllocationKind,
    Compound,
    FactInvalid,
    Frequency,
    NoteTerms,
    RepaymentMethod,
    Replayed,
)
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.rules.engine import replay, resume
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.builders import a_note, paid
from huikuan.portfolio.tests.random_lives import life_from_seed, lives, noon
from huikuan.portfolio.tests.random_notes import Case, case_of, fold_case_from_seed
from huikuan.portfolio.tests.random_terms import any_conventions

pytestmark = [pytest.mark.soak] if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else []

COMPONENTS = ("costs", "penalty", "compound", "interest", "principal", "delay")
TAKES_MONEY_AWAY = {EventKind.JUDGMENT}  # the court says what is owed


@st.composite
def quiet(draw: st.DrawFn) -> Case:
    """Notes under any conventions, without events."""
    pick = lambda low, high: draw(st.integers(low, high))  # noqa: E731
    return case_of(pick, any_conventions(pick))


def _replay(case: Case, as_of: date | None = None) -> Replayed:
    return replay(
        case.terms,
        case.schedule,
        case.repayments,
        as_of or case.as_of,
        conventions=case.conventions,
        events=case.events,
    )


def _replay_valid(case: Case) -> Replayed:
    try:
        return _replay(case)
    except FactInvalid:
        assume(False)
        raise


def _in_force(case: Case) -> tuple[LoanEvent, ...]:
    come = [event for event in case.events if event.value_on <= case.as_of]
    annulled = {event.reverses for event in come}
    return tuple(event for event in come if event.reverses is None and event.core_ref not in annulled)


# --- nothing gets lost -------------------------------------------------------------------------------------------


@given(lives())
def test_parts_of_every_allocation_add_up_and_all_credit_moves_add_up_to_the_credit_held(case: Case) -> None:
    replayed = _replay_valid(case)
    for row in replayed.allocations:
        parts = [getattr(row, f"{component}_minor") for component in COMPONENTS]
        assert sum(parts) + row.credit_minor == row.amount_minor
        if row.kind is AllocationKind.CHARGE_BACK:
            assert max(parts) <= 0
            assert row.credit_minor <= 0
        else:
            assert min(parts) >= 0
            assert (row.credit_minor < 0) == (row.kind is AllocationKind.CREDIT)
    assert sum(row.credit_minor for row in replayed.allocations) == replayed.state.credit_minor >= 0


@given(lives())
def test_principal_lent_is_what_was_allocated_and_what_is_outstanding(case: Case) -> None:
    replayed, events = _replay_valid(case), _in_force(case)
    assume(not any(event.kind in TAKES_MONEY_AWAY for event in events))
    lent = case.terms.principal_minor
    lent += sum(event.amount_minor for event in events if event.kind is EventKind.DRAWDOWN)
    allocated = sum(row.principal_minor for row in replayed.allocations)
    assert allocated + replayed.state.principal_outstanding_minor == lent
    open_ = sum(row.principal_minor for row in replayed.open)
    assert replayed.state.principal_outstanding_minor >= open_


@given(quiet())
def test_interest_and_costs_that_fell_due_are_allocated_or_open(case: Case) -> None:
    case = replace(case, conventions=replace(case.conventions, late_fee=LateFee()))
    replayed = _replay(case)
    fallen = [row for row in replayed.schedule if row.due_on <= case.as_of]
    assume(case.conventions.advance is not Advance.NEXT_INSTALMENT)  # which pays what has not fallen due
    for component in ("interest", "costs"):
        allocated = sum(getattr(row, f"{component}_minor") for row in replayed.allocations)
        unpaid = sum(getattr(row, f"{component}_minor") for row in replayed.open)
        assert allocated + unpaid == sum(getattr(row, f"{component}_minor") for row in fallen)


@given(quiet())
def test_a_payment_of_all_that_is_owed_closes_the_note_without_a_unit_left(case: Case) -> None:
    conventions = replace(case.conventions, advance=Advance.HOLD)
    last_on = max(case.schedule[-1].due_on, *(row.value_on for row in case.repayments), case.terms.matures_on)
    case = replace(case, conventions=conventions, as_of=last_on + timedelta(days=40))
    before = _replay(case)
    state = before.state
    interest = sum(row.interest_minor for row in before.open)
    owed = state.principal_outstanding_minor + interest + state.costs_due_minor
    owed += state.penalty_minor + state.compound_minor
    assume(owed > 0)
    assert not state.closed
    after = _replay(replace(case, repayments=(*case.repayments, paid("all", case.as_of, owed, hour=23))))
    assert (after.state.closed, after.state.credit_minor, after.open) == (True, state.credit_minor, ())
    short = (
        replace(case, repayments=(*case.repayments, paid("all", case.as_of, owed - 1, hour=23))) if owed > 1 else case
    )
    assert not _replay(short).state.closed


# --- order of arrival --------------------------------------------------------------------------------------------


@given(lives(), st.randoms(use_true_random=False))
def test_rows_in_any_order_of_arrival_give_the_same_answer(case: Case, random: Random) -> None:
    repayments, events = list(case.repayments), list(case.events)
    random.shuffle(repayments)
    random.shuffle(events)
    shuffled = replace(case, repayments=tuple(repayments), events=tuple(events))
    assert _replay_valid(case) == _replay(shuffled)


@given(lives(), st.integers(1, 400))
def test_event_that_is_told_late_gives_what_it_gives_when_known_in_time(case: Case, days: int) -> None:
    on_its_own = {event.core_ref for event in case.events if _alone(event, case.events)}
    late = tuple(
        replace(event, recorded_at=event.recorded_at + timedelta(days=days)) if event.core_ref in on_its_own else event
        for event in case.events
    )
    assert _replay_valid(case) == _replay(replace(case, events=late))


def _alone(event: LoanEvent, events: tuple[LoanEvent, ...]) -> bool:
    return [(other.kind, other.value_on) for other in events].count((event.kind, event.value_on)) == 1


@given(lives())
def test_reversed_rows_are_as_if_they_had_never_been(case: Case) -> None:
    come = [row for row in case.repayments if row.value_on <= case.as_of]
    annulled = {row.reverses for row in come}
    counting = tuple(row for row in come if row.reverses is None and row.core_ref not in annulled)
    assert _replay_valid(case) == _replay(replace(case, repayments=counting, events=_in_force(case)))


@given(lives(), st.integers(1, 400))
def test_rows_of_later_days_change_nothing_today(case: Case, days: int) -> None:
    later = case.as_of + timedelta(days=days)
    pause = LoanEvent("later", EventKind.PAUSE, later, noon(later), until_on=later + timedelta(days=9))
    future = replace(case, repayments=(*case.repayments, paid("later", later, 7)), events=(*case.events, pause))
    assert _replay_valid(case) == _replay(future)


# --- going on from a state ---------------------------------------------------------------------------------------


def _resumed(case: Case, stop_on: date) -> tuple[Replayed, Replayed] | None:
    """The resumed and the whole replay; None where the state of ``stop_on`` is held or events come later."""
    if any(row.reverses for row in case.repayments if row.value_on > stop_on):
        return None
    if any(event.value_on > stop_on for event in case.events):
        return None
    half_way = _replay(case, stop_on)
    later = [row for row in case.repayments if row.value_on > stop_on]
    arguments = (case.terms, case.schedule, later, case.as_of)
    if half_way.state.held_by is not None:
        with pytest.raises(FactInvalid, match="held_by"):
            resume(*arguments, since=half_way, conventions=case.conventions)
        return None
    on = resume(*arguments, since=half_way, conventions=case.conventions)
    return replace(on, allocations=half_way.allocations + on.allocations), _replay(case)


def test_resumed_replay_of_any_life_that_is_not_held_is_the_whole_replay() -> None:
    resumed = 0
    for seed in range(300):
        case = life_from_seed(seed)
        for percent in (30, 60, 90):
            days = (case.as_of - case.terms.disbursed_on).days * percent // 100
            try:
                pair = _resumed(case, case.terms.disbursed_on + timedelta(days=days))
            except FactInvalid:
                continue
            if pair is not None:
                resumed += 1
                on, whole = pair
                assert (on.state, on.open, on.allocations) == (whole.state, whole.open, whole.allocations), seed
    assert resumed > 10


def test_resumed_replay_of_notes_for_the_fold_is_the_whole_replay() -> None:
    resumed = 0
    for seed in range(300):
        case = fold_case_from_seed(seed)
        days = (case.as_of - case.terms.disbursed_on).days // 2
        pair = _resumed(case, case.terms.disbursed_on + timedelta(days=days))
        if pair is not None:
            resumed += 1
            on, whole = pair
            assert (on.state, on.open, on.allocations) == (whole.state, whole.open, whole.allocations), seed
    assert resumed > 150


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
            counted.append(_replay(replace(case, conventions=conventions)).state)
        assert counted[0].dpd_counted == counted[0].dpd >= counted[1].dpd_counted >= counted[2].dpd_counted
        assert len({state.dpd for state in counted}) == 1
        if on is ToleranceOn.NOTE:
            assert counted[1].dpd_counted in {0, counted[1].dpd}


@given(quiet())
def test_due_day_as_day_one_is_one_day_more_for_whoever_is_late_and_moves_no_money(case: Case) -> None:
    conventions = replace(case.conventions, principal_first_after_days=None)
    day_0 = _replay(replace(case, conventions=replace(conventions, due_day=DueDay.DAY_0)))
    day_1 = _replay(replace(case, conventions=replace(conventions, due_day=DueDay.DAY_1)))
    assert (day_0.open, day_0.allocations) == (day_1.open, day_1.allocations)
    for component in ("principal", "interest"):
        unpaid = any(getattr(row, f"{component}_minor") for row in day_0.open)
        days = getattr(day_0.state, f"dpd_{component}"), getattr(day_1.state, f"dpd_{component}")
        assert days[1] == days[0] + unpaid


@given(lives(), st.integers(1, 10**9))
def test_part_payment_lowers_the_days_of_a_component_only_by_clearing_its_oldest_due(case: Case, amount: int) -> None:
    before = _replay_valid(case)
    after = _replay(replace(case, repayments=(*case.repayments, paid("extra", case.as_of, amount, hour=23))))
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
    assert _replay(replace(case, events=apart)) == _replay(replace(case, events=whole))


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
    assert _replay(replace(case, events=(long, ended))) == _replay(replace(case, events=(short,)))


@given(quiet(), st.integers(0, 300), st.integers(1, 90))
def test_end_day_of_a_pause_that_is_paused_too_is_a_pause_one_day_longer(case: Case, after: int, length: int) -> None:
    begin = case.terms.disbursed_on + timedelta(days=after)
    until = begin + timedelta(days=length)
    paused = replace(case.conventions, pause_end=PauseEnd.PAUSED)
    counts = replace(case.conventions, pause_end=PauseEnd.COUNTS)
    shorter = LoanEvent("P", EventKind.PAUSE, begin, noon(begin), until_on=until)
    longer = replace(shorter, until_on=until + timedelta(days=1))
    assert _replay(replace(case, conventions=paused, events=(shorter,))) == _replay(
        replace(case, conventions=counts, events=(longer,))
    )


# --- what lateness costs, and where money goes -------------------------------------------------------------------


@given(quiet(), st.integers(1, 40))
def test_late_fee_is_charged_at_most_once_for_each_missed_instalment(case: Case, after_days: int) -> None:
    fee = LateFee(LateFeeKind.FLAT, amount_minor=1_000_003, after_days=after_days)
    conventions = replace(case.conventions, late_fee=fee, advance=Advance.HOLD)
    replayed = _replay(replace(case, conventions=conventions))
    costs = sum(row.costs_minor for row in replayed.allocations) + replayed.state.costs_due_minor
    charged = costs - sum(row.costs_minor for row in case.schedule if row.due_on <= case.as_of)
    old_enough = [row for row in case.schedule if (case.as_of - row.due_on).days >= after_days]
    assert charged % fee.amount_minor == 0
    assert 0 <= charged // fee.amount_minor <= len(old_enough)
    nothing_paid = _replay(replace(case, conventions=conventions, repayments=()))
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
    answers = [_replay(replace(case, conventions=conventions)).allocations[:1] for conventions in ways]
    assert len({tuple((row.amount_minor, row.credit_minor) for row in rows) for rows in answers}) == 1


@given(quiet(), st.sampled_from(DueStages))
def test_horizontal_and_vertical_allocate_the_same_totals_where_lateness_costs_nothing(
    case: Case, stages: DueStages
) -> None:
    terms = replace(case.terms, penalty_rate_ppm=0, penalty_markup_ppm=None, compound=Compound.NONE)
    plain = replace(Conventions(), due_stages=stages)
    totals = []
    for axis in AllocationAxis:
        replayed = _replay(replace(case, terms=terms, conventions=replace(plain, allocation_axis=axis)))
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
