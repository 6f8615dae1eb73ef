"""A note as the oracle keeps it: a list of instalments, some accounts in fractions, and what was paid.

For tests only; written to be obviously right. It shares no code with the rules.
"""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from huikuan.portfolio.conventions import Conventions, DueDay, PenaltyAs
from huikuan.portfolio.facts import AllocationKind, Flag, Instalment, NoteTerms
from huikuan.portfolio.tests.oracle_numbers import nearest, owed

PARTS = ("costs", "penalty", "compound", "interest", "principal", "delay", "credit")


@dataclass
class Row:
    """An instalment and what is still unpaid of it (``costs``, ``interest``, ``principal``)."""

    seq: int
    due_on: date
    principal: int
    interest: int
    costs: int
    scheduled: Instalment
    prepaid_interest: int = 0
    fee: bool = True  # whether a late fee may be charged for it
    fee_on: date | None = None  # the one day on which a late fee may be charged
    fell_due: int = 0  # principal and interest when it fell due

    @classmethod
    def of(cls, row: Instalment) -> "Row":
        return cls(row.seq, row.due_on, row.principal_minor, row.interest_minor, row.costs_minor, row)

    def unpaid(self) -> bool:
        return bool(self.principal or self.interest or self.costs)


@dataclass
class Paid:
    """A line of the allocations."""

    day: date
    core_ref: str | None
    kind: AllocationKind
    amount: int
    parts: dict[str, int]


@dataclass
class Life:
    """The note at ``day``; ``penalty``, ``compound`` and ``delay`` are exact fractions of a minor unit."""

    terms: NoteTerms
    conventions: Conventions
    paused: set[date]
    day: date
    coming: list[Row]
    annual_ppm: int
    maturity: date
    period_from: date  # begin of the running period
    earned_from: date  # begin of what nothing was paid for yet: earlier than the period while its interest is put off
    earned_on: date  # up to which ``earned`` was earned
    earned: Fraction = Fraction(0)
    fallen: list[Row] = field(default_factory=list)  # fell due: paid ones stay in the list
    schedule_fallen: list[Instalment] = field(default_factory=list)
    penalty: Fraction = Fraction(0)
    compound: Fraction = Fraction(0)
    capitalised: int = 0
    delay: Fraction = Fraction(0)
    credit: int = 0
    penalty_named_ppm: int | None = None  # a penalty rate that an event has named
    paid: list[Paid] = field(default_factory=list)
    flags: set[Flag] = field(default_factory=set)
    guaranteed: set[str] = field(default_factory=set)  # repayments of a guarantor
    taken_back: dict[str | None, list[Paid]] = field(default_factory=dict)  # charge-backs by repayment
    extensions: int = 0
    waived: int = 0
    subrogated: int = 0
    recovered: int = 0
    accelerated_on: date | None = None
    judged_on: date | None = None
    perform_until: date | None = None
    insolvent_on: date | None = None
    charged_off_on: date | None = None
    observed_until: date | None = None
    held_by: str | None = None

    @property
    def open(self) -> list[Row]:
        """Rows that fell due and are not fully paid, oldest first."""
        return sorted((row for row in self.fallen if row.unpaid()), key=lambda row: (row.due_on, row.seq))

    @property
    def penalty_ppm(self) -> int:
        if self.penalty_named_ppm is not None:
            return self.penalty_named_ppm
        if self.conventions.penalty_as is PenaltyAs.MARKUP:
            assert self.terms.penalty_markup_ppm is not None
            return nearest(Fraction(self.annual_ppm * (1_000_000 + self.terms.penalty_markup_ppm), 1_000_000))
        return self.terms.penalty_rate_ppm

    def shown(self, account: Fraction) -> int:
        return owed(account, self.conventions.rounding)

    def due(self, component: str, *, before: date | None = None) -> int:
        """Unpaid of what fell due (before a day)."""
        return sum(getattr(row, component) for row in self.fallen if before is None or row.due_on < before)

    def outstanding(self) -> int:
        return self.due("principal") + sum(row.principal for row in self.coming)

    def days_of(self, row: Row) -> int:
        """Days past due of a row at the close of ``day``: every day counted that is not paused."""
        first = row.due_on.toordinal() + (self.conventions.due_day is DueDay.DAY_0)
        last = self.day.toordinal()
        paused = sum(first <= day.toordinal() <= last for day in self.paused)
        return max(0, last - first + 1 - paused)

    def days_late(self, component: str) -> int:
        for row in self.open:
            if getattr(row, component):
                return self.days_of(row)
        return 0

    def raw_days(self) -> int:
        return max(self.days_late("principal"), self.days_late("interest"))
