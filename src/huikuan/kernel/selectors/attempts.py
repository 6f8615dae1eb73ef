"""Reading failed log-ins."""

from __future__ import annotations

from datetime import datetime

from axes.models import AccessAttempt
from django.db.models import Sum


def failures_from(address: str, *, since: datetime) -> int:
    """Return the failed log-ins from a network address, whatever the names, where the last is not before ``since``."""
    attempts = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)
    return int(attempts.aggregate(total=Sum("failures_since_start"))["total"] or 0)
