"""The explanation of a debt adds up to the exact engine, to the numerator."""

import os
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT, Conventions, DayCount
from huikuan.portfolio.explain.loan import class_rules_load
from huikuan.portfolio.facts import (
    Bucket,
    ClassFloor,
    Compound,
    CoreStatus,
    Instalment,
    NoteTerms,
    Repayment,
    RepaymentMethod,
)
from huikuan.portfolio.loan_events import LoanEvent
from huikuan.portfolio.policies import overdue_policies_load
from huikuan.portfolio.restructured_policies import observation_rules_load
from huikuan.portfolio.rules.day_count import den_of
from huikuan.portfolio.rules.engine import replay, resume
from huikuan.portfolio.rules.explain.accruals import Base, Segment
from huikuan.portfolio.rules.explain.build import explain
from huikuan.portfolio.rules.explain.facts import Explanation, NotCountedReason, Standing
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.builders import a_note, due, paid
from huikuan.portfolio.tests.random_notes import Case, cases

pytestmark = [pytest.mark.soak] if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else []

DEN = den_of(DayCount.ACT_360)
CLASS_RULES = class_rules_load()
OVERDUE = overdue_policies_load()
MARCH_31 = date(2024, 3, 31)


def explained(
    terms: NoteTerms,
    repayments: tuple[Repayment, ...] = (),
    as_of: date = MARCH_31,
    *,
    schedule: tuple[Instalment, ...] = (),
    core_status: CoreStatus = CoreStatus.ACTIVE,
    tolerance_days: int = 0,
    monthly_consumer: bool = True,
    conventions: Conventions = CONVENTIONS_DEFAULT,
    events: tuple[LoanEvent, ...] = (),
) -> Explanation:
    """Explain a note of the builders."""
    if tolerance_days:
        conventions = replace(conventions, tolerance_days=tolerance_days)
    return explain(
        terms,
        schedule or schedule_build(terms, conventions=conventions),
        repayments,
        as_of,
        core_status=core_status,
        monthly_consumer=monthly_consumer,
        class_rules=CLASS_RULES,
        overdue_policies=OVERDUE,
        conventions=conventions,
        events=events,
        observation_rules=observation_rules_load(),
    )


def of_case(case: Case) -> Explanation:
    return explained(case.terms, case.repayments, case.as_of, schedule=case.schedule)


@given(cases())
def test_explanation_of_any_note_has_the_state_and_allocations_of_the_engine(case: Case) -> None:
    answer, replayed = of_case(case), replay(case.terms, case.schedule, case.repayments, case.as_of)
    assert answer.state == replayed.state
    assert tuple(row.allocation for row in answer.allocations) == replayed.allocations


@given(cases())
def test_segments_less_payments_of_any_note_are_the_accumulators_of_the_engine(case: Case) -> None:
    answer = of_case(case)
    state = answer.state
    assert answer.penalty.owed_numerator == state.penalty_whole * DEN + state.penalty_num
    accrued = state.compound_whole * DEN + state.compound_num
    assert answer.compound.owed_numerator == accrued + state.compound_capitalised_minor * DEN
    for accrual in (answer.penalty, answer.compound):
        assert accrual.owed_minor == (accrual.owed_numerator * 2 + DEN) // (2 * DEN)


@given(cases())
def test_segments_of_any_note_follow_each_other_without_overlap_or_repetition(case: Case) -> None:
    answer = of_case(case)
    for segments in (answer.penalty.segments, answer.compound.segments):
        for row in segments:
            assert row.days >= 1
            assert row.base_minor > 0
            assert 0 <= row.base.capitalised_minor <= row.base_minor
            assert row.to_on <= case.as_of
        for earlier, later in pairwise(segments):
            assert earlier.to_on < later.from_on
            joined = earlier.to_on + timedelta(days=1) == later.from_on
            assert not joined or (earlier.base, earlier.rate_ppm, earlier.year) != (
                later.base,
                later.rate_ppm,
                later.year,
            )


@given(cases())
def test_base_of_penalty_on_any_day_is_the_unpaid_principal_due_before_it(case: Case) -> None:
    last = of_case(case).penalty.segments[-1:]
    evening = replay(case.terms, case.schedule, case.repayments, case.as_of)
    tomorrow = resume(case.terms, case.schedule, (), case.as_of + timedelta(days=1), since=evening)
    base = sum(row.principal_minor for row in evening.open)
    answer = of_case(replace(case, as_of=tomorrow.state.as_of, repayments=_until(case)))
    on_tomorrow = [row for row in answer.penalty.segments if row.to_on == tomorrow.state.as_of]
    assert [row.base_minor for row in on_tomorrow] == ([base] if base and case.terms.penalty_rate_ppm else [])
    assert all(row.to_on <= case.as_of for row in last)


def _until(case: Case) -> tuple[Repayment, ...]:
    return tuple(row for row in case.repayments if row.value_on <= case.as_of)


@given(cases())
def test_shares_of_instalments_of_any_note_add_up_to_allocations_and_to_what_was_due(case: Case) -> None:
    answer = of_case(case)
    for row in answer.allocations:
        whole = row.allocation
        for component in ("costs_minor", "interest_minor", "principal_minor"):
            assert sum(getattr(share, component) for share in row.shares) == getattr(whole, component)
        assert 0 <= row.capitalised_minor <= whole.compound_minor
    for line in answer.schedule:
        paid_ = [share for detail in answer.allocations for share in detail.shares if share.seq == line.seq]
        for name in ("costs_minor", "interest_minor", "principal_minor"):
            unpaid = getattr(line, f"unpaid_{name}")
            assert sum(getattr(share, name) for share in paid_) + unpaid == getattr(line, name)
        assert line.standing is not Standing.NOT_DUE or line.due_on > case.as_of


@given(cases())
def test_days_of_the_instalments_of_any_note_give_the_days_of_the_note(case: Case) -> None:
    answer = of_case(case)
    assert max((row.days_past_due for row in answer.schedule), default=0) == answer.lateness.raw_days
    oldest = answer.lateness.oldest_due_on
    assert (case.as_of - oldest).days == answer.lateness.raw_days if oldest else answer.lateness.raw_days == 0


@given(cases(), st.integers(1, 90))
def test_tolerance_counts_all_days_or_none_and_changes_nothing_else(case: Case, tolerance_days: int) -> None:
    raw = of_case(case)
    answer = explained(case.terms, case.repayments, case.as_of, schedule=case.schedule, tolerance_days=tolerance_days)
    days = raw.lateness.raw_days
    assert answer.lateness.raw_days == days
    assert answer.lateness.counted_days == (days if days > tolerance_days else 0)
    same = replace(answer, lateness=raw.lateness, conventions=raw.conventions, state=raw.state)
    assert same == raw


@given(cases())
def test_payment_of_what_is_due_now_leaves_nothing_open(case: Case) -> None:
    total = of_case(case).due_now.total_minor
    if total:
        repayments = (*_until(case), paid("rest", case.as_of, total, hour=23))
        after = replay(case.terms, case.schedule, repayments, case.as_of)
        assert after.open == ()
        assert after.state.penalty_minor == after.state.compound_minor == after.state.credit_minor == 0


@given(cases())
def test_payoff_of_any_note_is_all_that_is_owed_less_what_is_held(case: Case) -> None:
    answer = of_case(case)
    payoff, state = answer.payoff, answer.state
    future = sum(row.principal_minor for row in answer.schedule if row.standing is Standing.NOT_DUE)
    assert payoff.total_minor == answer.due_now.total_minor + future + payoff.running_minor - state.credit_minor
    if payoff.running is not None:
        assert 0 <= payoff.running.elapsed_days < payoff.running.period_days
        assert 0 <= payoff.running.amount_minor <= payoff.running.scheduled_minor


@given(cases())
def test_every_repayment_of_any_note_is_either_allocated_or_said_not_to_count(case: Case) -> None:
    answer = of_case(case)
    allocated = [row.allocation.core_ref for row in answer.allocations if row.allocation.core_ref is not None]
    assert sorted(allocated + [row.core_ref for row in answer.not_counted]) == sorted(
        row.core_ref for row in case.repayments
    )


# One instalment of 1,000.00 unpaid for 30 days at 9 %: the sum of the documentation.
PLAIN = a_note(
    principal_minor=100_000, disbursed_on=date(2024, 1, 1), first_due_on=date(2024, 3, 1),
    matures_on=date(2024, 3, 1), method=RepaymentMethod.GIVEN, instalment_count=1,
)  # fmt: skip
PLAIN_ROWS = (due(1, date(2024, 3, 1), principal=100_000, interest=500),)


def test_penalty_of_thirty_days_is_one_segment_from_the_day_after_the_due_date() -> None:
    answer = explained(PLAIN, schedule=PLAIN_ROWS)
    assert answer.penalty.segments == (Segment(date(2024, 3, 2), MARCH_31, Base(100_000), 90_000, 30, 360, DEN),)
    segment = answer.penalty.segments[0]
    assert (segment.days, segment.rounded_minor) == (30, 750)
    assert Fraction(segment.numerator, DEN) == Fraction("750")


def test_note_on_its_due_date_has_no_segment_and_is_not_late() -> None:
    answer = explained(PLAIN, as_of=date(2024, 3, 1), schedule=PLAIN_ROWS)
    assert answer.penalty.segments == ()
    assert (answer.lateness.raw_days, answer.lateness.oldest_due_on) == (0, None)
    assert answer.due_now.total_minor == 100_500


@pytest.mark.parametrize(
    ("tolerance_days", "counted", "bucket"),
    [(0, 30, Bucket.M1), (29, 30, Bucket.M1), (30, 0, Bucket.M0), (31, 0, Bucket.M0)],
)
def test_thirty_days_count_only_above_the_tolerance(tolerance_days: int, counted: int, bucket: Bucket) -> None:
    late = explained(PLAIN, schedule=PLAIN_ROWS, tolerance_days=tolerance_days).lateness
    assert (late.raw_days, late.counted_days, late.bucket, late.bucket_counted) == (30, counted, Bucket.M1, bucket)


def test_compound_interest_over_maturity_has_a_segment_at_each_rate() -> None:
    terms = replace(PLAIN, compound=Compound.MONTHLY, matures_on=date(2024, 3, 10))
    answer = explained(terms, schedule=PLAIN_ROWS)
    assert [(row.from_on, row.to_on, row.base_minor, row.rate_ppm) for row in answer.compound.segments] == [
        (date(2024, 3, 2), date(2024, 3, 10), 500, 60_000),
        (date(2024, 3, 11), date(2024, 3, 20), 500, 90_000),
        (date(2024, 3, 21), MARCH_31, 502, 90_000),
    ]
    assert [(row.on, row.amount_minor, row.capitalised_minor) for row in answer.capitalisations] == [
        (date(2024, 3, 20), 2, 2)
    ]
    assert answer.compound.segments[-1].base == Base(interest_minor=500, capitalised_minor=2)


def test_interest_of_the_running_period_goes_by_days_and_is_rounded_half_up() -> None:
    terms = replace(PLAIN, matures_on=date(2024, 4, 1))
    rows = (due(1, date(2024, 3, 1), 50_000, 500), due(2, date(2024, 4, 1), 50_000, 31))
    begun = explained(terms, as_of=date(2024, 3, 1), schedule=rows).payoff.running
    assert begun is not None
    assert (begun.from_on, begun.elapsed_days, begun.period_days, begun.amount_minor) == (date(2024, 3, 1), 0, 31, 0)
    last = explained(terms, schedule=rows).payoff.running
    assert last is not None
    assert (last.elapsed_days, last.amount_minor, last.by_ratio) == (30, 30, True)
    assert explained(terms, as_of=date(2024, 4, 1), schedule=rows).payoff.running is None
    odd = (rows[0], due(2, date(2024, 3, 3), 50_000, 1))
    half = explained(terms, as_of=date(2024, 3, 2), schedule=odd).payoff.running
    assert half is not None
    assert half.amount_minor == 1


def test_instalments_due_on_one_day_are_one_running_period() -> None:
    rows = (due(1, date(2024, 3, 1), 50_000, 500), due(2, date(2024, 3, 1), 50_000, 100))
    running = explained(PLAIN, as_of=date(2024, 2, 1), schedule=rows).payoff.running
    assert running is not None
    assert (running.seqs, running.scheduled_minor, running.from_on) == ((1, 2), 600, date(2024, 1, 1))


def test_reversed_and_later_repayments_are_said_not_to_count() -> None:
    repayments = (
        paid("A", date(2024, 3, 2), 100),
        paid("B", date(2024, 3, 9), 100, reverses="A"),
        paid("C", date(2024, 4, 1), 7),
    )
    answer = explained(PLAIN, repayments, schedule=PLAIN_ROWS)
    assert [(row.core_ref, row.reason, row.other_ref) for row in answer.not_counted] == [
        ("A", NotCountedReason.REVERSED, "B"),
        ("B", NotCountedReason.REVERSAL, "A"),
        ("C", NotCountedReason.LATER, None),
    ]
    assert answer.allocations == ()


def test_overpaid_note_has_a_payoff_below_zero_and_is_not_late() -> None:
    answer = explained(PLAIN, (paid("A", date(2024, 3, 1), 100_600),), schedule=PLAIN_ROWS)
    assert (answer.payoff.credit_minor, answer.payoff.total_minor) == (100, -100)
    assert answer.schedule[0].cleared_on == date(2024, 3, 1)


def test_costs_are_due_are_paid_first_and_never_make_a_note_late() -> None:
    rows = (due(1, date(2024, 3, 1), principal=100_000, costs=300),)
    before = explained(PLAIN, schedule=rows, as_of=date(2024, 3, 1))
    assert (before.due_now.costs_minor, before.due_now.total_minor, before.payoff.total_minor) == (
        300,
        100_300,
        100_300,
    )
    half = explained(PLAIN, (paid("A", date(2024, 3, 1), 100),), schedule=rows)
    assert [(share.costs_minor, share.principal_minor) for share in half.allocations[0].shares] == [(100, 0)]
    assert (half.due_now.costs_minor, half.schedule[0].standing) == (200, Standing.PART_PAID)
    costs_only = explained(PLAIN, schedule=(due(1, date(2024, 2, 1), costs=300), rows[0]), as_of=date(2024, 2, 20))
    assert (costs_only.lateness.raw_days, costs_only.due_now.total_minor) == (0, 300)


@pytest.mark.parametrize(
    ("days", "floor", "above", "worse"),
    [
        (0, ClassFloor.PASS, None, ClassFloor.SPECIAL_MENTION),
        (90, ClassFloor.SPECIAL_MENTION, 0, ClassFloor.SUBSTANDARD),
        (91, ClassFloor.SUBSTANDARD, 90, ClassFloor.DOUBTFUL),
        (361, ClassFloor.LOSS, 360, None),
    ],
)
def test_class_floor_names_its_rule_and_the_next_class(
    days: int, floor: ClassFloor, above: int | None, worse: ClassFloor | None
) -> None:
    found = explained(PLAIN, as_of=date(2024, 3, 1) + timedelta(days=days), schedule=PLAIN_ROWS).class_floor
    assert (found.floor, found.above_days, found.worse) == (floor, above, worse)
    assert found.rule.policy.effective_on == date(2023, 7, 1)
    assert "2023" in found.rule.title


def test_class_floor_before_the_rule_names_the_policy_of_the_bank() -> None:
    early = replace(PLAIN, disbursed_on=date(2018, 1, 1), first_due_on=date(2018, 3, 1), matures_on=date(2018, 3, 1))
    found = explained(early, as_of=date(2018, 6, 30), schedule=(due(1, date(2018, 3, 1), 100_000),)).class_floor
    assert (found.rule.force, found.floor) == ("bank", ClassFloor.SUBSTANDARD)


@pytest.mark.parametrize(("monthly_consumer", "regulatory"), [(True, 50_000), (False, 100_000)])
def test_regulatory_amount_of_a_monthly_consumer_loan_is_its_overdue_principal(
    monthly_consumer: bool, regulatory: int
) -> None:
    rows = (due(1, date(2024, 3, 1), 50_000), due(2, date(2024, 4, 1), 50_000))
    terms = replace(PLAIN, matures_on=date(2024, 4, 1))
    overdue = explained(terms, schedule=rows, monthly_consumer=monthly_consumer).overdue
    assert (overdue.management_minor, overdue.regulatory_minor) == (100_000, regulatory)
