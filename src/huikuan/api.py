"""The HTTP API: one NinjaAPI composed of the routers of the packages."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Final

from ninja import NinjaAPI
from ninja.openapi.docs import Swagger

from huikuan.kernel.api.problems import problems_install
from huikuan.kernel.api.routing import operations

ROUTERS: Final = (
    "huikuan.kernel.api.health",
    "huikuan.kernel.api.auth",
    "huikuan.kernel.api.institutions",
    "huikuan.kernel.api.calendar",
    "huikuan.kernel.api.users",
    "huikuan.evidence.api.events",
    "huikuan.evidence.api.approvals",
    "huikuan.portfolio.api",
    "huikuan.insight.api",
    "huikuan.nightly.api",
)


def api_build() -> NinjaAPI:
    """Compose the API; every router must declare a permission on every route."""
    composed = NinjaAPI(
        title="Huikuan", version="0.1.0", urls_namespace="api", docs_url=None, openapi_url=None, docs=Swagger()
    )
    problems_install(composed)
    for name in ROUTERS:
        if find_spec(name.rpartition(".")[0]) and find_spec(name):
            module = import_module(name)
            if hasattr(module, "router"):
                composed.add_router("", module.router)
    tuple(operations(composed))
    return composed


api = api_build()
