"""Events of the contract: what each does to the figures of a small note. Amounts are minor units."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from huikuan.portfolio.conventions import (
    CONVENTIONS_DEFAULT,
    Conventions,
    LateFee,
    LateFeeKind,
    PauseEnd,
    PausePenalty,
    PenaltyAs,
)
from huikuan.portfolio.facts import FactInvalid, Flag, Instalment, OpenInstalment, Repayment, RepaymentMethod, Replayed
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.builders import a_note, an_event, due, paid

DUE_ON = date(2024, 2, 15)
NOTE = a_note(principal_minor=10_000_000)  # penalty rate 9 %: 2,500 a day
ONE_DUE = (due(1, DUE_ON, principal=10_000_000),)


def after(days: int) -> date:
    """So many days after the due date."""
    return DUE_ON + timedelta(days=days)


def late(
    days: int, *events: LoanEvent, conventions: Conventions = CONVENTIONS_DEFAULT, money: tuple[Repayment, ...] = ()
) -> Replayed:
    return replay(NOTE, ONE_DUE, money, after(days), conventions=conventions, events=events)


def days_and_penalty(replayed: Replayed) -> tuple[int, int]:
    return replayed.state.dpd, replayed.state.penalty_minor


# --- pauses ------------------------------------------------------------------------------------------------------

PAUSE = an_event(EventKind.PAUSE, after(10), until_on=after(15))


@pytest.mark.parametrize(
    ("pause_end", "days"),
    [(PauseEnd.COUNTS, (9, 9, 9, 10, 11)), (PauseEnd.PAUSED, (9, 9, 9, 9, 10))],
)
def test_paused_days_do_not_count_and_the_end_day_counts_as_agreed(pause_end: PauseEnd, days: tuple[int, ...]) -> None:
    conventions = Conventions(pause_end=pause_end)
    got = [late(day, PAUSE, conventions=conventions).state.dpd for day in (9, 10, 14, 15, 16)]
    assert tuple(got) == days


@pytest.mark.parametrize(
    ("pause_penalty", "penalty"),
    [(PausePenalty.RUNS, (22_500, 37_500, 50_000)), (PausePenalty.STOPS, (22_500, 25_000, 37_500))],
)
def test_penalty_runs_or_stops_on_paused_days(pause_penalty: PausePenalty, penalty: tuple[int, ...]) -> None:
    conventions = Conventions(pause_penalty=pause_penalty)
    got = [late(day, PAUSE, conventions=conventions).state.penalty_minor for day in (9, 15, 20)]
    assert tuple(got) == penalty


def test_pauses_that_overlap_merge_and_pause_a_day_once() -> None:
    second = an_event(EventKind.PAUSE, after(12), ref="F", until_on=after(18))
    assert late(30, PAUSE, second).state.dpd == 30 - 8


def test_resume_ends_every_pause_that_runs_on_its_day() -> None:
    second = an_event(EventKind.PAUSE, after(11), ref="F", until_on=after(40))
    later = an_event(EventKind.PAUSE, after(14), ref="G", until_on=after(16))
    resume = an_event(EventKind.RESUME, after(13), ref="H")
    assert late(30, PAUSE, second, later, resume).state.dpd == 30 - 3 - 2


def test_pause_leaves_the_due_date_where_it_is() -> None:
    assert late(30, PAUSE).open == (OpenInstalment(1, DUE_ON, 10_000_000, 0, 0),)


@pytest.mark.parametrize(("as_of", "held"), [(9, None), (10, "pause"), (30, "pause")])
def test_note_with_paused_days_is_held_from_the_fold(as_of: int, held: str | None) -> None:
    assert late(as_of, PAUSE).state.held_by == held


def test_late_fee_whose_day_is_paused_is_never_charged() -> None:
    conventions = Conventions(late_fee=LateFee(LateFeeKind.FLAT, amount_minor=2_500, after_days=10))
    assert late(10, conventions=conventions).state.costs_due_minor == 2_500
    assert late(40, PAUSE, conventions=conventions).state.costs_due_minor == 0


# --- rates and schedules -----------------------------------------------------------------------------------------

INTEREST_FIRST = a_note(method=RepaymentMethod.INTEREST_FIRST)  # 12,000.00 at 6 %: 60.00 a month
SCHEDULE = schedule_build(INTEREST_FIRST)


def lived(as_of: date, *events: LoanEvent, conventions: Conventions = CONVENTIONS_DEFAULT) -> Replayed:
    """The interest-first note, paid in time up to the first instalment."""
    money = (paid("A", DUE_ON, 6_000),) if as_of >= DUE_ON else ()
    return replay(INTEREST_FIRST, SCHEDULE, money, as_of, conventions=conventions, events=events)


def test_rate_change_bears_from_the_night_after_its_day() -> None:
    change = an_event(EventKind.RATE_CHANGE, after(10), penalty_rate_ppm=180_000)
    assert [late(day, change).state.penalty_minor for day in (10, 11, 12)] == [25_000, 30_000, 35_000]
    assert late(12, change).state.held_by == "rates"


def test_rate_change_on_a_due_date_computes_the_coming_interest_anew() -> None:
    replayed = lived(DUE_ON, an_event(EventKind.RATE_CHANGE, DUE_ON, annual_rate_ppm=90_000))
    assert [row.interest_minor for row in replayed.schedule] == [6_000] + [9_000] * 11
    assert replayed.state.annual_rate_ppm == 90_000


def test_rate_change_inside_a_period_splits_its_interest_by_days() -> None:
    replayed = lived(after(10), an_event(EventKind.RATE_CHANGE, after(10), annual_rate_ppm=90_000))
    # 15 February to 15 March: 10 of 29 days at 60.00, 19 at 90.00 a month: 79.66
    assert [row.interest_minor for row in replayed.schedule[:3]] == [6_000, 7_966, 9_000]


def test_rate_change_of_a_given_schedule_leaves_the_coming_instalments() -> None:
    note = replace(INTEREST_FIRST, method=RepaymentMethod.GIVEN)
    change = an_event(EventKind.RATE_CHANGE, DUE_ON, annual_rate_ppm=90_000)
    assert replay(note, SCHEDULE, (), DUE_ON, events=[change]).schedule == SCHEDULE


def test_penalty_with_markup_follows_the_contract_rate_until_a_rate_of_its_own_is_named() -> None:
    note = replace(NOTE, penalty_markup_ppm=500_000, method=RepaymentMethod.GIVEN)
    events = [
        an_event(EventKind.RATE_CHANGE, after(10), ref="1", annual_rate_ppm=80_000),
        an_event(EventKind.RATE_CHANGE, after(20), ref="2", penalty_rate_ppm=150_000),
        an_event(EventKind.RATE_CHANGE, after(30), ref="3", annual_rate_ppm=40_000),
    ]
    conventions = Conventions(penalty_as=PenaltyAs.MARKUP)
    rates = [
        replay(note, ONE_DUE, (), after(day), conventions=conventions, events=events).state.penalty_rate_ppm
        for day in (9, 10, 20, 30)
    ]
    assert rates == [90_000, 120_000, 150_000, 150_000]


def test_drawdown_raises_the_balance_and_the_coming_instalments_carry_it() -> None:
    replayed = lived(DUE_ON, an_event(EventKind.DRAWDOWN, DUE_ON, amount_minor=600_000))
    assert replayed.state.principal_outstanding_minor == 1_800_000
    assert [row.interest_minor for row in replayed.schedule[1:]] == [9_000] * 11
    assert replayed.schedule[-1].principal_minor == 1_800_000


def test_drawdown_after_the_last_instalment_and_of_a_given_schedule_without_one_is_refused() -> None:
    with pytest.raises(FactInvalid, match="value_on"):
        late(5, an_event(EventKind.DRAWDOWN, after(5), amount_minor=1))
    note = replace(INTEREST_FIRST, method=RepaymentMethod.GIVEN)
    with pytest.raises(FactInvalid, match="schedule"):
        replay(note, SCHEDULE, (), DUE_ON, events=[an_event(EventKind.DRAWDOWN, DUE_ON, amount_minor=1)])


def test_extension_moves_the_last_instalment_with_interest_for_the_days() -> None:
    moved = an_event(EventKind.EXTENSION, date(2025, 1, 15), until_on=date(2025, 4, 15))
    replayed = lived(date(2025, 4, 14), moved)
    # 12,000.00 at 6 % for 90 days: 180.00; the instalment of the day has not fallen due when the event takes effect.
    last = replayed.schedule[-1]
    assert (last.due_on, last.principal_minor, last.interest_minor) == (date(2025, 4, 15), 1_200_000, 6_000 + 18_000)
    assert (replayed.state.overdue_principal_minor, replayed.state.held_by) == (0, "schedule")
    assert lived(date(2025, 4, 16), moved).state.dpd_principal == 1


def test_second_extension_is_flagged_and_one_not_after_the_maturity_is_refused() -> None:
    first = an_event(EventKind.EXTENSION, DUE_ON, ref="1", until_on=date(2025, 2, 15))
    second = an_event(EventKind.EXTENSION, after(1), ref="2", until_on=date(2025, 3, 15))
    assert lived(after(1), first).flags == ()
    assert lived(after(1), first, second).flags == (Flag.EXTENDED_AGAIN,)
    with pytest.raises(FactInvalid, match="until_on"):
        lived(after(1), an_event(EventKind.EXTENSION, DUE_ON, until_on=INTEREST_FIRST.matures_on))


def new_schedule(*principal: int) -> tuple[Instalment, ...]:
    """Instalments from number 20 on, 60, 90, 120 ... days after the first due date."""
    return tuple(
        due(20 + place, after(60 + 30 * place), principal=amount, interest=100)
        for place, amount in enumerate(principal)
    )


def test_rescheduling_replaces_the_coming_instalments_and_keeps_what_fell_due() -> None:
    plan = new_schedule(700_000, 500_000)
    replayed = replay(
        INTEREST_FIRST, SCHEDULE, (), after(120), events=[an_event(EventKind.RESCHEDULE, after(5), schedule=plan)]
    )
    assert replayed.schedule == (SCHEDULE[0], *plan)
    assert [(row.seq, row.principal_minor, row.interest_minor) for row in replayed.open] == [
        (1, 0, 6_000), (20, 700_000, 100), (21, 500_000, 100),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (new_schedule(700_000, 499_999), "schedule.principal"),
        ((due(20, after(4), principal=1_200_000),), "schedule.due_on"),
        ((due(1, after(60), principal=1_200_000),), "schedule.seq"),
    ],
)
def test_rescheduling_that_does_not_fit_the_note_is_refused(plan: tuple[Instalment, ...], field: str) -> None:
    with pytest.raises(FactInvalid) as caught:
        lived(after(5), an_event(EventKind.RESCHEDULE, after(5), schedule=plan))
    assert caught.value.field == field


def test_restructuring_takes_unpaid_principal_and_interest_and_leaves_costs_and_penalty() -> None:
    schedule = (due(1, DUE_ON, principal=400_000, interest=900, costs=70), due(2, after(200), principal=800_000))
    plan = new_schedule(1_200_000)
    note = a_note(penalty_rate_ppm=900_000)  # 400,000 bear 1,000 a day
    restructure = an_event(EventKind.RESTRUCTURE, after(10), schedule=plan, until_on=after(375))
    replayed = replay(note, schedule, (), after(20), events=[restructure])
    assert replayed.open == (OpenInstalment(1, DUE_ON, 0, 0, 70),)
    assert (replayed.state.dpd, replayed.state.penalty_minor) == (0, 10_000)
    assert (replayed.state.principal_outstanding_minor, replayed.state.observed_until) == (1_200_000, after(375))


def test_running_period_of_a_restructured_loan_begins_on_its_day_and_stays_so_when_it_is_rescheduled() -> None:
    def plan(seq: int) -> tuple[Instalment, ...]:
        return (due(seq, after(29), principal=1_200_000, interest=290),)

    events = [
        an_event(EventKind.RESTRUCTURE, DUE_ON, ref="A", schedule=plan(20), until_on=after(375)),
        an_event(EventKind.RESCHEDULE, after(10), ref="B", schedule=plan(30)),
        an_event(EventKind.ACCELERATION, after(20), ref="C"),
    ]
    schedule = (due(1, after(200), principal=1_200_000, interest=900),)
    (row,) = replay(a_note(), schedule, (), after(20), events=events).open
    assert (row.principal_minor, row.interest_minor) == (1_200_000, 200)  # 20 of 29 days


def test_re_ageing_is_refused_unless_the_product_declares_it_and_then_is_flagged() -> None:
    re_age = an_event(EventKind.RE_AGE, after(40))
    with pytest.raises(FactInvalid, match="re_ageing"):
        late(50, re_age)
    replayed = late(50, re_age, conventions=Conventions(re_ageing=True))
    assert (days_and_penalty(replayed), replayed.flags) == ((10, 125_000), (Flag.RE_AGED,))


# --- events and their reversals ----------------------------------------------------------------------------------


def test_reversed_event_counts_until_the_reversal_and_then_never_did() -> None:
    back = an_event(EventKind.PAUSE, after(20), ref="F", reverses="E")
    assert [late(day, PAUSE, back).state.dpd for day in (19, 20)] == [14, 20]
    assert late(20, PAUSE, back) == late(20)


def test_event_that_is_known_later_gives_the_figures_of_one_known_in_time() -> None:
    late_news = replace(PAUSE, recorded_at=datetime(2024, 6, 1, tzinfo=UTC))
    assert late(40, late_news) == late(40, PAUSE)


def test_event_of_a_later_day_changes_nothing_today() -> None:
    assert late(9, PAUSE) == late(9)
