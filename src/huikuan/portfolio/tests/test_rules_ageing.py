"""Days past due and buckets at their edges."""

from datetime import date

import pytest

from huikuan.portfolio.facts import Bucket, CoreStatus, OpenInstalment
from huikuan.portfolio.rules.ageing import bucket_of_days, bucket_of_note, days_past_due

DUE_ON = date(2024, 2, 29)


def owed(due_on: date = DUE_ON, principal: int = 0, interest: int = 0, costs: int = 0) -> OpenInstalment:
    return OpenInstalment(1, due_on, principal, interest, costs)


def test_instalment_on_its_due_day_is_not_late() -> None:
    assert days_past_due([owed(principal=1, interest=1)], DUE_ON) == (0, 0)


def test_instalment_one_day_after_its_due_day_is_one_day_past_due() -> None:
    assert days_past_due([owed(principal=1, interest=1)], date(2024, 3, 1)) == (1, 1)


def test_principal_and_interest_age_apart() -> None:
    rows = [owed(interest=1), owed(date(2024, 3, 29), principal=1)]
    assert days_past_due(rows, date(2024, 3, 30)) == (1, 30)


def test_unpaid_costs_alone_never_age() -> None:
    assert days_past_due([owed(costs=1)], date(2025, 1, 1)) == (0, 0)


def test_oldest_instalment_counts_whatever_the_order() -> None:
    rows = [owed(date(2024, 3, 29), principal=1), owed(principal=1)]
    assert days_past_due(rows, date(2024, 3, 30)) == (30, 0)


def test_note_with_nothing_open_is_not_late() -> None:
    assert days_past_due([], DUE_ON) == (0, 0)


@pytest.mark.parametrize(
    ("dpd", "bucket"),
    [
        (0, Bucket.M0), (1, Bucket.M1), (30, Bucket.M1), (31, Bucket.M2), (60, Bucket.M2), (61, Bucket.M3),
        (90, Bucket.M3), (91, Bucket.M4), (120, Bucket.M4), (121, Bucket.M5), (150, Bucket.M5), (151, Bucket.M6),
        (180, Bucket.M6), (181, Bucket.M7), (10_000, Bucket.M7),
    ],
)  # fmt: skip
def test_bucket_at_its_edges(dpd: int, bucket: Bucket) -> None:
    assert bucket_of_days(dpd) is bucket
    assert bucket_of_note(dpd, CoreStatus.ACTIVE, closed=False) is bucket


@pytest.mark.parametrize(
    ("core_status", "closed", "bucket"),
    [
        (CoreStatus.ACTIVE, True, Bucket.SETTLED),
        (CoreStatus.SETTLED, True, Bucket.SETTLED),
        (CoreStatus.CHARGED_OFF, False, Bucket.CHARGED_OFF),
        (CoreStatus.CHARGED_OFF, True, Bucket.CHARGED_OFF),
    ],
)
def test_note_at_its_end_has_a_terminal_bucket(core_status: CoreStatus, closed: bool, bucket: Bucket) -> None:
    assert bucket_of_note(45, core_status, closed=closed) is bucket
