"""Settings of every Huikuan process, taken from environment variables only.

Defaults are the safe ones of production: no debug pages, cookies only over TLS, the role
``huikuan_app`` that can neither migrate nor look across banks. The names of the variables stand
in ``docs/reference/environment.md``.
"""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PACKAGE_DIR = Path(__file__).resolve().parent


def _flag(name: str, default: bool) -> bool:
    """Return a yes/no variable; anything but 0/1/false/true/no/yes is refused."""
    text = os.environ.get(name, "").strip().lower()
    if text == "":
        return default
    if text in {"1", "true", "yes"}:
        return True
    if text in {"0", "false", "no"}:
        return False
    raise ImproperlyConfigured(f"{name} is {text!r}; write 1 or 0.")


def _number(name: str, default: int, low: int, high: int) -> int:
    """Return a whole-number variable within [low, high]."""
    text = os.environ.get(name, "").strip() or str(default)
    if not text.isdecimal() or not low <= int(text) <= high:
        raise ImproperlyConfigured(f"{name} is {text!r}; write a whole number from {low} to {high}.")
    return int(text)


def _choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """Return a variable that must be one of ``allowed``."""
    text = os.environ.get(name, "").strip() or default
    if text not in allowed:
        raise ImproperlyConfigured(f"{name} is {text!r}; write one of {', '.join(allowed)}.")
    return text


HOME = Path(os.environ.get("HUIKUAN_HOME", "") or Path.cwd() / ".huikuan")
"""Data folder: pg/, lake/, inbox/, keys/, run/, log/."""

DB_ROLE = _choice("HUIKUAN_ROLE", "app", ("app", "owner"))
"""``app`` runs the product; ``owner`` is for migrations only."""

CIPHER = _choice("HUIKUAN_CIPHER", "intl", ("intl", "guomi"))
"""Cipher suite of new ciphertexts: ``intl`` AES-256-GCM and SHA-256, ``guomi`` SM4-GCM and SM3."""

KEYS_FILE = Path(os.environ.get("HUIKUAN_KEYS_FILE", "") or HOME / "keys" / "vault.json")
"""Key ring of the vault, JSON, readable by its owner only."""

RUN_ID = os.environ.get("HUIKUAN_RUN_ID", "")
"""Set by the supervisor, so that a health answer proves which start it comes from."""


def _secret_key() -> tuple[str, bool]:
    """Return the signing key and whether it lives only as long as this process."""
    text = os.environ.get("HUIKUAN_SECRET_KEY", "").strip()
    file = os.environ.get("HUIKUAN_SECRET_KEY_FILE", "").strip()
    if not text and file:
        text = Path(file).read_text(encoding="utf-8").strip()
    if text and len(text) < 32:
        raise ImproperlyConfigured("HUIKUAN_SECRET_KEY has fewer than 32 characters; generate a longer one.")
    return (text, False) if text else (secrets.token_urlsafe(48), True)


SECRET_KEY, SECRET_KEY_EPHEMERAL = _secret_key()

DEBUG = False
ALLOWED_HOSTS = [h for h in os.environ.get("HUIKUAN_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h]
ROOT_URLCONF = "huikuan.urls"
WSGI_APPLICATION = "huikuan.wsgi.application"
AUTH_USER_MODEL = "kernel.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LANGUAGE_CODE = "en"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "axes",
    "procrastinate.contrib.django",
    "huikuan.kernel",
    "huikuan.evidence",
    "huikuan.portfolio",
    "huikuan.reconciliation",
    "huikuan.nightly",
]

MIDDLEWARE = [
    "huikuan.kernel.middleware.SecurityHeadersMiddleware",
    "huikuan.kernel.api.edge.EdgeMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "huikuan.kernel.middleware.SessionLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "huikuan.kernel.tenancy.BankMiddleware",
]

TEMPLATES: list[dict[str, Any]] = []


def _database_from_url(url: str) -> dict[str, Any]:
    """Return Django's settings of ``postgresql://user:password@host:port/name?option=value``."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL begins with {parts.scheme!r}; only postgresql:// is supported.")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or f"huikuan_{DB_ROLE}"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def _database() -> dict[str, Any]:
    """Return the one database, with a connection pool for the running product."""
    url = os.environ.get("DATABASE_URL", "")
    if url:
        found = _database_from_url(url)
    else:
        found = {
            "NAME": os.environ.get("HUIKUAN_DB_NAME", "huikuan"),
            "USER": f"huikuan_{DB_ROLE}",
            "PASSWORD": os.environ.get("HUIKUAN_DB_PASSWORD", ""),
            "HOST": os.environ.get("HUIKUAN_DB_HOST", ""),
            "PORT": os.environ.get("HUIKUAN_DB_PORT", ""),
            "OPTIONS": {},
        }
    if DB_ROLE == "app":
        # The pool must hold at least as many connections as the web server has threads. A command sets 0: it needs
        # one connection, and without a pool it learns at once that the database is away.
        size = _number("HUIKUAN_DB_POOL", 8, 0, 200)
        if size:
            found["OPTIONS"]["pool"] = {"min_size": 1, "max_size": size, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,  # must stay 0 with a pool
        "ATOMIC_REQUESTS": False,  # BankMiddleware opens the transaction; ninja would commit answered errors
        **found,
    }


DATABASES = {"default": _database()}

# --- Sessions, cookies, passwords ---
SECURE_COOKIES = _flag("HUIKUAN_SECURE_COOKIES", True)
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-huikuan" if SECURE_COOKIES else "huikuan_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = SECURE_COOKIES
SESSION_ABSOLUTE_SECONDS = _number("HUIKUAN_SESSION_HOURS", 8, 1, 24) * 3600
SESSION_IDLE_SECONDS = _number("HUIKUAN_SESSION_IDLE_MINUTES", 30, 1, 480) * 60
# What pages read again by themselves as long as they are open: no sign of a person at the desk.
SESSION_PASSIVE_PATHS = frozenset({"/api/frame", "/api/exports", "/api/night-requests", "/api/approvals"})
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
CSRF_COOKIE_NAME = "csrftoken"
CSRF_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = False  # the page reads it and sends it back as X-CSRFToken
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("HUIKUAN_TRUSTED_ORIGINS", "").split(",") if o]
CSRF_FAILURE_VIEW = "huikuan.urls.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 65_536  # bytes of any request; deliveries come through the inbox, never over HTTP
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
PROXIES = 0
"""Proxies before us whose X-Forwarded-Proto and X-Forwarded-For are believed."""
if _flag("HUIKUAN_BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    PROXIES = _number("HUIKUAN_PROXIES", 1, 1, 5)

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Lock-out counts by user name, known or not: the answer does not tell which names exist, and guessing
# from many addresses is stopped too. An administrator ends a lock with `huikuan user unlock`.
# ADDRESS_FAILURES_MAX stops one address from trying a few passwords on every name (docs/concepts/access.md).
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
ADDRESS_FAILURES_MAX = _number("HUIKUAN_ADDRESS_FAILURES", 100, 20, 100_000)
AXES_CLIENT_IP_CALLABLE = "huikuan.kernel.address.client_address"
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else anybody could lock a name for ever
SILENCED_SYSTEM_CHECKS = [
    "axes.W002",  # the lock-out answer is composed by the log-in route, not by axes' middleware
    "axes.W006",  # locked by user name on purpose, see above
]

# --- Jobs (kernel.jobs) ---
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # <package>/jobs.py declares the jobs of a package

# --- Pages ---
WEBDIST_DIR = PACKAGE_DIR / "webdist"
WHITENOISE_ROOT = str(WEBDIST_DIR) if WEBDIST_DIR.is_dir() else None
WHITENOISE_INDEX_FILE = False  # the shell view serves it, so that the CSRF cookie is set
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/"
STATIC_URL = "/static/"
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # antd writes its styles into the page while it runs
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"masking": {"()": "huikuan.kernel.logs.MaskingFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["masking"]}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("HUIKUAN_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "propagate": False},
        "axes": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},  # kernel.jobs says when a job begins and ends
    },
}
