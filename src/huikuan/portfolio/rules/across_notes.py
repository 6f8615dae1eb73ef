"""One payment over several debts of one debtor to the bank: whose turn is it (Civil Code 560, CN-MN-09).

The order is that of the law: what the debtor designates; else what is due; of that what is secured least; then what
burdens the debtor most; then what fell due first; then pro rata. ``policies/cn/across_notes.yaml`` says of each step
how it is read here, with source and certainty. An agreement of the parties goes before all of it and is no part of
this function: who has one designates accordingly.

A note (借据) is one debt: what of it is due stands in the row of due debts, what is still to come in the row of debts
not due. Inside a note its conventions decide which component is paid (Civil Code 561, CN-MN-08; the exact engine).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from huikuan.portfolio.facts import FactInvalid


class Step(StrEnum):
    """What gave a debt its place."""

    DESIGNATED = "designated"
    DUE = "due"  # the only one that is due, or due where the next is not
    LEAST_SECURED = "least_secured"
    HEAVIEST = "heaviest"
    EARLIEST = "earliest"
    PRO_RATA = "pro_rata"


@dataclass(frozen=True, slots=True)
class Debt:
    """What one note owes at the close of a day, as far as its place depends on it.

    ``security_minor`` secures ``secured_debts_minor`` together: a guarantee or mortgage of a contract secures all of
    its notes. ``due_since_on`` is the oldest due date with something unpaid, ``next_due_on`` the next one to come.
    """

    debt_id: str
    due_minor: int
    not_due_minor: int
    security_minor: int
    secured_debts_minor: int
    penalty_rate_ppm: int  # in force: what money that is late costs
    annual_rate_ppm: int  # in force: what money that is not due costs
    due_since_on: date | None
    next_due_on: date | None

    @property
    def covered(self) -> Fraction:
        """The share of the debt that is secured, 0 to 1."""
        if self.secured_debts_minor <= 0:
            return Fraction(0)
        return min(Fraction(self.security_minor, self.secured_debts_minor), Fraction(1))


@dataclass(frozen=True, slots=True)
class Portion:
    """What one debt gets. ``place`` counts from 1; debts that share pro rata have the same place.

    ``because`` is what decided the place: the first step on which the debt differs from those of the next place (for
    the last place: from those before it).
    """

    debt_id: str
    place: int
    due: bool  # paid on what is due; else on what is still to come
    owed_minor: int  # of this part of the debt, before the payment
    amount_minor: int
    because: Step


@dataclass(frozen=True, slots=True)
class AcrossNotes:
    """The answer: all places in order, also those that get nothing, and what no debt could take.

    The portions and the rest add up to the payment.
    """

    portions: tuple[Portion, ...]
    rest_minor: int


@dataclass(frozen=True, slots=True)
class _Part:
    """The due or the coming part of a debt with its place in the order of the law."""

    debt: Debt
    due: bool
    designated: bool

    @property
    def owed_minor(self) -> int:
        return self.debt.due_minor if self.due else self.debt.not_due_minor

    @property
    def keys(self) -> tuple[tuple[Step, object], ...]:
        debt = self.debt
        rate = debt.penalty_rate_ppm if self.due else debt.annual_rate_ppm
        on = debt.due_since_on if self.due else debt.next_due_on
        if self.designated:  # its own parts only: what is due of it comes first
            return ((Step.DESIGNATED, 0), (Step.DUE, not self.due))
        return (
            (Step.DESIGNATED, 1),
            (Step.DUE, not self.due),
            (Step.LEAST_SECURED, debt.covered),
            (Step.HEAVIEST, -rate),
            (Step.EARLIEST, on or date.max),
        )

    @property
    def order(self) -> tuple[object, ...]:
        return tuple(value for _, value in self.keys)


def allocate_across(debts: Sequence[Debt], amount_minor: int, *, designated: str | None = None) -> AcrossNotes:
    """Divide a payment over debts; the order in which the debts are handed in does not matter.

    Raises FactInvalid for an amount of 0 or less, a debt that comes twice, an amount owed below 0, and a designation
    that is none of the debts.
    """
    _check(debts, amount_minor, designated)
    parts = [
        part
        for debt in debts
        for due in (True, False)
        if (part := _Part(debt, due, debt.debt_id == designated)).owed_minor
    ]
    parts.sort(key=lambda part: (*part.order, part.debt.debt_id))
    groups = [tuple(rows) for _, rows in groupby(parts, key=lambda part: part.order)]
    rest, portions = amount_minor, list[Portion]()
    for place, group in enumerate(groups, 1):
        beside = groups[place] if place < len(groups) else groups[place - 2] if place > 1 else None
        because = _because(group, None if beside is None else beside[0])
        taken = min(rest, sum(part.owed_minor for part in group))
        rest -= taken
        shares = pro_rata([part.owed_minor for part in group], taken)
        portions += [
            Portion(part.debt.debt_id, place, part.due, part.owed_minor, share, because)
            for part, share in zip(group, shares, strict=True)
        ]
    return AcrossNotes(tuple(portions), rest)


def pro_rata(owed: Sequence[int], amount_minor: int) -> list[int]:
    """Shares of an amount by what is owed, to the minor unit: the units that are left over by rounding down go one each
    to the largest remainders, among equal ones to the first.

    ``amount_minor`` is at most the sum of ``owed``; then no share is above what is owed.
    """
    total = sum(owed)
    if not total:
        return [0 for _ in owed]
    shares = [amount_minor * part // total for part in owed]
    remainders = [amount_minor * part % total for part in owed]
    left = amount_minor - sum(shares)
    for place in sorted(range(len(owed)), key=lambda place: (-remainders[place], place))[:left]:
        shares[place] += 1
    return shares


def _because(group: Sequence[_Part], beside: _Part | None) -> Step:
    """Why this group stands where it stands."""
    if group[0].designated:
        return Step.DESIGNATED
    if len(group) > 1:
        return Step.PRO_RATA
    if beside is None or beside.designated:
        return Step.DUE
    return next(_differences(group[0], beside), Step.DUE)


def _differences(one: _Part, other: _Part) -> Iterator[Step]:
    for (step, value), (_, beside) in zip(one.keys, other.keys, strict=True):
        if value != beside:
            yield step


def _check(debts: Iterable[Debt], amount_minor: int, designated: str | None) -> None:
    known: set[str] = set()
    for debt in debts:
        if debt.debt_id in known:
            raise FactInvalid("across.twice", "note_id", "a key of its own", debt.debt_id)
        known.add(debt.debt_id)
        lowest = min(debt.due_minor, debt.not_due_minor, debt.security_minor)
        if lowest < 0:
            raise FactInvalid("across.owed", "owed", f"0 or more in {debt.debt_id}", lowest)
    if amount_minor <= 0:
        raise FactInvalid("across.amount", "amount", "above 0", amount_minor)
    if designated is not None and designated not in known:
        raise FactInvalid("across.designated", "note", "one of the debts", designated)
