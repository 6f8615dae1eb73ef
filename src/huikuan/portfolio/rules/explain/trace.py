"""The exact engine, watched: the same answer, and each step that led to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT, Conventions
from huikuan.portfolio.facts import Allocation, CoreStatus, Instalment, NoteTerms, Payer, Repayment, Replayed
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.rules.ageing import Pauses
from huikuan.portfolio.rules.engine import replay_in
from huikuan.portfolio.rules.engine.advance import running
from huikuan.portfolio.rules.engine.book import (
    COMPOUND,
    COSTS,
    DELAY,
    DUE_ON,
    INTEREST,
    PENALTY,
    PRINCIPAL,
    SEQ,
    Book,
    Row,
)
from huikuan.portfolio.rules.explain.accruals import Award, Base, Capitalisation, LateFeeCharged, Segment
from huikuan.portfolio.rules.explain.facts import (
    AllocationDetail,
    EventTold,
    Figures,
    InstalmentShare,
    RunningInterest,
)
from huikuan.portfolio.rules.explain.segments import segment_append

_TAKE_OVER = frozenset({EventKind.JUDGMENT, EventKind.RESTRUCTURE})  # open rows become part of something new
RowKey = tuple[int, date]  # number and due date: rows without a schedule all have number 0


@dataclass(frozen=True, slots=True)
class Replaced:
    """What of an instalment a restructuring or a judgment took over, in minor units."""

    principal_minor: int
    interest_minor: int
    costs_minor: int


@dataclass(frozen=True, slots=True)
class Trace:
    """What the engine answers and did."""

    replayed: Replayed
    matures_on: date
    den: int
    first_penalty_rate_ppm: int
    segments: dict[int, tuple[Segment, ...]]  # by PENALTY, COMPOUND, DELAY
    awards: dict[int, tuple[Award, ...]]
    capitalisations: tuple[Capitalisation, ...]
    late_fees: tuple[LateFeeCharged, ...]
    allocations: tuple[AllocationDetail, ...]
    events: tuple[EventTold, ...]
    replaced: dict[RowKey, Replaced]
    prepaid: dict[int, Row]
    pauses: Pauses
    running: RunningInterest | None


def replay_traced(
    terms: NoteTerms,
    schedule: Sequence[Instalment],
    repayments: Sequence[Repayment],
    as_of: date,
    *,
    core_status: CoreStatus = CoreStatus.ACTIVE,
    conventions: Conventions = CONVENTIONS_DEFAULT,
    events: Sequence[LoanEvent] = (),
) -> Trace:
    """``engine.replay`` with its steps. Raises FactInvalid as ``replay`` does."""
    book = _WatchedBook(terms, conventions)
    book.payers = {row.core_ref: row.payer for row in repayments}
    first_rate = book.penalty_rate_ppm
    replayed = replay_in(book, schedule, repayments, as_of, core_status=core_status, events=events)
    return Trace(
        replayed=replayed,
        matures_on=book.matures_on,
        den=book.den,
        first_penalty_rate_ppm=first_rate,
        segments={part: tuple(rows) for part, rows in book.segments.items()},
        awards={part: tuple(rows) for part, rows in book.awards.items()},
        capitalisations=tuple(book.capitalisations),
        late_fees=tuple(book.late_fees),
        allocations=tuple(book.details),
        events=tuple(book.told),
        replaced=book.replaced,
        prepaid=book.prepaid,
        pauses=book.pauses,
        running=_running(book),
    )


class _WatchedBook(Book):
    __slots__ = (
        "awards", "before", "capitalisations", "details", "late_fees", "owed_before", "payers", "replaced",
        "rows_before", "segments", "shares", "told",
    )  # fmt: skip

    def __init__(self, terms: NoteTerms, conventions: Conventions) -> None:
        super().__init__(terms, conventions)
        self.segments: dict[int, list[Segment]] = {PENALTY: [], COMPOUND: [], DELAY: []}
        self.awards: dict[int, list[Award]] = {PENALTY: [], COMPOUND: [], DELAY: []}
        self.capitalisations: list[Capitalisation] = []
        self.late_fees: list[LateFeeCharged] = []
        self.details: list[AllocationDetail] = []
        self.told: list[EventTold] = []
        self.replaced: dict[RowKey, Replaced] = {}
        self.payers: dict[str, Payer] = {}
        # of what is under way
        self.shares: dict[RowKey, list[int]] = {}
        self.before = _figures(self)
        self.owed_before: dict[int, int] = {}
        self.rows_before: list[Row] = []

    def saw_nights(self, since: date, part: int, base: int, rate: int) -> None:
        if not base or not rate:
            return
        principal, interest, costs = (self.due[column] for column in (PRINCIPAL, INTEREST, COSTS))
        if part == PENALTY:
            told = Base(principal_minor=principal, interest_minor=base - principal)
        elif part == COMPOUND:
            penalty = base - interest - self.capitalised
            told = Base(interest_minor=interest, capitalised_minor=self.capitalised, penalty_minor=penalty)
        else:
            told = Base(principal_minor=principal, costs_minor=costs)
        day_count = None if part == DELAY else self.conventions.day_count
        nights = (since, self.day)
        segment_append(self.segments[part], day_count, nights, told, rate, self.den, cut_on=self.judged_on)

    def saw_capitalised(self, accrued: int, amount: int) -> None:
        self.capitalisations.append(Capitalisation(self.day, accrued, amount, self.capitalised + amount))

    def saw_late_fee(self, row: Row, base: int, fee: int) -> None:
        rule = self.conventions.late_fee
        rate = rule.rate_ppm if base else 0
        self.late_fees.append(
            LateFeeCharged(self.day, row[SEQ], date.fromordinal(row[DUE_ON]), rule.kind, base, rate, fee)
        )

    def saw_share(self, row: Row, column: int, amount: int) -> None:
        share = self.shares.setdefault((row[SEQ], date.fromordinal(row[DUE_ON])), [0] * (COSTS + 1))
        share[column] += amount

    def saw_allocation(self, allocation: Allocation, capitalised: int) -> None:
        coming = {row.seq for row in self.coming}
        shares = tuple(
            InstalmentShare(seq, due_on, paid[COSTS], paid[INTEREST], paid[PRINCIPAL], seq in coming)
            for (seq, due_on), paid in sorted(self.shares.items(), key=lambda pair: (pair[0][1], pair[0][0]))
        )
        self.shares = {}
        ahead = allocation.principal_minor - sum(share.principal_minor for share in shares)
        payer = self.payers.get(allocation.core_ref or "", Payer.BORROWER)
        self.details.append(AllocationDetail(allocation, capitalised, shares, ahead, payer))

    def sees_event(self, event: LoanEvent) -> None:
        self.before = _figures(self)
        if event.kind in _TAKE_OVER:
            self.owed_before = _owed(self)
            self.rows_before = [list(row) for row in self.open]

    def saw_event(self, event: LoanEvent) -> None:
        self.told.append(EventTold(event, self.before, _figures(self)))
        if event.kind is EventKind.JUDGMENT:
            for part, owed in _owed(self).items():
                difference = owed - self.owed_before[part]
                if difference:
                    award = Award(self.day, event.core_ref, difference, owed // self.den)
                    self.awards[part].append(award)
        if event.kind in _TAKE_OVER:
            still = {(row[SEQ], row[DUE_ON]): row for row in self.open} if event.kind is EventKind.RESTRUCTURE else {}
            for row in self.rows_before:
                left = still.get((row[SEQ], row[DUE_ON]), [0] * len(row))
                taken = Replaced(*(row[column] - left[column] for column in (PRINCIPAL, INTEREST, COSTS)))
                if taken != Replaced(0, 0, 0):
                    self.replaced[row[SEQ], date.fromordinal(row[DUE_ON])] = taken


def _owed(book: Book) -> dict[int, int]:
    """What has accrued and is owed, exactly; compound interest with what was capitalised."""
    return {PENALTY: book.penalty, COMPOUND: book.compound + book.capitalised * book.den, DELAY: book.delay}


def _figures(book: Book) -> Figures:
    coming = book.coming
    first = coming[0] if coming else None
    prepaid = sum(book.prepaid[first.seq][PRINCIPAL : COSTS + 1]) if first and first.seq in book.prepaid else 0
    return Figures(
        outstanding_minor=book.outstanding,
        open_principal_minor=book.due[PRINCIPAL],
        open_interest_minor=book.due[INTEREST],
        open_costs_minor=book.due[COSTS],
        coming_count=len(coming),
        coming_principal_minor=book.coming_principal(),
        coming_interest_minor=sum(row.interest_minor for row in coming),
        next_seq=first.seq if first else None,
        next_due_on=first.due_on if first else None,
        next_total_minor=first.principal_minor + first.interest_minor + first.costs_minor - prepaid if first else 0,
        last_due_on=coming[-1].due_on if coming else None,
        annual_rate_ppm=book.annual_rate_ppm,
        penalty_rate_ppm=book.penalty_rate_ppm,
        raw_days=book.raw_days(),
    )


def _running(book: Book) -> RunningInterest | None:
    """Interest of the period that runs on the book's day; None when no instalment is to come."""
    if not book.coming:
        return None
    next_on = book.coming[0].due_on
    billed = [row for row in book.coming if row.due_on == next_on]
    from_on, earned = running(book, book.next)
    return RunningInterest(
        seqs=tuple(row.seq for row in billed),
        from_on=from_on,
        due_on=next_on,
        scheduled_minor=sum(row.interest_minor for row in billed),
        elapsed_days=(book.day - from_on).days,
        period_days=(next_on - from_on).days,
        exact_minor=earned,
        prepaid_minor=sum(book.prepaid[row.seq][INTEREST] for row in billed if row.seq in book.prepaid),
        rounding=book.conventions.rounding,
    )
