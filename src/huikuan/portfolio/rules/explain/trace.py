"""The exact engine, watched: the same answer, and each step that led to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from huikuan.portfolio.facts import Compound, CoreStatus, Instalment, NoteTerms, Repayment, Replayed
from huikuan.portfolio.rules.engine import COSTS, INTEREST, PRINCIPAL, Book, replay_in
from huikuan.portfolio.rules.explain.facts import AllocationDetail, Capitalisation, InstalmentShare, Segment

_ONE_DAY = timedelta(days=1)
_NO_SHARE = {COSTS: 0, INTEREST: 0, PRINCIPAL: 0}


@dataclass(frozen=True, slots=True)
class Trace:
    """What the engine answers and did."""

    replayed: Replayed
    penalty: tuple[Segment, ...]
    compound: tuple[Segment, ...]
    capitalisations: tuple[Capitalisation, ...]
    allocations: tuple[AllocationDetail, ...]


def replay_traced(
    terms: NoteTerms,
    schedule: Sequence[Instalment],
    repayments: Sequence[Repayment],
    as_of: date,
    *,
    core_status: CoreStatus = CoreStatus.ACTIVE,
) -> Trace:
    """``engine.replay`` with its steps. Raises FactInvalid as ``replay`` does."""
    book = _WatchedBook(terms)
    replayed = replay_in(book, schedule, repayments, as_of, core_status=core_status)
    return Trace(
        replayed,
        tuple(book.penalty_segments),
        tuple(book.compound_segments),
        tuple(book.capitalisations),
        tuple(book.details),
    )


class _WatchedBook(Book):
    __slots__ = ("capitalisations", "compound_segments", "details", "penalty_segments", "shares")

    def __init__(self, terms: NoteTerms) -> None:
        super().__init__(terms)
        self.penalty_segments: list[Segment] = []
        self.compound_segments: list[Segment] = []
        self.capitalisations: list[Capitalisation] = []
        self.details: list[AllocationDetail] = []
        self.shares: dict[int, dict[int, int]] = {}  # of the allocation under way: seq -> column -> amount

    def accrue(self, until: date) -> None:
        since, terms = self.day, self.terms
        _append(self.penalty_segments, since, until, self.principal_due, 0, terms.penalty_rate_ppm)
        if terms.compound is not Compound.NONE:
            base, turn = self.interest_due + self.capitalised, min(max(since, terms.matures_on), until)
            _append(self.compound_segments, since, turn, base, self.capitalised, terms.annual_rate_ppm)
            _append(self.compound_segments, turn, until, base, self.capitalised, terms.penalty_rate_ppm)
        super().accrue(until)

    def capitalise(self) -> None:
        accrued, before = self.compound, self.capitalised
        super().capitalise()
        if self.capitalised != before:
            amount = self.capitalised - before
            self.capitalisations.append(Capitalisation(self.day, accrued, amount, self.capitalised))

    def allocate(self, core_ref: str | None, amount: int, money: int) -> None:
        self.shares, capitalised = {}, self.capitalised
        super().allocate(core_ref, amount, money)
        shares = tuple(
            InstalmentShare(seq, paid[COSTS], paid[INTEREST], paid[PRINCIPAL])
            for seq, paid in sorted(self.shares.items())
        )
        self.details.append(AllocationDetail(self.allocations[-1], capitalised - self.capitalised, shares))

    def pay_open(self, column: int, money: int) -> int:
        before = [row[column] for row in self.open]
        paid = super().pay_open(column, money)
        for row, was in zip(self.open, before, strict=True):
            if row[column] != was:
                self.shares.setdefault(row[0], dict(_NO_SHARE))[column] += was - row[column]
        return paid


def _append(segments: list[Segment], since: date, until: date, base: int, capitalised: int, rate_ppm: int) -> None:
    """Add the days after ``since`` up to ``until``, to the last segment if nothing but the days differs."""
    if until <= since or not base or not rate_ppm:
        return
    if segments:
        last = segments[-1]
        same = (last.base_minor, last.capitalised_minor, last.rate_ppm) == (base, capitalised, rate_ppm)
        if same and last.to_on == since:
            segments[-1] = replace(last, to_on=until)
            return
    segments.append(Segment(since + _ONE_DAY, until, base, capitalised, rate_ppm))
