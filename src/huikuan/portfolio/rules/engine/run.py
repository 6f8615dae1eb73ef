"""Replay: one note from its terms, schedule, repayments and events to the close of a day.

The engine jumps from day to day on which something happens; between two of them nothing changes but the accruals,
which are linear. Order inside a day: accrue, contract events, fall due, late fees, capitalise, charge-backs, waivers,
credit, repayments. All numbers are integers without limit; rounding happens at capitalisation, at allocation and, for
showing only, at close.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT, Conventions, LateFeeKind, PausePenalty
from huikuan.portfolio.facts import (
    CoreStatus,
    FactInvalid,
    Instalment,
    NoteTerms,
    Repayment,
    Replayed,
)
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.rules.ageing import pauses_of
from huikuan.portfolio.rules.engine.accrual import accrue, capitalisation_days, capitalise
from huikuan.portfolio.rules.engine.advance import advance_check
from huikuan.portfolio.rules.engine.allocation import repay, use_credit
from huikuan.portfolio.rules.engine.book import Book, open_row
from huikuan.portfolio.rules.engine.close import close
from huikuan.portfolio.rules.engine.events import event_apply
from huikuan.portfolio.rules.engine.late_fees import late_fee_days, late_fees_charge
from huikuan.portfolio.rules.events_check import events_in_force
from huikuan.portfolio.rules.repayments import repayments_in_force

AS_OF_LAST = date(2199, 12, 31)  # later days are a slip, and the calendar of Python ends with the year 9999
_ONE_DAY = timedelta(days=1)
_OF_MONEY = (EventKind.CHARGE_BACK, EventKind.WAIVER)  # the other kinds change the contract


class _Plan(NamedTuple):
    """What is known to happen, by day."""

    as_of: date
    contract: dict[date, list[LoanEvent]]
    money: dict[date, list[LoanEvent]]  # charge-backs, then waivers
    paid: dict[date, list[Repayment]]
    capitalising: frozenset[date]
    late_fees: bool


def replay(
    terms: NoteTerms,
    schedule: Sequence[Instalment],
    repayments: Sequence[Repayment],
    as_of: date,
    *,
    core_status: CoreStatus = CoreStatus.ACTIVE,
    conventions: Conventions = CONVENTIONS_DEFAULT,
    events: Sequence[LoanEvent] = (),
) -> Replayed:
    """State, open instalments, allocations, schedule in force and flags of a note at the close of ``as_of``.

    ``schedule`` comes from ``schedule_build``, oldest first, and is trusted. Repayments and events with a value date
    after ``as_of`` are ignored; a reversal counts from its own value date on and then annuls what it names from that
    one's value date.
    Raises FactInvalid for a day before the disbursement, for reversals and events that do not fit, and for conventions
    that the terms do not allow.
    """
    book = Book(terms, conventions)
    return replay_in(book, schedule, repayments, as_of, core_status=core_status, events=events)


def replay_in(
    book: Book,
    schedule: Sequence[Instalment],
    repayments: Sequence[Repayment],
    as_of: date,
    *,
    core_status: CoreStatus = CoreStatus.ACTIVE,
    events: Sequence[LoanEvent] = (),
) -> Replayed:
    """The same as ``replay`` in a new book of the caller, who may watch it (``Book``)."""
    terms = book.terms
    if as_of < terms.disbursed_on:
        raise FactInvalid("replay.before_disbursement", "as_of", f"{terms.disbursed_on} or later", as_of)
    if as_of > AS_OF_LAST:
        raise FactInvalid("replay.as_of", "as_of", f"{AS_OF_LAST} or earlier", as_of)
    advance_check(book)
    paid = repayments_in_force(repayments, as_of)
    in_force = events_in_force(events, as_of, disbursed_on=terms.disbursed_on) if events else []
    delivered = tuple(schedule)
    first_on = min([terms.disbursed_on, *(row.due_on for row in delivered[:1]), *(row.value_on for row in paid[:1])])
    book.day = first_on - _ONE_DAY
    book.schedule = delivered
    book.outstanding = sum(row.principal_minor for row in delivered)
    book.pauses = pauses_of(in_force, book.conventions.pause_end)
    _run(book, _plan(book, paid, in_force, as_of))
    return close(book, delivered, core_status)


def resume(
    terms: NoteTerms,
    schedule: Sequence[Instalment],
    repayments: Sequence[Repayment],
    as_of: date,
    *,
    since: Replayed,
    core_status: CoreStatus = CoreStatus.ACTIVE,
    conventions: Conventions = CONVENTIONS_DEFAULT,
) -> Replayed:
    """The same answer as ``replay`` for a note that nothing touched before: goes on from the state ``since``.

    ``repayments`` are those with a value date after ``since.state.as_of``; an earlier one, or a reversal of an
    earlier one, needs a replay and raises FactInvalid. So does a state that is held (``held_by``): it does not tell all
    that the next day needs. Allocations are those of the new days only.
    """
    paid = repayments_in_force(repayments, as_of)
    state = since.state
    if paid and paid[0].value_on <= state.as_of:
        raise FactInvalid("replay.backdated", "value_on", f"a day after {state.as_of}", paid[0].value_on)
    if state.held_by is not None:
        raise FactInvalid("replay.held", "held_by", "a state that may be carried on", state.held_by)
    book = Book(terms, conventions)
    book.day = state.as_of
    book.schedule = delivered = tuple(schedule)
    book.next = bisect_right(delivered, state.as_of, key=lambda row: row.due_on)
    book.outstanding = state.principal_outstanding_minor
    book.credit = state.credit_minor
    book.penalty = state.penalty_whole * book.den + state.penalty_num
    book.compound = state.compound_whole * book.den + state.compound_num
    book.capitalised = state.compound_capitalised_minor
    book.waived, book.subrogated, book.recovered = state.waived_minor, state.subrogated_minor, state.recovered_minor
    book.charged_off_on, book.observed_until = state.charged_off_on, state.observed_until
    for row in since.open:
        book.row_add(open_row(row))
    _run(book, _plan(book, paid, (), as_of))
    return close(book, delivered, core_status)


def _plan(book: Book, paid: Sequence[Repayment], events: Sequence[LoanEvent], as_of: date) -> _Plan:
    contract: defaultdict[date, list[LoanEvent]] = defaultdict(list)
    money: defaultdict[date, list[LoanEvent]] = defaultdict(list)
    for event in events:
        (money if event.kind in _OF_MONEY else contract)[event.value_on].append(event)
    paid_by_day: defaultdict[date, list[Repayment]] = defaultdict(list)
    for repayment in paid:
        paid_by_day[repayment.value_on].append(repayment)
    capitalising = frozenset(capitalisation_days(book.terms.compound, book.day, as_of))
    late_fees = book.conventions.late_fee.kind is not LateFeeKind.NONE
    return _Plan(as_of, contract, money, paid_by_day, capitalising, late_fees)


def _run(book: Book, plan: _Plan) -> None:
    """Live every day on which something happens; an event of the contract may change which days these are."""
    days = _days(book, plan)
    while days:
        day = days.pop()
        _live(book, plan, day)
        if day in plan.contract:
            days = _days(book, plan)
    accrue(book, plan.as_of)


def _days(book: Book, plan: _Plan) -> list[date]:
    """Days to come, last first, on which something may happen or on which the price of a night changes."""
    days = {row.due_on for row in book.coming}
    days.update(plan.paid, plan.capitalising, plan.contract, plan.money, _turns(book))
    days.update(late_fee_days(book, plan.as_of))
    return sorted((day for day in days if book.day < day <= plan.as_of), reverse=True)


def _turns(book: Book) -> Iterator[date]:
    """Days after which a night costs something else."""
    if book.compounds:
        yield book.matures_on
    if book.delay_from is not None:
        yield book.delay_from
    if book.conventions.pause_penalty is PausePenalty.STOPS:
        for begin, last in book.pauses:
            yield date.fromordinal(begin) - _ONE_DAY
            yield date.fromordinal(last)


def _live(book: Book, plan: _Plan, day: date) -> None:
    accrue(book, day)
    if plan.contract:
        for event in plan.contract.get(day, ()):
            event_apply(book, event)
    if book.next < len(book.schedule) and book.schedule[book.next].due_on <= day:
        book.fall_due()
    if plan.late_fees:
        late_fees_charge(book)
    if day in plan.capitalising:
        capitalise(book)
    if plan.money:
        for event in plan.money.get(day, ()):
            event_apply(book, event)
    use_credit(book)
    for repayment in plan.paid.get(day, ()):
        repay(book, repayment)
