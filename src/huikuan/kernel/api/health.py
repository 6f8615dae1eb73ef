"""Is the server up, and which start is it?"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from ninja import Schema

from huikuan.kernel.api.routing import Public, SecureRouter
from huikuan.kernel.jobs import worker_is_alive

router = SecureRouter(tags=["health"])


class HealthOut(Schema):
    """Answer of a working server; ``worker`` tells whether some worker has been heard of lately."""

    status: str
    run_id: str
    worker: bool


@router.get("/health", auth=Public("monitors ask before log-in; tells nothing about data"), response=HealthOut)
def health(request: HttpRequest) -> HealthOut:
    """Answer 200 when the database answers; ``run_id`` is that of the supervisor's start."""
    return HealthOut(status="ok", run_id=settings.RUN_ID, worker=worker_is_alive())
