"""Facts of the portfolio: what the pure rules see and what they answer. No Django, no clock.

Units: ``_minor`` integer minor units of the bank's currency (fen, cents); ``_ppm`` annual rate in parts
per million (14.07 % = 140700); ``_on`` calendar date in the bank's time zone; ``_at`` aware datetime.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

YEAR_DAYS = 360  # daily rate = annual rate / 360, actual days (CN-MN-05)
PPM = 1_000_000
DEN = YEAR_DAYS * PPM  # an accrual numerator of DEN is one minor unit


class FactInvalid(ValueError):
    """A fact that no rule can work with.

    ``code`` is stable for machines, ``field`` names the wrong value as in the feed, ``expected`` and
    ``got`` are short texts. Intake turns it into a reject, the command line into a message.
    """

    def __init__(self, code: str, field: str, expected: str, got: object) -> None:
        super().__init__(f"{field}: expected {expected}, got {got}.")
        self.code = code
        self.field = field
        self.expected = expected
        self.got = str(got)


class RepaymentMethod(StrEnum):
    EQUAL_INSTALMENT = "equal_instalment"  # 等额本息: the same payment every month
    EQUAL_PRINCIPAL = "equal_principal"  # 等额本金: the same principal every month
    INTEREST_FIRST = "interest_first"  # 先息后本: interest every month, principal with the last
    BULLET = "bullet"  # 一次还本付息: one instalment, interest by actual days / 360
    GIVEN = "given"  # the core system delivers the schedule


class Compound(StrEnum):
    """How often unpaid interest bears compound interest (复利); capitalised on day 20 (CN-MN-03)."""

    NONE = "none"
    MONTHLY = "monthly"  # the 20th of every month
    QUARTERLY = "quarterly"  # the 20th of March, June, September and December


class CoreStatus(StrEnum):
    """The note's status as the core system states it; the core is the legal ledger."""

    ACTIVE = "active"
    SETTLED = "settled"
    CHARGED_OFF = "charged_off"  # 核销: off the balance sheet, the claim remains


class Bucket(StrEnum):
    """Age of a note (账龄) by days past due; the last two end the life of a note in roll tables."""

    M0 = "M0"  # 0
    M1 = "M1"  # 1-30
    M2 = "M2"  # 31-60
    M3 = "M3"  # 61-90
    M4 = "M4"  # 91-120
    M5 = "M5"  # 121-150
    M6 = "M6"  # 151-180
    M7 = "M7+"  # over 180
    CHARGED_OFF = "charged_off"
    SETTLED = "settled"


class ClassFloor(StrEnum):
    """Five-class classification (五级分类), mildest first; ours is a floor, the credit system decides."""

    PASS = "pass"  # 正常  # noqa: S105
    SPECIAL_MENTION = "special_mention"  # 关注
    SUBSTANDARD = "substandard"  # 次级
    DOUBTFUL = "doubtful"  # 可疑
    LOSS = "loss"  # 损失


@dataclass(frozen=True, slots=True)
class NoteTerms:
    """Terms of one note (借据) that decide its schedule and its accruals.

    ``first_due_on`` anchors the due dates: its day of month is kept (31 -> 30 June -> 31 July).
    ``penalty_rate_ppm`` is the whole annual penalty rate (contract rate with mark-up, CN-MN-01), not the mark-up.
    """

    principal_minor: int
    disbursed_on: date
    matures_on: date
    first_due_on: date
    annual_rate_ppm: int
    penalty_rate_ppm: int
    compound: Compound
    method: RepaymentMethod
    instalment_count: int


@dataclass(frozen=True, slots=True)
class Instalment:
    """One row of a repayment schedule (期供): what falls due on ``due_on``."""

    seq: int
    due_on: date
    principal_minor: int
    interest_minor: int
    costs_minor: int = 0


@dataclass(frozen=True, slots=True)
class Repayment:
    """Money received, or the reversal of an earlier repayment.

    ``value_on`` is the day from which it counts; ``received_at`` and then ``core_ref`` order one day.
    With ``reverses`` set, this is a reversal: the named repayment counts as if it had never been.
    """

    core_ref: str
    value_on: date
    received_at: datetime
    amount_minor: int
    reverses: str | None = None


@dataclass(frozen=True, slots=True)
class OpenInstalment:
    """What is still unpaid of an instalment that has fallen due (``due_on`` not after the state's day).

    At least one amount is above 0. Rows are kept oldest first: by ``due_on``, then ``seq``.
    """

    seq: int
    due_on: date
    principal_minor: int
    interest_minor: int
    costs_minor: int


@dataclass(frozen=True, slots=True)
class NoteState:
    """A note at the close of the day ``as_of``: with its open instalments, all that the next day needs.

    Accruals are exact: accumulator = whole * DEN + num, 0 <= num < DEN; ``whole`` may be -1 because paying the
    rounded figure can take up to half a minor unit too much, which is kept and not lost. ``penalty_minor`` and
    ``compound_minor`` are shown figures, rounded half up at close and never fed back.
    """

    as_of: date
    principal_outstanding_minor: int  # unpaid principal of the whole schedule, due or not: the balance
    credit_minor: int  # money held until the next instalment falls due
    penalty_whole: int
    penalty_num: int
    compound_whole: int  # accrued since the last capitalisation
    compound_num: int
    compound_capitalised_minor: int  # capitalised and unpaid
    overdue_principal_minor: int  # unpaid, due before as_of
    overdue_interest_minor: int  # unpaid, due before as_of; without penalty and compound
    costs_due_minor: int  # unpaid, due on or before as_of
    penalty_minor: int
    compound_minor: int  # capitalised and accrued
    dpd_principal: int
    dpd_interest: int
    closed: bool

    @property
    def dpd(self) -> int:
        """Days past due of the note: the larger of principal and interest."""
        return max(self.dpd_principal, self.dpd_interest)


@dataclass(frozen=True, slots=True)
class Allocation:
    """Where one repayment went; the six amounts add up to ``amount_minor``.

    ``credit_minor`` is what was put into credit. A use of credit has ``core_ref`` None, ``amount_minor`` 0 and a
    negative ``credit_minor``, so that the sum of all ``credit_minor`` is the credit held.
    """

    applied_on: date
    core_ref: str | None
    amount_minor: int
    costs_minor: int
    penalty_minor: int
    compound_minor: int  # capitalised first, then accrued
    interest_minor: int
    principal_minor: int
    credit_minor: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """Answer of the exact engine: the state at close, open instalments and allocations in order."""

    state: NoteState
    open: tuple[OpenInstalment, ...]
    allocations: tuple[Allocation, ...]
