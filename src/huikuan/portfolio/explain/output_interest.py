"""Parts of the JSON of an explanation: interest by segment, fees, class floor."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from huikuan.portfolio.conventions import LateFeeKind
from huikuan.portfolio.facts import ClassFloor

# An exact amount: minor units times ``exact_denominator``, as text.
Exact = Annotated[str, BeforeValidator(str), Field(pattern=r"^-?[0-9]+$")]


class Out(BaseModel):
    """A part of the output, filled from the facts of the same names."""

    model_config = ConfigDict(from_attributes=True, frozen=True, use_attribute_docstrings=True)


class BaseOut(Out):
    """What bears interest, by component."""

    principal_minor: int
    """Overdue principal."""
    interest_minor: int
    """Overdue interest."""
    capitalised_minor: int
    """Capitalised compound interest."""
    penalty_minor: int
    """Penalty interest, where it bears compound interest."""
    costs_minor: int
    """Costs, of delay interest."""


class SegmentOut(Out):
    """Days in a row with the same base and rate: base x rate / `year` x `count`."""

    from_on: date
    """First day that bore interest."""
    to_on: date
    """Last day that bore interest."""
    days: int
    """Days of the calendar, both included."""
    count: int
    """Days of the day count: other than the calendar's for 30/360."""
    year: int
    """Days of the year of the day count; 1 where the rate is a daily one."""
    base_minor: int
    """What bore interest."""
    base: BaseOut
    """The same by component."""
    rate_ppm: int
    """Rate in parts per million: a year, of delay interest a day."""
    numerator: Exact
    """The amount, exactly."""
    rounded_minor: int
    """The amount rounded half up, for reading; sums are made of the exact amounts."""


class AwardOut(Out):
    """What a judgment put in the place of what had accrued."""

    on: date
    """The day."""
    core_ref: str
    """Reference of the judgment."""
    numerator: Exact
    """Awarded less owed before, exactly."""
    amount_minor: int
    """Awarded."""


class AccrualOut(Out):
    """Penalty, compound or delay interest: segments and awards, less paid and waived, plus what was taken back."""

    segments: tuple[SegmentOut, ...]
    """Oldest first."""
    accrued_numerator: Exact
    """Sum of the segments, exactly."""
    paid_minor: int
    """Paid so far."""
    waived_minor: int
    """Waived so far."""
    charged_back_minor: int
    """Paid before and taken back."""
    awards: tuple[AwardOut, ...]
    """What judgments put in the place of what had accrued."""
    owed_numerator: Exact
    """Owed, exactly; at most one minor unit below 0."""
    owed_minor: int
    """Owed, rounded as agreed."""


class CapitalisationOut(Out):
    """A day on which accrued compound interest was rounded and joined its own base."""

    on: date
    """The day."""
    numerator: Exact
    """Accrued and unpaid before, exactly."""
    amount_minor: int
    """What joined the base."""
    capitalised_minor: int
    """Capitalised and unpaid after it."""


class LateFeeOut(Out):
    """A late fee of an instalment; it became costs of it."""

    on: date
    """The day of the charge."""
    seq: int
    """Number of the instalment."""
    due_on: date
    """Its due date."""
    kind: LateFeeKind
    """Flat, or a share of a base."""
    base_minor: int
    """The base; 0 of a flat fee."""
    rate_ppm: int
    """The share in parts per million; 0 of a flat fee."""
    amount_minor: int
    """The fee."""


class ObservationOut(Out):
    """The observation of a restructured note."""

    floor: ClassFloor
    """At least this class."""
    until_on: date
    """Last day of the observation."""
    again: bool
    """Restructured again while under observation."""
    decides: bool
    """Whether it is worse than the floor by days."""
    rule_id: str
    """Policy file."""
    statement_zh: str
    """The rule in Chinese."""
    statement_en: str
    """The rule in English."""
    source: str
    """Title of the source."""
    certainty: str
    """How sure we are of having read it rightly."""


class ClassFloorOut(Out):
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
    observation: ObservationOut | None
    """The floor of a restructured note while it is observed, beside the one by days."""
