"""Addresses: the API under /api/, everything else is the application's page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, re_path

from huikuan.api import api
from huikuan.kernel.api.shell import shell


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a refused cross-site check as a problem document."""
    return JsonResponse(
        {
            "type": "about:blank",
            "title": "Forbidden",
            "status": 403,
            "code": "kernel.csrf",
            "detail": "The security token of the page is missing or old. Reload the page and try again.",
            "reference": "",
        },
        status=403,
        content_type="application/problem+json",
    )


urlpatterns: list[URLPattern] = [
    path("api/", api.urls),  # type: ignore[arg-type]  # ninja's tuple of patterns, app name and name space
    re_path(r"^(?!api/|assets/|static/).*$", shell, name="shell"),
]
