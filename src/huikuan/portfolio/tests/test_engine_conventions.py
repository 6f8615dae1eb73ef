"""Each convention of the exact engine on notes small enough to be checked by hand. Amounts are minor units."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from huikuan.portfolio.conventions import (
    CONVENTIONS_DEFAULT,
    Component,
    Conventions,
    DayCount,
    DueDay,
    LateFee,
    LateFeeKind,
    PenaltyAs,
    PenaltyBase,
    Rounding,
    ToleranceOn,
)
from huikuan.portfolio.facts import Compound, FactInvalid, NoteState, Repayment
from huikuan.portfolio.rules.engine import fold_holds, replay, resume
from huikuan.portfolio.tests.builders import a_note, due, paid

DUE_ON = date(2024, 2, 15)
NOTE = a_note(principal_minor=10_000_000)  # penalty rate 9 %: 2,500 a day
ONE_DUE = (due(1, DUE_ON, principal=10_000_000),)


def after(days: int) -> date:
    """So many days after the due date."""
    return DUE_ON + timedelta(days=days)


def late(conventions: Conventions, days: int, *repayments: Repayment) -> NoteState:
    return replay(NOTE, ONE_DUE, repayments, after(days), conventions=conventions).state


# --- day count ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day_count", "penalty"),
    # 100,000.00 at 9 % for the 30 days from 15 February to 16 March 2024: 900,000 a year.
    [
        (DayCount.ACT_360, 75_000),
        (DayCount.ACT_365, 73_973),  # 900,000 x 30 / 365 = 73,972.60
        (DayCount.ACT_ACT, 73_770),  # 900,000 x 30 / 366 = 73,770.49: 2024 is a leap year
        (DayCount.THIRTY_360, 77_500),  # 31 days: February has 30
        (DayCount.ACT_364, 74_176),  # 900,000 x 30 / 364 = 74,175.82
    ],
)
def test_penalty_of_thirty_days_by_each_day_count(day_count: DayCount, penalty: int) -> None:
    assert late(Conventions(day_count=day_count), 30).penalty_minor == penalty


def test_actual_actual_splits_the_nights_at_the_turn_of_the_year() -> None:
    schedule = (due(1, date(2023, 12, 15), principal=10_000_000),)
    note = a_note(principal_minor=10_000_000, disbursed_on=date(2023, 11, 15), first_due_on=date(2023, 12, 15))
    state = replay(note, schedule, (), date(2024, 1, 14), conventions=Conventions(day_count=DayCount.ACT_ACT)).state
    # 17 nights begin in 2023, 13 in 2024: 900,000 x (17/365 + 13/366) = 73,885.02
    assert state.penalty_minor == 73_885


@pytest.mark.parametrize(
    ("until", "units"),
    [(date(2024, 2, 28), 13), (date(2024, 2, 29), 14), (date(2024, 3, 1), 16), (date(2024, 3, 30), 45)],
)
def test_thirty_day_months_have_nights_of_several_days_and_of_none(until: date, units: int) -> None:
    conventions = Conventions(day_count=DayCount.THIRTY_360)
    assert replay(NOTE, ONE_DUE, (), until, conventions=conventions).state.penalty_minor == units * 2_500
    on_31st = replay(NOTE, ONE_DUE, (), date(2024, 3, 31), conventions=conventions).state
    assert on_31st.penalty_minor == 45 * 2_500  # the 31st is the 30th
    assert on_31st.dpd == 45  # days past due are calendar days all the same


# --- rounding ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rounding", "shown"),
    # 10.00 at 9 % for 1, 2, 3, 6 days: 0.25, 0.5, 0.75, 1.5
    [
        (Rounding.HALF_UP, (0, 1, 1, 2)),
        (Rounding.HALF_EVEN, (0, 0, 1, 2)),
        (Rounding.UP, (1, 1, 1, 2)),
        (Rounding.DOWN, (0, 0, 0, 1)),
    ],
)
def test_shown_penalty_is_rounded_in_each_way(rounding: Rounding, shown: tuple[int, ...]) -> None:
    note, schedule = a_note(principal_minor=1_000), (due(1, DUE_ON, principal=1_000),)
    got = [
        replay(note, schedule, (), after(days), conventions=Conventions(rounding=rounding)).state.penalty_minor
        for days in (1, 2, 3, 6)
    ]
    assert tuple(got) == shown


def test_penalty_rounded_up_and_paid_is_ahead_until_it_has_accrued() -> None:
    note, schedule = a_note(principal_minor=1_000), (due(1, DUE_ON, principal=1_000),)
    # 0.25 a day. On day 1 the one unit shown is paid: the account stands at -0.75 and is level on day 4.
    shown = [
        replay(note, schedule, [paid("A", after(1), 1)], after(days), conventions=Conventions(rounding=Rounding.UP))
        for days in (1, 4, 5)
    ]
    assert [row.state.penalty_minor for row in shown] == [0, 0, 1]
    assert (shown[0].state.penalty_whole, shown[0].state.penalty_num * 4) == (-1, 360_000_000)


@pytest.mark.parametrize(("rounding", "capitalised"), [(Rounding.DOWN, 1), (Rounding.HALF_UP, 1), (Rounding.UP, 2)])
def test_capitalisation_rounds_as_agreed_and_keeps_the_rest(rounding: Rounding, capitalised: int) -> None:
    note = a_note(principal_minor=1, annual_rate_ppm=100_000, compound=Compound.MONTHLY)
    schedule = (due(1, DUE_ON, interest=1_000), due(2, date(2025, 1, 15), principal=1))
    state = replay(note, schedule, (), date(2024, 2, 20), conventions=Conventions(rounding=rounding)).state
    # Five days of 1,000 at 10 %: 1.3888
    assert state.compound_capitalised_minor == capitalised
    assert state.compound_whole * 360_000_000 + state.compound_num == 500_000_000 - capitalised * 360_000_000


# --- what lateness costs -----------------------------------------------------------------------------------------


def test_penalty_base_with_interest_bears_on_both() -> None:
    schedule = (due(1, DUE_ON, principal=3_600_000, interest=360_000, costs=99),)
    note = a_note(principal_minor=3_600_000, penalty_rate_ppm=100_000)
    both = Conventions(penalty_base=PenaltyBase.PRINCIPAL_AND_INTEREST)
    # 1,000 a day on the principal, 100 on the interest; costs bear nothing.
    assert replay(note, schedule, (), after(10)).state.penalty_minor == 10_000
    assert replay(note, schedule, (), after(10), conventions=both).state.penalty_minor == 11_000


def test_penalty_as_markup_is_the_contract_rate_and_half_of_it() -> None:
    note = replace(NOTE, penalty_rate_ppm=1, penalty_markup_ppm=500_000)  # 6 % x 1.5 = 9 %
    state = replay(note, ONE_DUE, (), after(30), conventions=Conventions(penalty_as=PenaltyAs.MARKUP)).state
    assert (state.penalty_rate_ppm, state.penalty_minor) == (90_000, 75_000)


def test_markup_of_an_uneven_rate_is_rounded_half_up_to_a_millionth() -> None:
    note = replace(NOTE, annual_rate_ppm=45_455, penalty_markup_ppm=300_000)  # 59,091.5
    state = replay(note, ONE_DUE, (), after(1), conventions=Conventions(penalty_as=PenaltyAs.MARKUP)).state
    assert state.penalty_rate_ppm == 59_092


def test_markup_convention_without_a_markup_is_refused() -> None:
    with pytest.raises(FactInvalid, match="penalty_markup_pct"):
        replay(NOTE, ONE_DUE, (), after(1), conventions=Conventions(penalty_as=PenaltyAs.MARKUP))


def test_compound_interest_on_penalty_bears_on_the_penalty_of_the_evening_before() -> None:
    note = a_note(
        principal_minor=3_600_000, annual_rate_ppm=100_000, penalty_rate_ppm=100_000, compound=Compound.QUARTERLY
    )
    schedule = (due(1, DUE_ON, principal=3_600_000),)
    # Penalty 1,000 a day; the bases of the four nights are 0, 1,000, 2,000, 3,000: 6,000 at 10 % / 360 = 1.67
    state = replay(note, schedule, (), after(4), conventions=Conventions(compound_on_penalty=True)).state
    assert (state.penalty_minor, state.compound_minor) == (4_000, 2)
    assert state.compound_whole * 360_000_000 + state.compound_num == 6_000 * 100_000
    assert replay(note, schedule, (), after(4)).state.compound_minor == 0


# --- days past due -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due_day", "days", "overdue"), [(DueDay.DAY_0, (0, 0, 1), (0, 0, 1)), (DueDay.DAY_1, (0, 1, 2), (0, 1, 1))]
)
def test_due_day_closes_unpaid_as_day_0_or_as_day_1(
    due_day: DueDay, days: tuple[int, ...], overdue: tuple[int, ...]
) -> None:
    states = [late(Conventions(due_day=due_day), day) for day in (-1, 0, 1)]
    assert tuple(state.dpd for state in states) == days
    assert tuple(state.overdue_principal_minor // 10_000_000 for state in states) == overdue
    assert states[1].penalty_minor == 0  # penalty begins with the first night, whatever the day is called


@pytest.mark.parametrize(("days", "counted"), [(3, 0), (4, 4), (5, 5)])
def test_days_within_the_tolerance_count_none_and_beyond_it_all(days: int, counted: int) -> None:
    state = late(Conventions(tolerance_days=3), days)
    assert (state.dpd, state.dpd_counted) == (days, counted)


@pytest.mark.parametrize(("unpaid", "counted"), [(500, 0), (501, 20)])
def test_amount_within_the_tolerance_counts_no_days_but_bears_penalty(unpaid: int, counted: int) -> None:
    conventions = Conventions(tolerance_minor=500)
    state = late(conventions, 20, paid("A", DUE_ON, 10_000_000 - unpaid))
    assert (state.dpd, state.dpd_counted) == (20, counted)
    assert state.penalty_whole * 360_000_000 + state.penalty_num == unpaid * 90_000 * 20


@pytest.mark.parametrize(
    ("on", "counted"),
    # 40 days late with 300, 10 days late with 600: the note owes 900 late, no instalment more than 700.
    [(ToleranceOn.NOTE, 40), (ToleranceOn.INSTALMENT, 0)],
)
def test_amount_tolerance_is_measured_on_the_note_or_on_each_instalment(on: ToleranceOn, counted: int) -> None:
    schedule = (due(1, DUE_ON, principal=300), due(2, after(30), interest=600), due(3, after(60), principal=700))
    conventions = Conventions(tolerance_minor=700, tolerance_on=on)
    state = replay(a_note(principal_minor=1_000), schedule, (), after(40), conventions=conventions).state
    assert (state.dpd, state.dpd_counted) == (40, counted)


def test_instalment_tolerance_counts_the_oldest_instalment_beyond_it() -> None:
    schedule = (due(1, DUE_ON, principal=300), due(2, after(30), principal=701))
    conventions = Conventions(tolerance_minor=700, tolerance_days=5, tolerance_on=ToleranceOn.INSTALMENT)
    note = a_note(principal_minor=1_001)
    days = [replay(note, schedule, (), after(day), conventions=conventions).state for day in (35, 36)]
    assert [(state.dpd, state.dpd_counted) for state in days] == [(35, 0), (36, 6)]


# --- late fee ----------------------------------------------------------------------------------------------------

TWO_DUE = (due(1, DUE_ON, principal=30_000, interest=700), due(2, after(30), principal=20_000, interest=300))
TWO_NOTE = a_note(principal_minor=50_000, penalty_rate_ppm=0)


@pytest.mark.parametrize(
    ("fee", "costs"),
    # Charged for the first instalment on day 3 and for the second on day 33.
    [
        (LateFee(LateFeeKind.FLAT, amount_minor=2_500, after_days=3), (2_500, 5_000)),
        (LateFee(LateFeeKind.INSTALMENT, rate_ppm=50_000, after_days=3), (1_535, 1_535 + 1_015)),
        (LateFee(LateFeeKind.OVERDUE_PRINCIPAL, rate_ppm=10_000, after_days=3), (300, 300 + 500)),
        (LateFee(LateFeeKind.OVERDUE_TOTAL, rate_ppm=10_000, after_days=3), (307, 307 + 510)),
    ],
)
def test_late_fee_is_charged_once_per_missed_instalment(fee: LateFee, costs: tuple[int, int]) -> None:
    conventions = Conventions(late_fee=fee)
    got = [
        replay(TWO_NOTE, TWO_DUE, (), after(day), conventions=conventions).state.costs_due_minor
        for day in (2, 3, 32, 33, 90)
    ]
    assert got == [0, costs[0], costs[0], costs[1], costs[1]]


@pytest.mark.parametrize(("paid_after", "fee"), [(2, 0), (3, 2_500)])
def test_instalment_paid_before_the_day_of_the_fee_has_none(paid_after: int, fee: int) -> None:
    conventions = Conventions(late_fee=LateFee(LateFeeKind.FLAT, amount_minor=2_500, after_days=3))
    rows = [paid("A", after(paid_after), 30_700 + fee)]
    (allocation,) = replay(TWO_NOTE, TWO_DUE, rows, after(10), conventions=conventions).allocations
    assert (allocation.costs_minor, allocation.credit_minor) == (fee, 0)


def test_late_fee_alone_never_ages() -> None:
    conventions = Conventions(late_fee=LateFee(LateFeeKind.FLAT, amount_minor=2_500))
    order = (Component.PRINCIPAL, Component.INTEREST, Component.PENALTY, Component.COMPOUND, Component.COSTS)
    rows = [paid("A", after(1), 30_700)]
    replayed = replay(TWO_NOTE, TWO_DUE, rows, after(20), conventions=replace(conventions, allocation_order=order))
    assert (replayed.state.costs_due_minor, replayed.state.dpd, replayed.open[0].due_on) == (2_500, 0, DUE_ON)


# --- the fold ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conventions", "reason"),
    [
        (CONVENTIONS_DEFAULT, None),
        (Conventions(day_count=DayCount.ACT_364, due_day=DueDay.DAY_1, tolerance_days=3), None),
        (Conventions(penalty_base=PenaltyBase.PRINCIPAL_AND_INTEREST, re_ageing=True), None),
        (Conventions(day_count=DayCount.THIRTY_360), "day_count"),
        (Conventions(rounding=Rounding.HALF_EVEN), "rounding"),
        (Conventions(principal_first_after_days=90), "principal_first_after_days"),
        (Conventions(late_fee=LateFee(LateFeeKind.FLAT, 100)), "late_fee"),
    ],
)
def test_fold_says_which_convention_holds_a_product(conventions: Conventions, reason: str | None) -> None:
    assert fold_holds(conventions) == reason
    assert late(conventions, 5).held_by == (None if reason is None else "convention")


def test_state_that_is_held_cannot_be_resumed() -> None:
    conventions = Conventions(rounding=Rounding.DOWN)
    half_way = replay(NOTE, ONE_DUE, (), after(5), conventions=conventions)
    with pytest.raises(FactInvalid, match="held_by"):
        resume(NOTE, ONE_DUE, (), after(6), since=half_way, conventions=conventions)
