"""The HTTP API: one NinjaAPI composed of the routers of the packages."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from pkgutil import iter_modules
from typing import Final

from ninja import NinjaAPI

from huikuan.kernel.api.problems import OnceParser, problems_install
from huikuan.kernel.api.routing import SecureRouter, operations

PACKAGES: Final = ("kernel", "evidence", "portfolio", "reconciliation", "insight", "nightly")


def _routers() -> Iterator[SecureRouter]:
    """Yield the ``router`` of each module in the ``api`` folder of each package."""
    seen: set[int] = set()
    for package in PACKAGES:
        folder = import_module(f"huikuan.{package}.api")
        for found in sorted(info.name for info in iter_modules(folder.__path__)):
            router = getattr(import_module(f"{folder.__name__}.{found}"), "router", None)
            if isinstance(router, SecureRouter) and id(router) not in seen:
                seen.add(id(router))
                yield router


def api_build() -> NinjaAPI:
    """Compose the API; raises ImproperlyConfigured when a route declares no permission."""
    composed = NinjaAPI(
        title="Huikuan",
        version=version("huikuan"),
        urls_namespace="api",
        docs_url=None,
        openapi_url=None,
        parser=OnceParser(),
    )
    problems_install(composed)
    for router in _routers():
        composed.add_router("", router)
    tuple(operations(composed))
    return composed


api = api_build()
