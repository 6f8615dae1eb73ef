"""Age of the book, and whether contact may be planned from it."""

from datetime import date, timedelta

import pytest

from huikuan.portfolio.freshness_policies import FreshnessExample, freshness_file_load, freshness_policies
from huikuan.portfolio.rules.freshness import ContactVerdict, Freshness, FreshnessPolicy, freshness

MONDAY = date(2024, 3, 4)
EXAMPLES = freshness_file_load().examples


def _judged(today: date, business_date: date | None = MONDAY, *, known: bool = True) -> Freshness:
    """The shipped policy; weekends are no working days."""
    return freshness(
        freshness_policies(),
        business_date=business_date,
        today=today,
        workday=lambda day: day.weekday() < 5 if known else None,
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_example_of_the_policy_file_holds(example: FreshnessExample) -> None:
    assert _judged(example.today, example.business_date).verdict == example.then


def test_age_counts_calendar_days_and_working_days() -> None:
    friday = MONDAY + timedelta(days=4)
    ages = [(_judged(friday + timedelta(days=n), friday)) for n in range(4)]
    assert [(one.age_days, one.age_workdays) for one in ages] == [(0, 0), (1, 0), (2, 0), (3, 1)]
    assert [one.contact_allowed for one in ages] == [True, True, True, False]


def test_working_days_are_unknown_where_the_calendar_ends_and_the_verdict_stands() -> None:
    judged = _judged(MONDAY + timedelta(days=2), known=False)
    assert (judged.age_workdays, judged.contact_allowed) == (None, True)


def test_without_a_book_no_contact_is_planned() -> None:
    judged = _judged(MONDAY, None)
    assert (judged.verdict, judged.age_days, judged.contact_allowed) == (ContactVerdict.NO_BOOK, None, False)


def test_book_of_a_day_to_come_is_not_of_negative_age() -> None:
    assert _judged(MONDAY - timedelta(days=1)).age_days == 0


def test_policy_in_force_today_counts() -> None:
    policies = [FreshnessPolicy(date(2000, 1, 1), 2), FreshnessPolicy(MONDAY + timedelta(days=5), 9)]
    verdicts = [
        freshness(policies, business_date=MONDAY, today=MONDAY + timedelta(days=n), workday=lambda _: True).verdict
        for n in (4, 5)
    ]
    assert verdicts == [ContactVerdict.TOO_OLD, ContactVerdict.ALLOWED]


def test_before_its_first_date_the_first_policy_holds_and_without_one_nothing_is_allowed() -> None:
    def judged(*policies: FreshnessPolicy) -> Freshness:
        return freshness(policies, business_date=MONDAY, today=MONDAY, workday=lambda _: True)

    assert judged(FreshnessPolicy(MONDAY + timedelta(days=9), 3)).contact_age_days_max == 3
    assert (judged().verdict, judged().contact_age_days_max) == (ContactVerdict.RULE_BROKEN, 0)
