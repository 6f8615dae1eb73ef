"""Facts of the portfolio: what the pure rules see and what they answer. No Django, no clock.

Units: ``_minor`` integer minor units of the bank's currency (fen, cents); ``_ppm`` annual rate in parts
per million (14.07 % = 140700); ``_on`` calendar date in the bank's time zone; ``_at`` aware datetime.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a message; as text in minor units."""

    minor: int

    def __str__(self) -> str:
        return f"{self.minor} minor units"


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate or share in a message; as text in parts per million."""

    ppm: int

    def __str__(self) -> str:
        return f"{self.ppm} ppm"


def measured(name: str, value: object) -> object:
    """The value of a field for a message: an amount or a rate where the name of the field ends with that unit."""
    if isinstance(value, int) and not isinstance(value, bool):
        for unit, kind in (("_minor", Money), ("_ppm", Rate)):
            if name.endswith(unit):
                return kind(value)
    return value


class FactInvalid(ValueError):
    """A fact that no rule can work with.

    ``code`` is stable for machines, ``field`` names the wrong value as in the feed, ``expected`` and
    ``got`` are short texts, ``ref`` is the core_ref of the event that has the field, "" if it is of none. Intake turns
    it into a reject, the command line into a message. What was expected is handed in as a text or in parts, of which
    those that are Money or Rate can be written in other units (``said``).
    """

    def __init__(self, code: str, field: str, expected: Iterable[object], got: object, *, ref: str = "") -> None:
        self.code = code
        self.field = field
        self.ref = ref
        self._expected, self._got = expected if isinstance(expected, str) else tuple(expected), got
        self.expected, self.got = self.said(str)
        super().__init__(f"{field}{ref and f' of {ref}'}: expected {self.expected}, got {self.got}.")

    def said(self, shown: Callable[[Money | Rate], str]) -> tuple[str, str]:
        """What was expected and what was got, with amounts and rates as ``shown`` writes them."""

        def text(part: object) -> str:
            return shown(part) if isinstance(part, Money | Rate) else str(part)

        return "".join(map(text, self._expected)), text(self._got)

    def of(self, ref: str = "", *, note: str = "") -> "FactInvalid":
        """The same of the event with this core_ref, or of the field of this note."""
        field = f"{note} {self.field}" if note else self.field
        return FactInvalid(self.code, field, self._expected, self._got, ref=ref or self.ref)


class RepaymentMethod(StrEnum):
    EQUAL_INSTALMENT = "equal_instalment"  # 等额本息: the same payment every month
    EQUAL_PRINCIPAL = "equal_principal"  # 等额本金: the same principal every month
    INTEREST_FIRST = "interest_first"  # 先息后本: interest every month, principal with the last
    BULLET = "bullet"  # 一次还本付息: one instalment, interest by the day count
    SETTLED_INTEREST = "settled_interest"  # 按季结息到期还本: interest by days on the 20th, principal at maturity
    FIXED_PRINCIPAL = "fixed_principal"  # a share of the principal every period, the rest (balloon) with the last
    FLAT = "flat"  # the same principal and the same interest on the first principal every period
    GIVEN = "given"  # the core system delivers the schedule: irregular, seasonal, or simply its own


class Frequency(StrEnum):
    """Distance of due dates. A month's day is kept, weeks are counted in days."""

    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


class Compound(StrEnum):
    """How often unpaid interest bears compound interest (复利); capitalised on day 20 (CN-MN-03)."""

    NONE = "none"
    MONTHLY = "monthly"  # the 20th of every month
    QUARTERLY = "quarterly"  # the 20th of March, June, September and December


class Payer(StrEnum):
    """Who paid; what a guarantor pays he may claim from the borrower (代偿追偿)."""

    BORROWER = "borrower"
    GUARANTOR = "guarantor"
    OTHER = "other"


class AllocationKind(StrEnum):
    """What moved the money of an allocation."""

    REPAYMENT = "repayment"
    CREDIT = "credit"  # money held before is used
    WAIVER = "waiver"  # nobody paid: the amount is forgiven
    CHARGE_BACK = "charge_back"  # money is taken back: all amounts are 0 or below
    RECOVERY = "recovery"  # a repayment after the charge-off: income, not principal


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
    Rates are those on the day of the pay-out; later ones are events (``loan_events``).
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
    frequency: Frequency = Frequency.MONTHLY
    penalty_markup_ppm: int | None = None  # instead of penalty_rate_ppm where the convention says mark-up
    instalment_minor: int | None = None  # the equal instalment as agreed; None: it is computed
    interest_only_count: int = 0  # so many first instalments carry no principal
    interest_grace_count: int = 0  # the interest of so many first instalments falls due with the next one
    interest_free_count: int = 0  # so many first periods bear no interest
    balloon_minor: int = 0  # principal left for the last instalment besides its own share
    principal_share_ppm: int | None = None  # of fixed_principal: share of the principal in each instalment


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
    payer: Payer = Payer.BORROWER


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

    Accruals are exact: accumulator = whole * den + num, 0 <= num < den, where ``den`` is that of the note's day count
    (``rules.day_count``); ``whole`` may be -1 because paying the rounded figure can take up to half a minor unit too
    much, which is kept and not lost. ``penalty_minor`` and ``compound_minor`` are shown figures, rounded at close and
    never fed back.
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
    dpd_principal: int  # raw: without tolerance, without paused days
    dpd_interest: int
    closed: bool
    dpd_counted: int = 0  # of the note, after tolerance
    annual_rate_ppm: int = 0  # in force
    penalty_rate_ppm: int = 0
    delay_whole: int = 0  # delay interest after a judgment, as the other accumulators
    delay_num: int = 0
    delay_minor: int = 0
    waived_minor: int = 0  # forgiven so far
    subrogated_minor: int = 0  # paid by guarantors so far
    recovered_minor: int = 0  # received after the charge-off so far
    accelerated_on: date | None = None
    judged_on: date | None = None
    insolvent_on: date | None = None
    charged_off_on: date | None = None
    observed_until: date | None = None  # of the last restructuring
    held_by: str | None = None  # why the set-based fold may not carry the note on; None: it may

    @property
    def dpd(self) -> int:
        """Days past due of the note: the larger of principal and interest."""
        return max(self.dpd_principal, self.dpd_interest)


@dataclass(frozen=True, slots=True)
class Allocation:
    """Where one repayment went; the seven amounts add up to ``amount_minor``.

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
    kind: AllocationKind = AllocationKind.REPAYMENT
    delay_minor: int = 0


class Flag(StrEnum):
    """What hides a bad loan if nobody looks: shown, never corrected."""

    WAIVER_RESET_DAYS = "waiver_reset_days"  # days past due fell because of a waiver
    RE_AGED = "re_aged"
    EXTENDED_AGAIN = "extended_again"  # a second extension or restructuring
    RATES_DIFFER = "rates_differ"  # the rates in force are not those that the core system states


@dataclass(frozen=True, slots=True)
class Replayed:
    """Answer of the exact engine: the state at close, open instalments and allocations in order."""

    state: NoteState
    open: tuple[OpenInstalment, ...]
    allocations: tuple[Allocation, ...]
    schedule: tuple[Instalment, ...] = ()  # in force: as they fell or will fall due
    flags: tuple[Flag, ...] = ()
