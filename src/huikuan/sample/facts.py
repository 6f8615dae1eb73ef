"""Facts of the sample bank. Amounts in cents, rates in parts per million. No Django, no clock."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SNAPSHOT_ON = date(2018, 6, 30)  # the day whose paid totals and status the lender published
FIRST_DELIVERY_ON = date(2018, 3, 31)  # by then all loans of the quarter were paid out


class LenderStatus(StrEnum):
    """State of a loan as the lender reported it for the snapshot day."""

    CURRENT = "Current"
    GRACE = "In Grace Period"  # 1-15 days past due
    LATE_16 = "Late (16-30 days)"
    LATE_31 = "Late (31-120 days)"
    CHARGED_OFF = "Charged Off"
    FULLY_PAID = "Fully Paid"


@dataclass(frozen=True, slots=True)
class LenderLoan:
    """One row of the source."""

    row: int
    state: str
    purpose: str
    principal_minor: int
    term_months: int
    annual_rate_ppm: int
    instalment_minor: int
    issued_year: int
    issued_month: int
    status: LenderStatus
    balance_minor: int
    paid_principal_minor: int
    paid_interest_minor: int
    paid_late_fees_minor: int
    joint: bool  # applied for by two persons


@dataclass(frozen=True, slots=True)
class DueRow:
    """A row of a given schedule."""

    due_on: date
    principal_minor: int
    interest_minor: int
    costs_minor: int = 0


@dataclass(frozen=True, slots=True)
class ScheduleVersion:
    """A schedule and the day from which the core system would deliver it."""

    known_on: date
    rows: tuple[DueRow, ...]


@dataclass(frozen=True, slots=True)
class Paid:
    """Money received."""

    value_on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class DerivedNote:
    """A lender loan with the days and payments that the rules give it."""

    loan: LenderLoan
    disbursed_on: date
    versions: tuple[ScheduleVersion, ...]  # oldest first; the first is known at the pay-out
    paid: tuple[Paid, ...]  # in order of value date
    settled_on: date | None
    charged_off_on: date | None

    def schedule_on(self, day: date) -> ScheduleVersion:
        """The version in force on a day (at least the first)."""
        return [v for v in self.versions if v.known_on <= day or v is self.versions[0]][-1]
