"""Which bank a transaction works for.

The database refuses rows of any other bank; without a bank it shows none. Requests get their bank from the
signed-in user (``BankMiddleware``), jobs and commands open ``bank_scope`` themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase

from huikuan.kernel.errors import BankScopeError, BankScopeMissingError, DatabaseRoleError

if TYPE_CHECKING:
    from psycopg import Connection

SIGN_IN_PATHS: Final = "/api/auth/"

_ROLE_FACTS: Final = """
select r.rolname, r.rolsuper or r.rolbypassrls or exists (
    select from pg_class c where c.relnamespace = 'public'::regnamespace and pg_has_role(r.oid, c.relowner, 'member'))
from pg_roles r where r.rolname = current_user
"""


def bank_current() -> int | None:
    """Return the bank of the open transaction, or None outside ``bank_scope``."""
    with connection.cursor() as cursor:
        cursor.execute("select nullif(current_setting('app.bank', true), '')::bigint")
        row = cursor.fetchone()
    return None if row is None or row[0] is None else int(row[0])


def bank_required(bank_id: int, doing: str) -> None:
    """Raise unless the open transaction belongs to ``bank_id``."""
    current = bank_current()
    if current is None:
        raise BankScopeMissingError(doing)
    if current != bank_id:
        raise BankScopeError(str(current), bank_id)


def role_check(connected: Connection[Any]) -> None:
    """Raise DatabaseRoleError when the role of a connection could get around row-level security."""
    with connected.cursor() as cursor:
        cursor.execute(_ROLE_FACTS)
        row = cursor.fetchone()
    if row is None or row[1]:
        raise DatabaseRoleError("unknown" if row is None else str(row[0]))


def _set(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.bank', %s, true)", [value])


@contextmanager
def bank_scope(bank_id: int) -> Iterator[None]:
    """One transaction that sees and writes rows of ``bank_id`` only.

    May be nested for the same bank; another bank inside raises BankScopeError, because a transaction
    that serves two banks could carry data from one to the other.
    """
    with transaction.atomic():
        current = bank_current()
        if current is not None and current != bank_id:
            raise BankScopeError(str(current), bank_id)
        _set(str(int(bank_id)))
        yield
        # A savepoint does not end SET LOCAL: put back what was there. After a rollback the database does.
        if not connection.needs_rollback:
            _set("" if current is None else str(current))


class BankMiddleware:
    """Run each request of a signed-in user in one transaction of the user's bank.

    Answers with status 400 and above roll back: ninja turns errors into answers inside the view, so
    "no exception" does not mean "all went well". Log-in routes run outside and open their own scopes, so that
    their counters of failures survive a refusal, whoever is signed in. A server that was given the role of the
    owner or a superuser answers no request of the API: nothing would keep the banks apart.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._role_is_good = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not self._role_is_good and request.path.startswith("/api/"):
            connection.ensure_connection()
            role_check(connection.connection)
            self._role_is_good = True
        if request.path.startswith(SIGN_IN_PATHS):
            return self.get_response(request)
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        with bank_scope(user.bank_id):
            response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
        return response
