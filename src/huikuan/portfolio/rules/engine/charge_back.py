"""Money of a repayment that is taken back: what it had paid is owed again from that day on."""

from huikuan.portfolio.facts import Allocation, AllocationKind, FactInvalid, Money
from huikuan.portfolio.loan_events import LoanEvent
from huikuan.portfolio.rules.engine.allocation import record
from huikuan.portfolio.rules.engine.book import (
    COMPOUND,
    COSTS,
    DELAY,
    INTEREST,
    NO_PARTS,
    PENALTY,
    PRINCIPAL,
    Book,
)
from huikuan.portfolio.rules.events_check import needed

CREDIT = -1  # the part of a repayment that was put into credit, beside the parts of ``book``
_ORDER = (DELAY, PRINCIPAL, INTEREST, COMPOUND, PENALTY, COSTS)


def charge_back(book: Book, event: LoanEvent) -> None:
    """Take ``amount_minor`` of a repayment back: from the credit that is left of it first, then from what it paid.

    Principal, interest and costs fall due again on the day, in a row of number 0; accrued interest goes back to where
    it accrued. Raises FactInvalid for an unknown repayment, for more than is left of it, and where its credit has been
    used since.
    """
    names_ref, rest = needed(event.names_ref, event.kind, "names_ref"), event.amount_minor
    repayment = _repayment(book, names_ref)
    paid = _parts(repayment)
    earlier = book.charged_back.setdefault(names_ref, {**NO_PARTS, CREDIT: 0})
    left = sum(paid.values()) - sum(earlier.values())
    if rest > left:
        expected = ("at most ", Money(left), f", what is left of {names_ref}")
        raise FactInvalid("charge_back.amount", "amount", expected, Money(rest))
    back = {**NO_PARTS, CREDIT: min(rest, paid[CREDIT] - earlier[CREDIT], book.credit)}
    rest -= back[CREDIT]
    for part in _ORDER:
        back[part] = min(rest, paid[part] - earlier[part])
        rest -= back[part]
    if rest:
        expected = ("at most ", Money(event.amount_minor - rest), f": the credit of {names_ref} has been used")
        raise FactInvalid("charge_back.used", "amount", expected, Money(event.amount_minor))
    for part, amount in back.items():
        earlier[part] += amount
    if repayment.kind is AllocationKind.RECOVERY:
        book.recovered -= event.amount_minor
    if names_ref in book.guaranteed:
        book.subrogated -= event.amount_minor
    _owed_again(book, back)
    parts = {part: -back[part] for part in NO_PARTS}
    record(book, AllocationKind.CHARGE_BACK, event.core_ref, -event.amount_minor, parts, -back[CREDIT], 0)


def _repayment(book: Book, names_ref: str) -> Allocation:
    """The allocation of the repayment that is named."""
    kinds = (AllocationKind.REPAYMENT, AllocationKind.RECOVERY)
    row = next((row for row in book.allocations if row.core_ref == names_ref and row.kind in kinds), None)
    if row is None:
        expected = "the core_ref of a repayment before the charge-back that is not reversed"
        raise FactInvalid("charge_back.names", "names_ref", expected, names_ref)
    return row


def _parts(row: Allocation) -> dict[int, int]:
    return {
        COSTS: row.costs_minor,
        PENALTY: row.penalty_minor,
        COMPOUND: row.compound_minor,
        INTEREST: row.interest_minor,
        PRINCIPAL: row.principal_minor,
        DELAY: row.delay_minor,
        CREDIT: row.credit_minor,
    }


def _owed_again(book: Book, back: dict[int, int]) -> None:
    book.credit -= back[CREDIT]
    book.delay += back[DELAY] * book.den
    book.compound += back[COMPOUND] * book.den
    book.penalty += back[PENALTY] * book.den
    book.outstanding += back[PRINCIPAL]
    row = [0, book.day.toordinal(), back[PRINCIPAL], back[INTEREST], back[COSTS], 0, 0]
    for column in (PRINCIPAL, INTEREST, COSTS):
        if row[column]:
            book.saw_share(row, column, -row[column])
    book.row_add(row)
