"""Addresses: the API under /api/, everything else is the application's page."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path

from huikuan.api import api
from huikuan.kernel.api.problems import problem
from huikuan.kernel.api.routing import CsrfError
from huikuan.kernel.api.shell import shell


def csrf_failure(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a refused cross-site check outside the API as a problem document; the reason goes to the log."""
    logging.getLogger("huikuan.csrf").info("refused: %s", reason)
    error = CsrfError()
    return problem(status=error.status, code=error.code, detail=error.message)


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", api.urls),
    re_path(r"^(?!api/|assets/|static/).*$", shell, name="shell"),
]
