"""Parts of the JSON of an explanation: conventions, events, instalments, allocations."""

from datetime import date

from huikuan.portfolio.conventions import (
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
from huikuan.portfolio.explain.output_interest import Out
from huikuan.portfolio.facts import AllocationKind, Payer
from huikuan.portfolio.loan_events import EventKind
from huikuan.portfolio.rules.explain.facts import NotCountedReason, Standing


class LateFeeRuleOut(Out):
    """The one-time fee of a missed instalment."""

    kind: LateFeeKind
    """None, flat, or a share of what."""
    amount_minor: int
    """Amount of a flat fee."""
    rate_ppm: int
    """Share in parts per million."""
    after_days: int
    """Days after the due date."""


class ConventionsOut(Out):
    """All choices that banks make differently, as they apply to this loan; see docs/concepts/conventions.md."""

    day_count: DayCount
    """Days of a span and days of a year."""
    period_interest: PeriodInterest
    """Interest of a full period."""
    first_period: FirstPeriod
    """Interest of a first period that is not a full one."""
    rounding: Rounding
    """How a fraction becomes a whole amount."""
    instalment_unit_minor: int
    """An equal instalment is a multiple of it."""
    last_instalment: LastInstalment
    """How the last instalment closes the balance."""
    month_end: MonthEnd
    """Due dates when the first is the last day of a month."""
    holidays: Holidays
    """A due date on a day off."""
    due_day: DueDay
    """The number of the due day itself."""
    tolerance_days: int
    """Days tolerated."""
    tolerance_minor: int
    """Amount tolerated."""
    tolerance_on: ToleranceOn
    """What the tolerance is measured on."""
    pause_end: PauseEnd
    """Whether the end day of a pause counts."""
    pause_penalty: PausePenalty
    """Penalty and compound interest on paused days."""
    re_ageing: bool
    """Whether a re-ageing is allowed."""
    penalty_base: PenaltyBase
    """What bears penalty interest."""
    penalty_as: PenaltyAs
    """A penalty rate of its own, or a mark-up."""
    compound_on_penalty: bool
    """Whether penalty interest bears compound interest."""
    late_fee: LateFeeRuleOut
    """Late fee."""
    allocation_order: tuple[Component, ...]
    """Order in which money fills components."""
    allocation_axis: AllocationAxis
    """By component, or by instalment."""
    due_stages: DueStages
    """Whether past due comes before due today."""
    principal_first_after_days: int | None
    """Above so many days past due principal comes right after costs."""
    advance: Advance
    """Where money goes that is paid ahead."""


class ToldOut(Out):
    """What of the conventions and terms differs from the bank's usual way, in words."""

    zh: tuple[str, ...]
    """Chinese."""
    en: tuple[str, ...]
    """English."""


class FiguresOut(Out):
    """A note just before or just after an event."""

    outstanding_minor: int
    """Unpaid principal, due or not."""
    open_principal_minor: int
    """Principal that has fallen due and is unpaid."""
    open_interest_minor: int
    """Interest that has fallen due and is unpaid."""
    open_costs_minor: int
    """Costs that have fallen due and are unpaid."""
    coming_count: int
    """Instalments to come."""
    coming_principal_minor: int
    """Their unpaid principal."""
    coming_interest_minor: int
    """Their interest."""
    next_seq: int | None
    """Number of the next one."""
    next_due_on: date | None
    """Its due date."""
    next_total_minor: int
    """Its unpaid total."""
    last_due_on: date | None
    """Due date of the last one."""
    annual_rate_ppm: int
    """Contract rate in force."""
    penalty_rate_ppm: int
    """Penalty rate in force."""
    raw_days: int
    """Days past due."""


class EventOut(Out):
    """A confirmed event that counts, with the figures on either side of it."""

    core_ref: str
    """Reference of the core system."""
    kind: EventKind
    """What it is."""
    value_on: date
    """Day from which it counts."""
    amount_minor: int
    """Amount of the event, of a judgment what it awards in all; 0 if it has none."""
    used_minor: int
    """What was really waived or taken back."""
    component: Component | None
    """Component of a waiver."""
    until_on: date | None
    """End of a pause (after a resume), new maturity, end of an observation, day of performance."""
    names_ref: str | None
    """The repayment of a charge-back."""
    paused_days: int
    """Days of a pause up to the day of the explanation."""
    before: FiguresOut
    """Just before."""
    after: FiguresOut
    """Just after."""


class EventNotCountedOut(Out):
    """An event of the file that does nothing on the day."""

    core_ref: str
    """Reference of the core system."""
    kind: EventKind
    """What it is."""
    value_on: date
    """Value date."""
    reason: NotCountedReason
    """Reversed, a reversal itself, or of a later value date."""
    other_ref: str | None
    """The reversal of a reversed event; the event that a reversal names."""


class InstalmentOut(Out):
    """One instalment of the schedule and how it stands at the close of the day."""

    seq: int
    """Number of the instalment; 0 for what a judgment awards or a charge-back makes due again."""
    due_on: date
    """Due date; after a re-ageing the day from which it counts."""
    principal_minor: int
    """Principal as scheduled."""
    interest_minor: int
    """Interest as scheduled."""
    costs_minor: int
    """Costs as scheduled, with late fees."""
    unpaid_principal_minor: int
    """Principal unpaid, due or not."""
    unpaid_interest_minor: int
    """Interest unpaid, due or not."""
    unpaid_costs_minor: int
    """Costs unpaid, due or not."""
    replaced_principal_minor: int
    """Principal that a restructuring or a judgment took over."""
    replaced_interest_minor: int
    """Interest that it took over."""
    replaced_costs_minor: int
    """Costs that it took over."""
    standing: Standing
    """Not due, paid, part paid, open, or replaced by a restructuring or a judgment."""
    days_past_due: int
    """Days past due while principal or interest is unpaid, without paused days."""
    cleared_on: date | None
    """Day on which the last of it was paid; null if nothing was to be paid."""


class ShareOut(Out):
    """What one allocation paid of one instalment; below 0 where money is taken back."""

    seq: int
    """Number of the instalment; 0 for what a judgment awards or a charge-back makes due again."""
    due_on: date
    """Its due date."""
    costs_minor: int
    """Costs paid."""
    interest_minor: int
    """Interest paid."""
    principal_minor: int
    """Principal paid."""
    ahead: bool
    """Whether the instalment had not fallen due."""


class AllocationOut(Out):
    """Where money went: the components add up to the amount.

    The shares and `ahead_minor` add up to costs, interest and principal.
    """

    applied_on: date
    """Day from which it counts."""
    kind: AllocationKind
    """What moved the money; of a charge-back all amounts are 0 or below."""
    core_ref: str | None
    """Booking reference; null where money held as credit was used (then `amount_minor` is 0)."""
    amount_minor: int
    """Amount of the repayment, waived, or taken back (below 0)."""
    payer: Payer
    """Who paid."""
    costs_minor: int
    """Used for costs."""
    penalty_minor: int
    """Used for penalty interest."""
    compound_minor: int
    """Used for compound interest."""
    capitalised_minor: int
    """Of which: compound interest that had been capitalised."""
    interest_minor: int
    """Used for interest."""
    principal_minor: int
    """Used for principal."""
    ahead_minor: int
    """Of which: principal before its time that lowered the balance and belongs to no instalment."""
    delay_minor: int
    """Used for delay interest."""
    credit_minor: int
    """Put into credit; negative where credit was used."""
    shares: tuple[ShareOut, ...]
    """By instalment, oldest first."""


class NotCountedOut(Out):
    """A repayment of the file that pays nothing on the day."""

    core_ref: str
    """Booking reference."""
    value_on: date
    """Value date."""
    amount_minor: int
    """Amount."""
    reason: NotCountedReason
    """Reversed, a reversal itself, or of a later value date."""
    other_ref: str | None
    """The reversal of a reversed repayment; the repayment that a reversal names."""
