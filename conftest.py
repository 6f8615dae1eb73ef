"""Fixtures for all tests. The database comes from `tests/boot.py`."""

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from huikuan.runtime.home import ROLE_OWNER
from tests import boot

if TYPE_CHECKING:
    import psycopg

settings.register_profile("default", deadline=None, max_examples=60)
settings.register_profile("soak", deadline=None, max_examples=3000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Give this worker its clone of the template; log-ins are those of the application's role."""
    from django.db import connections
    from django.test import TransactionTestCase

    def clone_again(_test: TransactionTestCase) -> None:
        _disconnect()
        boot.ground().clone()

    def _disconnect() -> None:
        connection: Any = connections["default"]
        connection.close()
        connection.close_pool()

    boot.database_ready()
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", clone_again)
    with django_db_blocker.unblock():
        yield
        _disconnect()
    patch.undo()


@pytest.fixture
def owner_connection(db: None) -> "Iterator[psycopg.Connection[Any]]":
    """A connection as `huikuan_owner` to this worker's database, autocommit.

    What it commits outlives the test unless the test is transactional (`@pytest.mark.django_db(transaction=True)`).
    It does not see rows that the test itself has not committed.
    """
    with boot.ground().server.connect(ROLE_OWNER, boot.ground().database) as connection:
        yield connection


@pytest.fixture
def database_environment() -> Callable[[str], dict[str, str]]:
    """Return the environment for a subprocess that works on this worker's database as a role."""
    return lambda role: {**os.environ, **boot.ground().environment(role, boot.ground().database)}
