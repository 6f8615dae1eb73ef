"""Properties of the exact engine under any conventions and events. ``test_rules_properties`` has the default's."""

import os
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from huikuan.portfolio.conventions import (
    Advance,
    LateFee,
)
from huikuan.portfolio.facts import (
    AllocationKind,
    FactInvalid,
    Replayed,
)
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.rules.engine import resume
from huikuan.portfolio.tests.builders import paid
from huikuan.portfolio.tests.random_lives import life_from_seed, lives, noon, quiet, replay_case
from huikuan.portfolio.tests.random_notes import Case, fold_case_from_seed

pytestmark = [pytest.mark.soak] if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else []

COMPONENTS = ("costs", "penalty", "compound", "interest", "principal", "delay")
TAKES_MONEY_AWAY = {EventKind.JUDGMENT}  # the court says what is owed


def _replay_valid(case: Case) -> Replayed:
    try:
        return replay_case(case)
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
    replayed = replay_case(case)
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
    before = replay_case(case)
    state = before.state
    interest = sum(row.interest_minor for row in before.open)
    owed = state.principal_outstanding_minor + interest + state.costs_due_minor
    owed += state.penalty_minor + state.compound_minor
    assume(owed > 0)
    assert not state.closed
    after = replay_case(replace(case, repayments=(*case.repayments, paid("all", case.as_of, owed, hour=23))))
    assert (after.state.closed, after.state.credit_minor, after.open) == (True, state.credit_minor, ())
    short = (
        replace(case, repayments=(*case.repayments, paid("all", case.as_of, owed - 1, hour=23))) if owed > 1 else case
    )
    assert not replay_case(short).state.closed


# --- order of arrival --------------------------------------------------------------------------------------------


@given(lives(), st.randoms(use_true_random=False))
def test_rows_in_any_order_of_arrival_give_the_same_answer(case: Case, random: Random) -> None:
    repayments, events = list(case.repayments), list(case.events)
    random.shuffle(repayments)
    random.shuffle(events)
    shuffled = replace(case, repayments=tuple(repayments), events=tuple(events))
    assert _replay_valid(case) == replay_case(shuffled)


@given(lives(), st.integers(1, 400))
def test_event_that_is_told_late_gives_what_it_gives_when_known_in_time(case: Case, days: int) -> None:
    on_its_own = {event.core_ref for event in case.events if _alone(event, case.events)}
    late = tuple(
        replace(event, recorded_at=event.recorded_at + timedelta(days=days)) if event.core_ref in on_its_own else event
        for event in case.events
    )
    assert _replay_valid(case) == replay_case(replace(case, events=late))


def _alone(event: LoanEvent, events: tuple[LoanEvent, ...]) -> bool:
    return [(other.kind, other.value_on) for other in events].count((event.kind, event.value_on)) == 1


@given(lives())
def test_reversed_rows_are_as_if_they_had_never_been(case: Case) -> None:
    come = [row for row in case.repayments if row.value_on <= case.as_of]
    annulled = {row.reverses for row in come}
    counting = tuple(row for row in come if row.reverses is None and row.core_ref not in annulled)
    assert _replay_valid(case) == replay_case(replace(case, repayments=counting, events=_in_force(case)))


@given(lives(), st.integers(1, 400))
def test_rows_of_later_days_change_nothing_today(case: Case, days: int) -> None:
    later = case.as_of + timedelta(days=days)
    pause = LoanEvent("later", EventKind.PAUSE, later, noon(later), until_on=later + timedelta(days=9))
    future = replace(case, repayments=(*case.repayments, paid("later", later, 7)), events=(*case.events, pause))
    assert _replay_valid(case) == replay_case(future)


# --- going on from a state ---------------------------------------------------------------------------------------


def _resumed(case: Case, stop_on: date) -> tuple[Replayed, Replayed] | None:
    """The resumed and the whole replay; None where the state of ``stop_on`` is held or events come later."""
    if any(row.reverses for row in case.repayments if row.value_on > stop_on):
        return None
    if any(event.value_on > stop_on for event in case.events):
        return None
    half_way = replay_case(case, stop_on)
    later = [row for row in case.repayments if row.value_on > stop_on]
    arguments = (case.terms, case.schedule, later, case.as_of)
    if half_way.state.held_by is not None:
        with pytest.raises(FactInvalid, match="held_by"):
            resume(*arguments, since=half_way, conventions=case.conventions)
        return None
    on = resume(*arguments, since=half_way, conventions=case.conventions)
    return replace(on, allocations=half_way.allocations + on.allocations), replay_case(case)


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
