"""Facts of an explanation. Units as in ``portfolio.facts``; ``accruals`` has those of interest and fees."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from huikuan.portfolio.conventions import Conventions, Rounding, ToleranceOn
from huikuan.portfolio.facts import Allocation, Bucket, ClassFloor, CoreStatus, Flag, NoteState, NoteTerms, Payer
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.rules.classification import ClassPolicy, ObservationPolicy
from huikuan.portfolio.rules.explain.accruals import Accrual, Capitalisation, LateFeeCharged
from huikuan.portfolio.rules.rounding import round_ratio


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
class InstalmentShare:
    """What one allocation paid of one instalment; below 0 where money is taken back.

    ``seq`` 0 is a row that no schedule has: what a judgment awards, or what a charge-back makes due again.
    """

    seq: int
    due_on: date
    costs_minor: int
    interest_minor: int
    principal_minor: int
    ahead: bool = False  # the instalment had not fallen due


@dataclass(frozen=True, slots=True)
class AllocationDetail:
    """An allocation of the engine, with the instalments that it paid, oldest first.

    ``capitalised_minor`` is the part of the compound interest that had been capitalised before; ``ahead_minor`` the
    part of the principal that lowered the balance before its time and belongs to no instalment.
    """

    allocation: Allocation
    capitalised_minor: int
    shares: tuple[InstalmentShare, ...]
    ahead_minor: int = 0
    payer: Payer = Payer.BORROWER


class NotCountedReason(StrEnum):
    REVERSED = "reversed"  # a reversal annuls it
    REVERSAL = "reversal"  # it is such a reversal itself
    LATER = "later"  # its value date is after the day of the explanation


@dataclass(frozen=True, slots=True)
class EventNotCounted:
    """An event of the file that does nothing on the day, and why."""

    core_ref: str
    kind: EventKind
    value_on: date
    reason: NotCountedReason
    other_ref: str | None


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
    REPLACED = "replaced"  # by a restructuring or a judgment: nothing of it is owed any more as such


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
    replaced_principal_minor: int  # taken over by a restructuring or a judgment
    replaced_interest_minor: int
    replaced_costs_minor: int
    standing: Standing
    days_past_due: int  # 0 unless principal or interest is unpaid after the due day
    cleared_on: date | None  # the day on which the last of it was paid


@dataclass(frozen=True, slots=True)
class Lateness:
    """Days past due, raw and as counted under the tolerance of the product.

    ``calendar_days`` run from the oldest due date to the day; less ``paused_days`` they are the raw days.
    """

    principal_days: int
    interest_days: int
    calendar_days: int
    paused_days: int
    raw_days: int
    tolerance_days: int
    tolerance_minor: int
    tolerance_on: ToleranceOn
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
class DueNow:
    """What has fallen due and is unpaid at the close of the day: paid today, nothing is overdue tomorrow."""

    principal_minor: int
    interest_minor: int
    penalty_minor: int
    compound_minor: int
    costs_minor: int
    delay_minor: int

    @property
    def total_minor(self) -> int:
        accrued = self.penalty_minor + self.compound_minor + self.delay_minor
        return self.principal_minor + self.interest_minor + self.costs_minor + accrued


@dataclass(frozen=True, slots=True)
class RunningInterest:
    """Interest of the period that has begun and is not billed yet.

    An untouched period: scheduled interest x elapsed days / days of the period. The period runs from the last due date,
    or the disbursement, to the next due date. ``exact_minor`` is the engine's figure: where a rate, the principal or
    the schedule changed within the period, it is not that ratio.
    """

    seqs: tuple[int, ...]  # the instalments that fall due on the next due date
    from_on: date
    due_on: date
    scheduled_minor: int
    elapsed_days: int
    period_days: int
    exact_minor: Fraction
    prepaid_minor: int = 0
    rounding: Rounding = Rounding.HALF_UP

    @property
    def by_ratio(self) -> bool:
        """Whether the amount is scheduled interest x elapsed days / days of the period."""
        return not self.prepaid_minor and self.exact_minor == Fraction(
            self.scheduled_minor * self.elapsed_days, self.period_days
        )

    @property
    def amount_minor(self) -> int:
        earned = round_ratio(self.exact_minor.numerator, self.exact_minor.denominator, self.rounding)
        return max(0, earned - self.prepaid_minor)


@dataclass(frozen=True, slots=True)
class Payoff:
    """What settles the note on the day. Costs and interest of later periods are not part of it."""

    principal_minor: int
    interest_due_minor: int
    running: RunningInterest | None  # None when no instalment is to come
    penalty_minor: int
    compound_minor: int
    costs_minor: int
    delay_minor: int
    credit_minor: int  # held, to be taken off

    @property
    def running_minor(self) -> int:
        return self.running.amount_minor if self.running is not None else 0

    @property
    def total_minor(self) -> int:
        """Below 0 when more is held than is owed: then it is due to the customer."""
        owed = self.principal_minor + self.interest_due_minor + self.running_minor
        return owed + self.penalty_minor + self.compound_minor + self.costs_minor + self.delay_minor - self.credit_minor


@dataclass(frozen=True, slots=True)
class ObservationRule:
    """A policy of the class floor after a restructuring, with its source."""

    policy: ObservationPolicy
    id: str
    statement: str
    statement_zh: str
    title: str
    article: str
    force: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Observation:
    """The floor that a restructured note has while it is observed."""

    floor: ClassFloor
    until_on: date
    again: bool  # restructured again while under observation
    decides: bool  # it is worse than the floor by days
    rule: ObservationRule


@dataclass(frozen=True, slots=True)
class ClassFinding:
    """The class floor by raw days past due, the rule that gives it, the next worse class, and an observation."""

    floor: ClassFloor
    above_days: int | None  # the floor applies above this many days; None for pass
    worse: ClassFloor | None
    worse_above_days: int | None
    rule: ClassRule
    observation: Observation | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """A note just before or just after an event, in minor units."""

    outstanding_minor: int  # unpaid principal, due or not
    open_principal_minor: int
    open_interest_minor: int
    open_costs_minor: int
    coming_count: int
    coming_principal_minor: int
    coming_interest_minor: int
    next_seq: int | None
    next_due_on: date | None
    next_total_minor: int
    last_due_on: date | None
    annual_rate_ppm: int
    penalty_rate_ppm: int
    raw_days: int


@dataclass(frozen=True, slots=True)
class EventTold:
    """An event that counts, with the figures on either side of it and what it cost or gave.

    ``used_minor`` of a waiver or charge-back is what was waived or taken back; ``paused_days`` of a pause are its days
    up to the day of the explanation, ``until_on`` the day on which it really ends (a resume may shorten it).
    """

    event: LoanEvent
    before: Figures
    after: Figures
    used_minor: int = 0
    until_on: date | None = None
    paused_days: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """A loan at the close of a day, with the way to each of its figures."""

    as_of: date
    terms: NoteTerms
    conventions: Conventions
    first_penalty_rate_ppm: int  # on the day of the pay-out: a mark-up is resolved
    core_status: CoreStatus
    state: NoteState
    matures_on: date  # in force: events may have moved it
    den: int  # denominator of every exact amount
    schedule: tuple[InstalmentStanding, ...]
    allocations: tuple[AllocationDetail, ...]
    not_counted: tuple[NotCounted, ...]
    lateness: Lateness
    overdue: Overdue
    penalty: Accrual
    compound: Accrual
    delay: Accrual
    capitalisations: tuple[Capitalisation, ...]
    late_fees: tuple[LateFeeCharged, ...]
    events: tuple[EventTold, ...]
    events_not_counted: tuple[EventNotCounted, ...]
    flags: tuple[Flag, ...]
    due_now: DueNow
    payoff: Payoff
    class_floor: ClassFinding
