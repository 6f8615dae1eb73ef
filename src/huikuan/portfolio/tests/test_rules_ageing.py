"""Days past due and buckets at their edges."""

from datetime import date

import pytest

from huikuan.portfolio.conventions import DueDay
from huikuan.portfolio.facts import Bucket, CoreStatus
from huikuan.portfolio.rules.ageing import bucket_of_days, bucket_of_note, late_days

DUE_ON = date(2024, 2, 29)


def late(day: date, due_day: DueDay = DueDay.DAY_0) -> int:
    return late_days(DUE_ON.toordinal(), day.toordinal(), due_day)


def test_instalment_on_its_due_day_is_not_late_and_one_day_past_due_the_day_after() -> None:
    assert [late(date(2024, 2, 28)), late(DUE_ON), late(date(2024, 3, 1)), late(date(2024, 3, 30))] == [0, 0, 1, 30]


def test_where_the_due_day_is_day_1_its_close_is_the_first_day_past_due() -> None:
    assert [late(date(2024, 2, 28), DueDay.DAY_1), late(DUE_ON, DueDay.DAY_1)] == [0, 1]


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
