"""Properties of the exact engine over random notes, and its agreement with the day-by-day oracle."""

import os
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from huikuan.portfolio.facts import NoteState, Repayment, Replayed
from huikuan.portfolio.rules.engine import replay, resume
from huikuan.portfolio.tests.builders import paid
from huikuan.portfolio.tests.oracle import assert_same, oracle
from huikuan.portfolio.tests.random_notes import Case, case_from_seed, cases

SEEDS_SOAK = 20_000

# In `make soak` these properties run again with the many examples of that profile.
pytestmark = [pytest.mark.soak] if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else []


def _replay(case: Case, as_of: date | None = None) -> Replayed:
    return replay(case.terms, case.schedule, case.repayments, as_of or case.as_of)


def _counting(case: Case, as_of: date) -> list[Repayment]:
    annulled = {row.reverses for row in case.repayments if row.value_on <= as_of}
    return [
        row
        for row in case.repayments
        if row.value_on <= as_of and row.reverses is None and row.core_ref not in annulled
    ]


@given(cases())
def test_engine_on_any_note_agrees_with_the_day_by_day_oracle(case: Case) -> None:
    assert_same(_replay(case), oracle(case.terms, case.schedule, case.repayments, case.as_of))


@pytest.mark.parametrize("block", range(4))
def test_engine_on_seeded_notes_agrees_with_the_day_by_day_oracle(block: int) -> None:
    for seed in range(block * 100, block * 100 + 100):
        case = case_from_seed(seed)
        assert_same(_replay(case), oracle(case.terms, case.schedule, case.repayments, case.as_of))


@pytest.mark.soak
def test_engine_on_many_seeded_notes_agrees_with_the_day_by_day_oracle() -> None:
    for seed in range(1_000, 1_000 + SEEDS_SOAK):
        case = case_from_seed(seed)
        assert_same(_replay(case), oracle(case.terms, case.schedule, case.repayments, case.as_of))


@given(cases())
def test_allocations_of_any_note_add_up_to_the_repayments_and_to_the_state(case: Case) -> None:
    replayed = _replay(case)
    rows, state = replayed.allocations, replayed.state
    for row in rows:
        parts = (row.costs_minor, row.penalty_minor, row.compound_minor, row.interest_minor, row.principal_minor)
        assert min(parts) >= 0
        assert sum(parts) + row.credit_minor == row.amount_minor
    counting = _counting(case, case.as_of)
    assert {row.core_ref: row.amount_minor for row in rows if row.core_ref is not None} == {
        row.core_ref: row.amount_minor for row in counting
    }
    assert sum(row.credit_minor for row in rows) == state.credit_minor
    fallen_due = [row for row in case.schedule if row.due_on <= case.as_of]
    for component in ("costs_minor", "interest_minor", "principal_minor"):
        allocated = sum(getattr(row, component) for row in rows)
        unpaid = sum(getattr(row, component) for row in replayed.open)
        # What fell due is either paid or open: nothing is paid above its due, nothing gets lost.
        assert allocated + unpaid == sum(getattr(row, component) for row in fallen_due)
    principal_paid = sum(row.principal_minor for row in rows)
    assert state.principal_outstanding_minor == case.terms.principal_minor - principal_paid


@given(cases())
def test_money_held_as_credit_means_that_nothing_is_due(case: Case) -> None:
    replayed = _replay(case)
    if replayed.state.credit_minor:
        assert replayed.open == ()
        assert replayed.state.penalty_minor == replayed.state.compound_minor == 0


@given(cases(), st.data())
def test_replay_to_a_day_and_resumed_gives_the_state_of_one_replay(case: Case, data: st.DataObject) -> None:
    no_reversals = replace(case, repayments=tuple(_counting(case, date.max)))
    stop_on = case.terms.disbursed_on + timedelta(
        days=data.draw(st.integers(0, (case.as_of - case.terms.disbursed_on).days))
    )
    half_way = _replay(no_reversals, stop_on)
    later = [row for row in no_reversals.repayments if row.value_on > stop_on]
    resumed = resume(case.terms, case.schedule, later, case.as_of, since=half_way)
    whole = _replay(no_reversals)
    assert resumed.state == whole.state
    assert resumed.open == whole.open
    assert half_way.allocations + resumed.allocations == whole.allocations


@given(cases(), st.randoms(use_true_random=False))
def test_repayments_in_any_order_of_arrival_give_the_same_answer(case: Case, random: Random) -> None:
    shuffled = list(case.repayments)
    random.shuffle(shuffled)
    assert replay(case.terms, case.schedule, shuffled, case.as_of) == _replay(case)


@given(cases())
def test_reversed_repayment_is_as_if_it_had_never_been(case: Case) -> None:
    assert replay(case.terms, case.schedule, _counting(case, case.as_of), case.as_of) == _replay(case)


@given(cases(), st.data())
def test_repayment_with_a_later_value_date_changes_nothing_today(case: Case, data: st.DataObject) -> None:
    future = paid("later", case.as_of + timedelta(days=data.draw(st.integers(1, 400))), 100)
    assert replay(case.terms, case.schedule, (*case.repayments, future), case.as_of) == _replay(case)


@given(cases(), st.integers(1, 10**6))
def test_extra_money_today_lowers_days_past_due_only_by_clearing_the_oldest_due(case: Case, amount: int) -> None:
    before = _replay(case)
    extra = paid("extra", case.as_of, amount, hour=23)
    after = replay(case.terms, case.schedule, (*case.repayments, extra), case.as_of)
    note(f"{before.state.dpd} -> {after.state.dpd}")
    assert after.state.dpd <= before.state.dpd
    oldest = min((row.due_on for row in before.open if row.principal_minor or row.interest_minor), default=None)
    still_open = [row for row in after.open if row.principal_minor or row.interest_minor]
    if any(row.due_on == oldest for row in still_open):
        assert after.state.dpd == before.state.dpd


@given(cases())
def test_another_day_without_money_makes_a_late_note_one_day_later(case: Case) -> None:
    today = _replay(case)
    tomorrow = resume(case.terms, case.schedule, (), case.as_of + timedelta(days=1), since=today)
    if today.state.dpd:
        assert tomorrow.state.dpd == today.state.dpd + 1
    assert _penalty(tomorrow.state) - _penalty(today.state) == sum(
        row.principal_minor * case.terms.penalty_rate_ppm for row in today.open
    )


def _penalty(state: NoteState) -> int:
    return state.penalty_whole * 360_000_000 + state.penalty_num
