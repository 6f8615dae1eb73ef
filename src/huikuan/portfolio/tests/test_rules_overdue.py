"""Overdue rate: regulatory and management parts of a note."""

from datetime import date, timedelta

import pytest

from huikuan.portfolio.facts import CoreStatus, FactInvalid, NoteState
from huikuan.portfolio.policies import Example, overdue_file_load, overdue_policies_load
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.rules.overdue import OverdueBalances, overdue_balances, overdue_policy_on
from huikuan.portfolio.tests.builders import a_note, due, paid

DUE_ON = date(2024, 2, 15)
NOTE = a_note(principal_minor=10_000)
SCHEDULE = (due(1, DUE_ON, principal=1_000, interest=10), due(2, date(2024, 12, 15), principal=9_000))
POLICY = overdue_policy_on(overdue_policies_load(), date(2024, 1, 31))
EXAMPLES = overdue_file_load().examples


def late(days: int) -> NoteState:
    return replay(NOTE, SCHEDULE, (), DUE_ON + timedelta(days=days)).state


@pytest.mark.parametrize(
    ("days", "monthly_consumer", "management", "regulatory"),
    [
        (0, True, 0, 0),
        (1, True, 10_000, 1_000),
        (90, True, 10_000, 1_000),
        (91, True, 10_000, 10_000),
        (0, False, 0, 0),
        (1, False, 10_000, 10_000),
    ],
)
def test_numerators_at_the_edges_of_days_past_due(
    days: int, monthly_consumer: bool, management: int, regulatory: int
) -> None:
    assert overdue_balances(
        late(days), POLICY, core_status=CoreStatus.ACTIVE, monthly_consumer=monthly_consumer
    ) == OverdueBalances(10_000, management, regulatory)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_example_of_the_policy_file_holds(example: Example) -> None:
    parts = overdue_balances(
        late(example.days_past_due),
        overdue_policy_on(overdue_policies_load(), example.business_date),
        core_status=CoreStatus.ACTIVE,
        monthly_consumer=True,
    )
    assert parts.regulatory_minor == {"overdue_principal": 1_000, "balance": 10_000}[example.then]


def test_charged_off_and_closed_notes_are_in_neither_part() -> None:
    nothing = OverdueBalances(0, 0, 0)
    assert overdue_balances(late(100), POLICY, core_status=CoreStatus.CHARGED_OFF, monthly_consumer=True) == nothing
    closed = replay(NOTE, SCHEDULE, [paid("A", DUE_ON, 10_010)], date(2024, 12, 15)).state
    assert closed.closed
    assert overdue_balances(closed, POLICY, core_status=CoreStatus.ACTIVE, monthly_consumer=False) == nothing


def test_interest_arrears_alone_count_the_balance_of_a_consumer_loan_in_the_management_rate_only() -> None:
    schedule = (due(1, DUE_ON, interest=10), due(2, date(2024, 12, 15), principal=10_000))
    state = replay(NOTE, schedule, (), DUE_ON + timedelta(days=5)).state
    assert overdue_balances(state, POLICY, core_status=CoreStatus.ACTIVE, monthly_consumer=True) == OverdueBalances(
        10_000, 10_000, 0
    )


def test_day_before_the_first_policy_is_refused() -> None:
    with pytest.raises(FactInvalid, match="2000-01-01 or later"):
        overdue_policy_on(overdue_policies_load(), date(1999, 12, 31))
