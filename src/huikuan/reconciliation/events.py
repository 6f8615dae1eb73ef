"""Events of the reconciliation.

Subject: the business date (``reconciliation_day``), or a declaration (``reconciliation_declaration``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from huikuan.kernel.event_types import event_type


@event_type("reconciliation.compared")
@dataclass(frozen=True, slots=True)
class DayCompared:
    """A night published its comparison with the core. Subject: the day. Counts of figures."""

    run_id: UUID
    compared: int
    different: int
    declared: int
    opened: int
    closed: int
    held: int


@event_type("reconciliation.difference_declared")
@dataclass(frozen=True, slots=True)
class DifferenceDeclared:
    """A person declared a difference as known. Subject: the declaration; of what and why stands there."""

    component: str
    of: str  # note or product
    up_to: int
    from_on: date
    to_on: date
    covered: int


@event_type("reconciliation.declaration_withdrawn")
@dataclass(frozen=True, slots=True)
class DeclarationWithdrawn:
    """A declaration was withdrawn; what it covered is open again. Subject: the declaration."""

    component: str
    reopened: int


@event_type("reconciliation.day_signed_off")
@dataclass(frozen=True, slots=True)
class DaySignedOff:
    """Accounting signed the reconciliation of a day, of this run of it. Subject: the day."""

    run_id: UUID
    compared: int
    different: int
    declared: int
    held: int


@event_type("reconciliation.exported")
@dataclass(frozen=True, slots=True)
class DifferencesExported:
    """A person took the differences as a file. Subject: the day."""

    rows: int
    sha256: str
