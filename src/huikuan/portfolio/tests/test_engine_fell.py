"""Where public loan systems differ from each other, and where they were wrong: one regression test for each.

What happened elsewhere is said above each test in our own words. Faults of the night (locks that a failed run leaves
behind, a run beside another) are in ``nightly/tests/test_kill.py`` and ``test_cycle.py``; the time that one backdated
repayment takes is measured by ``benchmarks/backdate.py``.
"""

from dataclasses import replace
from datetime import date, timedelta
from time import monotonic

import pytest

from huikuan.portfolio.conventions import (
    Advance,
    AllocationAxis,
    Conventions,
    DayCount,
    DueDay,
    LastInstalment,
    LateFee,
    LateFeeKind,
    PauseEnd,
    PenaltyAs,
    PenaltyBase,
    Rounding,
    ToleranceOn,
)
from huikuan.portfolio.facts import AllocationKind, Bucket, Compound, RepaymentMethod
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.rules.ageing import bucket_of_days
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.builders import a_note, an_event, due, paid

DUE_ON = date(2024, 2, 15)
NOTE = a_note(principal_minor=60_000, penalty_rate_ppm=0)
TWO = (
    due(1, DUE_ON, principal=30_000, interest=600),
    due(2, DUE_ON + timedelta(days=29), principal=30_000, interest=300),
)


def after(days: int) -> date:
    """So many days after the due date."""
    return DUE_ON + timedelta(days=days)


def event(kind: EventKind, day: int, until: int | None = None) -> LoanEvent:
    return an_event(kind, after(day), ref=f"{kind}-{day}", until_on=None if until is None else after(until))


def days_of(conventions: Conventions, day: int, *events: LoanEvent) -> tuple[int, int]:
    """Days past due, and those counted, so many days after the first due date with nothing paid."""
    state = replay(NOTE, TWO, (), after(day), conventions=conventions, events=events).state
    return state.dpd, state.dpd_counted


# --- where systems differ: each is a parameter -------------------------------------------------------------------


# One system numbers the due day 1, others the day after it.
@pytest.mark.parametrize(("due_day", "days"), [(DueDay.DAY_0, (0, 1, 30)), (DueDay.DAY_1, (1, 2, 31))])
def test_number_of_the_due_day_is_a_parameter(due_day: DueDay, days: tuple[int, ...]) -> None:
    assert tuple(days_of(Conventions(due_day=due_day), day)[0] for day in (0, 1, 30)) == days


# One system takes the tolerance off the days of the loan and forgets it for the instalments.
@pytest.mark.parametrize(("tolerance_on", "counted"), [(ToleranceOn.NOTE, 31), (ToleranceOn.INSTALMENT, 31)])
def test_tolerance_is_never_taken_off_the_days_on_the_note_or_on_the_instalment(
    tolerance_on: ToleranceOn, counted: int
) -> None:
    tolerant = Conventions(tolerance_days=10, tolerance_on=tolerance_on)
    assert days_of(tolerant, 10) == (10, 0)
    assert days_of(tolerant, 11) == (11, 11)
    assert days_of(tolerant, 31) == (31, counted)


# Paused days are end minus start, so that the end day counts again; a resume shortens; overlapping pauses merge.
@pytest.mark.parametrize(("pause_end", "days"), [(PauseEnd.COUNTS, 40 - 10), (PauseEnd.PAUSED, 40 - 11)])
def test_end_day_of_a_pause_is_a_parameter(pause_end: PauseEnd, days: int) -> None:
    conventions = Conventions(pause_end=pause_end)
    assert days_of(conventions, 40, event(EventKind.PAUSE, 5, until=15))[0] == days
    overlapping = (event(EventKind.PAUSE, 5, until=12), event(EventKind.PAUSE, 8, until=15))
    assert days_of(conventions, 40, *overlapping)[0] == days
    resumed = (event(EventKind.PAUSE, 5, until=35), event(EventKind.RESUME, 15))
    assert days_of(conventions, 40, *resumed)[0] == days


# Three equal parts: 33.57 33.57 33.58 in one system, 33.58 33.58 33.56 by rounding each up in another.
@pytest.mark.parametrize(
    ("principal", "conventions", "parts"),
    [
        (10_074, Conventions(), [3358, 3358, 3358]),
        (10_073, Conventions(), [3358, 3358, 3357]),
        (10_072, Conventions(), [3357, 3357, 3358]),
        (10_072, Conventions(rounding=Rounding.UP), [3358, 3358, 3356]),
        (10_072, Conventions(rounding=Rounding.UP, last_instalment=LastInstalment.SMOOTHED), [3358, 3357, 3357]),
    ],
)
def test_three_equal_parts_without_interest(principal: int, conventions: Conventions, parts: list[int]) -> None:
    note = a_note(principal_minor=principal, annual_rate_ppm=0, instalment_count=3)
    assert [row.principal_minor for row in schedule_build(note, conventions=conventions)] == parts


# Some force the last interest to instalment minus principal, a cent off the true one.
def test_last_instalment_has_the_true_interest_unless_the_total_is_to_be_kept() -> None:
    note = a_note()
    clears = schedule_build(note)
    keeps = schedule_build(note, conventions=Conventions(last_instalment=LastInstalment.KEEPS_TOTAL))
    totals = [row.principal_minor + row.interest_minor for row in keeps]
    assert set(totals) == {totals[0]}
    assert clears[-1].interest_minor == round(clears[-1].principal_minor * 0.06 / 12)
    assert (clears[-1].interest_minor, keeps[-1].interest_minor) == (514, 516)
    assert clears[:-1] == keeps[:-1]


# One system rounds the instalment up to a whole unit of money; the last one is smaller.
def test_instalment_in_whole_units_leaves_a_smaller_last_one() -> None:
    conventions = Conventions(rounding=Rounding.UP, instalment_unit_minor=100)
    totals = [row.principal_minor + row.interest_minor for row in schedule_build(a_note(), conventions=conventions)]
    assert totals[:-1] == [103_300] * 11
    assert 0 < totals[-1] < 103_300


# Year and month have other lengths in other systems.
@pytest.mark.parametrize(
    ("day_count", "penalty"),
    [
        (DayCount.ACT_360, 29 / 360),
        (DayCount.ACT_365, 29 / 365),
        (DayCount.ACT_364, 29 / 364),
        (DayCount.ACT_ACT, 29 / 366),
        (DayCount.THIRTY_360, 30 / 360),
    ],
)
def test_a_month_late_costs_what_the_day_count_says(day_count: DayCount, penalty: float) -> None:
    note = a_note(principal_minor=100_000_000, penalty_rate_ppm=90_000)
    row = due(1, DUE_ON, principal=100_000_000)
    conventions = Conventions(day_count=day_count)
    assert replay(note, (row,), (), date(2024, 3, 15), conventions=conventions).state.penalty_minor == round(
        9_000_000 * penalty
    )


# The base of penalty interest is overdue principal here, principal and interest there; the rate is often a mark-up.
def test_penalty_base_and_markup_are_parameters() -> None:
    note = replace(a_note(principal_minor=3_600_000, annual_rate_ppm=100_000), penalty_markup_ppm=500_000)
    schedule = (due(1, DUE_ON, principal=3_600_000, interest=360_000),)
    markup = Conventions(penalty_as=PenaltyAs.MARKUP)
    both = replace(markup, penalty_base=PenaltyBase.PRINCIPAL_AND_INTEREST)
    assert replay(note, schedule, (), after(1), conventions=markup).state.penalty_minor == 1_500
    assert replay(note, schedule, (), after(1), conventions=both).state.penalty_minor == 1_650


# Money goes through one component of all instalments first, or through one instalment first.
@pytest.mark.parametrize(
    ("axis", "first", "second"),
    [(AllocationAxis.VERTICAL, (29_700, 0), (30_000, 0)), (AllocationAxis.HORIZONTAL, (29_400, 0), (30_000, 300))],
)
def test_axis_of_the_allocation_is_a_parameter(
    axis: AllocationAxis, first: tuple[int, int], second: tuple[int, int]
) -> None:
    conventions = Conventions(allocation_axis=axis)
    open_ = replay(NOTE, TWO, [paid("A", after(29), 1_200)], after(29), conventions=conventions).open
    assert [(row.principal_minor, row.interest_minor) for row in open_] == [first, second]


# A fee per missed instalment is one thing, daily penalty another: it came again every day.
def test_late_fee_comes_once_for_each_missed_instalment_and_not_every_day() -> None:
    fee = Conventions(late_fee=LateFee(LateFeeKind.FLAT, amount_minor=2_500, after_days=1))
    costs = [replay(NOTE, TWO, (), after(day), conventions=fee).state.costs_due_minor for day in (0, 1, 2, 29, 30, 300)]
    assert costs == [0, 2_500, 2_500, 2_500, 5_000, 5_000]


# What is received after the charge-off was booked as principal of a loan that the balance sheet no longer has.
def test_money_after_the_charge_off_is_recovery() -> None:
    off = event(EventKind.CHARGE_OFF, 20)
    replayed = replay(NOTE, TWO, [paid("A", after(10), 100), paid("B", after(20), 200)], after(20), events=[off])
    assert [row.kind for row in replayed.allocations] == [AllocationKind.REPAYMENT, AllocationKind.RECOVERY]
    assert replayed.state.recovered_minor == 200


# Steps of the ladder count from the due date, or from the step before, which drifts.
def test_every_day_is_counted_from_the_due_date_and_not_from_the_count_before() -> None:
    bought = [paid(f"P{day}", after(day), 7) for day in range(1, 200, 3)]
    assert [replay(NOTE, TWO, bought, after(day)).state.dpd for day in range(200)] == list(range(200))


# --- where they fell ---------------------------------------------------------------------------------------------


# Days past due were counted modulo 30, and any payment took 30 days off.
def test_days_past_due_pass_a_month_and_no_payment_takes_a_month_off() -> None:
    assert [days_of(Conventions(), day)[0] for day in (29, 30, 31, 60, 61, 366, 3_650)] == [
        29, 30, 31, 60, 61, 366, 3_650,
    ]  # fmt: skip
    assert replay(NOTE, TWO, [paid("A", after(60), 1)], after(61)).state.dpd == 61


# The nightly import set the balance back to the original amount.
@pytest.mark.parametrize("advance", [Advance.HOLD, Advance.RE_AMORTISED, Advance.LAST_INSTALMENT])
def test_schedule_that_is_delivered_again_does_not_set_the_balance_back(advance: Advance) -> None:
    note, conventions = a_note(), Conventions(advance=advance)
    schedule = schedule_build(note)
    money = [paid("A", schedule[0].due_on, 500_000)]
    balances = [
        replay(note, schedule, money, schedule[0].due_on + timedelta(days=day), conventions=conventions).state
        for day in (0, 1, 2, 20)
    ]
    assert len({state.principal_outstanding_minor for state in balances}) == 1
    prepaid = advance is not Advance.HOLD
    first = schedule[0]
    assert balances[0].principal_outstanding_minor == note.principal_minor - (
        500_000 - first.interest_minor if prepaid else first.principal_minor
    )


# A state of the ladder was skipped because a part payment had moved the anchor date.
def test_no_bucket_is_skipped_while_small_payments_come_in() -> None:
    bought = [paid(f"P{day}", after(day), 100) for day in range(1, 190, 5)]
    buckets = [bucket_of_days(replay(NOTE, TWO, bought, after(day)).state.dpd) for day in range(190)]
    passed = [bucket for number, bucket in enumerate(buckets) if number == 0 or buckets[number - 1] is not bucket]
    assert passed == list(Bucket)[:8]


# One job read the days three hours before another one wrote them: late notes without an amount, amounts without days.
def test_days_and_amounts_of_a_day_are_of_one_piece() -> None:
    money = [paid("A", after(12), 30_600), paid("B", after(40), 10_000), paid("C", after(50), 20_300)]
    for day in range(70):
        replayed = replay(NOTE, TWO, money, after(day))
        state = replayed.state
        overdue = state.overdue_principal_minor + state.overdue_interest_minor
        assert (state.dpd > 0) == (overdue > 0), day
        assert overdue == sum(
            row.principal_minor + row.interest_minor for row in replayed.open if row.due_on < after(day)
        )


# A reminder for one invoice hid the others, and a part-paid one was not reminded at all.
def test_every_unpaid_instalment_is_shown_the_part_paid_one_too() -> None:
    replayed = replay(NOTE, TWO, [paid("A", after(30), 901)], after(30))
    assert [(row.seq, row.principal_minor, row.interest_minor) for row in replayed.open] == [
        (1, 29_999, 0),
        (2, 30_000, 0),
    ]


# Interest was lost once the principal was paid, and a rate of zero gave a total of zero.
@pytest.mark.parametrize("method", [RepaymentMethod.EQUAL_INSTALMENT, RepaymentMethod.FLAT, RepaymentMethod.BULLET])
def test_interest_outlives_the_principal_and_zero_rate_repays_the_principal(method: RepaymentMethod) -> None:
    count = 1 if method is RepaymentMethod.BULLET else 12
    first = date(2025, 1, 15) if count == 1 else DUE_ON
    note = a_note(method=method, annual_rate_ppm=0, instalment_count=count, first_due_on=first)
    assert sum(row.principal_minor + row.interest_minor for row in schedule_build(note)) == note.principal_minor
    schedule = (due(1, DUE_ON, principal=500, interest=77),)
    principal_first = Conventions(principal_first_after_days=0)
    replayed = replay(NOTE, schedule, [paid("A", after(3), 500)], after(9), conventions=principal_first)
    assert (replayed.state.principal_outstanding_minor, replayed.state.overdue_interest_minor) == (0, 77)
    assert (replayed.state.closed, replayed.state.dpd) == (False, 9)


# A report of a past day was built from live balances.
def test_a_past_day_is_the_same_whatever_comes_later() -> None:
    then = replay(NOTE, TWO, [paid("A", after(10), 100)], after(20))
    later = [paid("A", after(10), 100), paid("B", after(21), 50_000)]
    events = [event(EventKind.ACCELERATION, 25), event(EventKind.CHARGE_OFF, 60)]
    assert replay(NOTE, TWO, later, after(20), events=events) == then


# The penalty step took loans without a penalty; of several late instalments only the oldest bore it.
def test_penalty_bears_on_all_late_instalments_and_not_at_all_where_the_rate_is_zero() -> None:
    schedule = (due(1, DUE_ON, principal=3_600_000), due(2, after(10), principal=3_600_000))
    late = a_note(principal_minor=7_200_000)
    assert replay(late, schedule, (), after(20)).state.penalty_minor == (20 + 10) * 900
    none = replay(replace(late, penalty_rate_ppm=0, compound=Compound.NONE), schedule, (), after(400)).state
    assert (none.penalty_whole, none.penalty_num, none.compound_whole, none.dpd) == (0, 0, 0, 400)


# A pause moved the wrong date.
def test_a_pause_moves_no_due_date() -> None:
    plain = replay(NOTE, TWO, (), after(50))
    paused = replay(NOTE, TWO, (), after(50), events=[event(EventKind.PAUSE, -10, until=40)])
    assert (paused.open, paused.schedule, paused.allocations) == (plain.open, plain.schedule, plain.allocations)
    assert (plain.state.dpd, paused.state.dpd) == (50, 11)


# A part payment was reported with a principal of zero, and the test confirmed it.
def test_part_payment_says_how_much_principal_it_paid() -> None:
    (row,) = replay(NOTE, TWO, [paid("A", after(5), 10_600)], after(5)).allocations
    assert (row.amount_minor, row.interest_minor, row.principal_minor, row.credit_minor) == (10_600, 600, 10_000, 0)


# 700 seconds to post one payment of a long loan anew, because every row was visited for every row.
def test_replay_of_a_long_loan_takes_no_minutes() -> None:
    count = 2_000
    schedule = tuple(due(seq, after(seq), principal=100, interest=3) for seq in range(1, count + 1))
    money = [paid(f"P{seq}", after(seq + 40), 103) for seq in range(1, count + 1)]
    note = a_note(principal_minor=100 * count, compound=Compound.MONTHLY, matures_on=after(count))
    began = monotonic()
    replayed = replay(note, schedule, money, after(count))
    assert monotonic() - began < 10  # it takes a tenth of a second
    assert [row.due_on for row in replayed.open] == sorted(row.due_on for row in replayed.open)
