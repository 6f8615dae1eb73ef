"""The JSON of an explanation (``answer`` fills it): versioned, the same for the command line and HTTP.

Amounts are integers of minor units. An exact amount is an integer over ``exact_denominator``, given as text because it
may be larger than what JSON readers keep. A change that a reader could notice is a new version of the schema.
"""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from huikuan.portfolio.conventions import ToleranceOn
from huikuan.portfolio.explain.output_interest import (
    AccrualOut,
    CapitalisationOut,
    ClassFloorOut,
    LateFeeOut,
    Out,
)
from huikuan.portfolio.explain.output_parts import (
    AllocationOut,
    ConventionsOut,
    EventNotCountedOut,
    EventOut,
    InstalmentOut,
    NotCountedOut,
    ToldOut,
)
from huikuan.portfolio.facts import Bucket, CoreStatus, Flag

EXPLANATION_SCHEMA: Final = "huikuan.explanation/2"


class LatenessOut(Out):
    """Days past due, raw and as counted under the tolerance of the product."""

    principal_days: int
    """Days since the oldest due date with unpaid principal."""
    interest_days: int
    """Days since the oldest due date with unpaid interest."""
    calendar_days: int
    """Days of the calendar since the oldest due date."""
    paused_days: int
    """Days of them that were paused and do not count."""
    raw_days: int
    """The larger of principal and interest; without paused days, before the tolerance."""
    tolerance_days: int
    """Days that the product tolerates."""
    tolerance_minor: int
    """Overdue amount that the product tolerates."""
    tolerance_on: ToleranceOn
    """Whether of the note or of each instalment."""
    counted_days: int
    """All raw days beyond the tolerance, else 0."""
    oldest_due_on: date | None
    """Due date of the oldest late instalment."""
    bucket: Bucket
    """Age by raw days."""
    bucket_counted: Bucket
    """Age by counted days."""


class OverdueOut(Out):
    """Overdue amounts and what the note adds to the overdue rates."""

    principal_minor: int
    """Unpaid principal due before the day."""
    interest_minor: int
    """Unpaid interest due before the day, without penalty and compound interest."""
    management_minor: int
    """Balance that counts in the management rate."""
    regulatory_minor: int
    """Balance that counts in the regulatory rate."""
    monthly_consumer: bool
    """Whether the rule of monthly consumer loans was applied."""


class DueNowOut(Out):
    """What has fallen due and is unpaid at the close of the day."""

    principal_minor: int
    """Principal."""
    interest_minor: int
    """Interest."""
    penalty_minor: int
    """Penalty interest."""
    compound_minor: int
    """Compound interest."""
    costs_minor: int
    """Costs."""
    delay_minor: int
    """Delay interest after a judgment."""
    total_minor: int
    """Sum of the above."""


class RunningInterestOut(Out):
    """Interest of the running period: scheduled interest x elapsed days / days of the period, if nothing changed."""

    seqs: tuple[int, ...]
    """Instalments that fall due next."""
    from_on: date
    """Last due date, or the disbursement."""
    due_on: date
    """Next due date."""
    scheduled_minor: int
    """Interest of the whole period."""
    elapsed_days: int
    """Days from the beginning to the day of the explanation."""
    period_days: int
    """Days of the period."""
    by_ratio: bool
    """Whether it is that ratio; not where a rate, the principal or the schedule changed within the period."""
    prepaid_minor: int
    """Paid before its time."""
    amount_minor: int
    """The amount, rounded as agreed, less what was prepaid."""


class PayoffOut(Out):
    """What settles the note on the day."""

    principal_minor: int
    """Unpaid principal, due or not."""
    interest_due_minor: int
    """Unpaid interest that has fallen due."""
    running: RunningInterestOut | None
    """Interest of the running period; null when no instalment is to come."""
    running_minor: int
    """Its amount, or 0."""
    penalty_minor: int
    """Penalty interest."""
    compound_minor: int
    """Compound interest."""
    costs_minor: int
    """Costs that have fallen due."""
    delay_minor: int
    """Delay interest after a judgment."""
    credit_minor: int
    """Held as credit, taken off."""
    total_minor: int
    """The sum; below 0 when more is held than owed."""


class SourceOut(Out):
    """The night that the facts of a note of the book come from."""

    business_date: date
    """Business date of the night."""
    known_at: AwareDatetime
    """When the night was done."""
    stale_since: date | None
    """The core system has not delivered the note since this date; earlier data are kept."""


class TextOut(Out):
    """The explanation in words, without what is for the bank only."""

    zh: str
    """Chinese."""
    en: str
    """English."""


class ExplanationOut(Out):
    """A loan at the close of a day and the way to each of its figures."""

    model_config = ConfigDict(populate_by_name=True, json_schema_serialization_defaults_required=True)

    schema_: Annotated[Literal["huikuan.explanation/2"], Field(alias="schema")] = EXPLANATION_SCHEMA
    """Version of this format."""
    note_id: str | None
    """Key of the note, as in the file."""
    as_of: date
    """Close of this day."""
    currency: str
    """Currency, ISO 4217."""
    minor_digits: int
    """Decimals of the currency."""
    exact_denominator: int
    """Denominator of every exact amount: units of a year (360 by default) x 1,000,000."""
    product: str | None
    """Code of the product, as in the file."""
    conventions: ConventionsOut
    """All choices that shape the figures."""
    told: ToldOut
    """Those that differ from the bank's usual way, in words."""
    annual_rate_ppm: int
    """Contract rate in force."""
    penalty_rate_ppm: int
    """Penalty rate in force."""
    core_status: CoreStatus
    """Status in the core system, as in the file."""
    closed: bool
    """Settled in the core system, or nothing is left."""
    balance_minor: int
    """Unpaid principal of the whole schedule."""
    credit_minor: int
    """Money held until the next instalment falls due."""
    lateness: LatenessOut
    """Days past due."""
    overdue: OverdueOut
    """Overdue amounts."""
    due_now: DueNowOut
    """What has fallen due and is unpaid."""
    payoff: PayoffOut
    """What settles the note."""
    penalty: AccrualOut
    """Penalty interest."""
    compound: AccrualOut
    """Compound interest."""
    delay: AccrualOut
    """Delay interest after a judgment."""
    capitalisations: tuple[CapitalisationOut, ...]
    """Days on which compound interest was capitalised."""
    late_fees: tuple[LateFeeOut, ...]
    """Late fees charged."""
    schedule: tuple[InstalmentOut, ...]
    """All instalments in force, by due date."""
    allocations: tuple[AllocationOut, ...]
    """Where the repayments went, in order, with waivers and charge-backs."""
    not_counted: tuple[NotCountedOut, ...]
    """Repayments of the file that pay nothing on the day."""
    events: tuple[EventOut, ...]
    """What changed in the loan, in the order in which it took effect."""
    events_not_counted: tuple[EventNotCountedOut, ...]
    """Events of the file that do nothing on the day."""
    flags: tuple[Flag, ...]
    """What would hide a bad loan if nobody looked."""
    waived_minor: int
    """Waived so far."""
    subrogated_minor: int
    """Paid by guarantors so far."""
    recovered_minor: int
    """Received after the charge-off so far."""
    class_floor: ClassFloorOut
    """Class floor with rule and source."""
    text: TextOut
    """In words."""
    source: SourceOut | None = None
    """Where the facts come from; null for a loan file."""
