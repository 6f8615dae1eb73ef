"""Addresses: the API under /api/, everything else is the application's page."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path

from huikuan.api import api
from huikuan.kernel.api.problems import problem, reference_new
from huikuan.kernel.api.routing import CsrfError
from huikuan.kernel.api.shell import shell


def csrf_failure(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a refused cross-site check outside the API as a problem document; the reason goes to the log."""
    logging.getLogger("huikuan.csrf").info("refused: %s", reason)
    error = CsrfError()
    return problem(status=error.status, code=error.code, detail=error.message)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django's signature
    """Answer an unknown address of the API or of a file; all others are the page's."""
    detail = f"There is nothing at {request.path}." if request.path.startswith("/api/") else "There is no such file."
    return problem(status=404, code="kernel.not_found", detail=detail)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django's signature
    """Answer a request that Django does not understand."""
    return problem(status=400, code="kernel.request_invalid", detail="The request is not well formed.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an error outside the API's own handlers; the log knows the reference."""
    reference = reference_new()
    logging.getLogger("huikuan.server").error("%s %s %s", reference, request.method, request.path)
    detail = f"Something went wrong on our side. Give support the number {reference}."
    return problem(status=500, code="kernel.unexpected", detail=detail, reference=reference)


handler400 = bad_request
handler404 = not_found
handler500 = server_error

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", api.urls),
    re_path(r"^(?!api/|assets/|static/).*$", shell, name="shell"),
]
