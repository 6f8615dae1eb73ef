"""Money beyond what is due: held, or put into the coming instalments."""

from datetime import date
from fractions import Fraction

from huikuan.portfolio.conventions import Advance
from huikuan.portfolio.facts import FactInvalid
from huikuan.portfolio.rules.amortise import NOT_COMPUTED, amortise_rest, period_ends, running_earned
from huikuan.portfolio.rules.engine.book import COSTS, INTEREST, PRINCIPAL, Book, Running


def advance_check(book: Book) -> None:
    """Raise FactInvalid where the convention would compute instalments that only the core system can compute."""
    computes = book.conventions.advance in (Advance.LAST_INSTALMENT, Advance.RE_AMORTISED)
    if computes and book.terms.method in NOT_COMPUTED:
        expected = f"hold or next_instalment for repayment method {book.terms.method}"
        raise FactInvalid("convention.advance", "advance", expected, book.conventions.advance)


def advance(book: Book, money: int, paid: dict[int, int]) -> int:
    """Put money into the coming instalments as the convention says; returns what is to be held.

    Before the pay-out nothing is lent that could be paid in advance: the money is held.
    """
    how = book.conventions.advance
    if how is Advance.HOLD or book.day < book.terms.disbursed_on:
        return money
    if how is Advance.NEXT_INSTALMENT:
        return _prepay(book, money, paid)
    principal = book.coming_principal()
    lowered = min(money, principal)
    if lowered:
        paid[PRINCIPAL] += lowered
        book.outstanding -= lowered
        recompute(book, principal - lowered, shorten=how is Advance.LAST_INSTALMENT)
    return money - lowered


def _prepay(book: Book, money: int, paid: dict[int, int]) -> int:
    """Pay the coming instalments as they stand, oldest first: costs, interest, principal."""
    for row in book.coming:
        before = book.prepaid.setdefault(row.seq, [row.seq, row.due_on.toordinal(), 0, 0, 0, 0, 0])
        amounts = {COSTS: row.costs_minor, INTEREST: row.interest_minor, PRINCIPAL: row.principal_minor}
        for column, whole in amounts.items():
            if part := min(money, max(0, whole - before[column])):
                before[column] += part
                paid[column] += part
                money -= part
                book.saw_share(before, column, part)
                if column == PRINCIPAL:
                    book.outstanding -= part
        if not money:
            break
    return money


def recompute(book: Book, balance_minor: int, *, shorten: bool = False) -> None:
    """Compute the instalments due after ``day`` anew for a balance, at the rate in force.

    Prepaid principal is in the balance already; prepaid costs and interest stay with their instalments.
    Raises FactInvalid when none is left or the method does not compute them.
    """
    first = due_after(book)
    from_on, earned = running(book, first)
    rows = amortise_rest(
        book.terms,
        book.conventions,
        book.schedule[first:],
        balance_minor=balance_minor,
        annual_rate_ppm=book.annual_rate_ppm,
        on=book.day,
        period_from=from_on,
        earned=earned,
        shorten=shorten,
    )
    for row in book.schedule[first:]:
        if row.seq in book.prepaid:
            book.prepaid[row.seq][PRINCIPAL] = 0
    book.schedule = (*book.schedule[:first], *rows)
    book.running = Running(from_on, earned, book.day)


def due_after(book: Book) -> int:
    """Position in the schedule of the first instalment due after ``day``.

    While the events of a contract take effect, those due on the day have not fallen due either.
    """
    place = book.next
    while place < len(book.schedule) and book.schedule[place].due_on <= book.day:
        place += 1
    return place


def running(book: Book, first: int | None = None) -> tuple[date, Fraction]:
    """Start of the period that ends with the next instalment, and its interest earned up to ``day``, exactly.

    ``first`` is another position in the schedule than that of the next instalment to fall due. Without a coming
    instalment nothing is earned.
    """
    place = book.next if first is None else first
    coming = book.schedule[place:]
    if not coming:
        return book.day, Fraction(0)
    from_on = earned_on = book.begun_on
    if place:
        from_on = max(from_on, book.schedule[place - 1].due_on)
        ended = (row.due_on for row in reversed(book.schedule[:place]) if period_ends(book.terms, row.seq))
        earned_on = max(earned_on, next(ended, earned_on))
    earned = Fraction(0)
    if book.running is not None and book.running.on >= earned_on:
        from_on = max(from_on, book.running.from_on)
        earned, earned_on = book.running.earned, book.running.on
    return from_on, running_earned(book.terms, coming, on=book.day, earned=earned, earned_on=earned_on)
