"""The exact engine on notes small enough to be checked by hand. Amounts are minor units."""

from datetime import date, timedelta

import pytest

from huikuan.portfolio.conventions import DayCount
from huikuan.portfolio.facts import Compound, CoreStatus, FactInvalid, OpenInstalment, Repayment
from huikuan.portfolio.rules.day_count import den_of
from huikuan.portfolio.rules.engine import capitalisation_days, replay, resume
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.builders import a_note, due, paid

DEN = den_of(DayCount.ACT_360)
DUE_ON = date(2024, 2, 15)
ONE_DUE = (due(1, DUE_ON, principal=10_000_000),)


def after(days: int) -> date:
    """So many days after the due date."""
    return DUE_ON + timedelta(days=days)


# --- accrual -----------------------------------------------------------------------------------------------------


def test_penalty_of_the_official_example_is_750() -> None:
    # CN-MN-01: 100,000.00 at 6 % with a mark-up of 50 %, 30 days late, /360: 750.00.
    state = replay(a_note(principal_minor=10_000_000), ONE_DUE, (), after(30)).state
    assert (state.penalty_minor, state.penalty_whole, state.penalty_num) == (75_000, 75_000, 0)


def test_compound_interest_of_the_official_example_is_3_75() -> None:
    # CN-MN-03: unpaid interest 500.00 at 9 % for 30 days: 3.75. The 20th of February lies between, so quarterly.
    note = a_note(principal_minor=1, annual_rate_ppm=90_000, penalty_rate_ppm=0, compound=Compound.QUARTERLY)
    schedule = (due(1, DUE_ON, interest=50_000), due(2, date(2025, 1, 15), principal=1))
    assert replay(note, schedule, (), after(30)).state.compound_minor == 375


def test_penalty_on_the_due_day_is_zero_and_starts_the_day_after() -> None:
    note = a_note(principal_minor=10_000_000)
    assert replay(note, ONE_DUE, (), DUE_ON).state.penalty_whole == 0
    assert replay(note, ONE_DUE, (), after(1)).state.penalty_whole == 2_500


def test_penalty_bears_no_compound_interest() -> None:
    # CN-MN-04: only principal is unpaid, so penalty accrues and the base of compound interest stays 0.
    state = replay(a_note(principal_minor=10_000_000, compound=Compound.MONTHLY), ONE_DUE, (), after(200)).state
    assert state.penalty_minor == 500_000
    assert state.compound_minor == 0


@pytest.mark.parametrize(
    ("days", "expected_num"),
    # Interest 360,000 due on the maturity date's eve: a day at 6 % is 60, a day at 9 % is 90 minor units.
    [(1, 60), (2, 60 + 90), (3, 60 + 90 + 90)],
)
def test_compound_interest_up_to_maturity_is_at_contract_rate_and_after_it_at_penalty_rate(
    days: int, expected_num: int
) -> None:
    note = a_note(principal_minor=1, compound=Compound.QUARTERLY, matures_on=after(1))
    schedule = (due(1, DUE_ON, interest=360_000), due(2, date(2025, 1, 15), principal=1))
    assert replay(note, schedule, (), after(days)).state.compound_whole == expected_num


def test_zero_penalty_rate_ages_without_penalty() -> None:
    state = replay(a_note(principal_minor=10_000_000, penalty_rate_ppm=0), ONE_DUE, (), after(40)).state
    assert (state.dpd, state.penalty_minor) == (40, 0)


# --- capitalisation ----------------------------------------------------------------------------------------------


def test_capitalisation_days_of_each_kind() -> None:
    first, last = date(2023, 11, 20), date(2024, 6, 20)
    assert list(capitalisation_days(Compound.NONE, first, last)) == []
    assert list(capitalisation_days(Compound.MONTHLY, first, last)) == [
        date(2023, 12, 20), date(2024, 1, 20), date(2024, 2, 20), date(2024, 3, 20),
        date(2024, 4, 20), date(2024, 5, 20), date(2024, 6, 20),
    ]  # fmt: skip
    assert list(capitalisation_days(Compound.QUARTERLY, first, last)) == [
        date(2023, 12, 20), date(2024, 3, 20), date(2024, 6, 20),
    ]  # fmt: skip
    assert list(capitalisation_days(Compound.QUARTERLY, date(2023, 12, 20), date(2024, 3, 19))) == []
    assert list(capitalisation_days(Compound.QUARTERLY, date(2023, 12, 19), date(2023, 12, 20))) == [date(2023, 12, 20)]


def test_capitalised_compound_interest_bears_compound_interest_from_the_next_day() -> None:
    # Interest 3,600,000 at 10 %: 1,000 a day. Five days up to 20 February are capitalised: 5,000.
    note = a_note(principal_minor=1, annual_rate_ppm=100_000, penalty_rate_ppm=100_000, compound=Compound.MONTHLY)
    schedule = (due(1, DUE_ON, interest=3_600_000), due(2, date(2025, 1, 15), principal=1))
    on_19th = replay(note, schedule, (), date(2024, 2, 19)).state
    assert (on_19th.compound_whole, on_19th.compound_capitalised_minor) == (4_000, 0)
    on_20th = replay(note, schedule, (), date(2024, 2, 20)).state
    assert (on_20th.compound_whole, on_20th.compound_capitalised_minor) == (0, 5_000)
    on_21st = replay(note, schedule, (), date(2024, 2, 21)).state
    assert on_21st.compound_whole * DEN + on_21st.compound_num == (3_600_000 + 5_000) * 100_000


def test_capitalisation_keeps_the_rest_below_one_unit() -> None:
    note = a_note(principal_minor=1, annual_rate_ppm=100_000, compound=Compound.MONTHLY)
    schedule = (due(1, DUE_ON, interest=1_000), due(2, date(2025, 1, 15), principal=1))
    state = replay(note, schedule, (), date(2024, 2, 20)).state
    # Five days of 1,000 at 10 %: 1.3888 units. One is capitalised.
    assert state.compound_capitalised_minor == 1
    assert state.compound_whole * DEN + state.compound_num == 5 * 1_000 * 100_000 - DEN


# --- allocation --------------------------------------------------------------------------------------------------

TWO_DUE = (
    due(1, DUE_ON, principal=36_000, interest=600, costs=50),
    due(2, after(29), principal=40_000, interest=500, costs=70),
)
TWO_NOTE = a_note(
    principal_minor=76_000, annual_rate_ppm=600_000, penalty_rate_ppm=1_000_000, compound=Compound.QUARTERLY
)
# Close of day 29: penalty 36,000 / 360 * 29 = 2,900; compound 600 * 0.6 / 360 * 29 = 29; costs 50 + 70.


@pytest.mark.parametrize(
    ("money", "parts"),  # costs, penalty, compound, interest, principal, credit
    [
        (119, (119, 0, 0, 0, 0, 0)),
        (120, (120, 0, 0, 0, 0, 0)),
        (121, (120, 1, 0, 0, 0, 0)),
        (3_020, (120, 2_900, 0, 0, 0, 0)),
        (3_021, (120, 2_900, 1, 0, 0, 0)),
        (3_049, (120, 2_900, 29, 0, 0, 0)),
        (3_050, (120, 2_900, 29, 1, 0, 0)),
        (4_149, (120, 2_900, 29, 1_100, 0, 0)),
        (4_150, (120, 2_900, 29, 1_100, 1, 0)),
        (80_149, (120, 2_900, 29, 1_100, 76_000, 0)),
        (80_150, (120, 2_900, 29, 1_100, 76_000, 1)),
    ],
)
def test_money_fills_costs_penalty_compound_interest_principal_and_then_credit(
    money: int, parts: tuple[int, ...]
) -> None:
    (row,) = replay(TWO_NOTE, TWO_DUE, [paid("A", after(29), money)], after(29)).allocations
    assert parts == (
        row.costs_minor,
        row.penalty_minor,
        row.compound_minor,
        row.interest_minor,
        row.principal_minor,
        row.credit_minor,
    )


def test_one_component_goes_over_all_open_instalments_oldest_first_before_the_next_component() -> None:
    replayed = replay(TWO_NOTE, TWO_DUE, [paid("A", after(29), 3_049 + 600 + 200)], after(29))
    assert replayed.open == (
        OpenInstalment(1, DUE_ON, 36_000, 0, 0),
        OpenInstalment(2, after(29), 40_000, 300, 0),
    )


def test_paying_the_rounded_penalty_keeps_the_fraction_that_was_rounded_away() -> None:
    note = a_note(principal_minor=1_000)
    schedule = (due(1, DUE_ON, principal=1_000),)
    # Two days of 1,000 at 9 %: 0.5 units, shown and paid as 1; the account is half a unit ahead, not lost.
    state = replay(note, schedule, [paid("A", after(2), 1)], after(2)).state
    assert (state.penalty_minor, state.penalty_whole, state.penalty_num) == (0, -1, DEN // 2)
    assert replay(note, schedule, [paid("A", after(2), 1)], after(5)).state.penalty_minor == 0
    assert replay(note, schedule, [paid("A", after(2), 1)], after(6)).state.penalty_minor == 1


def test_several_repayments_of_a_day_are_applied_by_received_time_and_then_core_reference() -> None:
    rows = [paid("C", DUE_ON, 50, hour=8), paid("B", DUE_ON, 50, hour=9), paid("A", DUE_ON, 50, hour=9)]
    allocations = replay(TWO_NOTE, TWO_DUE, rows, DUE_ON).allocations
    assert [row.core_ref for row in allocations] == ["C", "A", "B"]
    assert [row.costs_minor for row in allocations] == [50, 0, 0]


def test_credit_is_held_and_used_when_the_next_instalment_falls_due() -> None:
    replayed = replay(TWO_NOTE, TWO_DUE, [paid("A", DUE_ON, 36_650 + 570)], after(28))
    assert (replayed.state.credit_minor, replayed.state.dpd) == (570, 0)
    _, use = replay(TWO_NOTE, TWO_DUE, [paid("A", DUE_ON, 36_650 + 570)], after(29)).allocations
    assert (use.core_ref, use.applied_on, use.amount_minor) == (None, after(29), 0)
    assert (use.costs_minor, use.interest_minor, use.credit_minor) == (70, 500, -570)


def test_credit_goes_before_the_money_of_the_day() -> None:
    rows = [paid("A", DUE_ON, 36_650 + 70), paid("B", after(29), 500)]
    allocations = replay(TWO_NOTE, TWO_DUE, rows, after(29)).allocations
    assert [(row.core_ref, row.costs_minor, row.interest_minor) for row in allocations] == [
        ("A", 50, 600), (None, 70, 0), ("B", 0, 500),
    ]  # fmt: skip


def test_money_before_the_disbursement_waits_as_credit() -> None:
    replayed = replay(TWO_NOTE, TWO_DUE, [paid("A", date(2024, 1, 1), 100)], date(2024, 1, 15))
    assert replayed.state.credit_minor == 100
    assert replayed.state.principal_outstanding_minor == 76_000


def test_instalment_due_before_a_disbursement_that_was_corrected_later_is_not_lost() -> None:
    note = a_note(principal_minor=1_000, disbursed_on=after(10), penalty_rate_ppm=0)
    state = replay(note, (due(1, DUE_ON, principal=1_000),), (), after(20)).state
    assert (state.dpd, state.overdue_principal_minor) == (20, 1_000)


# --- reversals and late news -------------------------------------------------------------------------------------


def test_reversed_repayment_counts_until_the_reversals_value_date_and_then_never_did() -> None:
    note = a_note(principal_minor=10_000_000)
    rows = [paid("A", DUE_ON, 10_000_000), paid("B", after(30), 10_000_000, reverses="A")]
    assert replay(note, ONE_DUE, rows, after(29)).state.closed
    state = replay(note, ONE_DUE, rows, after(30)).state
    assert (state.dpd, state.penalty_minor, state.principal_outstanding_minor) == (30, 75_000, 10_000_000)
    assert replay(note, ONE_DUE, rows, after(30)).allocations == ()


def test_backdated_repayment_gives_the_same_as_one_known_in_time() -> None:
    # The engine sees value dates only: news of day 25 about day 5 gives the figures of day 5.
    late = Repayment("A", after(5), paid("A", after(25), 1).received_at, 10_000_000)
    in_time = paid("A", after(5), 10_000_000)
    note = a_note(principal_minor=10_000_000)
    assert replay(note, ONE_DUE, [late], after(40)) == replay(note, ONE_DUE, [in_time], after(40))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([paid("A", DUE_ON, 0)], "repayment.amount"),
        ([paid("A", DUE_ON, 5), paid("A", DUE_ON, 5)], "repayment.twice"),
        ([paid("B", DUE_ON, 5, reverses="A")], "repayment.reverses"),
        (
            [paid("A", DUE_ON, 5), paid("B", DUE_ON, 5, reverses="A"), paid("C", DUE_ON, 5, reverses="B")],
            "repayment.reverses",
        ),
        (
            [paid("A", DUE_ON, 5), paid("B", DUE_ON, 5, reverses="A"), paid("C", DUE_ON, 5, reverses="A")],
            "repayment.reversed_twice",
        ),
        ([paid("A", DUE_ON, 5), paid("B", DUE_ON, 4, reverses="A")], "repayment.reversal_amount"),
    ],
)
def test_repayments_that_do_not_fit_are_refused(rows: list[Repayment], code: str) -> None:
    with pytest.raises(FactInvalid) as caught:
        replay(TWO_NOTE, TWO_DUE, rows, after(10))
    assert caught.value.code == code


def test_replay_before_the_disbursement_is_refused_and_on_the_day_is_accepted() -> None:
    with pytest.raises(FactInvalid, match="as_of"):
        replay(TWO_NOTE, TWO_DUE, (), date(2024, 1, 14))
    assert replay(TWO_NOTE, TWO_DUE, (), date(2024, 1, 15)).state.principal_outstanding_minor == 76_000


def test_resume_with_a_repayment_of_an_earlier_day_is_refused() -> None:
    half_way = replay(TWO_NOTE, TWO_DUE, (), after(10))
    with pytest.raises(FactInvalid, match="value_on"):
        resume(TWO_NOTE, TWO_DUE, [paid("A", after(10), 5)], after(20), since=half_way)
    assert resume(TWO_NOTE, TWO_DUE, [paid("A", after(11), 5)], after(20), since=half_way).state.costs_due_minor == 45


# --- close -------------------------------------------------------------------------------------------------------


def test_note_is_closed_only_when_penalty_is_paid_too() -> None:
    note = a_note(principal_minor=10_000_000)
    exact = 10_000_000 + 75_000
    open_state = replay(note, ONE_DUE, [paid("A", after(30), exact - 1)], after(30)).state
    assert (open_state.closed, open_state.principal_outstanding_minor) == (False, 1)
    assert replay(note, ONE_DUE, [paid("A", after(30), exact)], after(30)).state.closed


def test_note_that_the_core_calls_settled_is_closed_whatever_is_open() -> None:
    state = replay(TWO_NOTE, TWO_DUE, (), after(40), core_status=CoreStatus.SETTLED).state
    assert state.closed
    assert state.principal_outstanding_minor == 76_000
    assert not replay(TWO_NOTE, TWO_DUE, (), after(40), core_status=CoreStatus.CHARGED_OFF).state.closed


# --- where other systems fell ------------------------------------------------------------------------------------


def test_part_payment_does_not_move_days_past_due() -> None:
    unpaid = replay(TWO_NOTE, TWO_DUE, (), after(45)).state
    part = replay(TWO_NOTE, TWO_DUE, [paid("A", after(44), 20_000)], after(45)).state
    assert (unpaid.dpd, part.dpd) == (45, 45)


@pytest.mark.parametrize(("missing", "dpd"), [(1, 45), (0, 45 - 29)])
def test_clearing_the_oldest_instalment_moves_days_past_due_to_the_next_due_date(missing: int, dpd: int) -> None:
    note = a_note(principal_minor=76_000, penalty_rate_ppm=0)
    # All costs and all interest come before the principal of the oldest instalment.
    rows = [paid("A", after(44), 120 + 1_100 + 36_000 - missing)]
    assert replay(note, TWO_DUE, rows, after(45)).state.dpd == dpd


def test_days_past_due_are_not_counted_modulo_a_month() -> None:
    note = a_note(principal_minor=10_000_000)
    assert [replay(note, ONE_DUE, (), after(days)).state.dpd for days in (29, 30, 31, 61, 400, 1000)] == [
        29, 30, 31, 61, 400, 1000,
    ]  # fmt: skip


def test_interest_stays_due_when_the_principal_is_paid() -> None:
    note = a_note(principal_minor=1_000)
    schedule = (due(1, DUE_ON, principal=1_000), due(2, after(10), interest=77))
    state = replay(note, schedule, [paid("A", DUE_ON, 1_000)], after(15)).state
    assert (state.principal_outstanding_minor, state.overdue_interest_minor) == (0, 77)
    assert (state.dpd_principal, state.dpd_interest, state.closed) == (0, 5, False)


def test_all_open_instalments_bear_penalty_not_only_the_oldest() -> None:
    note = a_note(principal_minor=7_200_000)
    schedule = (due(1, DUE_ON, principal=3_600_000), due(2, after(10), principal=3_600_000))
    # 900 a day for the first, from the 11th day 900 more for the second.
    assert replay(note, schedule, (), after(20)).state.penalty_minor == 20 * 900 + 10 * 900


def test_part_payment_is_reported_with_its_principal() -> None:
    (row,) = replay(a_note(principal_minor=10_000_000), ONE_DUE, [paid("A", DUE_ON, 400)], DUE_ON).allocations
    assert (row.principal_minor, row.amount_minor) == (400, 400)


def test_note_without_penalty_is_left_alone_by_penalty_and_still_repaid() -> None:
    note = a_note(annual_rate_ppm=0, penalty_rate_ppm=0)
    schedule = schedule_build(note)
    rows = [paid(str(row.seq), row.due_on + timedelta(days=40), row.principal_minor) for row in schedule]
    state = replay(note, schedule, rows, date(2025, 6, 30)).state
    assert (state.closed, state.penalty_minor, state.credit_minor) == (True, 0, 0)


def test_balance_is_not_set_back_by_a_later_replay() -> None:
    note = a_note()
    schedule = schedule_build(note)
    first = schedule[0]
    rows = [paid("A", first.due_on, first.principal_minor + first.interest_minor)]
    for days in (0, 1, 20):
        state = replay(note, schedule, rows, first.due_on + timedelta(days=days)).state
        assert state.principal_outstanding_minor == note.principal_minor - first.principal_minor
