"""Routers that refuse a route without a declared permission.

Every operation says ``auth=needs("overview.read")`` or, with a reason, ``auth=Public("…")``. Both check the
cross-site token on unsafe methods, and that the address asks nothing that the route does not know. ``SecureRouter``
refuses anything else when the module is imported, and ``operations`` walks the finished API once more.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils import timezone
from ninja import NinjaAPI, Router
from ninja.operation import Operation
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from huikuan.kernel.errors import DomainError, PermissionMissingError, SignInRequiredError
from huikuan.kernel.facts import Actor
from huikuan.kernel.masking import mask_text
from huikuan.kernel.rules.permissions import PERMISSIONS
from huikuan.kernel.selectors.access import actor_load, bank_today

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
QUERY_NAME_SHOWN: Final = 40  # characters of an unknown parameter's name in a message


class CsrfError(DomainError):
    """The cross-site token is missing or does not belong to this session."""

    code = "kernel.csrf"
    status = 403

    def __init__(self) -> None:
        super().__init__("The security token of the page is missing or old. Reload the page and try again.")


class QueryUnknownError(DomainError):
    """The address has a query parameter that the route does not know."""

    code = "kernel.query_unknown"
    status = 422

    def __init__(self, unknown: Iterable[str], known: Iterable[str]) -> None:
        names = ", ".join(repr(mask_text(name[:QUERY_NAME_SHOWN])) for name in sorted(unknown)[:5])
        expected = ", ".join(sorted(known)) or "none"
        super().__init__(f"The address has an unknown parameter: {names}. This route knows: {expected}.")


class Declared(AuthBase, ABC):
    """What a route asks of the caller; subclasses are ``Needs`` and ``Public``."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = "session"

    query: frozenset[str] = frozenset()  # the query parameters of the route; SecureRouter sets them

    def __call__(self, request: HttpRequest) -> object:
        """Check the cross-site token on unsafe methods, the rule of the subclass, the names in the query.

        A misspelt filter that is passed over would show figures of more than was asked for.
        """
        if request.method not in SAFE_METHODS and check_csrf(request) is not None:
            raise CsrfError()
        admitted = self.admit(request)
        if unknown := set(request.GET) - self.query:
            raise QueryUnknownError(unknown, self.query)
        return admitted

    @abstractmethod
    def admit(self, request: HttpRequest) -> object:
        """Return something true or raise a DomainError."""


class Needs(Declared):
    """The route is for signed-in users with a permission."""

    def __init__(self, permission: str) -> None:
        if permission not in PERMISSIONS:
            raise ImproperlyConfigured(f"{permission!r} is not in kernel.rules.permissions.PERMISSIONS.")
        self.permission = permission
        super().__init__()

    def admit(self, request: HttpRequest) -> object:
        """Return the actor, who is also kept on the request (``actor_of``)."""
        user = request.user
        if not user.is_authenticated:
            raise SignInRequiredError()
        actor = actor_load(user=user, on=bank_today(user.bank, timezone.now()))
        if self.permission not in actor.permissions:
            raise PermissionMissingError(self.permission)
        request.huikuan_actor = actor  # type: ignore[attr-defined]
        return actor


class Public(Declared):
    """The route is open without log-in; says why."""

    def __init__(self, reason: str) -> None:
        if not reason.strip():
            raise ImproperlyConfigured("A public route states its reason.")
        self.reason = reason
        super().__init__()

    def admit(self, request: HttpRequest) -> object:  # noqa: ARG002  the same call as in Needs
        """Let everyone pass."""
        return True


def needs(permission: str) -> Needs:
    """Declare the permission of a route."""
    return Needs(permission)


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor of a route that is declared with ``needs``."""
    actor: Actor = request.huikuan_actor  # type: ignore[attr-defined]
    return actor


class SecureRouter(Router):
    """A ninja router on which every operation declares ``needs(...)`` or ``Public(...)``."""

    def add_api_operation(self, path: str, methods: list[str], view_func: Callable[..., Any], **options: Any) -> None:
        """Register an operation; raises ImproperlyConfigured without a declaration."""
        declared = copy(options.get("auth"))  # one declaration may stand at several routes
        if not isinstance(declared, (Needs, Public)):
            raise ImproperlyConfigured(
                f'{"/".join(methods)} {path} declares no permission; write auth=needs("…") or auth=Public("why").'
            )
        super().add_api_operation(path, methods, view_func, **{**options, "auth": declared})
        declared.query = _query_names(self.path_operations[path].operations[-1])


def _query_names(operation: Operation) -> frozenset[str]:
    """The names of the query parameters of an operation, also of those that stand in a schema."""
    models: list[Any] = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    return frozenset(name for model in models for name in model.__ninja_flatten_map__)


def operations(api: NinjaAPI) -> Iterator[tuple[str, str, Needs | Public]]:
    """Yield (method, path, declaration) of every route; raises ImproperlyConfigured where there is none."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                declared = operation.auth_param
                for method in operation.methods:
                    if not isinstance(declared, (Needs, Public)):
                        raise ImproperlyConfigured(f"{method} {prefix}{path} declares no permission.")
                    yield method, f"{prefix.rstrip('/')}{path}", declared
