"""Random terms and conventions: every method, frequency and parameter, with a schedule that fits them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar

from huikuan.portfolio.conventions import (
    CONVENTIONS_DEFAULT,
    ORDER_DEFAULT,
    Advance,
    AllocationAxis,
    Conventions,
    DayCount,
    DueDay,
    DueStages,
    FirstPeriod,
    Holidays,
    LastInstalment,
    LateFee,
    LateFeeKind,
    MonthEnd,
    PauseEnd,
    PausePenalty,
    PenaltyAs,
    PenaltyBase,
    PeriodInterest,
    Rounding,
    ToleranceOn,
)
from huikuan.portfolio.facts import Compound, FactInvalid, Frequency, Instalment, NoteTerms, RepaymentMethod
from huikuan.portfolio.rules.schedule import months_after, schedule_build

T = TypeVar("T")
Pick = Callable[[int, int], int]  # an integer from ... to, both included

DAYS = {Frequency.WEEKLY: 7, Frequency.BIWEEKLY: 14}
MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.HALF_YEARLY: 6, Frequency.YEARLY: 12}
WITH_BALLOON = {RepaymentMethod.EQUAL_INSTALMENT, RepaymentMethod.EQUAL_PRINCIPAL, RepaymentMethod.FLAT}
NOT_COMPUTED = {RepaymentMethod.GIVEN, RepaymentMethod.FLAT}
FEES = (
    LateFee(LateFeeKind.FLAT, amount_minor=2_500, after_days=3),
    LateFee(LateFeeKind.INSTALMENT, rate_ppm=50_000, after_days=1),
    LateFee(LateFeeKind.OVERDUE_PRINCIPAL, rate_ppm=33_333, after_days=10),
    LateFee(LateFeeKind.OVERDUE_TOTAL, rate_ppm=10_000, after_days=31),
)


def one_of(pick: Pick, choices: Sequence[T]) -> T:
    return choices[pick(0, len(choices) - 1)]


def is_workday(day: date) -> bool:
    """A calendar without holidays: Monday to Friday."""
    return day.weekday() < 5


def fold_conventions(pick: Pick) -> Conventions:
    """Conventions under which the fold in SQL carries a note on."""
    own: dict[str, Any] = {
        "day_count": one_of(pick, (DayCount.ACT_360, DayCount.ACT_365, DayCount.ACT_364)),
        "period_interest": one_of(pick, tuple(PeriodInterest)),
        "due_day": one_of(pick, tuple(DueDay)),
        "tolerance_days": one_of(pick, (0, 0, 1, 3, 15)),
        "tolerance_minor": one_of(pick, (0, 0, 1, 500, 100_000)),
        "tolerance_on": one_of(pick, tuple(ToleranceOn)),
        "penalty_base": one_of(pick, tuple(PenaltyBase)),
        "penalty_as": one_of(pick, tuple(PenaltyAs)),
    }
    return replace(CONVENTIONS_DEFAULT, **own)


def any_conventions(pick: Pick) -> Conventions:
    """Every parameter is its default more often than not, and reaches each of its values."""
    order = list(ORDER_DEFAULT)
    for place in range(4):
        other = pick(place, 4)
        order[place], order[other] = order[other], order[place]
    choices: dict[str, Sequence[Any]] = {
        "day_count": tuple(DayCount),
        "period_interest": tuple(PeriodInterest),
        "first_period": tuple(FirstPeriod),
        "rounding": tuple(Rounding),
        "instalment_unit_minor": (1, 10, 100),
        "last_instalment": tuple(LastInstalment),
        "month_end": tuple(MonthEnd),
        "holidays": tuple(Holidays),
        "due_day": tuple(DueDay),
        "tolerance_days": (0, 1, 3, 15),
        "tolerance_minor": (0, 1, 500, 100_000),
        "tolerance_on": tuple(ToleranceOn),
        "pause_end": tuple(PauseEnd),
        "pause_penalty": tuple(PausePenalty),
        "re_ageing": (False, True),
        "penalty_base": tuple(PenaltyBase),
        "penalty_as": tuple(PenaltyAs),
        "compound_on_penalty": (False, True),
        "late_fee": (LateFee(), *FEES),
        "allocation_order": (ORDER_DEFAULT, tuple(order)),
        "allocation_axis": tuple(AllocationAxis),
        "due_stages": tuple(DueStages),
        "principal_first_after_days": (None, 0, 30, 90),
        "advance": tuple(Advance),
    }
    own = {name: one_of(pick, values) for name, values in choices.items() if pick(0, 4) < 2}
    return replace(CONVENTIONS_DEFAULT, **own)


def random_terms(pick: Pick, conventions: Conventions) -> tuple[NoteTerms, tuple[Instalment, ...]]:
    """Terms that the conventions can be applied to, and their schedule."""
    methods: Sequence[RepaymentMethod] = tuple(RepaymentMethod)
    if conventions.advance in {Advance.LAST_INSTALMENT, Advance.RE_AMORTISED}:
        methods = [method for method in methods if method not in NOT_COMPUTED]
    terms = _dates_and_rates(pick, one_of(pick, methods))
    if pick(0, 2) == 0:
        terms = _first_periods(pick, terms)
    terms = _structure(pick, terms)
    delivered = given_schedule(pick, terms) if terms.method is RepaymentMethod.GIVEN else ()
    try:
        return terms, schedule_build(terms, delivered, conventions=conventions, is_workday=is_workday)
    except FactInvalid:
        # A given instalment below the interest, or a first due date that a holiday moves before the pay-out.
        terms = replace(terms, instalment_minor=None)
        conventions = replace(conventions, holidays=Holidays.UNMOVED)
        return terms, schedule_build(terms, delivered, conventions=conventions)


def _dates_and_rates(pick: Pick, method: RepaymentMethod) -> NoteTerms:
    settled, bullet = method is RepaymentMethod.SETTLED_INTEREST, method is RepaymentMethod.BULLET
    frequency = one_of(pick, tuple(MONTHS) if settled else (*Frequency, Frequency.MONTHLY))
    ends = (date(2015, 12, 31), date(2016, 1, 30), date(2016, 2, 29), date(2019, 10, 31), date(2019, 6, 20))
    disbursed_on = one_of(pick, ends) if pick(0, 2) == 0 else date(2015, 1, 1) + timedelta(days=pick(0, 3650))
    months, days = MONTHS.get(frequency, 0), DAYS.get(frequency, 0)
    count = 1 if bullet else pick(1, 3 if months > 3 else one_of(pick, (3, 12, 12, 30)))
    first_due_on = months_after(disbursed_on, months) + timedelta(days=days)
    if pick(0, 1):
        first_due_on = disbursed_on + timedelta(days=pick(1, 60))
    last_due_on = months_after(first_due_on, months * (count - 1)) + timedelta(days=days * (count - 1))
    matures_on = last_due_on if bullet else last_due_on + timedelta(days=pick(0, 1) * pick(0, 40) + 3 * pick(0, 1))
    if settled:
        settling = list(_settling(disbursed_on, matures_on, months))
        first_due_on, count = [*settling, matures_on][0], len(settling) + 1
    elif not bullet:
        matures_on = max(matures_on, last_due_on + timedelta(days=3))  # the last day of a month may be later
    annual = one_of(pick, (0, 36_000, 140_700, 360_000, pick(0, 360_000)))
    return NoteTerms(
        principal_minor=pick(1, one_of(pick, (1, 50, 100_000, 100_000_000, 10**12))),
        disbursed_on=disbursed_on,
        matures_on=matures_on,
        first_due_on=first_due_on,
        annual_rate_ppm=annual,
        penalty_rate_ppm=one_of(pick, (annual, annual * 3 // 2, pick(0, 540_000))),
        compound=one_of(pick, tuple(Compound)),
        method=method,
        instalment_count=count,
        frequency=frequency,
        penalty_markup_ppm=one_of(pick, (300_000, 500_000, 333_333)),
    )


def _settling(after: date, until: date, months: int) -> Sequence[date]:
    days = [after + timedelta(days=number) for number in range(1, (until - after).days)]
    return [day for day in days if day.day == 20 and day.month % months == 0]


def _first_periods(pick: Pick, terms: NoteTerms) -> NoteTerms:
    most = terms.instalment_count - 1
    return replace(
        terms,
        interest_only_count=pick(0, 1) * pick(0, most),
        interest_grace_count=pick(0, 1) * pick(0, min(2, most)),
        interest_free_count=pick(0, 1) * pick(0, min(2, most)),
    )


def _structure(pick: Pick, terms: NoteTerms) -> NoteTerms:
    if terms.method is RepaymentMethod.FIXED_PRINCIPAL:
        shares = max(1, terms.instalment_count - terms.interest_only_count - 1)
        return replace(terms, principal_share_ppm=pick(1, 1_000_000 // shares))
    if terms.method in WITH_BALLOON and pick(0, 2) == 0:
        terms = replace(terms, balloon_minor=pick(0, terms.principal_minor))
    if terms.method is RepaymentMethod.EQUAL_INSTALMENT and pick(0, 4) == 0:
        terms = replace(terms, instalment_minor=max(1, terms.principal_minor * pick(50, 200) // 1000))
    return terms


def given_schedule(pick: Pick, terms: NoteTerms) -> list[Instalment]:
    """A delivered schedule: irregular dates, two instalments on one day, instalments of interest or costs alone."""
    rows, left, due_on = [], terms.principal_minor, terms.disbursed_on
    for seq in range(1, terms.instalment_count + 1):
        principal = left if seq == terms.instalment_count else pick(0, left // 2)
        interest = pick(0, 1) * pick(0, max(1, terms.principal_minor // 20))
        costs = pick(0, 1) * pick(0, 5000)
        due_on += timedelta(days=one_of(pick, (0, 1, 10, 30, 31)))
        left -= principal
        rows.append(Instalment(seq, due_on, principal, interest, costs))
    return rows
