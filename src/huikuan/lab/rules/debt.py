"""What is owed on each note, moved through a day as ``portfolio.rules.engine`` does, for many notes at once.

Under the default conventions (docs/concepts/ageing.md) a repayment fills one component over all instalments before the
next one, so the sums of what is open decide everything: principal, interest, penalty, compound, credit. Days past due
come from the sums and the schedule. Accumulators are numerators over ``DEN``; amounts are minor units.
"""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from huikuan.lab.rules.draw import Integers, Truths

DEN: Final = 360 * 1_000_000  # act/360, rates in parts per million


def rounded(numerators: Integers, den: int = DEN) -> Integers:
    """Half up, as ``portfolio.rules.rounding.half_up``."""
    return (2 * numerators + den) // (2 * den)


@dataclass(slots=True)
class Debts:
    """One element a note; the functions below change the arrays in place."""

    principal: Integers  # due and unpaid
    interest: Integers
    penalty: Integers  # numerator
    compound: Integers  # numerator, since the last capitalisation
    capitalised: Integers
    credit: Integers

    @classmethod
    def none(cls, notes: int) -> "Debts":
        """Of notes on which nothing is due."""
        return cls(*(np.zeros(notes, dtype=np.int64) for _ in fields(cls)))

    def is_open(self) -> Truths:
        """Whether anything bears interest for lateness."""
        return (self.principal + self.interest + self.capitalised) > 0

    def extras(self, at: Integers) -> Integers:
        """Penalty and compound interest as they would be paid now."""
        penalty, compound = self.shown(at)
        return penalty + compound

    def shown(self, at: Integers) -> tuple[Integers, Integers]:
        """Penalty and compound interest as they are shown at the close of a day."""
        return rounded(self.penalty[at]), self.capitalised[at] + rounded(self.compound[at])


def accrue(debts: Debts, at: Integers, penalty_ppm: Integers, compound_ppm: Integers) -> None:
    """One night. ``compound_ppm`` is the rate of compound interest in force, 0 where there is none."""
    debts.penalty[at] += debts.principal[at] * penalty_ppm
    debts.compound[at] += (debts.interest[at] + debts.capitalised[at]) * compound_ppm


def fall_due(debts: Debts, at: Integers, principal: Integers, interest: Integers) -> None:
    """Instalments of today, at most one a note."""
    debts.principal[at] += principal
    debts.interest[at] += interest


def capitalise(debts: Debts, at: Integers) -> None:
    """Accrued compound interest, rounded, becomes part of its own base."""
    amount = rounded(debts.compound[at])
    debts.capitalised[at] += amount
    debts.compound[at] -= amount * DEN


def credit_use(debts: Debts, at: Integers) -> None:
    """Money held before pays what is open."""
    money = debts.credit[at]
    debts.credit[at] = 0
    repay(debts, at, money)


def repay(debts: Debts, at: Integers, money: Integers) -> None:
    """Penalty, compound (capitalised first), interest, principal; the rest is held as credit."""
    rest = money.copy()
    used = np.minimum(rest, rounded(debts.penalty[at]))
    debts.penalty[at] -= used * DEN
    rest -= used
    used = np.minimum(rest, debts.capitalised[at])
    debts.capitalised[at] -= used
    rest -= used
    used = np.minimum(rest, rounded(debts.compound[at]))
    debts.compound[at] -= used * DEN
    rest -= used
    used = np.minimum(rest, debts.interest[at])
    debts.interest[at] -= used
    rest -= used
    used = np.minimum(rest, debts.principal[at])
    debts.principal[at] -= used
    debts.credit[at] += rest - used
