"""Where money goes under each convention, and what it does when it comes in advance. Amounts are minor units."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from huikuan.portfolio.conventions import Advance, AllocationAxis, Component, Conventions, DueStages
from huikuan.portfolio.facts import FactInvalid, OpenInstalment, RepaymentMethod
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.builders import a_note, due, paid

DUE_ON = date(2024, 2, 15)


def after(days: int) -> date:
    """So many days after the due date."""
    return DUE_ON + timedelta(days=days)


TWO_DUE = (
    due(1, DUE_ON, principal=36_000, interest=600, costs=50),
    due(2, after(29), principal=40_000, interest=500, costs=70),
)
TWO_NOTE = a_note(principal_minor=76_000, penalty_rate_ppm=1_000_000)
# Close of day 29: penalty 36,000 / 360 x 29 = 2,900. Past due: 50, 2,900, 600, 36,000; due today: 70, 500, 40,000.

HORIZONTAL = Conventions(allocation_axis=AllocationAxis.HORIZONTAL)
PAST_DUE_FIRST = Conventions(due_stages=DueStages.PAST_DUE_FIRST)


def unpaid(conventions: Conventions, money: int) -> list[tuple[int, int, int]]:
    """Costs, interest and principal left of each open instalment when so much is paid on day 29."""
    replayed = replay(TWO_NOTE, TWO_DUE, [paid("A", after(29), money)], after(29), conventions=conventions)
    (row,) = replayed.allocations
    parts = (row.costs_minor, row.penalty_minor, row.compound_minor, row.interest_minor, row.principal_minor)
    assert sum(parts) + row.delay_minor + row.credit_minor == money == row.amount_minor
    return [(row.costs_minor, row.interest_minor, row.principal_minor) for row in replayed.open]


@pytest.mark.parametrize(
    ("conventions", "money", "left"),
    [
        # One component over all instalments: both costs, the penalty, both interests, then principal.
        (Conventions(), 120 + 2_900 + 1_100 + 9, [(0, 0, 35_991), (0, 0, 40_000)]),
        # All of the first instalment, with the penalty of the note in its turn, before any of the second.
        (HORIZONTAL, 50 + 2_900 + 600 + 36_000 - 1, [(0, 0, 1), (70, 500, 40_000)]),
        (HORIZONTAL, 50 + 2_900 + 600 + 36_000 + 71, [(0, 499, 40_000)]),
        # What is past due is cleared before what falls due today.
        (PAST_DUE_FIRST, 50 + 2_900 + 600 + 36_000 - 1, [(0, 0, 1), (70, 500, 40_000)]),
        (PAST_DUE_FIRST, 50 + 2_900 + 600 + 36_000 + 571, [(0, 0, 39_999)]),
    ],
)
def test_money_goes_by_component_or_by_instalment_or_to_what_is_past_due(
    conventions: Conventions, money: int, left: list[tuple[int, int, int]]
) -> None:
    assert unpaid(conventions, money) == left


def test_past_due_first_goes_by_component_inside_what_is_past_due() -> None:
    schedule = (due(1, DUE_ON, interest=10, principal=100), due(2, after(1), interest=20, principal=200))
    note = a_note(principal_minor=300, penalty_rate_ppm=0)
    open_ = replay(note, schedule, [paid("A", after(5), 35)], after(5), conventions=PAST_DUE_FIRST).open
    assert open_ == (OpenInstalment(1, DUE_ON, 95, 0, 0), OpenInstalment(2, after(1), 200, 0, 0))


def test_order_of_components_is_that_of_the_convention() -> None:
    order = (Component.PRINCIPAL, Component.INTEREST, Component.COSTS, Component.PENALTY, Component.COMPOUND)
    conventions = Conventions(allocation_order=order)
    assert unpaid(conventions, 76_000 + 1_100 + 119) == [(1, 0, 0)]


@pytest.mark.parametrize(("days", "principal", "interest"), [(90, 400, 600), (91, 1_000, 0)])
def test_principal_comes_right_after_costs_once_the_note_is_late_enough(
    days: int, principal: int, interest: int
) -> None:
    schedule = (due(1, DUE_ON, principal=36_000, interest=600, costs=50),)
    note = a_note(principal_minor=36_000, penalty_rate_ppm=0)
    conventions = Conventions(principal_first_after_days=90)
    (row,) = replay(note, schedule, [paid("A", after(days), 1_050)], after(days), conventions=conventions).allocations
    assert (row.costs_minor, row.principal_minor, row.interest_minor) == (50, principal, interest)


# --- in advance --------------------------------------------------------------------------------------------------

INTEREST_FIRST = a_note(method=RepaymentMethod.INTEREST_FIRST)  # 12,000.00 at 6 %: 60.00 a month
EQUAL_PRINCIPAL = a_note(method=RepaymentMethod.EQUAL_PRINCIPAL)  # 1,000.00 a month


def test_next_instalment_in_advance_pays_the_coming_instalments_as_they_stand() -> None:
    schedule = schedule_build(INTEREST_FIRST)
    conventions = Conventions(advance=Advance.NEXT_INSTALMENT)
    rows = [paid("A", DUE_ON, 6_000 + 6_000 + 2_500)]
    replayed = replay(INTEREST_FIRST, schedule, rows, DUE_ON, conventions=conventions)
    (row,) = replayed.allocations
    assert (row.interest_minor, row.principal_minor, row.credit_minor) == (14_500, 0, 0)
    assert (replayed.state.held_by, replayed.schedule) == ("advance", schedule)
    # The second instalment is prepaid and never falls due; 3,500 of the third fall due.
    assert replay(INTEREST_FIRST, schedule, rows, date(2024, 4, 14), conventions=conventions).open == ()
    (third,) = replay(INTEREST_FIRST, schedule, rows, date(2024, 4, 15), conventions=conventions).open
    assert (third.seq, third.interest_minor) == (3, 3_500)


def test_next_instalment_in_advance_beyond_the_whole_note_is_credit() -> None:
    conventions = Conventions(advance=Advance.NEXT_INSTALMENT)
    rows = [paid("A", date(2024, 2, 1), 36_000 + 600 + 50 + 40_000 + 500 + 70 + 9)]
    state = replay(TWO_NOTE, TWO_DUE, rows, date(2024, 2, 1), conventions=conventions).state
    assert (state.credit_minor, state.principal_outstanding_minor, state.closed) == (9, 0, True)


def test_re_amortised_advance_lowers_the_balance_and_the_coming_interest() -> None:
    conventions = Conventions(advance=Advance.RE_AMORTISED)
    schedule = schedule_build(INTEREST_FIRST)
    rows = [paid("A", DUE_ON, 6_000 + 600_000)]
    replayed = replay(INTEREST_FIRST, schedule, rows, DUE_ON, conventions=conventions)
    (row,) = replayed.allocations
    assert (row.interest_minor, row.principal_minor, row.credit_minor) == (6_000, 600_000, 0)
    assert replayed.state.principal_outstanding_minor == 600_000
    assert replayed.schedule[0] == schedule[0]
    assert [row.interest_minor for row in replayed.schedule[1:]] == [3_000] * 11
    assert [row.principal_minor for row in replayed.schedule[-2:]] == [0, 600_000]
    assert replayed.state.held_by == "schedule"


def test_re_amortised_advance_in_the_middle_of_a_period_keeps_what_was_earned() -> None:
    # March has 29 days from 15 February to 15 March: 10 of them at 60.00 a month, 19 at 30.00.
    conventions = Conventions(advance=Advance.RE_AMORTISED)
    rows = [paid("A", DUE_ON, 6_000), paid("B", after(10), 600_000)]
    replayed = replay(INTEREST_FIRST, schedule_build(INTEREST_FIRST), rows, after(10), conventions=conventions)
    assert replayed.schedule[1].interest_minor == 4_034  # 6,000 x 10 / 29 + 3,000 x 19 / 29 = 4,034.48
    assert replayed.schedule[2].interest_minor == 3_000


def test_last_instalment_in_advance_makes_the_loan_shorter() -> None:
    conventions = Conventions(advance=Advance.LAST_INSTALMENT)
    rows = [paid("A", DUE_ON, 106_000 + 500_000)]
    replayed = replay(EQUAL_PRINCIPAL, schedule_build(EQUAL_PRINCIPAL), rows, DUE_ON, conventions=conventions)
    # 600,000 are left: six instalments of 100,000 as before, no seventh; interest on the lower balance.
    assert [(row.seq, row.principal_minor) for row in replayed.schedule[1:]] == [(seq, 100_000) for seq in range(2, 8)]
    assert [row.interest_minor for row in replayed.schedule[1:]] == [3_000, 2_500, 2_000, 1_500, 1_000, 500]


def test_advance_beyond_the_principal_waits_for_the_interest_of_the_running_period() -> None:
    conventions = Conventions(advance=Advance.RE_AMORTISED)
    rows = [paid("A", DUE_ON, 6_000), paid("B", after(10), 1_200_000 + 5_000)]
    replay_on = [
        replay(INTEREST_FIRST, schedule_build(INTEREST_FIRST), rows, on, conventions=conventions)
        for on in (after(10), date(2024, 3, 15))
    ]
    assert [row.state.credit_minor for row in replay_on] == [5_000, 5_000 - 2_069]  # 6,000 x 10 / 29 = 2,068.97
    assert replay_on[1].open == ()


@pytest.mark.parametrize("how", list(Advance))
def test_money_before_the_pay_out_is_held_under_every_convention(how: Advance) -> None:
    rows = [paid("A", date(2024, 1, 14), 500_000)]
    replayed = replay(
        INTEREST_FIRST, schedule_build(INTEREST_FIRST), rows, date(2024, 1, 15), conventions=Conventions(advance=how)
    )
    assert (replayed.state.credit_minor, replayed.state.principal_outstanding_minor) == (500_000, 1_200_000)


@pytest.mark.parametrize("how", [Advance.LAST_INSTALMENT, Advance.RE_AMORTISED])
def test_instalments_that_only_the_core_system_computes_are_not_computed_anew(how: Advance) -> None:
    note = replace(TWO_NOTE, method=RepaymentMethod.GIVEN)
    with pytest.raises(FactInvalid, match="advance"):
        replay(note, TWO_DUE, (), DUE_ON, conventions=Conventions(advance=how))
