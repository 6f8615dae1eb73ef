"""Which repayments count on a day, and in which order."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from huikuan.portfolio.facts import FactInvalid, Money, Repayment


def repayments_in_force(repayments: Sequence[Repayment], as_of: date) -> list[Repayment]:
    """Repayments with a value date up to ``as_of`` that no reversal up to ``as_of`` annuls, in order of application.

    A reversal whose own value date is later is not seen yet. Order: value date, received time, core reference.
    Raises FactInvalid for an amount of 0 or less, a core reference that comes twice, and a reversal that names no
    repayment, another reversal, a repayment reversed before, or another amount.
    """
    by_ref = {row.core_ref: row for row in repayments}
    if len(by_ref) != len(repayments):
        twice, _ = Counter(row.core_ref for row in repayments).most_common(1)[0]
        raise FactInvalid("repayment.twice", "core_ref", "a reference of its own", twice)
    reversed_on: dict[str, date] = {}
    for row in repayments:
        if row.amount_minor <= 0:
            raise FactInvalid("repayment.amount", "amount", f"above 0 in {row.core_ref}", Money(row.amount_minor))
        if row.reverses is not None:
            _reversal_check(row, by_ref.get(row.reverses))
            if row.reverses in reversed_on:
                raise FactInvalid("repayment.reversed_twice", "reverses", "a repayment not reversed yet", row.reverses)
            reversed_on[row.reverses] = row.value_on
    in_force = [
        row
        for row in repayments
        if row.value_on <= as_of and row.reverses is None and reversed_on.get(row.core_ref, date.max) > as_of
    ]
    in_force.sort(key=lambda row: (row.value_on, row.received_at, row.core_ref))
    return in_force


def _reversal_check(row: Repayment, reversed_: Repayment | None) -> None:
    if reversed_ is None or reversed_.reverses is not None:
        raise FactInvalid("repayment.reverses", "reverses", "the core_ref of a repayment of the note", row.reverses)
    if row.amount_minor != reversed_.amount_minor:
        expected = (Money(reversed_.amount_minor), f", the amount of {row.reverses}")
        raise FactInvalid("repayment.reversal_amount", "amount", expected, Money(row.amount_minor))
