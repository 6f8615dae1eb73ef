"""Facts of what time adds to a debt: segments of interest, what was taken off, and fees for being late.

Units as in ``portfolio.facts``; an exact amount is an integer over the denominator ``den`` of the note's day count.
"""

from dataclasses import dataclass
from datetime import date

from huikuan.portfolio.conventions import Component, LateFeeKind
from huikuan.portfolio.rules.rounding import half_up


@dataclass(frozen=True, slots=True)
class Base:
    """What bears interest, by component, in minor units."""

    principal_minor: int = 0
    interest_minor: int = 0
    capitalised_minor: int = 0  # compound interest that joined the base
    penalty_minor: int = 0  # only where penalty interest bears compound interest
    costs_minor: int = 0  # only of delay interest

    @property
    def total_minor(self) -> int:
        return (
            self.principal_minor + self.interest_minor + self.capitalised_minor + self.penalty_minor + self.costs_minor
        )


@dataclass(frozen=True, slots=True)
class Segment:
    """Days in a row on which the same base bore interest at the same rate.

    ``from_on`` is the first day that bore interest (the day after the due date), ``to_on`` the last; both count. The
    amount is base x rate x ``count`` / ``year``: ``count`` are the days of the day count (other than the calendar's for
    30/360), ``year`` the days of its year (365 or 366 for act/act), 1 where the rate is a daily one.
    """

    from_on: date
    to_on: date
    base: Base
    rate_ppm: int
    count: int
    year: int
    den: int

    @property
    def days(self) -> int:
        return (self.to_on - self.from_on).days + 1

    @property
    def base_minor(self) -> int:
        return self.base.total_minor

    @property
    def numerator(self) -> int:
        """The amount, exactly: minor units times ``den``."""
        return self.base_minor * self.rate_ppm * self.count * (self.den // (self.year * 1_000_000))

    @property
    def rounded_minor(self) -> int:
        """The amount rounded half up, for reading; sums are made of ``numerator``."""
        return half_up(self.numerator, self.den)


@dataclass(frozen=True, slots=True)
class Capitalisation:
    """A day on which accrued compound interest was rounded and became part of its own base."""

    on: date
    numerator: int  # accrued and unpaid before, over the denominator of the note
    amount_minor: int
    capitalised_minor: int  # capitalised and unpaid after it


@dataclass(frozen=True, slots=True)
class Award:
    """What a judgment put in the place of what had accrued: the difference, exactly."""

    on: date
    core_ref: str
    numerator: int  # awarded less owed before, over the denominator of the note
    amount_minor: int  # awarded


@dataclass(frozen=True, slots=True)
class Accrual:
    """Penalty, compound or delay interest: all segments, less what was paid, waived and given back, is what is owed."""

    den: int
    segments: tuple[Segment, ...]
    paid_minor: int  # received
    waived_minor: int  # forgiven
    charged_back_minor: int  # received before and taken back: owed again
    awards: tuple[Award, ...]
    owed_minor: int  # rounded at close, as the engine shows it

    @property
    def accrued_numerator(self) -> int:
        return sum(segment.numerator for segment in self.segments)

    @property
    def owed_numerator(self) -> int:
        """Owed exactly; at most one minor unit below 0, because rounded figures are paid."""
        taken = self.paid_minor + self.waived_minor - self.charged_back_minor
        return self.accrued_numerator + sum(award.numerator for award in self.awards) - taken * self.den


@dataclass(frozen=True, slots=True)
class LateFeeCharged:
    """A late fee of an instalment: flat, or a share of a base; it became costs of that instalment."""

    on: date
    seq: int
    due_on: date
    kind: LateFeeKind
    base_minor: int  # 0 of a flat fee
    rate_ppm: int  # 0 of a flat fee
    amount_minor: int


COMPONENT_FIELDS = {
    Component.COSTS: "costs_minor",
    Component.PENALTY: "penalty_minor",
    Component.COMPOUND: "compound_minor",
    Component.INTEREST: "interest_minor",
    Component.PRINCIPAL: "principal_minor",
    Component.DELAY: "delay_minor",
}
