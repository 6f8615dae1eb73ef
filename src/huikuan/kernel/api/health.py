"""Is the server up, and which start is it?"""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from ninja import Schema

from huikuan.kernel.api.routing import Public, SecureRouter

router = SecureRouter(tags=["health"])


class HealthOut(Schema):
    """Answer of a working server."""

    status: str
    run_id: str


@router.get("/health", auth=Public("monitors ask before log-in; tells nothing about data"), response=HealthOut)
def health(request: HttpRequest) -> HealthOut:
    """Answer 200 when the database answers; ``run_id`` is that of the supervisor's start."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return HealthOut(status="ok", run_id=settings.RUN_ID)
