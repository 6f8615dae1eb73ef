"""The explanation over random lives: every convention, every event, to the last fraction and in both languages."""

import os
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from huikuan.portfolio.explain.answer import explanation_output
from huikuan.portfolio.explain.document import document_build
from huikuan.portfolio.explain.plain import plain_text
from huikuan.portfolio.explain.shape import Medium
from huikuan.portfolio.explain.words import Language
from huikuan.portfolio.facts import CoreStatus, FactInvalid
from huikuan.portfolio.loan_file import Loan
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.rules.explain.facts import Explanation, Standing
from huikuan.portfolio.rules.rounding import round_ratio
from huikuan.portfolio.tests.random_lives import lives
from huikuan.portfolio.tests.random_notes import Case
from huikuan.portfolio.tests.test_explain_rules import explained

pytestmark = [pytest.mark.soak] if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else []


def of_life(case: Case) -> Explanation:
    """Explain a life; what the engine refuses is not explained either."""
    try:
        return explained(
            case.terms,
            case.repayments,
            case.as_of,
            schedule=case.schedule,
            conventions=case.conventions,
            events=case.events,
        )
    except FactInvalid:
        assume(False)
        raise


def loan_of(case: Case) -> Loan:
    return Loan(
        terms=case.terms,
        delivered=case.schedule,
        repayments=case.repayments,
        core_status=CoreStatus.ACTIVE,
        minor_digits=2,
        conventions=case.conventions,
        events=case.events,
    )


@given(lives())
def test_explanation_of_any_life_has_the_answer_of_the_engine(case: Case) -> None:
    answer = of_life(case)
    replayed = replay(
        case.terms, case.schedule, case.repayments, case.as_of, conventions=case.conventions, events=case.events
    )
    assert (answer.state, answer.flags) == (replayed.state, replayed.flags)
    assert tuple(row.allocation for row in answer.allocations) == replayed.allocations


@given(lives())
def test_lines_of_any_life_add_up_to_the_accumulators_to_the_last_fraction(case: Case) -> None:
    answer = of_life(case)
    state, den = answer.state, answer.den
    compound = state.compound_whole * den + state.compound_num + state.compound_capitalised_minor * den
    for accrual, accumulator in (
        (answer.penalty, state.penalty_whole * den + state.penalty_num),
        (answer.compound, compound),
        (answer.delay, state.delay_whole * den + state.delay_num),
    ):
        assert accrual.owed_numerator == accumulator
        for row in accrual.segments:
            per_year = row.base_minor * row.rate_ppm * row.count * den
            assert row.numerator * row.year * 1_000_000 == per_year
    for line in answer.late_fees:
        if line.base_minor:
            rounding = case.conventions.rounding
            assert line.amount_minor == round_ratio(line.base_minor * line.rate_ppm, 1_000_000, rounding)


@given(lives())
def test_parts_of_every_allocation_of_any_life_add_up(case: Case) -> None:
    answer = of_life(case)
    for detail in answer.allocations:
        row = detail.allocation
        assert sum(share.principal_minor for share in detail.shares) + detail.ahead_minor == row.principal_minor
        assert sum(share.interest_minor for share in detail.shares) == row.interest_minor
        assert sum(share.costs_minor for share in detail.shares) == row.costs_minor


@given(lives())
def test_instalments_of_any_life_are_what_is_owed_and_as_late_as_the_note(case: Case) -> None:
    answer = of_life(case)
    state, due = answer.state, answer.due_now
    fallen = [row for row in answer.schedule if row.standing is not Standing.NOT_DUE]
    assert sum(row.unpaid_principal_minor for row in fallen) == due.principal_minor
    assert sum(row.unpaid_interest_minor for row in fallen) == due.interest_minor
    assert sum(row.unpaid_costs_minor for row in fallen) == due.costs_minor
    assert sum(row.unpaid_principal_minor for row in answer.schedule) == state.principal_outstanding_minor
    assert max((row.days_past_due for row in answer.schedule), default=0) == answer.lateness.raw_days
    late = answer.lateness
    assert late.calendar_days - late.paused_days == late.raw_days
    assert late.paused_days >= 0


@given(lives())
def test_every_event_of_any_life_is_told_or_said_not_to_count(case: Case) -> None:
    answer = of_life(case)
    told = [row.event.core_ref for row in answer.events] + [row.core_ref for row in answer.events_not_counted]
    assert sorted(told) == sorted(row.core_ref for row in case.events)


@given(lives(), st.sampled_from(Language), st.sampled_from(Medium))
def test_any_life_can_be_put_into_words_without_a_value_left_open(
    case: Case, language: Language, medium: Medium
) -> None:
    document = document_build(loan_of(case), of_life(case), language, medium)
    text = plain_text(replace(document, page=""), internal=True)
    assert "{" not in text
    assert "None" not in text


@given(lives())
def test_any_life_has_a_json(case: Case) -> None:
    answer = of_life(case)
    output = explanation_output(loan_of(case), answer)
    assert output.exact_denominator == answer.den
    assert int(output.penalty.owed_numerator) == answer.penalty.owed_numerator
