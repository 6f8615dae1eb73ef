"""Acceleration, insolvency, judgment, charge-off, charge-back, waiver, guarantor: what each does to a small note."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from huikuan.portfolio.conventions import Advance, Component, Conventions
from huikuan.portfolio.facts import (
    Allocation,
    AllocationKind,
    Compound,
    FactInvalid,
    Flag,
    Instalment,
    OpenInstalment,
    Payer,
    Repayment,
    RepaymentMethod,
    Replayed,
)
from huikuan.portfolio.loan_events import Claim, EventKind, LoanEvent
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.rules.events_check import event_check
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.builders import a_note, an_event, due, paid

DUE_ON = date(2024, 2, 15)
NOTE = a_note(principal_minor=10_000_000)  # penalty rate 9 %: 2,500 a day
ONE_DUE = (due(1, DUE_ON, principal=10_000_000),)
INTEREST_FIRST = a_note(method=RepaymentMethod.INTEREST_FIRST)  # 12,000.00 at 6 %: 60.00 a month
SCHEDULE = schedule_build(INTEREST_FIRST)


def after(days: int) -> date:
    """So many days after the due date."""
    return DUE_ON + timedelta(days=days)


def late(days: int, *events: LoanEvent, money: tuple[Repayment, ...] = ()) -> Replayed:
    return replay(NOTE, ONE_DUE, money, after(days), events=events)


def parts(row: Allocation) -> tuple[int, ...]:
    """Costs, penalty, compound, interest, principal, delay, credit."""
    return (
        row.costs_minor, row.penalty_minor, row.compound_minor, row.interest_minor, row.principal_minor,
        row.delay_minor, row.credit_minor,
    )  # fmt: skip


# --- acceleration and insolvency ---------------------------------------------------------------------------------


def test_acceleration_makes_all_principal_due_with_the_interest_earned_so_far() -> None:
    accelerate = an_event(EventKind.ACCELERATION, after(10))
    replayed = replay(INTEREST_FIRST, SCHEDULE, [paid("A", DUE_ON, 6_000)], after(12), events=[accelerate])
    # 10 of the 29 days up to 15 March: 60.00 x 10 / 29 = 20.69
    assert replayed.open == (OpenInstalment(2, after(10), 1_200_000, 2_069, 0),)
    state = replayed.state
    assert (state.accelerated_on, state.held_by, state.dpd) == (after(10), "acceleration", 2)
    assert state.penalty_minor == 600  # 12,000.00 at 9 % for two nights
    assert replayed.schedule == (SCHEDULE[0], Instalment(2, after(10), 1_200_000, 2_069))


def test_acceleration_moves_the_maturity_so_that_compound_interest_bears_the_penalty_rate() -> None:
    note = a_note(annual_rate_ppm=100_000, penalty_rate_ppm=200_000, compound=Compound.QUARTERLY)
    schedule = (due(1, DUE_ON, interest=3_600_000), due(2, date(2025, 1, 15), principal=1_200_000))
    accelerate = an_event(EventKind.ACCELERATION, after(10))
    # 1,000 a day up to the maturity in force, 2,000 a day after it; the second instalment bears no interest.
    assert replay(note, schedule, (), after(12), events=[accelerate]).state.compound_minor == 10_000 + 4_000


def test_acceleration_when_nothing_is_coming_changes_nothing() -> None:
    assert late(20, an_event(EventKind.ACCELERATION, after(10))) == late(20)


def test_interest_that_was_prepaid_is_not_asked_again_by_an_acceleration() -> None:
    conventions = Conventions(advance=Advance.NEXT_INSTALMENT)
    money = [paid("A", DUE_ON, 6_000 + 1_000)]
    accelerate = an_event(EventKind.ACCELERATION, after(10))
    replayed = replay(INTEREST_FIRST, SCHEDULE, money, after(10), conventions=conventions, events=[accelerate])
    assert replayed.open == (OpenInstalment(2, after(10), 1_200_000, 1_069, 0),)


def test_nothing_accrues_after_the_insolvency() -> None:
    insolvency = an_event(EventKind.INSOLVENCY, after(10))
    states = [late(days, insolvency).state for days in (10, 11, 100)]
    assert [(state.penalty_minor, state.dpd) for state in states] == [(25_000, 10), (25_000, 11), (25_000, 100)]
    replayed = replay(INTEREST_FIRST, SCHEDULE, (), after(40), events=[insolvency])
    assert (replayed.state.insolvent_on, replayed.state.penalty_minor, replayed.state.held_by) == (
        after(10), 0, "insolvency",
    )  # fmt: skip
    assert sum(row.principal_minor for row in replayed.open) == 1_200_000


# --- judgment ----------------------------------------------------------------------------------------------------

CLAIM = Claim(9_000_000, 40_000, 20_000, 300, 5_000)


def test_judgment_replaces_what_is_owed_by_the_claim() -> None:
    judged = late(10, an_event(EventKind.JUDGMENT, after(10), claim=CLAIM, until_on=after(20)))
    assert judged.open == (OpenInstalment(0, DUE_ON, 9_000_000, 40_000, 5_000),)
    state = judged.state
    assert (state.principal_outstanding_minor, state.penalty_minor, state.compound_minor) == (9_000_000, 20_000, 300)
    assert (state.dpd, state.judged_on, state.held_by) == (10, after(10), "judgment")


@pytest.mark.parametrize(("until", "nights"), [(after(20), (0, 0, 1, 5)), (None, (0, 10, 11, 15))])
def test_delay_interest_runs_after_the_day_of_performance(until: date | None, nights: tuple[int, ...]) -> None:
    judgment = an_event(EventKind.JUDGMENT, after(10), claim=CLAIM, until_on=until)
    # (9,000,000 + 5,000) x 0.0175 % = 1,575.875 a day
    got = [late(days, judgment).state for days in (10, 20, 21, 25)]
    assert [state.delay_whole * 360_000_000 + state.delay_num for state in got] == [
        9_005_000 * 175 * 360 * count for count in nights
    ]
    assert late(20 + 4, judgment).state.delay_minor == {0: 6_304, 10: 22_062}[nights[1]]


def test_judgment_may_name_the_rate_at_which_penalty_goes_on_and_ends_compound_interest() -> None:
    note = replace(NOTE, compound=Compound.MONTHLY)
    judgment = an_event(EventKind.JUDGMENT, after(10), claim=CLAIM, penalty_rate_ppm=40_000, until_on=after(90))
    state = replay(note, ONE_DUE, (), after(40), events=[judgment]).state
    assert state.penalty_minor == 20_000 + 30 * 1_000  # 90,000.00 at 4 %
    assert (state.compound_minor, state.compound_capitalised_minor) == (300, 300)


def test_delay_interest_is_paid_last_of_all() -> None:
    judgment = an_event(EventKind.JUDGMENT, after(10), claim=CLAIM, penalty_rate_ppm=0)
    owed = 9_000_000 + 40_000 + 20_000 + 300 + 5_000
    replayed = late(12, judgment, money=(paid("A", after(12), owed + 3_000),))
    (row,) = replayed.allocations
    assert parts(row) == (5_000, 20_000, 300, 40_000, 9_000_000, 3_000, 0)
    assert (replayed.state.delay_minor, replayed.state.closed) == (152, False)  # 2 x 1,575.875 - 3,000
    assert late(12, judgment, money=(paid("A", after(12), owed + 3_152),)).state.closed


# --- charge-off, recovery, guarantor -----------------------------------------------------------------------------


def test_money_after_the_charge_off_is_recovery_and_the_claim_remains() -> None:
    charge_off = an_event(EventKind.CHARGE_OFF, after(10))
    money = (paid("A", after(9), 1_000), paid("B", after(10), 2_000))
    replayed = late(11, charge_off, money=money)
    assert [row.kind for row in replayed.allocations] == [AllocationKind.REPAYMENT, AllocationKind.RECOVERY]
    state = replayed.state
    assert (state.recovered_minor, state.charged_off_on, state.dpd) == (2_000, after(10), 11)


def test_what_a_guarantor_pays_is_allocated_and_remembered() -> None:
    money = (replace(paid("A", DUE_ON, 4_000), payer=Payer.GUARANTOR), paid("B", DUE_ON, 5_000))
    replayed = late(0, money=money)
    assert [row.principal_minor for row in replayed.allocations] == [4_000, 5_000]
    assert replayed.state.subrogated_minor == 4_000


# --- charge-back -------------------------------------------------------------------------------------------------


def test_charged_back_money_is_owed_again_from_its_day_without_changing_the_past() -> None:
    schedule = (due(1, DUE_ON, principal=10_000_000, interest=500, costs=70),)
    money = [paid("A", after(10), 70 + 25_000 + 500 + 10_000_000 + 30)]  # 10 days of penalty; 30 are credit
    back = an_event(EventKind.CHARGE_BACK, after(20), names_ref="A", amount_minor=10_000_000 + 30 + 500 + 6)
    replayed = replay(NOTE, schedule, money, after(20), events=[back])
    _, row = replayed.allocations
    assert (row.kind, row.core_ref, row.amount_minor) == (AllocationKind.CHARGE_BACK, "E", -10_000_536)
    assert parts(row) == (0, -6, 0, -500, -10_000_000, 0, -30)
    assert replayed.open == (OpenInstalment(0, after(20), 10_000_000, 500, 0),)
    state = replayed.state
    assert (state.credit_minor, state.penalty_minor, state.dpd) == (0, 6, 0)
    assert state.principal_outstanding_minor == 10_000_000
    assert replay(NOTE, schedule, money, after(21), events=[back]).state.penalty_minor == 6 + 2_500


def test_charge_backs_of_one_day_are_one_row_and_no_more_than_was_paid() -> None:
    money = (paid("A", DUE_ON, 10_000_000),)
    first = an_event(EventKind.CHARGE_BACK, after(5), ref="1", names_ref="A", amount_minor=6_000_000)
    second = an_event(EventKind.CHARGE_BACK, after(5), ref="2", names_ref="A", amount_minor=4_000_000)
    assert late(5, first, second, money=money).open == (OpenInstalment(0, after(5), 10_000_000, 0, 0),)
    with pytest.raises(FactInvalid, match="amount"):
        late(5, first, replace(second, amount_minor=4_000_001), money=money)


@pytest.mark.parametrize(
    ("names_ref", "amount", "code"),
    [("B", 1, "charge_back.names"), ("C", 1, "charge_back.names"), ("A", 10_000_001, "charge_back.amount")],
)
def test_charge_back_that_does_not_fit_is_refused(names_ref: str, amount: int, code: str) -> None:
    # B is unknown; C is received on the day of the charge-back and not allocated before it.
    money = (paid("A", DUE_ON, 10_000_000), paid("C", after(5), 7))
    with pytest.raises(FactInvalid) as caught:
        late(5, an_event(EventKind.CHARGE_BACK, after(5), names_ref=names_ref, amount_minor=amount), money=money)
    assert caught.value.code == code


def test_charge_back_of_credit_that_was_used_since_is_refused() -> None:
    schedule = (due(1, DUE_ON, principal=600), due(2, after(30), principal=400))
    note = a_note(principal_minor=1_000)
    back = an_event(EventKind.CHARGE_BACK, after(31), names_ref="A", amount_minor=1_000)
    with pytest.raises(FactInvalid) as caught:
        replay(note, schedule, [paid("A", DUE_ON, 1_000)], after(31), events=[back])
    assert caught.value.code == "charge_back.used"


def test_charge_back_takes_recovery_and_subrogation_back() -> None:
    charge_off = an_event(EventKind.CHARGE_OFF, after(1), ref="1")
    back = an_event(EventKind.CHARGE_BACK, after(5), ref="2", names_ref="A", amount_minor=300)
    money = (replace(paid("A", after(2), 1_000), payer=Payer.GUARANTOR),)
    state = late(5, charge_off, back, money=money).state
    assert (state.recovered_minor, state.subrogated_minor) == (700, 700)


# --- waiver ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "used"),
    [(24_999, 24_999), (25_001, 25_000)],
)
def test_waiver_forgives_one_component_and_uses_no_more_than_is_owed(amount: int, used: int) -> None:
    waiver = an_event(EventKind.WAIVER, after(10), component=Component.PENALTY, amount_minor=amount)
    replayed = late(10, waiver)
    (row,) = replayed.allocations
    assert (row.kind, row.amount_minor, row.penalty_minor, row.credit_minor) == (AllocationKind.WAIVER, used, used, 0)
    assert (replayed.state.penalty_minor, replayed.state.waived_minor) == (25_000 - used, used)


def test_waiver_that_makes_days_past_due_fall_is_flagged_and_another_is_not() -> None:
    schedule = (due(1, DUE_ON, principal=700), due(2, after(30), principal=9_999_300))
    waiver = an_event(EventKind.WAIVER, after(40), component=Component.PRINCIPAL, amount_minor=700)
    replayed = replay(NOTE, schedule, (), after(40), events=[waiver])
    assert (replayed.state.dpd, replayed.flags) == (10, (Flag.WAIVER_RESET_DAYS,))
    assert replay(NOTE, schedule, (), after(40), events=[replace(waiver, amount_minor=699)]).flags == ()


def test_waiver_comes_before_the_money_of_its_day() -> None:
    waiver = an_event(EventKind.WAIVER, after(10), component=Component.PENALTY, amount_minor=25_000)
    _, row = late(10, waiver, money=(paid("A", after(10), 1_000),)).allocations
    assert (row.penalty_minor, row.principal_minor) == (0, 1_000)


# --- fields ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (an_event(EventKind.PAUSE, DUE_ON), "until_on"),
        (an_event(EventKind.PAUSE, DUE_ON, until_on=DUE_ON), "until_on"),
        (an_event(EventKind.RATE_CHANGE, DUE_ON), "annual_rate_ppm"),
        (an_event(EventKind.RATE_CHANGE, DUE_ON, annual_rate_ppm=-1), "annual_rate_ppm"),
        (an_event(EventKind.DRAWDOWN, DUE_ON), "amount_minor"),
        (an_event(EventKind.DRAWDOWN, DUE_ON, amount_minor=-1), "amount_minor"),
        (an_event(EventKind.RESCHEDULE, DUE_ON), "schedule"),
        (an_event(EventKind.RESTRUCTURE, DUE_ON, schedule=ONE_DUE), "until_on"),
        (an_event(EventKind.JUDGMENT, DUE_ON), "claim"),
        (an_event(EventKind.JUDGMENT, DUE_ON, claim=Claim(1, 1, -1, 1, 1)), "claim.penalty_minor"),
        (an_event(EventKind.CHARGE_BACK, DUE_ON, amount_minor=1), "names_ref"),
        (an_event(EventKind.WAIVER, DUE_ON, amount_minor=1), "component"),
        (an_event(EventKind.ACCELERATION, DUE_ON, amount_minor=1), "amount_minor"),
        (an_event(EventKind.RESCHEDULE, DUE_ON, schedule=(ONE_DUE[0], ONE_DUE[0])), "schedule[seq=1].seq"),
    ],
)
def test_event_whose_fields_do_not_fit_its_kind_is_refused_naming_the_field(wrong: LoanEvent, field: str) -> None:
    with pytest.raises(FactInvalid) as caught:
        event_check(wrong)
    assert caught.value.field == field


PAUSE = an_event(EventKind.PAUSE, DUE_ON, until_on=after(5))


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([PAUSE, PAUSE], "event.twice"),
        ([replace(PAUSE, value_on=date(2024, 1, 14))], "event.before_disbursement"),
        ([replace(PAUSE, core_ref="F", reverses="X")], "event.reverses"),
        ([PAUSE, an_event(EventKind.RESUME, after(1), ref="F", reverses="E")], "event.reverses"),
        (
            [PAUSE, replace(PAUSE, core_ref="F", reverses="E"), replace(PAUSE, core_ref="G", reverses="E")],
            "event.reversed_twice",
        ),
    ],
)
def test_events_that_do_not_fit_the_note_are_refused(events: list[LoanEvent], code: str) -> None:
    with pytest.raises(FactInvalid) as caught:
        late(10, *events)
    assert caught.value.code == code
