"""The one-time late fee of a missed instalment. It becomes costs of that instalment, and costs never age."""

from datetime import date, timedelta

from huikuan.portfolio.conventions import LateFee, LateFeeKind
from huikuan.portfolio.facts import PPM
from huikuan.portfolio.rules.ageing import is_paused
from huikuan.portfolio.rules.engine.book import BILLED, COSTS, DUE_ON, FELL_ON, INTEREST, PRINCIPAL, Book, Row
from huikuan.portfolio.rules.rounding import round_ratio


def late_fees_charge(book: Book) -> None:
    """Charge what rows have been unpaid for so many days; a row whose day is paused is never charged."""
    fee, today = book.conventions.late_fee, book.day.toordinal()
    if book.judged_on or book.insolvent_on or book.charged_off_on or is_paused(today, book.pauses):
        return
    for row in book.open:
        if row[BILLED] and row[FELL_ON] + fee.after_days == today and (row[PRINCIPAL] or row[INTEREST]):
            _charge(book, row, fee, today)


def _charge(book: Book, row: Row, fee: LateFee, today: int) -> None:
    base = _base(book, row, fee, today)
    if fee.kind is LateFeeKind.FLAT:
        amount = fee.amount_minor
    else:
        amount = round_ratio(base * fee.rate_ppm, PPM, book.conventions.rounding)
    row[COSTS] += amount
    book.due[COSTS] += amount
    book.saw_late_fee(row, base, amount)


def _base(book: Book, row: Row, fee: LateFee, today: int) -> int:
    """What the fee's rate applies to; 0 for a flat fee."""
    if fee.kind is LateFeeKind.INSTALMENT:
        return row[BILLED]
    if fee.kind is LateFeeKind.FLAT:
        return 0
    overdue = [other for other in book.open if other[DUE_ON] < today]
    base = sum(other[PRINCIPAL] for other in overdue)
    if fee.kind is LateFeeKind.OVERDUE_TOTAL:
        base += sum(other[INTEREST] for other in overdue)
    return base


def late_fee_days(book: Book, until: date) -> list[date]:
    """Days up to ``until`` on which a fee may be charged."""
    fee = book.conventions.late_fee
    if fee.kind is LateFeeKind.NONE:
        return []
    after = timedelta(days=fee.after_days)
    due = [date.fromordinal(row[FELL_ON]) for row in book.open if row[BILLED]] + [row.due_on for row in book.coming]
    return [on + after for on in due if book.day < on + after <= until]
