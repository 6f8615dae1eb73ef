"""Conventions: the choices that banks make differently when they compute one loan. Plain facts, no Django.

Each field has the default of the Chinese pack. What a value means, its source and how sure we are stand in
``policies/cn/conventions.yaml``; ``docs/concepts/conventions.md`` shows each with figures. A bank does not combine them
freely: a product bundle (``policies/cn/products``) declares which values it may take.

Units: ``_minor`` minor units of the currency, ``_ppm`` parts per million, ``_days`` calendar days.
"""

from dataclasses import dataclass
from enum import StrEnum


class Component(StrEnum):
    """What a debt is made of."""

    COSTS = "costs"  # fees and advanced costs, late fees
    PENALTY = "penalty"  # 罚息
    COMPOUND = "compound"  # 复利: capitalised first, then accrued
    INTEREST = "interest"
    PRINCIPAL = "principal"
    DELAY = "delay"  # 迟延履行利息: doubled delay interest after a judgment; always paid last


class DayCount(StrEnum):
    """Days of a span and days of a year. A span counts its first day and not its last."""

    ACT_360 = "act/360"  # actual days / 360: daily rate = annual rate / 360
    ACT_365 = "act/365"  # actual days / 365, also in leap years (fixed)
    ACT_ACT = "act/act"  # actual days / 366 for days in a leap year, / 365 for the others (ISDA)
    THIRTY_360 = "30/360"  # every month has 30 days; day 31 is day 30 (30E/360)
    ACT_364 = "act/364"  # actual days / 364: 52 weeks


class PeriodInterest(StrEnum):
    """Interest of a full period of the schedule."""

    BY_PERIOD = "by_period"  # annual rate / periods a year, whatever its days
    BY_DAYS = "by_days"  # by the day count


class FirstPeriod(StrEnum):
    """Interest of a first period that is not a full one; matters by_period only."""

    WHOLE = "whole"  # like any other period
    BY_DAYS = "by_days"  # by the day count


class Rounding(StrEnum):
    """How a fraction becomes a whole amount."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    UP = "up"  # away from zero
    DOWN = "down"  # towards zero


class LastInstalment(StrEnum):
    """How the last of equal instalments closes the balance."""

    CLEARS = "clears"  # true interest; the total differs by some units
    KEEPS_TOTAL = "keeps_total"  # interest = instalment - remaining principal: not the true interest
    SMOOTHED = "smoothed"  # the difference goes unit by unit over the last instalments: 33.57 33.57 33.58


class MonthEnd(StrEnum):
    """Due dates when the first one is the last day of a month."""

    KEEP_DAY = "keep_day"  # 30 April, 30 May
    END_OF_MONTH = "end_of_month"  # 30 April, 31 May


class Holidays(StrEnum):
    """A due date on a day that is not a workday. Interest by days follows the moved date."""

    UNMOVED = "unmoved"
    FOLLOWING = "following"
    MODIFIED_FOLLOWING = "modified_following"  # the next workday, unless it is in the next month: then the one before
    PRECEDING = "preceding"


class DueDay(StrEnum):
    """The number of the due day itself when it closes unpaid."""

    DAY_0 = "day_0"  # the day after is day 1
    DAY_1 = "day_1"


class ToleranceOn(StrEnum):
    """What a tolerance is measured on. Beyond it all days count, not only those beyond."""

    NOTE = "note"  # days, and overdue principal + interest, of the whole note
    INSTALMENT = "instalment"  # days and unpaid principal + interest of each instalment


class PauseEnd(StrEnum):
    """The day on which a pause ends."""

    COUNTS = "counts"  # is a day past due again: paused days = end - start
    PAUSED = "paused"  # is paused too: end - start + 1


class PausePenalty(StrEnum):
    """Penalty and compound interest on paused days."""

    RUNS = "runs"
    STOPS = "stops"


class PenaltyBase(StrEnum):
    PRINCIPAL = "principal"  # overdue principal
    PRINCIPAL_AND_INTEREST = "principal_and_interest"  # overdue principal and interest


class PenaltyAs(StrEnum):
    """How the penalty rate is stated."""

    OWN_RATE = "own_rate"  # a rate of its own
    MARKUP = "markup"  # contract rate x (1 + mark-up): it follows the contract rate


class LateFeeKind(StrEnum):
    NONE = "none"
    FLAT = "flat"
    INSTALMENT = "instalment"  # share of the instalment's principal and interest as it fell due
    OVERDUE_PRINCIPAL = "overdue_principal"  # share of the note's overdue principal
    OVERDUE_TOTAL = "overdue_total"  # share of the note's overdue principal and interest


@dataclass(frozen=True, slots=True)
class LateFee:
    """A fee charged once per missed instalment, when it has been unpaid for ``after_days`` calendar days."""

    kind: LateFeeKind = LateFeeKind.NONE
    amount_minor: int = 0  # of a flat fee
    rate_ppm: int = 0  # of the shares
    after_days: int = 1


class AllocationAxis(StrEnum):
    VERTICAL = "vertical"  # one component over all instalments, then the next component
    HORIZONTAL = "horizontal"  # one instalment with all its components, then the next instalment


class DueStages(StrEnum):
    """Whether money clears what is past due before what falls due today."""

    TOGETHER = "together"
    PAST_DUE_FIRST = "past_due_first"


class Advance(StrEnum):
    """Where money goes when nothing that is due is left."""

    HOLD = "hold"  # credit until the next instalment falls due
    NEXT_INSTALMENT = "next_instalment"  # pays the coming instalments as they stand
    LAST_INSTALMENT = "last_instalment"  # principal from the last instalment backwards: the loan gets shorter
    RE_AMORTISED = "re_amortised"  # lowers the balance; the coming instalments are computed anew


ORDER_DEFAULT = (
    Component.COSTS,
    Component.PENALTY,
    Component.COMPOUND,
    Component.INTEREST,
    Component.PRINCIPAL,
)


@dataclass(frozen=True, slots=True)
class Conventions:
    """All choices for one note."""

    # schedule and interest
    day_count: DayCount = DayCount.ACT_360
    period_interest: PeriodInterest = PeriodInterest.BY_PERIOD
    first_period: FirstPeriod = FirstPeriod.WHOLE
    rounding: Rounding = Rounding.HALF_UP
    instalment_unit_minor: int = 1  # an equal instalment is a multiple of it: 100 rounds to whole yuan
    last_instalment: LastInstalment = LastInstalment.CLEARS
    month_end: MonthEnd = MonthEnd.KEEP_DAY
    holidays: Holidays = Holidays.UNMOVED
    # days past due
    due_day: DueDay = DueDay.DAY_0
    tolerance_days: int = 0
    tolerance_minor: int = 0
    tolerance_on: ToleranceOn = ToleranceOn.NOTE
    pause_end: PauseEnd = PauseEnd.COUNTS
    pause_penalty: PausePenalty = PausePenalty.RUNS
    re_ageing: bool = False
    # what lateness costs
    penalty_base: PenaltyBase = PenaltyBase.PRINCIPAL
    penalty_as: PenaltyAs = PenaltyAs.OWN_RATE
    compound_on_penalty: bool = False
    late_fee: LateFee = LateFee()
    # where money goes
    allocation_order: tuple[Component, ...] = ORDER_DEFAULT
    allocation_axis: AllocationAxis = AllocationAxis.VERTICAL
    due_stages: DueStages = DueStages.TOGETHER
    principal_first_after_days: int | None = None  # above so many raw days principal comes right after costs
    advance: Advance = Advance.HOLD


CONVENTIONS_DEFAULT = Conventions()

# No product chooses these; source and certainty stand in the same file, under ``fixed``.
SETTLEMENT_DAY = 20  # settled interest falls due, and compound interest is capitalised, on this day of the month
DELAY_RATE_PPM_A_DAY = 175  # delay interest after a judgment: 0.0175 % a day
