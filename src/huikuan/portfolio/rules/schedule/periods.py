"""Interest of the periods between due dates, exact until it is rounded once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final

from huikuan.portfolio.conventions import Conventions, FirstPeriod, PeriodInterest, Rounding
from huikuan.portfolio.facts import PPM, Frequency, NoteTerms, RepaymentMethod
from huikuan.portfolio.rules.day_count import den_of, units_between
from huikuan.portfolio.rules.rounding import round_ratio

PERIODS_A_YEAR: Final = {
    Frequency.WEEKLY: 52,
    Frequency.BIWEEKLY: 26,
    Frequency.MONTHLY: 12,
    Frequency.QUARTERLY: 4,
    Frequency.HALF_YEARLY: 2,
    Frequency.YEARLY: 1,
}
_ALWAYS_BY_DAYS: Final = (RepaymentMethod.BULLET, RepaymentMethod.SETTLED_INTEREST)


@dataclass(frozen=True, slots=True)
class Period:
    """A period: its interest on a balance is (balance x ``rate`` + ``earned``) / ``den`` minor units.

    ``earned`` is what it bore on another balance or at another rate before; 0 for a whole period.
    """

    rate: int
    den: int
    earned: int = 0

    def interest(self, balance_minor: int, rounding: Rounding) -> int:
        """Interest on the balance, rounded to the minor unit."""
        return round_ratio(balance_minor * self.rate + self.earned, self.den, rounding)

    def after(self, earned: Fraction, elapsed: Fraction) -> "Period":
        """What is left of the period when ``elapsed`` of it is over and ``earned`` minor units are earned."""
        left = Fraction(self.rate, self.den) * (1 - elapsed)
        den = left.denominator * earned.denominator
        return Period(left.numerator * earned.denominator, den, earned.numerator * left.denominator)


def periods_of(terms: NoteTerms, conventions: Conventions, due: Sequence[date]) -> list[Period]:
    """The period that ends with each due date; the first begins with the pay-out."""
    periods: list[Period] = []
    whole = by_period(terms.frequency, terms.annual_rate_ppm)
    for from_on, to_on in pairwise((terms.disbursed_on, *due)):
        by_days_ = counts_days(terms, conventions, first=not periods)
        periods.append(by_days(conventions, terms.annual_rate_ppm, from_on, to_on) if by_days_ else whole)
    return periods


def counts_days(terms: NoteTerms, conventions: Conventions, *, first: bool) -> bool:
    """Whether a period's interest follows its days; ``first``: it is the one that begins with the pay-out."""
    if terms.method is RepaymentMethod.FLAT:
        return False
    return (
        terms.method in _ALWAYS_BY_DAYS
        or conventions.period_interest is PeriodInterest.BY_DAYS
        or (first and conventions.first_period is FirstPeriod.BY_DAYS)
    )


def by_period(frequency: Frequency, annual_rate_ppm: int) -> Period:
    """A full period, whatever its days: annual rate / periods a year."""
    return Period(annual_rate_ppm, PERIODS_A_YEAR[frequency] * PPM)


def by_days(conventions: Conventions, annual_rate_ppm: int, from_on: date, to_on: date) -> Period:
    """A span by the day count of the conventions."""
    day_count = conventions.day_count
    return Period(annual_rate_ppm * units_between(day_count, from_on, to_on), den_of(day_count))
