"""Answering with a file."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from django.http import HttpResponse

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_answer(name: str, plain_name: str, content: bytes) -> HttpResponse:
    """Return a workbook as a download; ``plain_name`` is for browsers that take Latin letters only. Never cached."""
    answer = HttpResponse(content, content_type=_XLSX)
    answer["Content-Disposition"] = f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(name, safe='')}"
    answer["Cache-Control"] = "no-store"
    return answer
