"""How old the book is, and whether contact may be planned from it. Pure: today and the calendar are handed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class ContactVerdict(StrEnum):
    """Whether contact may be planned automatically from the book, and why not."""

    ALLOWED = "allowed"
    TOO_OLD = "too_old"
    NO_BOOK = "no_book"  # nothing is published yet
    RULE_BROKEN = "rule_broken"  # the bank's own policy file cannot be used


@dataclass(frozen=True, slots=True)
class FreshnessPolicy:
    """``freshness.yaml`` from a date on: the age up to which contact may be planned, in calendar days."""

    effective_on: date
    contact_age_days_max: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """Age of the book on a day. Yesterday's close is 1 day old; ``age_workdays`` counts the bank's working days among
    them, None where the business calendar lacks one of the years. Without a book both are None. Without a policy that
    can be used the limit is 0.
    """

    business_date: date | None
    age_days: int | None
    age_workdays: int | None
    contact_age_days_max: int
    verdict: ContactVerdict
    problem: str = ""  # what is wrong with the bank's own policy file

    @property
    def contact_allowed(self) -> bool:
        """Whether contact may be planned from this book without a person's decision."""
        return self.verdict is ContactVerdict.ALLOWED


def freshness(
    policies: Sequence[FreshnessPolicy],
    *,
    business_date: date | None,
    today: date,
    workday: Callable[[date], bool | None],
) -> Freshness:
    """Judge the book of ``business_date`` on ``today``; ``workday`` answers None for a day that it does not know.

    ``policies`` oldest first; the one in force today counts, before the first date the first one. With none nothing may
    be planned. A book of today or later is 0 days old.
    """
    in_force = next((policy for policy in reversed(policies) if policy.effective_on <= today), None)
    in_force = in_force or next(iter(policies), None)
    limit = 0 if in_force is None else in_force.contact_age_days_max
    if business_date is None:
        return Freshness(None, None, None, limit, ContactVerdict.NO_BOOK)
    age = max((today - business_date).days, 0)
    days = [workday(business_date + timedelta(days=n)) for n in range(1, age + 1)]
    verdict = ContactVerdict.ALLOWED if age <= limit else ContactVerdict.TOO_OLD
    return Freshness(
        business_date=business_date,
        age_days=age,
        age_workdays=None if None in days else sum(day is True for day in days),
        contact_age_days_max=limit,
        verdict=ContactVerdict.RULE_BROKEN if in_force is None else verdict,
    )
