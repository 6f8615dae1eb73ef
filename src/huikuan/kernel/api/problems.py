"""Errors as RFC 9457 problem documents; the only place where they become answers. A body is read strictly."""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus
from typing import Any, cast

from django.db import DatabaseError, DataError, ProgrammingError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError
from ninja.parser import Parser

from huikuan.kernel.errors import DomainError
from huikuan.kernel.json_once import KeyTwiceError, json_once
from huikuan.kernel.model_words import expectation, place_text

logger = logging.getLogger("huikuan.api")

ROW_SECURITY_SQLSTATE = "42501"  # insufficient_privilege: also "new row violates row-level security policy"


def problem(*, status: int, code: str, detail: str, reference: str = "") -> HttpResponse:
    """Compose a problem document. ``reference`` is a number that the log knows too."""
    return JsonResponse(
        {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "code": code,
            "detail": detail,
            "reference": reference,
        },
        status=status,
        content_type="application/problem+json",
    )


def reference_new() -> str:
    """Return a number that a person can read out to support."""
    return secrets.token_hex(4)


def _domain(request: HttpRequest, error: DomainError) -> HttpResponse:
    if error.status < 500:
        return problem(status=error.status, code=error.code, detail=error.message)
    reference = reference_new()
    logger.error("%s %s %s %s: %s", reference, request.method, request.path, error.code, error.message)
    return _server(reference, error.code)  # the message is for the operator: it may name files or other banks


def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    # Only the place and the rule: the refused value may be personal.
    parts = [f"{place_text(e['loc'][1:])}: expected {expectation(e)}" for e in error.errors[:10]]
    return problem(status=422, code="kernel.request_invalid", detail="; ".join(parts))


class OnceParser(Parser):
    """Reads the body of a request; a key that stands twice in it is refused, and `_http` says which."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return the body; raises ValueError, RecursionError."""
        return cast("dict[str, Any]", json_once(request.body))


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, KeyTwiceError):
        return problem(status=422, code="kernel.request_invalid", detail=str(error.__cause__))
    return problem(status=error.status_code, code="kernel.http", detail=error.message)


def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    detail = "Too many requests in a short time. Nothing is lost: wait a minute and try again."
    return problem(status=429, code="kernel.too_many_requests", detail=detail)


def _missing(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(status=404, code="kernel.not_found", detail="There is nothing at this address.")


def _database(request: HttpRequest, error: Exception) -> HttpResponse:
    reference = reference_new()
    if isinstance(error, DataError):
        logger.warning("%s %s %s: a value that the database cannot hold", reference, request.method, request.path)
        return problem(
            status=422, code="kernel.request_invalid", reference=reference,
            detail="A value is too large, or holds a character that cannot be stored. Correct it and try again.",
        )  # fmt: skip
    logger.error("%s %s %s", reference, request.method, request.path, exc_info=error)
    if isinstance(error, ProgrammingError) and getattr(error.__cause__, "sqlstate", "") == ROW_SECURITY_SQLSTATE:
        return problem(
            status=403,
            code="kernel.other_bank",
            reference=reference,
            detail="The database refused rows that do not belong to your bank.",
        )
    return _server(reference)


def _other(request: HttpRequest, error: Exception) -> HttpResponse:
    reference = reference_new()
    logger.error("%s %s %s", reference, request.method, request.path, exc_info=error)
    return _server(reference)


def _server(reference: str, code: str = "kernel.unexpected") -> HttpResponse:
    return problem(
        status=500,
        code=code,
        reference=reference,
        detail=f"Something went wrong on our side. Nothing was changed. Give support the number {reference}.",
    )


def problems_install(api: NinjaAPI) -> None:
    """Register the handlers; the most special class wins."""
    handlers: dict[type[Exception], Any] = {
        DomainError: _domain,
        ValidationError: _validation,
        HttpError: _http,
        Throttled: _throttled,
        Http404: _missing,
        DatabaseError: _database,
        Exception: _other,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
