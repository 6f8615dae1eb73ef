"""Is the server up, and which start is it?"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema

from huikuan.kernel.api.routing import Public, SecureRouter
from huikuan.kernel.jobs import worker_is_alive
from huikuan.kernel.ports import book_age

router = SecureRouter(tags=["health"])


class HealthOut(Schema):
    """Answer of a working server; ``worker`` tells whether some worker has been heard of lately.

    ``book_age_days`` is the age of the oldest book, null before the first night; ``contact_allowed`` whether
    contact may be planned from every book (``policies/cn/freshness.yaml``).
    """

    status: str
    run_id: str
    worker: bool
    book_age_days: int | None
    contact_allowed: bool


@router.get(
    "/health", auth=Public("monitors ask before log-in; of the data it tells only how old they are"), response=HealthOut
)
def health(request: HttpRequest) -> HealthOut:
    """Answer 200 when the database answers; ``run_id`` is that of the supervisor's start."""
    books = book_age(timezone.now())
    return HealthOut(
        status="ok",
        run_id=settings.RUN_ID,
        worker=worker_is_alive(),
        book_age_days=books.age_days,
        contact_allowed=books.contact_allowed,
    )
