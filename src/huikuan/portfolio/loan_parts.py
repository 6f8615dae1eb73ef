"""The parts of a loan file as classes: what may stand where, in which version of the format.

``docs/reference/loan-explain.md`` is written from these classes. A field marked with ``SINCE_2`` is one of
`huikuan.loan/2`; a file of version 1 that has it is refused.
"""

import re
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from huikuan.portfolio.conventions import (
    ORDER_DEFAULT,
    Advance,
    AllocationAxis,
    Component,
    DayCount,
    DueDay,
    DueStages,
    FirstPeriod,
    Holidays,
    LastInstalment,
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
from huikuan.portfolio.facts import Compound, CoreStatus, Frequency, Payer, RepaymentMethod
from huikuan.portfolio.loan_events import EventKind
from huikuan.portfolio.rules.schedule import INSTALMENTS_MAX

LOAN_SCHEMA_1: Final = "huikuan.loan/1"
LOAN_SCHEMA: Final = "huikuan.loan/2"
REPAYMENTS_MAX = 5_000
EVENTS_MAX = 1_000
BYTES_MAX = 2_000_000
MINOR_DIGITS_DEFAULT = 2
MINOR_DIGITS_MAX = 4
DAYS_OFF_MAX = 5_000
TOLERANCE_DAYS_MAX = 90
DAYS_MAX = 3_650

DECIMAL = r"^[0-9]{1,13}([.][0-9]{1,4})?$"
_DAY_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: object) -> object:
    """A date as text, no number: that would be seconds since 1970."""
    if isinstance(value, str) and _DAY_TEXT.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("a date of the calendar such as 2024-01-31")


def _instant(value: object) -> object:
    """An instant as text, no number: that would be seconds since 1970."""
    if isinstance(value, str) and _DAY_TEXT.match(value):
        return value
    raise ValueError("an instant with offset such as 2024-01-31T09:00:00+08:00")


def _decimal(value: object) -> object:
    """An amount or a rate as text; what is no text at all is refused as such."""
    if isinstance(value, str) and not re.fullmatch(DECIMAL, value):
        raise ValueError('decimal text such as "1200.00"')
    return value


DecimalText = Annotated[str, Field(strict=True, pattern=DECIMAL), BeforeValidator(_decimal)]
# The same years as in the feeds: what is earlier or later is a sentinel or a slip.
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31)), BeforeValidator(_day)]
Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]
ProductKind = Literal["consumer", "operating", "mortgage", "agricultural", "policy"]
Key = Annotated[str, Field(strict=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]
ProductCode = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_]{1,31}$")]
Count = Annotated[int, Field(strict=True, ge=0, le=INSTALMENTS_MAX)]
Switch = Annotated[bool, Field(strict=True)]

SINCE = "x-since-version"
SINCE_2: Final[Any] = Field(json_schema_extra={SINCE: 2})


class Part(BaseModel):
    """A part of a file: no other fields than its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class NotePart(Part):
    """Terms of the note; names as in the feed of notes."""

    note_id: Key | None = None
    """Key of the note; shown in the explanation."""
    principal: DecimalText
    """Amount paid out."""
    disbursed_on: Day
    """Day of the pay-out."""
    matures_on: Day
    """Day of the last instalment; after it compound interest bears the penalty rate."""
    first_due_on: Day
    """First due date; its day of month is kept."""
    annual_rate_pct: DecimalText
    """Contract rate a year in percent, on the day of the pay-out."""
    penalty_rate_pct: DecimalText | None = None
    """Whole penalty rate a year in percent, mark-up included. Needed unless the penalty rate is stated as a mark-up."""
    penalty_markup_pct: Annotated[DecimalText | None, SINCE_2] = None
    """Mark-up on the contract rate in percent of it (`50` is one and a half times); with `penalty_as` `markup`."""
    misused: Annotated[Switch, SINCE_2] = False
    """Used for another purpose than agreed: the higher limits of the penalty mark-up hold."""
    repayment_method: RepaymentMethod
    """How the schedule is computed; `given` needs `instalments`. Version 1 has the first four and `given`."""
    frequency: Annotated[Frequency, SINCE_2] = Frequency.MONTHLY
    """Distance of due dates."""
    instalment_count: Annotated[int, Field(strict=True)]
    """Number of instalments."""
    instalment_amount: Annotated[DecimalText | None, SINCE_2] = None
    """The equal instalment as agreed; without it it is computed."""
    interest_only_count: Annotated[Count, SINCE_2] = 0
    """So many first instalments carry no principal."""
    interest_grace_count: Annotated[Count, SINCE_2] = 0
    """The interest of so many first instalments falls due with the next one."""
    interest_free_count: Annotated[Count, SINCE_2] = 0
    """So many first periods bear no interest."""
    balloon: Annotated[DecimalText, SINCE_2] = "0"
    """Principal left for the last instalment besides its own share."""
    principal_share_pct: Annotated[DecimalText | None, SINCE_2] = None
    """Of `fixed_principal`: percent of the principal in each instalment."""
    compound: Compound = Compound.NONE
    """How often unpaid interest is capitalised (on the 20th)."""
    core_status: CoreStatus = CoreStatus.ACTIVE
    """Status in the core system."""


class InstalmentPart(Part):
    """One row of a delivered schedule. Rows stand in order of `seq`; their principal adds up to the note's."""

    seq: Annotated[int, Field(strict=True)]
    """Number of the instalment."""
    due_on: Day
    """Due date."""
    principal: DecimalText
    """Principal that falls due."""
    interest: DecimalText
    """Interest that falls due."""
    costs: DecimalText = "0"
    """Costs that fall due."""


class RepaymentPart(Part):
    """One repayment, or the reversal of one."""

    core_ref: Key
    """Booking reference of the core system, unique in the file."""
    value_on: Day
    """Day from which the money counts."""
    received_at: Instant
    """Moment of receipt, with offset; orders the repayments of one day."""
    amount: DecimalText
    """Amount, above 0; of a reversal the amount of the reversed repayment."""
    reverses: Key | None = None
    """The `core_ref` of the repayment that this one reverses."""
    payer: Annotated[Payer, SINCE_2] = Payer.BORROWER
    """Who paid; what a guarantor pays he may claim from the borrower."""


class ClaimPart(Part):
    """What a judgment awards, by component."""

    principal: DecimalText
    """Principal."""
    interest: DecimalText = "0"
    """Interest."""
    penalty: DecimalText = "0"
    """Penalty interest."""
    compound: DecimalText = "0"
    """Compound interest."""
    costs: DecimalText = "0"
    """Costs."""


class EventPart(Part):
    """A change of the loan that the core system has confirmed, or the reversal of one.

    Which fields a kind needs, and what it does: [loan events](../concepts/loan-events.md).
    """

    core_ref: Key
    """Booking reference of the core system, unique among events and repayments."""
    kind: EventKind
    """What happened; events of one day take effect in the order of this list."""
    value_on: Day
    """Day from which it counts."""
    recorded_at: Instant
    """Moment of recording, with offset; orders events of one kind and day."""
    amount: DecimalText = "0"
    """Amount of a drawdown, charge-back or waiver."""
    component: Component | None = None
    """What a waiver forgives."""
    until_on: Day | None = None
    """End of a pause or observation, new maturity of an extension, last day to perform a judgment."""
    annual_rate_pct: DecimalText | None = None
    """New contract rate of a rate change."""
    penalty_rate_pct: DecimalText | None = None
    """New penalty rate of a rate change; penalty rate of a judgment."""
    schedule: Annotated[tuple[InstalmentPart, ...], Field(max_length=INSTALMENTS_MAX)] = ()
    """New instalments."""
    claim: ClaimPart | None = None
    """What a judgment awards."""
    names_ref: Key | None = None
    """The `core_ref` of the repayment that a charge-back takes back."""
    reverses: Key | None = None
    """The `core_ref` of the event that this row reverses."""


class ProductPart(Part):
    """What of the product decides figures."""

    code: Annotated[ProductCode | None, SINCE_2] = None
    """A product bundle ([products](products.md)): gives kind and conventions, refuses what it does not declare."""
    kind: ProductKind = "consumer"
    """Kind of the product, as in the feed of products; not beside `code`."""
    monthly_instalment: Annotated[bool, Field(strict=True)] = True
    """Repaid in monthly instalments: with kind `consumer` the regulatory overdue rate counts less at first. Not beside
    `code`: there the frequency of the note decides."""


class LateFeePart(Part):
    """A fee charged once per missed instalment."""

    kind: LateFeeKind
    """What it is reckoned from."""
    amount: DecimalText = "0"
    """Amount of a flat fee."""
    rate_pct: DecimalText = "0"
    """Share in percent of the others."""
    after_days: Annotated[int, Field(strict=True, ge=1, le=DAYS_MAX)] = 1
    """Calendar days after the due date on which it is charged."""


class ConventionsPart(Part):
    """Conventions that differ from the product's, or without a product from the defaults of the Chinese pack.

    What each means: [conventions](conventions.md).
    """

    day_count: DayCount = DayCount.ACT_360
    """Days of a span and of a year."""
    period_interest: PeriodInterest = PeriodInterest.BY_PERIOD
    """Interest of a full period."""
    first_period: FirstPeriod = FirstPeriod.WHOLE
    """Interest of a first period that is not a full one."""
    rounding: Rounding = Rounding.HALF_UP
    """How a fraction becomes a whole amount."""
    instalment_unit: DecimalText = "0.01"
    """A computed equal instalment is a multiple of it."""
    last_instalment: LastInstalment = LastInstalment.CLEARS
    """How the last of equal instalments closes the balance."""
    month_end: MonthEnd = MonthEnd.KEEP_DAY
    """Due dates from a month's end."""
    holidays: Holidays = Holidays.UNMOVED
    """Due dates on days off; `calendar` says which these are."""
    due_day: DueDay = DueDay.DAY_0
    """Number of the due day itself."""
    tolerance_days: Annotated[int, Field(strict=True, ge=0, le=TOLERANCE_DAYS_MAX)] = 0
    """Days past due that are tolerated."""
    tolerance: DecimalText = "0"
    """Overdue principal and interest that are tolerated."""
    tolerance_on: ToleranceOn = ToleranceOn.NOTE
    """What the tolerance is measured on."""
    pause_end: PauseEnd = PauseEnd.COUNTS
    """The day on which a pause ends."""
    pause_penalty: PausePenalty = PausePenalty.RUNS
    """Penalty and compound interest on paused days."""
    re_ageing: Switch = False
    """Whether re-ageing is allowed."""
    penalty_base: PenaltyBase = PenaltyBase.PRINCIPAL
    """What bears penalty interest."""
    penalty_as: PenaltyAs = PenaltyAs.OWN_RATE
    """How the penalty rate is stated."""
    compound_on_penalty: Switch = False
    """Whether penalty interest bears compound interest."""
    late_fee: LateFeePart = LateFeePart(kind=LateFeeKind.NONE)
    """Late fee."""
    allocation_order: Annotated[tuple[Component, ...], Field(min_length=5, max_length=5)] = ORDER_DEFAULT
    """Order in which money fills the debt: the five components, once each."""
    allocation_axis: AllocationAxis = AllocationAxis.VERTICAL
    """Component by component, or instalment by instalment."""
    due_stages: DueStages = DueStages.TOGETHER
    """Whether what is past due comes before what falls due on the day."""
    principal_first_after_days: Annotated[int, Field(strict=True, ge=0, le=DAYS_MAX)] | None = None
    """Above so many raw days principal comes right after costs; null: never."""
    advance: Advance = Advance.HOLD
    """Where money beyond what is due goes."""


class CalendarPart(Part):
    """Days on which the bank is closed or open; matters only where due dates move for them."""

    days_off: Annotated[tuple[Day, ...], Field(max_length=DAYS_OFF_MAX)] = ()
    """Holidays; Saturdays and Sundays are days off anyway."""
    days_worked: Annotated[tuple[Day, ...], Field(max_length=DAYS_OFF_MAX)] = ()
    """Saturdays and Sundays that are worked (调休)."""


class LoanFile(Part):
    """The file as a whole. Amounts are decimal text in major units, rates decimal text in percent."""

    schema_: Annotated[Literal["huikuan.loan/1", "huikuan.loan/2"], Field(alias="schema")] = LOAN_SCHEMA_1
    """Version of this format."""
    currency: Annotated[str, Field(strict=True, pattern=r"^[A-Z]{3}$")] = "CNY"
    """Currency, ISO 4217."""
    minor_digits: Annotated[int, Field(strict=True, ge=0, le=MINOR_DIGITS_MAX)] = MINOR_DIGITS_DEFAULT
    """Decimals of the currency."""
    tolerance_days: Annotated[int, Field(strict=True, ge=0, le=TOLERANCE_DAYS_MAX)] = 0
    """Of version 1: days past due that the product tolerates; in version 2 it stands in `conventions`."""
    product: ProductPart = ProductPart()
    """What of the product decides figures."""
    conventions: Annotated[ConventionsPart, SINCE_2] = ConventionsPart()
    """Conventions that differ from the product's or the pack's."""
    calendar: Annotated[CalendarPart, SINCE_2] = CalendarPart()
    """Days off, for conventions that move due dates."""
    note: NotePart
    """Terms of the note."""
    instalments: Annotated[tuple[InstalmentPart, ...], Field(max_length=INSTALMENTS_MAX)] = ()
    """Delivered schedule; without it the schedule is computed from the terms."""
    repayments: Annotated[tuple[RepaymentPart, ...], Field(max_length=REPAYMENTS_MAX)] = ()
    """Repayments and reversals, in any order."""
    events: Annotated[tuple[EventPart, ...], Field(max_length=EVENTS_MAX, json_schema_extra={SINCE: 2})] = ()
    """Confirmed changes of the loan, in any order."""
