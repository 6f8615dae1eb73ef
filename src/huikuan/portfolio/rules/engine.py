"""The exact engine: one note, replayed from its terms, schedule and repayments to the close of a day.

Order inside a day: accrue, fall due, capitalise, repay (by received time, then core reference). The engine jumps from
event to event; between two events nothing changes but the accruals, which are linear in days. All numbers are integers
without limit; rounding happens at capitalisation, at allocation and, for showing only, at close.

Sources: penalty interest on overdue principal at the penalty rate (CN-MN-01); compound interest on unpaid interest at
the contract rate up to the maturity date, at the penalty rate after it (CN-MN-03: 银发〔1999〕77号 art. 20 and
银发〔2003〕251号 §3); none on penalty interest (CN-MN-04); daily rate = annual / 360 (CN-MN-05); costs before interest
before principal (CN-MN-08: Civil Code 561).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from huikuan.portfolio.facts import (
    DEN,
    Allocation,
    Compound,
    CoreStatus,
    FactInvalid,
    Instalment,
    NoteState,
    NoteTerms,
    OpenInstalment,
    Repayment,
    Replayed,
)
from huikuan.portfolio.rules.ageing import days_past_due
from huikuan.portfolio.rules.repayments import repayments_in_force
from huikuan.portfolio.rules.rounding import half_up

CAPITALISATION_DAY = 20
_MONTHS_BETWEEN = {Compound.MONTHLY: 1, Compound.QUARTERLY: 3}
_ONE_DAY = timedelta(days=1)
PRINCIPAL, INTEREST, COSTS = 2, 3, 4  # columns of an open row: seq, due_on, principal, interest, costs


def replay(
    terms: NoteTerms,
    schedule: Sequence[Instalment],
    repayments: Sequence[Repayment],
    as_of: date,
    *,
    core_status: CoreStatus = CoreStatus.ACTIVE,
) -> Replayed:
    """State, open instalments and allocations of a note at the close of ``as_of``.

    ``schedule`` comes from ``schedule_build``, oldest first, and is trusted. Repayments with a value date after
    ``as_of`` are ignored; a reversal counts from its own value date on and then annuls the named repayment from that
    one's value date.
    Raises FactInvalid for a day before the disbursement and for reversals that do not fit.
    """
    return replay_in(Book(terms), schedule, repayments, as_of, core_status=core_status)


def replay_in(
    book: "Book",
    schedule: Sequence[Instalment],
    repayments: Sequence[Repayment],
    as_of: date,
    *,
    core_status: CoreStatus = CoreStatus.ACTIVE,
) -> Replayed:
    """The same as ``replay`` in a new book of the caller, which may remember more than the answer holds."""
    terms = book.terms
    if as_of < terms.disbursed_on:
        raise FactInvalid("replay.before_disbursement", "as_of", f"{terms.disbursed_on} or later", as_of)
    paid = repayments_in_force(repayments, as_of)
    first_on = min([terms.disbursed_on, *(row.due_on for row in schedule[:1]), *(row.value_on for row in paid[:1])])
    book.day = first_on - _ONE_DAY
    book.outstanding = sum(row.principal_minor for row in schedule)
    return _run(book, schedule, paid, as_of, core_status)


def resume(
    terms: NoteTerms,
    schedule: Sequence[Instalment],
    repayments: Sequence[Repayment],
    as_of: date,
    *,
    since: Replayed,
    core_status: CoreStatus = CoreStatus.ACTIVE,
) -> Replayed:
    """The same answer as ``replay`` for a note that nothing touched before: goes on from the state ``since``.

    ``repayments`` are those with a value date after ``since.state.as_of``; an earlier one, or a reversal of an
    earlier one, needs a replay and raises FactInvalid. Allocations are those of the new days only.
    """
    paid = repayments_in_force(repayments, as_of)
    state = since.state
    if paid and paid[0].value_on <= state.as_of:
        raise FactInvalid("replay.backdated", "value_on", f"a day after {state.as_of}", paid[0].value_on)
    book = Book(terms)
    book.day = state.as_of
    book.outstanding = state.principal_outstanding_minor
    book.credit = state.credit_minor
    book.penalty = state.penalty_whole * DEN + state.penalty_num
    book.compound = state.compound_whole * DEN + state.compound_num
    book.capitalised = state.compound_capitalised_minor
    for row in since.open:
        book.fall_due(row)
    return _run(book, schedule, paid, as_of, core_status)


def capitalisation_days(compound: Compound, after: date, until: date) -> Iterator[date]:
    """Days on which accrued compound interest is capitalised, later than ``after``, not later than ``until``."""
    step = _MONTHS_BETWEEN.get(compound)
    if step is None:
        return
    month = after.year * 12 + after.month - 1
    month += -(month + 1) % step  # quarterly: on to March, June, September, December
    while (day := date(month // 12, month % 12 + 1, CAPITALISATION_DAY)) <= until:
        if day > after:
            yield day
        month += step


def _run(
    book: "Book", schedule: Sequence[Instalment], paid: Sequence[Repayment], as_of: date, core_status: CoreStatus
) -> Replayed:
    due_by_day: defaultdict[date, list[Instalment]] = defaultdict(list)
    for row in schedule:
        if book.day < row.due_on <= as_of:
            due_by_day[row.due_on].append(row)
    paid_by_day: defaultdict[date, list[Repayment]] = defaultdict(list)
    for repayment in paid:
        paid_by_day[repayment.value_on].append(repayment)
    capitalising = set(capitalisation_days(book.terms.compound, book.day, as_of))
    for day in sorted({*due_by_day, *paid_by_day, *capitalising}):
        book.accrue(day)
        for row in due_by_day.get(day, ()):
            book.fall_due(row)
        if day in capitalising:
            book.capitalise()
        book.use_credit()
        for repayment in paid_by_day.get(day, ()):
            book.repay(repayment)
    book.accrue(as_of)
    return book.close(core_status)


class Book:
    """The note while it is replayed: ``day`` is the last day that is accounted for.

    ``rules.explain.trace`` extends ``accrue``, ``capitalise``, ``allocate`` and ``pay_open`` to remember what happened.
    """

    __slots__ = (
        "allocations", "capitalised", "compound", "costs_due", "credit", "day", "interest_due",
        "open", "outstanding", "penalty", "principal_due", "terms",
    )  # fmt: skip

    def __init__(self, terms: NoteTerms) -> None:
        self.terms = terms
        self.day = date.min
        self.open: list[list[int]] = []  # oldest first; the due date as a proleptic ordinal
        self.principal_due = self.interest_due = self.costs_due = 0  # sums over the open rows
        self.outstanding = self.credit = self.capitalised = 0
        self.penalty = self.compound = 0  # accumulators: numerators over DEN
        self.allocations: list[Allocation] = []

    def accrue(self, until: date) -> None:
        """The days after ``day`` up to ``until``; all that is open was due before each of them."""
        if self.principal_due or self.interest_due or self.capitalised:
            days = (until - self.day).days
            terms = self.terms
            self.penalty += self.principal_due * terms.penalty_rate_ppm * days
            if terms.compound is not Compound.NONE:
                in_term = min(max((terms.matures_on - self.day).days, 0), days)
                rate_days = terms.annual_rate_ppm * in_term + terms.penalty_rate_ppm * (days - in_term)
                self.compound += (self.interest_due + self.capitalised) * rate_days
        self.day = until

    def fall_due(self, row: Instalment | OpenInstalment) -> None:
        if row.principal_minor or row.interest_minor or row.costs_minor:
            columns = [row.seq, row.due_on.toordinal(), row.principal_minor, row.interest_minor, row.costs_minor]
            self.open.append(columns)
            self.principal_due += row.principal_minor
            self.interest_due += row.interest_minor
            self.costs_due += row.costs_minor

    def capitalise(self) -> None:
        due = half_up(self.compound, DEN)
        self.capitalised += due
        self.compound -= due * DEN

    def use_credit(self) -> None:
        if self.credit and self.open:
            held, self.credit = self.credit, 0
            self.allocate(None, 0, held)

    def repay(self, repayment: Repayment) -> None:
        self.allocate(repayment.core_ref, repayment.amount_minor, repayment.amount_minor)

    def allocate(self, core_ref: str | None, amount: int, money: int) -> None:
        """Fill costs, penalty, compound, interest, principal with ``money``; the rest becomes credit."""
        rest = money
        rest -= (costs := self.pay_open(COSTS, min(rest, self.costs_due)))
        rest -= (penalty := min(rest, half_up(self.penalty, DEN)))
        rest -= (capitalised := min(rest, self.capitalised))
        rest -= (compound := min(rest, half_up(self.compound, DEN)))
        rest -= (interest := self.pay_open(INTEREST, min(rest, self.interest_due)))
        rest -= (principal := self.pay_open(PRINCIPAL, min(rest, self.principal_due)))
        self.costs_due -= costs
        self.penalty -= penalty * DEN
        self.capitalised -= capitalised
        self.compound -= compound * DEN
        self.interest_due -= interest
        self.principal_due -= principal
        self.outstanding -= principal
        self.open = [row for row in self.open if row[PRINCIPAL] or row[INTEREST] or row[COSTS]]
        # For a use of credit (amount 0) the difference is negative: what was taken out of it.
        credit = rest if core_ref is not None else rest - money
        self.credit += rest
        self.allocations.append(
            Allocation(self.day, core_ref, amount, costs, penalty, capitalised + compound, interest, principal, credit)
        )

    def pay_open(self, column: int, money: int) -> int:
        """Pay one component of the open rows, oldest first; ``money`` is at most what is due. Returns it."""
        rest = money
        for row in self.open:
            if not rest:
                break
            part = min(rest, row[column])
            row[column] -= part
            rest -= part
        return money

    def close(self, core_status: CoreStatus) -> Replayed:
        as_of, today = self.day, self.day.toordinal()
        open_ = tuple(
            OpenInstalment(seq, date.fromordinal(due), principal, interest, costs)
            for seq, due, principal, interest, costs in self.open
        )
        dpd_principal, dpd_interest = days_past_due(open_, as_of)
        penalty, compound = half_up(self.penalty, DEN), self.capitalised + half_up(self.compound, DEN)
        paid_off = not (self.outstanding or open_ or penalty or compound)
        state = NoteState(
            as_of=as_of,
            principal_outstanding_minor=self.outstanding,
            credit_minor=self.credit,
            penalty_whole=self.penalty // DEN,
            penalty_num=self.penalty % DEN,
            compound_whole=self.compound // DEN,
            compound_num=self.compound % DEN,
            compound_capitalised_minor=self.capitalised,
            overdue_principal_minor=sum(row[PRINCIPAL] for row in self.open if row[1] < today),
            overdue_interest_minor=sum(row[INTEREST] for row in self.open if row[1] < today),
            costs_due_minor=self.costs_due,
            penalty_minor=penalty,
            compound_minor=compound,
            dpd_principal=dpd_principal,
            dpd_interest=dpd_interest,
            closed=core_status is CoreStatus.SETTLED or paid_off,
        )
        return Replayed(state, open_, tuple(self.allocations))
