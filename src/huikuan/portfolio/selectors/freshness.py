"""How old the published book of a bank is now: what every later stage asks before it plans anything from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from django.conf import settings

from huikuan.kernel.facts import DayKind
from huikuan.kernel.ports import BookAge
from huikuan.kernel.selectors.access import bank_today
from huikuan.kernel.selectors.calendar import calendar_load
from huikuan.kernel.selectors.users import bank_by_id, banks_all
from huikuan.kernel.tenancy import bank_scope
from huikuan.portfolio.freshness_policies import freshness_policies_of_bank
from huikuan.portfolio.policies import PolicyInvalidError
from huikuan.portfolio.rules.freshness import ContactVerdict, Freshness, freshness
from huikuan.portfolio.selectors.publication import published_dates


def book_freshness(*, bank_id: int, today: date) -> Freshness:
    """Return the age of the book on the bank's day ``today``, and whether contact may be planned from it; 3 queries.

    Inside ``bank_scope``. While the bank's own policy file cannot be used, contact may not be planned; ``problem`` says
    what is wrong with it.
    """
    problem = ""
    try:
        policies = freshness_policies_of_bank(settings.HOME, bank_by_id(bank_id).code)
    except PolicyInvalidError as error:
        policies, problem = (), error.message
    dates = published_dates(bank_id=bank_id)
    last = None if dates is None else dates[1]
    years = range(today.year if last is None else last.year, today.year + 1)
    calendar = calendar_load(bank_id=bank_id, years=years)

    def workday(day: date) -> bool | None:
        kind = calendar.days.get(day)
        return None if kind is None else kind is DayKind.WORKDAY

    return replace(freshness(policies, business_date=last, today=today, workday=workday), problem=problem)


def books_age(at: datetime) -> BookAge:
    """Return the age of the oldest of all banks' books, and whether contact may be planned from every one of them."""
    found = [fresh for fresh in _all(at) if fresh.verdict is not ContactVerdict.NO_BOOK]
    return BookAge(
        age_days=max((fresh.age_days or 0 for fresh in found), default=None),
        contact_allowed=bool(found) and all(fresh.contact_allowed for fresh in found),
    )


def _all(at: datetime) -> Iterator[Freshness]:
    for bank in banks_all():
        with bank_scope(bank.id):
            yield book_freshness(bank_id=bank.id, today=bank_today(bank, at))
