"""The business calendar of a bank."""

from __future__ import annotations

from django.db import models

from huikuan.kernel.facts import DayKind


class CalendarDay(models.Model):
    """What one day is for one bank. A year counts as present when all its days are stored."""

    pk = models.CompositePrimaryKey("bank_id", "day")
    bank_id = models.BigIntegerField()
    day = models.DateField()
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=300)

    class Meta:
        db_table = "kernel_calendar_day"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[str(k) for k in DayKind]), name="kernel_calendar_day_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"
