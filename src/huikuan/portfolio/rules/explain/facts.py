"""Facts of an explanation. Units as in ``portfolio.facts``; every exact amount is an integer over ``DEN``."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from huikuan.portfolio.facts import DEN, Allocation, Bucket, ClassFloor, CoreStatus, NoteState, NoteTerms
from huikuan.portfolio.rules.classification import ClassPolicy
from huikuan.portfolio.rules.rounding import half_up


@dataclass(frozen=True, slots=True)
class ClassRule:
    """A policy of the class floor with what a reader needs in order to trust it."""

    policy: ClassPolicy
    id: str
    statement: str
    statement_zh: str
    title: str
    article: str
    force: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Segment:
    """Days in a row on which the same base bore interest at the same rate, by actual days / 360.

    ``from_on`` is the first day that bore interest (the day after the due date), ``to_on`` the last; both count.
    """

    from_on: date
    to_on: date
    base_minor: int
    capitalised_minor: int  # part of the base: capitalised compound interest; 0 in segments of penalty interest
    rate_ppm: int

    @property
    def days(self) -> int:
        return (self.to_on - self.from_on).days + 1

    @property
    def numerator(self) -> int:
        """The amount, exactly: minor units times DEN."""
        return self.base_minor * self.rate_ppm * self.days

    @property
    def rounded_minor(self) -> int:
        """The amount for reading; sums are made of ``numerator``."""
        return half_up(self.numerator, DEN)


@dataclass(frozen=True, slots=True)
class Capitalisation:
    """A day on which accrued compound interest was rounded and became part of its own base."""

    on: date
    numerator: int  # accrued and unpaid before, over DEN
    amount_minor: int
    capitalised_minor: int  # capitalised and unpaid after it


@dataclass(frozen=True, slots=True)
class InstalmentShare:
    """What one repayment paid of one instalment."""

    seq: int
    costs_minor: int
    interest_minor: int
    principal_minor: int


@dataclass(frozen=True, slots=True)
class AllocationDetail:
    """An allocation of the engine, with the instalments that it paid, oldest first.

    ``capitalised_minor`` is the part of the compound interest that had been capitalised before.
    """

    allocation: Allocation
    capitalised_minor: int
    shares: tuple[InstalmentShare, ...]


class NotCountedReason(StrEnum):
    REVERSED = "reversed"  # a reversal annuls it
    REVERSAL = "reversal"  # it is such a reversal itself
    LATER = "later"  # its value date is after the day of the explanation


@dataclass(frozen=True, slots=True)
class NotCounted:
    """A repayment of the file that pays nothing on the day, and why."""

    core_ref: str
    value_on: date
    amount_minor: int
    reason: NotCountedReason
    other_ref: str | None  # the reversal of a reversed repayment, the reversed repayment of a reversal


class Standing(StrEnum):
    """How an instalment stands at the close of the day."""

    NOT_DUE = "not_due"
    PAID = "paid"
    PART_PAID = "part_paid"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class InstalmentStanding:
    """An instalment of the schedule and what is unpaid of it."""

    seq: int
    due_on: date
    principal_minor: int
    interest_minor: int
    costs_minor: int
    unpaid_principal_minor: int
    unpaid_interest_minor: int
    unpaid_costs_minor: int
    standing: Standing
    days_past_due: int  # 0 unless principal or interest is unpaid after the due day
    cleared_on: date | None  # the day on which the last of it was paid


@dataclass(frozen=True, slots=True)
class Lateness:
    """Days past due, raw and as counted under the tolerance of the product.

    A note counts as overdue only when its raw days exceed ``tolerance_days``; then all of its days count.
    """

    principal_days: int
    interest_days: int
    raw_days: int
    tolerance_days: int
    counted_days: int
    oldest_due_on: date | None  # due date of the oldest instalment with unpaid principal or interest before the day
    bucket: Bucket  # by raw days
    bucket_counted: Bucket  # by counted days


@dataclass(frozen=True, slots=True)
class Overdue:
    """Overdue amounts: what the note owes late, and what it adds to the two overdue rates."""

    principal_minor: int
    interest_minor: int
    management_minor: int
    regulatory_minor: int
    monthly_consumer: bool  # decides the regulatory amount


@dataclass(frozen=True, slots=True)
class Accrual:
    """Penalty or compound interest: all segments, less what was paid, is what is owed."""

    segments: tuple[Segment, ...]
    paid_minor: int
    owed_minor: int  # rounded half up at close, as the engine shows it

    @property
    def accrued_numerator(self) -> int:
        return sum(segment.numerator for segment in self.segments)

    @property
    def owed_numerator(self) -> int:
        """Owed exactly, over DEN; at most half a minor unit below 0."""
        return self.accrued_numerator - self.paid_minor * DEN


@dataclass(frozen=True, slots=True)
class DueNow:
    """What has fallen due and is unpaid at the close of the day: paid today, nothing is overdue tomorrow."""

    principal_minor: int
    interest_minor: int
    penalty_minor: int
    compound_minor: int
    costs_minor: int

    @property
    def total_minor(self) -> int:
        return self.principal_minor + self.interest_minor + self.penalty_minor + self.compound_minor + self.costs_minor


@dataclass(frozen=True, slots=True)
class RunningInterest:
    """Interest of the period that has begun and is not billed yet.

    Convention: scheduled interest x elapsed days / days of the period, rounded half up. The period runs from the last
    due date, or the disbursement, to the next due date.
    """

    seqs: tuple[int, ...]  # the instalments that fall due on the next due date
    from_on: date
    due_on: date
    scheduled_minor: int
    elapsed_days: int
    period_days: int

    @property
    def amount_minor(self) -> int:
        return half_up(self.scheduled_minor * self.elapsed_days, self.period_days)


@dataclass(frozen=True, slots=True)
class Payoff:
    """What settles the note on the day. Costs and interest of later periods are not part of it."""

    principal_minor: int
    interest_due_minor: int
    running: RunningInterest | None  # None when no instalment is to come
    penalty_minor: int
    compound_minor: int
    costs_minor: int
    credit_minor: int  # held, to be taken off

    @property
    def running_minor(self) -> int:
        return self.running.amount_minor if self.running is not None else 0

    @property
    def total_minor(self) -> int:
        """Below 0 when more is held than is owed: then it is due to the customer."""
        owed = self.principal_minor + self.interest_due_minor + self.running_minor
        return owed + self.penalty_minor + self.compound_minor + self.costs_minor - self.credit_minor


@dataclass(frozen=True, slots=True)
class ClassFinding:
    """The class floor by raw days past due, the rule that gives it and the next worse class."""

    floor: ClassFloor
    above_days: int | None  # the floor applies above this many days; None for pass
    worse: ClassFloor | None
    worse_above_days: int | None
    rule: ClassRule


@dataclass(frozen=True, slots=True)
class Explanation:
    """A loan at the close of a day, with the way to each of its figures."""

    as_of: date
    terms: NoteTerms
    core_status: CoreStatus
    state: NoteState
    schedule: tuple[InstalmentStanding, ...]
    allocations: tuple[AllocationDetail, ...]
    not_counted: tuple[NotCounted, ...]
    lateness: Lateness
    overdue: Overdue
    penalty: Accrual
    compound: Accrual
    capitalisations: tuple[Capitalisation, ...]
    due_now: DueNow
    payoff: Payoff
    class_floor: ClassFinding
