"""The close of a day: the figures of the note, and whether the set-based fold may carry it on."""

from datetime import date

from huikuan.portfolio.conventions import (
    CONVENTIONS_DEFAULT,
    Conventions,
    DayCount,
    DueDay,
    ToleranceOn,
)
from huikuan.portfolio.facts import CoreStatus, Instalment, NoteState, OpenInstalment, Replayed
from huikuan.portfolio.rules.ageing import late_days
from huikuan.portfolio.rules.engine.book import COSTS, DUE_ON, INTEREST, PRINCIPAL, Book

_FOLD_DAY_COUNTS = (DayCount.ACT_360, DayCount.ACT_365, DayCount.ACT_364)  # a day is one unit
_FOLD_AS_DEFAULT = (
    "rounding",
    "compound_on_penalty",
    "late_fee",
    "allocation_order",
    "allocation_axis",
    "due_stages",
    "principal_first_after_days",
    "advance",
)


def fold_holds(conventions: Conventions) -> str | None:
    """The first convention that keeps a note from the fold, so that the exact engine computes it each night; or None.

    What matters only for a schedule, or only with an event, is none: a schedule comes ready, and what an event leaves
    behind is said by ``NoteState.held_by``.
    """
    if conventions is CONVENTIONS_DEFAULT:
        return None
    if conventions.day_count not in _FOLD_DAY_COUNTS:
        return "day_count"
    for name in _FOLD_AS_DEFAULT:
        if getattr(conventions, name) != getattr(CONVENTIONS_DEFAULT, name):
            return name
    return None


def close(book: Book, delivered: tuple[Instalment, ...], core_status: CoreStatus) -> Replayed:
    """The answer at the close of ``day``; ``delivered`` is the schedule that the caller handed in."""
    open_ = tuple(
        OpenInstalment(seq, date.fromordinal(due), principal, interest, costs)
        for seq, due, principal, interest, costs, *_ in book.open
    )
    principal_days, interest_days, overdue_principal, overdue_interest = _lateness(book)
    penalty, delay = book.rounded(book.penalty), book.rounded(book.delay)
    compound = book.capitalised + book.rounded(book.compound)
    paid_off = not (book.outstanding or open_ or penalty or compound or delay)
    state = NoteState(
        as_of=book.day,
        principal_outstanding_minor=book.outstanding,
        credit_minor=book.credit,
        penalty_whole=book.penalty // book.den,
        penalty_num=book.penalty % book.den,
        compound_whole=book.compound // book.den,
        compound_num=book.compound % book.den,
        compound_capitalised_minor=book.capitalised,
        overdue_principal_minor=overdue_principal,
        overdue_interest_minor=overdue_interest,
        costs_due_minor=book.due[COSTS],
        penalty_minor=penalty,
        compound_minor=compound,
        dpd_principal=principal_days,
        dpd_interest=interest_days,
        closed=core_status is CoreStatus.SETTLED or paid_off,
        dpd_counted=_counted(book, max(principal_days, interest_days)),
        annual_rate_ppm=book.annual_rate_ppm,
        penalty_rate_ppm=book.penalty_rate_ppm,
        delay_whole=book.delay // book.den,
        delay_num=book.delay % book.den,
        delay_minor=delay,
        waived_minor=book.waived,
        subrogated_minor=book.subrogated,
        recovered_minor=book.recovered,
        accelerated_on=book.accelerated_on,
        judged_on=book.judged_on,
        insolvent_on=book.insolvent_on,
        charged_off_on=book.charged_off_on,
        observed_until=book.observed_until,
        held_by=_held_by(book, delivered),
    )
    return Replayed(state, open_, tuple(book.allocations), tuple(book.schedule), tuple(book.flags))


def _lateness(book: Book) -> tuple[int, int, int, int]:
    """Days past due of principal and of interest, overdue principal and interest."""
    today, due_day, pauses = book.day.toordinal(), book.conventions.due_day, book.pauses
    overdue_until = today if due_day is DueDay.DAY_1 else today - 1
    principal_days = interest_days = principal = interest = 0
    for row in book.open:
        if row[DUE_ON] > overdue_until:
            break
        if row[PRINCIPAL]:
            principal += row[PRINCIPAL]
            principal_days = principal_days or late_days(row[DUE_ON], today, due_day, pauses)
        if row[INTEREST]:
            interest += row[INTEREST]
            interest_days = interest_days or late_days(row[DUE_ON], today, due_day, pauses)
    return principal_days, interest_days, principal, interest


def _counted(book: Book, raw_days: int) -> int:
    """Days past due after the tolerance: within it none count, beyond it all."""
    conventions = book.conventions
    days_tolerated, amount_tolerated = conventions.tolerance_days, conventions.tolerance_minor
    if raw_days <= days_tolerated:
        return 0
    if not days_tolerated and not amount_tolerated:
        return raw_days
    today = book.day.toordinal()
    rows = [
        (late_days(row[DUE_ON], today, conventions.due_day, book.pauses), row[PRINCIPAL] + row[INTEREST])
        for row in book.open
    ]
    if conventions.tolerance_on is ToleranceOn.INSTALMENT:
        return max((days for days, unpaid in rows if days > days_tolerated and unpaid > amount_tolerated), default=0)
    return raw_days if sum(unpaid for days, unpaid in rows if days >= 1) > amount_tolerated else 0


def _held_by(book: Book, delivered: tuple[Instalment, ...]) -> str | None:
    """Why the fold may not carry the note on: what it does not know of."""
    if book.judged_on is not None:
        return "judgment"
    if book.insolvent_on is not None:
        return "insolvency"
    if book.accelerated_on is not None:
        return "acceleration"
    if book.pauses and book.pauses[-1][1] >= min([book.day.toordinal() + 1, *(row[DUE_ON] for row in book.open[:1])]):
        return "pause"
    coming = tuple(row for row in delivered if row.due_on > book.day) if book.schedule is not delivered else None
    if book.matures_on != book.terms.matures_on or coming not in (None, tuple(book.coming)):
        return "schedule"
    if (book.annual_rate_ppm, book.penalty_rate_ppm) != book.rates_agreed:
        return "rates"
    if any(any(row[PRINCIPAL:]) for row in book.prepaid.values()):
        return "advance"
    return "convention" if fold_holds(book.conventions) is not None else None
