"""The JSON of an explanation (``answer`` fills it): versioned, the same for the command line and HTTP.

Amounts are integers of minor units. An exact amount is an integer over ``exact_denominator``, given as text because it
may be larger than what JSON readers keep. A change that a reader could notice is a new version of the schema.
"""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from huikuan.portfolio.facts import DEN, Bucket, ClassFloor, CoreStatus
from huikuan.portfolio.rules.explain.facts import NotCountedReason, Standing

EXPLANATION_SCHEMA: Final = "huikuan.explanation/1"

# An exact amount: minor units times ``exact_denominator``, as text.
Exact = Annotated[str, BeforeValidator(str), Field(pattern=r"^-?[0-9]+$")]


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True, use_attribute_docstrings=True)


class InstalmentOut(_Out):
    """One instalment of the schedule and how it stands at the close of the day."""

    seq: int
    """Number of the instalment."""
    due_on: date
    """Due date."""
    principal_minor: int
    """Principal as scheduled."""
    interest_minor: int
    """Interest as scheduled."""
    costs_minor: int
    """Costs as scheduled."""
    unpaid_principal_minor: int
    """Principal unpaid, due or not."""
    unpaid_interest_minor: int
    """Interest unpaid, due or not."""
    unpaid_costs_minor: int
    """Costs unpaid, due or not."""
    standing: Standing
    """Not due, paid, part paid or open."""
    days_past_due: int
    """Days since the due date while principal or interest is unpaid."""
    cleared_on: date | None
    """Day on which the last of it was paid; null if nothing was to be paid."""


class ShareOut(_Out):
    """What one repayment paid of one instalment."""

    seq: int
    """Number of the instalment."""
    costs_minor: int
    """Costs paid."""
    interest_minor: int
    """Interest paid."""
    principal_minor: int
    """Principal paid."""


class AllocationOut(_Out):
    """Where one repayment went: the components add up to the amount, the shares to costs, interest and principal."""

    applied_on: date
    """Day from which it counts."""
    core_ref: str | None
    """Booking reference; null where money held as credit was used (then `amount_minor` is 0)."""
    amount_minor: int
    """Amount of the repayment."""
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
    credit_minor: int
    """Put into credit; negative where credit was used."""
    shares: tuple[ShareOut, ...]
    """By instalment, in order of `seq`."""


class NotCountedOut(_Out):
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


class LatenessOut(_Out):
    """Days past due, raw and as counted under the tolerance of the product."""

    principal_days: int
    """Days since the oldest due date with unpaid principal."""
    interest_days: int
    """Days since the oldest due date with unpaid interest."""
    raw_days: int
    """The larger of the two."""
    tolerance_days: int
    """Days that the product tolerates."""
    counted_days: int
    """All raw days when they exceed the tolerance, else 0."""
    oldest_due_on: date | None
    """Due date of the oldest late instalment."""
    bucket: Bucket
    """Age by raw days."""
    bucket_counted: Bucket
    """Age by counted days."""


class OverdueOut(_Out):
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


class SegmentOut(_Out):
    """Days in a row with the same base and rate: base x rate / 360 x days."""

    from_on: date
    """First day that bore interest."""
    to_on: date
    """Last day that bore interest."""
    days: int
    """Number of days, both included."""
    base_minor: int
    """What bore interest."""
    capitalised_minor: int
    """Part of the base: capitalised compound interest."""
    rate_ppm: int
    """Annual rate in parts per million."""
    numerator: Exact
    """The amount, exactly."""
    rounded_minor: int
    """The amount rounded half up, for reading; sums are made of the exact amounts."""


class AccrualOut(_Out):
    """Penalty or compound interest: all segments less what was paid is what is owed."""

    segments: tuple[SegmentOut, ...]
    """Oldest first."""
    accrued_numerator: Exact
    """Sum of the segments, exactly."""
    paid_minor: int
    """Paid so far."""
    owed_numerator: Exact
    """Owed, exactly; at most half a minor unit below 0."""
    owed_minor: int
    """Owed, rounded half up."""


class CapitalisationOut(_Out):
    """A day on which accrued compound interest was rounded and joined its own base."""

    on: date
    """The day."""
    numerator: Exact
    """Accrued and unpaid before, exactly."""
    amount_minor: int
    """What joined the base."""
    capitalised_minor: int
    """Capitalised and unpaid after it."""


class DueNowOut(_Out):
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
    total_minor: int
    """Sum of the above."""


class RunningInterestOut(_Out):
    """Interest of the running period: scheduled interest x elapsed days / days of the period, rounded half up."""

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
    amount_minor: int
    """The amount."""


class PayoffOut(_Out):
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
    credit_minor: int
    """Held as credit, taken off."""
    total_minor: int
    """The sum; below 0 when more is held than owed."""


class ClassFloorOut(_Out):
    """Floor of the five-class classification by raw days past due. For the bank only; the credit system decides."""

    floor: ClassFloor
    """The mildest class that the days still allow."""
    above_days: int | None
    """The floor applies above so many days; null for pass."""
    worse: ClassFloor | None
    """The next worse class."""
    worse_above_days: int | None
    """It applies above so many days."""
    rule_id: str
    """Policy file."""
    effective_on: date
    """In force from this day."""
    statement_zh: str
    """The rule in Chinese."""
    statement_en: str
    """The rule in English."""
    source: str
    """Title of the source."""
    article: str
    """Place in the source."""
    force: str
    """How binding it is."""
    certainty: str
    """How sure we are of having read it rightly."""


class SourceOut(_Out):
    """The night that the facts of a note of the book come from."""

    business_date: date
    """Business date of the night."""
    known_at: AwareDatetime
    """When the night was done."""
    stale_since: date | None
    """The core system has not delivered the note since this date; earlier data are kept."""


class TextOut(_Out):
    """The explanation in words, without what is for the bank only."""

    zh: str
    """Chinese."""
    en: str
    """English."""


class ExplanationOut(_Out):
    """A loan at the close of a day and the way to each of its figures."""

    model_config = ConfigDict(populate_by_name=True, json_schema_serialization_defaults_required=True)

    schema_: Annotated[Literal["huikuan.explanation/1"], Field(alias="schema")] = EXPLANATION_SCHEMA
    """Version of this format."""
    note_id: str | None
    """Key of the note, as in the file."""
    as_of: date
    """Close of this day."""
    currency: str
    """Currency, ISO 4217."""
    minor_digits: int
    """Decimals of the currency."""
    exact_denominator: int = DEN
    """Denominator of every exact amount: 360 days x 1,000,000."""
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
    capitalisations: tuple[CapitalisationOut, ...]
    """Days on which compound interest was capitalised."""
    schedule: tuple[InstalmentOut, ...]
    """All instalments."""
    allocations: tuple[AllocationOut, ...]
    """Where the repayments went, in order."""
    not_counted: tuple[NotCountedOut, ...]
    """Repayments of the file that pay nothing on the day."""
    class_floor: ClassFloorOut
    """Class floor with rule and source."""
    text: TextOut
    """In words."""
    source: SourceOut | None = None
    """Where the facts come from; null for a loan file."""
