"""The page of the application: one HTML file for every address that is not the API or an asset."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

_MISSING = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Huikuan 回款</title>
<h1>The pages are not built</h1>
<p>The server runs and its API answers under <code>/api/</code>, but <code>webdist/index.html</code> is missing.
Build the front end with <code>make web</code>, or install a released wheel, which contains it.</p>
<p lang="zh">前端页面尚未构建。请运行 <code>make web</code>，或安装包含页面的正式版本。</p></html>"""


@require_safe
@ensure_csrf_cookie
def shell(request: HttpRequest) -> HttpResponse:
    """Serve the built page and set the CSRF cookie; says how to build it when it is missing (503)."""
    file = settings.WEBDIST_DIR / "index.html"
    if not file.is_file():
        return HttpResponse(_MISSING, status=503)
    response = HttpResponse(file.read_bytes(), content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
