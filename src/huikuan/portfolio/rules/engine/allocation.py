"""Where money goes: the order of the conventions, then what is coming, then credit.

The default order is costs, penalty, compound, interest, principal (CN-MN-08: Civil Code 561), each over all open
instalments, oldest first. Delay interest after a judgment is paid last (法释〔2014〕8号 art. 4, recalled). No minor
unit is lost or invented: the parts of an allocation add up to its amount.
"""

from collections.abc import Sequence

from huikuan.portfolio.facts import Allocation, AllocationKind, Flag, Payer, Repayment
from huikuan.portfolio.rules.engine.advance import advance
from huikuan.portfolio.rules.engine.book import (
    COMPOUND,
    COSTS,
    DELAY,
    DUE_ON,
    INTEREST,
    NO_PARTS,
    PENALTY,
    PRINCIPAL,
    Book,
    Row,
)

_REPAYMENT, _GUARANTOR = AllocationKind.REPAYMENT, Payer.GUARANTOR


def repay(book: Book, repayment: Repayment) -> None:
    """Allocate a repayment; after the charge-off it is a recovery."""
    amount = repayment.amount_minor
    kind = _REPAYMENT
    if book.charged_off_on is not None:
        kind = AllocationKind.RECOVERY
        book.recovered += amount
    if repayment.payer is _GUARANTOR:
        book.subrogated += amount
        book.guaranteed.add(repayment.core_ref)
    _allocate(book, amount, kind, repayment.core_ref)


def use_credit(book: Book) -> None:
    """Money held before pays what is open."""
    if book.credit and book.open:
        held, book.credit = book.credit, 0
        _allocate(book, held, AllocationKind.CREDIT, None)


def waive(book: Book, part: int, amount: int, core_ref: str) -> None:
    """Forgive up to an amount of one component, oldest row first; what is not owed is not used."""
    capitalised, days = book.capitalised, book.raw_days()
    used = _pay_part(book, part, amount, book.open)
    book.rows_sweep()
    book.waived += used
    record(book, AllocationKind.WAIVER, core_ref, used, {**NO_PARTS, part: used}, 0, capitalised - book.capitalised)
    if book.raw_days() < days:
        book.flag(Flag.WAIVER_RESET_DAYS)


def _allocate(book: Book, money: int, kind: AllocationKind, core_ref: str | None) -> None:
    capitalised, paid = book.capitalised, NO_PARTS.copy()
    rest = _pay_due(book, money, paid)
    if rest and book.delay:
        paid[DELAY] = book.pay_accrued(DELAY, rest)
        rest -= paid[DELAY]
    book.rows_sweep()
    amount, credit = (money, 0) if core_ref is not None else (0, -money)
    if rest and core_ref is not None:  # what was held stays held
        rest = advance(book, rest, paid)
    book.credit += rest
    record(book, kind, core_ref, amount, paid, credit + rest, capitalised - book.capitalised)


def _pay_due(book: Book, money: int, paid: dict[int, int]) -> int:
    """Pay what is owed but delay interest; returns the rest.

    Accrued interest belongs to no row: the first pass that has money pays it, for a later one it shows 0.
    """
    order = _order(book)
    passes: list[Sequence[Row]] = [book.open]
    if book.horizontal:
        passes = [[row] for row in book.open] or [()]
    elif book.past_due_first:
        today = book.day.toordinal()
        passes = [[row for row in book.open if row[DUE_ON] < today], [row for row in book.open if row[DUE_ON] == today]]
    for rows in passes:
        for part in order:
            if part <= COSTS and not book.due[part]:
                continue
            if used := _pay_part(book, part, money, rows):
                paid[part] += used
                money -= used
                if not money:
                    return 0
    return money


def _order(book: Book) -> tuple[int, ...]:
    """The order of components today: principal right after costs once the note is late enough."""
    above = book.conventions.principal_first_after_days
    if above is not None and book.raw_days() > above:
        return (COSTS, PRINCIPAL, *(part for part in book.order if part not in (COSTS, PRINCIPAL)))
    return book.order


def _pay_part(book: Book, part: int, money: int, rows: Sequence[Row]) -> int:
    """Pay one component, of the rows or of the note; returns what was used of the money."""
    return book.pay_rows(part, money, rows) if part <= COSTS else book.pay_accrued(part, money)


def record(
    book: Book,
    kind: AllocationKind,
    core_ref: str | None,
    amount: int,
    paid: dict[int, int],
    credit: int,
    capitalised: int,
) -> None:
    """Keep the row of an allocation."""
    allocation = Allocation(
        book.day,
        core_ref,
        amount,
        paid[COSTS],
        paid[PENALTY],
        paid[COMPOUND],
        paid[INTEREST],
        paid[PRINCIPAL],
        credit,
        kind,
        paid[DELAY],
    )
    book.allocations.append(allocation)
    book.saw_allocation(allocation, capitalised)
