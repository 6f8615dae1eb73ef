"""Headers of every answer and the life span of sessions."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

LAST_SEEN: Final = "last_seen"  # epoch seconds
STARTED: Final = "started"  # epoch seconds of log-in
SEEN_WRITE_SECONDS: Final = 60  # a session row is rewritten at most this often


class SecurityHeadersMiddleware:
    """Content security policy, no framing, no referrer to others, TLS only when cookies are secure."""

    def __init__(self, get_response: GetResponse) -> None:
        if settings.SECRET_KEY_EPHEMERAL:
            raise ImproperlyConfigured(
                "HUIKUAN_SECRET_KEY or HUIKUAN_SECRET_KEY_FILE is not set; the web server does not start "
                "without it, because sessions would end at every restart and differ between processes."
            )
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if settings.SECURE_HSTS_SECONDS:
            headers.setdefault("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}")
        if request.path.startswith("/api/"):
            headers.setdefault("Cache-Control", "no-store")
        return response


class SessionLimitMiddleware:
    """End a session 8 hours after log-in or after 30 minutes without a request of a person (both configurable).

    Requests that the page makes by itself do not count, or an unattended screen would stay signed in all day.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        session = request.session
        started = session.get(STARTED)
        if started is None and SESSION_KEY in session:
            session.flush()  # signed in by another way than ours: its age is unknown
        elif started is not None:
            now = int(time.time())
            seen = session.get(LAST_SEEN, started)
            if now - started >= settings.SESSION_ABSOLUTE_SECONDS or now - seen >= settings.SESSION_IDLE_SECONDS:
                session.flush()
            elif now - seen >= SEEN_WRITE_SECONDS and not _by_itself(request):
                session[LAST_SEEN] = now
        return self.get_response(request)


def _by_itself(request: HttpRequest) -> bool:
    """Whether this is a reading that pages repeat without a person."""
    return request.method == "GET" and request.path in settings.SESSION_PASSIVE_PATHS
