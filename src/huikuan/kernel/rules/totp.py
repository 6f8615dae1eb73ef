"""Which time step of an authenticator a code belongs to (RFC 6238, 30 seconds, 6 digits, SHA-1)."""

from __future__ import annotations

import hmac
from typing import Final

import pyotp

STEP_SECONDS: Final = 30
DRIFT_STEPS: Final = 1  # one step early or late: clocks of telephones differ


def step_of_code(secret: str, code: str, epoch_seconds: int, last_step: int) -> int | None:
    """Return the step that ``code`` is right for, or None.

    Steps up to ``last_step`` are spent: a code that was seen over a shoulder cannot be used again (RFC 6238, 5.2).
    """
    return next((s for s in _matching(secret, code, epoch_seconds) if s > last_step), None)


def code_is_spent(secret: str, code: str, epoch_seconds: int, last_step: int) -> bool:
    """True when the code is right for a step that is spent."""
    return any(step <= last_step for step in _matching(secret, code, epoch_seconds))


def _matching(secret: str, code: str, epoch_seconds: int) -> list[int]:
    if len(code) != 6 or not code.isascii() or not code.isdigit():
        return []
    now = epoch_seconds // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    steps = range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1)
    return [step for step in steps if hmac.compare_digest(totp.at(step * STEP_SECONDS), code)]
