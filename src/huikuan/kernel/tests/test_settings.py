"""Settings from the environment, each in a process of its own."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse

from huikuan.kernel.middleware import SecurityHeadersMiddleware

SHOW = """
import json
from huikuan import settings as s
print(json.dumps({"db": s.DATABASES["default"], "cookie": s.SESSION_COOKIE_NAME, "secure": s.CSRF_COOKIE_SECURE,
    "hsts": s.SECURE_HSTS_SECONDS, "debug": s.DEBUG, "ephemeral": s.SECRET_KEY_EPHEMERAL}))
"""


def _settings(**variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIKUAN_", "DATABASE_URL"))}
    return subprocess.run(
        [sys.executable, "-c", SHOW], env={**kept, **variables}, capture_output=True, text=True, check=False
    )


def test_settings_without_any_variable_are_those_of_production() -> None:
    shown = json.loads(_settings().stdout)
    assert (shown["debug"], shown["secure"], shown["cookie"]) == (False, True, "__Host-huikuan")
    assert shown["hsts"] > 0
    assert shown["db"]["USER"] == "huikuan_app"
    assert shown["ephemeral"] is True


def test_address_of_the_database_is_taken_apart() -> None:
    address = "postgresql://huikuan_owner:p%40ss@db.example:6432/book?sslmode=verify-full"
    database = json.loads(_settings(DATABASE_URL=address, HUIKUAN_ROLE="owner").stdout)["db"]
    assert [database[k] for k in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "huikuan_owner", "p@ss", "db.example", "6432", "book",
    ]  # fmt: skip
    assert database["OPTIONS"] == {"sslmode": "verify-full"}


def test_running_product_has_a_pool_and_the_migration_has_none() -> None:
    assert json.loads(_settings(HUIKUAN_DB_POOL="12").stdout)["db"]["OPTIONS"]["pool"]["max_size"] == 12
    assert "pool" not in json.loads(_settings(HUIKUAN_DB_POOL="0").stdout)["db"]["OPTIONS"]
    assert "pool" not in json.loads(_settings(HUIKUAN_ROLE="owner").stdout)["db"]["OPTIONS"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUIKUAN_SECURE_COOKIES", "maybe"), ("HUIKUAN_ROLE", "postgres"), ("HUIKUAN_CIPHER", "rot13"),
        ("HUIKUAN_SECRET_KEY", "short"), ("HUIKUAN_DB_POOL", "-1"), ("DATABASE_URL", "mysql://x/y"),
    ],
)  # fmt: skip
def test_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    done = _settings(**{name: value})
    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


def test_web_server_without_signing_key_does_not_start(settings: LazySettings) -> None:
    settings.SECRET_KEY_EPHEMERAL = True
    with pytest.raises(ImproperlyConfigured, match="HUIKUAN_SECRET_KEY"):
        SecurityHeadersMiddleware(lambda _request: HttpResponse())
