"""What each kind of event does to the note: one small handler a kind, called on the day of the event.

Handlers of contract events run before the day's instalments fall due, so that those due on the day are still coming.
``docs/concepts/loan-events.md`` says the same in words. Fields have been checked by ``rules.events_check``.

Sources: an insolvency makes all due and stops interest (CN-ST-03); a claim that is charged off remains (CN-AQ-06).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from huikuan.portfolio.facts import FactInvalid, Flag, Instalment, Money
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.rules.amortise import NOT_COMPUTED
from huikuan.portfolio.rules.day_count import units_between
from huikuan.portfolio.rules.engine.advance import due_after, recompute, running
from huikuan.portfolio.rules.engine.allocation import waive
from huikuan.portfolio.rules.engine.book import (
    COSTS,
    DUE_ON,
    INTEREST,
    PART_OF,
    PRINCIPAL,
    Book,
)
from huikuan.portfolio.rules.engine.charge_back import charge_back
from huikuan.portfolio.rules.events_check import needed
from huikuan.portfolio.rules.rounding import round_ratio


def event_apply(book: Book, event: LoanEvent) -> None:
    """Let an event take effect on the book's day. Raises FactInvalid where the note does not allow it."""
    book.sees_event(event)
    try:
        _HANDLERS[event.kind](book, event)
    except FactInvalid as problem:
        raise problem.of(event.core_ref) from None
    book.saw_event(event)


def _nothing(_book: Book, _event: LoanEvent) -> None:
    """Pauses and their ends are known before the first day is lived: ``ageing.pauses_of``."""


def _rate_change(book: Book, event: LoanEvent) -> None:
    if event.penalty_rate_ppm is not None:
        book.penalty_rate_ppm, book.penalty_follows = event.penalty_rate_ppm, False
    changed = event.annual_rate_ppm is not None and event.annual_rate_ppm != book.annual_rate_ppm
    if event.annual_rate_ppm is not None:
        book.annual_rate_ppm = event.annual_rate_ppm
        if book.penalty_follows:
            book.penalty_rate_ppm = book.penalty_rate_of(event.annual_rate_ppm)
    if event.schedule:
        _replace_coming(book, event, book.coming_principal())
    elif changed and book.terms.method not in NOT_COMPUTED and due_after(book) < len(book.schedule):
        _recompute(book, 0)


def _drawdown(book: Book, event: LoanEvent) -> None:
    if event.schedule:
        _replace_coming(book, event, book.coming_principal() + event.amount_minor)
    elif book.terms.method in NOT_COMPUTED:
        expected = f"the coming instalments for repayment method {book.terms.method}"
        raise FactInvalid("drawdown.schedule", "schedule", expected, "none")
    elif due_after(book) == len(book.schedule):
        raise FactInvalid("drawdown.nothing_left", "value_on", "a day before the last instalment", event.value_on)
    else:
        _recompute(book, event.amount_minor)
    book.outstanding += event.amount_minor


def _extension(book: Book, event: LoanEvent) -> None:
    until_on = needed(event.until_on, event.kind, "until_on")
    if until_on <= book.matures_on:
        raise FactInvalid("extension.until_on", "until_on", f"a day after the maturity {book.matures_on}", until_on)
    if event.schedule:
        _replace_coming(book, event, book.coming_principal())
    else:
        _last_moves(book, until_on)
    book.matures_on = until_on
    _extended(book)


def _last_moves(book: Book, until_on: date) -> None:
    if not book.coming:
        raise FactInvalid("extension.nothing_left", "value_on", "a day up to the last instalment", book.day)
    last = book.schedule[-1]
    units = units_between(book.conventions.day_count, last.due_on, until_on)
    numerator = book.coming_principal([last]) * book.annual_rate_ppm * units
    more = round_ratio(numerator, book.den, book.conventions.rounding)
    moved = replace(last, due_on=until_on, interest_minor=last.interest_minor + more)
    book.schedule = (*book.schedule[:-1], moved)


def _reschedule(book: Book, event: LoanEvent) -> None:
    _replace_coming(book, event, book.coming_principal())


def _re_amortise(book: Book, _event: LoanEvent) -> None:
    _recompute(book, 0)


def _restructure(book: Book, event: LoanEvent) -> None:
    _replace_coming(book, event, book.outstanding)
    book.rows_clear((PRINCIPAL, INTEREST))
    book.begun_on = book.day
    book.observed_until = event.until_on
    _extended(book)


def _re_age(book: Book, event: LoanEvent) -> None:
    if not book.conventions.re_ageing:
        raise FactInvalid("convention.re_ageing", "kind", "a product that declares re_ageing", event.kind)
    rows, book.open = book.open, []
    book.due = [0, 0, 0, 0, 0]
    for row in rows:
        row[DUE_ON] = book.day.toordinal()
        book.row_add(row)
    book.flag(Flag.RE_AGED)


def _acceleration(book: Book, _event: LoanEvent) -> None:
    coming = book.coming
    if not coming:
        return
    _, earned = running(book)
    interest = round_ratio(earned.numerator, earned.denominator, book.conventions.rounding)
    interest -= sum(book.prepaid_of(row.seq, INTEREST) for row in coming)
    costs = sum(row.costs_minor - book.prepaid_of(row.seq, COSTS) for row in coming if row.due_on == book.day)
    row = Instalment(coming[0].seq, book.day, book.coming_principal(), max(0, interest), max(0, costs))
    _coming_set(book, (row,))
    book.no_late_fee = row.seq
    book.matures_on = book.accelerated_on = book.day


def _insolvency(book: Book, event: LoanEvent) -> None:
    _acceleration(book, event)
    book.insolvent_on = book.day


def _judgment(book: Book, event: LoanEvent) -> None:
    claim = needed(event.claim, event.kind, "claim")
    today = book.day.toordinal()
    oldest = min([today, *(row[DUE_ON] for row in book.open)])
    _coming_set(book, ())
    book.open, book.due = [], [0, 0, 0, 0, 0]
    book.row_add([0, oldest, claim.principal_minor, claim.interest_minor, claim.costs_minor, 0, 0])
    book.outstanding = claim.principal_minor
    book.penalty, book.compound = claim.penalty_minor * book.den, 0
    book.capitalised = claim.compound_minor
    book.matures_on = min(book.matures_on, book.day)
    if event.penalty_rate_ppm is not None:
        book.penalty_rate_ppm, book.penalty_follows = event.penalty_rate_ppm, False
    book.judged_on, book.delay_from = book.day, event.until_on or book.day


def _charge_off(book: Book, _event: LoanEvent) -> None:
    book.charged_off_on = book.day


def _waiver(book: Book, event: LoanEvent) -> None:
    component = needed(event.component, event.kind, "component")
    waive(book, PART_OF[component], event.amount_minor, event.core_ref)


def _recompute(book: Book, more: int) -> None:
    """Compute what is due after the day anew, for its principal and so much more."""
    recompute(book, book.coming_principal(book.schedule[due_after(book) :]) + more)


def _replace_coming(book: Book, event: LoanEvent, principal: int) -> None:
    """The schedule of the event replaces what is coming; its principal must be the amount that it is to repay."""
    rows = event.schedule
    total = sum(row.principal_minor for row in rows)
    if total != principal:
        expected = ("a sum of ", Money(principal), ", the principal to be repaid")
        raise FactInvalid("event.principal_sum", "schedule.principal", expected, Money(total))
    if rows[0].due_on < book.day:
        raise FactInvalid("event.due_on", "schedule.due_on", f"{book.day} or later", rows[0].due_on)
    fallen = max((row.seq for row in book.schedule[: book.next]), default=0)
    if rows[0].seq <= fallen:
        raise FactInvalid("event.seq", "schedule.seq", f"a number above {fallen}", rows[0].seq)
    _coming_set(book, rows)
    book.matures_on = rows[-1].due_on


def _coming_set(book: Book, rows: tuple[Instalment, ...]) -> None:
    """Put rows in the place of what is coming; what was prepaid on it is in them already."""
    book.schedule = (*book.schedule[: book.next], *rows)
    book.prepaid.clear()
    book.running = None


def _extended(book: Book) -> None:
    book.extensions += 1
    if book.extensions > 1:
        book.flag(Flag.EXTENDED_AGAIN)


_HANDLERS: dict[EventKind, Callable[[Book, LoanEvent], None]] = {
    EventKind.PAUSE: _nothing,
    EventKind.RESUME: _nothing,
    EventKind.RATE_CHANGE: _rate_change,
    EventKind.DRAWDOWN: _drawdown,
    EventKind.EXTENSION: _extension,
    EventKind.RESCHEDULE: _reschedule,
    EventKind.RE_AMORTISE: _re_amortise,
    EventKind.RESTRUCTURE: _restructure,
    EventKind.RE_AGE: _re_age,
    EventKind.ACCELERATION: _acceleration,
    EventKind.INSOLVENCY: _insolvency,
    EventKind.JUDGMENT: _judgment,
    EventKind.CHARGE_OFF: _charge_off,
    EventKind.CHARGE_BACK: charge_back,
    EventKind.WAIVER: _waiver,
}
