"""What is refused before any view sees it, and how refusals outside the API's handlers look."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBase

from huikuan.kernel.api.problems import problem

METHOD_REFUSED: Final = 405

logger = logging.getLogger("huikuan.edge")


class EdgeMiddleware:
    """Refuse foreign host names and large bodies; answer a wrong method as a problem document.

    Without the limit a multipart body of any size would be written to the disk before anybody is signed in, because
    Django looks into it for the cross-site token.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            request.get_host()
        except DisallowedHost as error:
            logger.warning("refused: %s", error)
            return problem(status=400, code="kernel.host", detail="This server does not answer to that host name.")
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if _body_bytes(request) > most:
            return problem(
                status=413, code="kernel.request_too_large", detail=f"A request has at most {most} bytes; send less."
            )
        response = self.get_response(request)
        if response.status_code != METHOD_REFUSED:
            return response
        allowed = response.headers.get("Allow", "")
        refused = problem(
            status=METHOD_REFUSED, code="kernel.method", detail=f"{request.method} is not possible here; use {allowed}."
        )
        refused.headers["Allow"] = allowed
        return refused


def _body_bytes(request: HttpRequest) -> int:
    """The announced length; a body without one is not read (WSGI)."""
    text = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isdecimal() else 0
