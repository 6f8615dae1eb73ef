"""Schedules of many notes at once, to the minor unit those of ``portfolio.rules.schedule`` (a test compares them).

Only the methods and default conventions that the simulated bank uses; the equal instalment itself comes from the
schedule rules, once for each set of terms.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from huikuan.lab.rules.days import months_later, settlement_days
from huikuan.lab.rules.debt import DEN, rounded
from huikuan.lab.rules.draw import Integers
from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT
from huikuan.portfolio.facts import Frequency, RepaymentMethod
from huikuan.portfolio.rules.rounding import round_ratio
from huikuan.portfolio.rules.schedule.amounts import Plan, payment_exact
from huikuan.portfolio.rules.schedule.periods import by_period

_MONTH_DEN: Final = 12 * 1_000_000
METHODS: Final = (
    RepaymentMethod.EQUAL_INSTALMENT,
    RepaymentMethod.EQUAL_PRINCIPAL,
    RepaymentMethod.INTEREST_FIRST,
    RepaymentMethod.BULLET,
    RepaymentMethod.SETTLED_INTEREST,
    RepaymentMethod.GIVEN,
)
EQUAL_INSTALMENT, EQUAL_PRINCIPAL, INTEREST_FIRST, BULLET, SETTLED_INTEREST, GIVEN = range(len(METHODS))


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of notes, one element a note; rates in parts per million a year, days as numbers, amounts minor units."""

    method: Integers  # place in METHODS
    principal: Integers
    rate_ppm: Integers
    disbursed: Integers
    first_due: Integers
    matures: Integers
    count: Integers

    def of(self, at: Integers) -> "Terms":
        """The terms of some of the notes."""
        return Terms(*(getattr(self, name)[at] for name in self.__dataclass_fields__))


@dataclass(frozen=True, slots=True)
class Rows:
    """Instalments of all notes, those of a note together and in order: note ``n`` has ``start[n]`` to ``start[n + 1]``.

    ``principal_sum`` and ``interest_sum`` run from the first instalment of the note to this one.
    """

    start: Integers
    due: Integers
    principal: Integers
    interest: Integers
    principal_sum: Integers
    interest_sum: Integers


def schedules_build(terms: Terms) -> Rows:
    """All instalments of all notes."""
    notes = terms.count.size
    start = np.concatenate(([0], np.cumsum(terms.count))).astype(np.int64)
    due, principal, interest = (np.zeros(int(start[-1]), dtype=np.int64) for _ in range(3))
    for method, build in _BUILD.items():
        at = np.flatnonzero(terms.method == method)
        if at.size:
            build(terms.of(at), start[at], due, principal, interest)
    of_note = np.repeat(np.arange(notes), terms.count)
    return Rows(
        start, due, principal, interest, _running(principal, start, of_note), _running(interest, start, of_note)
    )


def _running(amounts: Integers, start: Integers, of_note: Integers) -> Integers:
    total = np.concatenate(([0], np.cumsum(amounts)))
    return total[1:] - total[start[of_note]]


def settled_count(disbursed: Integers, matures: Integers) -> Integers:
    """Number of instalments of interest settled by the quarter: the 20ths between, and maturity."""
    count, number = np.ones_like(disbursed), 0
    while (more := settlement_days(disbursed, number) < matures).any():
        count += more
        number += 1
    return count


_Fill = Callable[[Terms, Integers, Integers, Integers, Integers], None]


def _equal_instalment(terms: Terms, start: Integers, due: Integers, principal: Integers, interest: Integers) -> None:
    payment = _payments(terms)
    balance = terms.principal.copy()

    def share(at: Integers, _row: int, owed: Integers) -> Integers:
        found: Integers = np.maximum(0, np.minimum(balance[at], payment[at] - owed))
        return found

    _monthly(terms, start, due, principal, interest, balance, share)


def _equal_principal(terms: Terms, start: Integers, due: Integers, principal: Integers, interest: Integers) -> None:
    share_of = terms.principal // terms.count
    _monthly(terms, start, due, principal, interest, terms.principal.copy(), lambda at, _row, _owed: share_of[at])


def _interest_first(terms: Terms, start: Integers, due: Integers, principal: Integers, interest: Integers) -> None:
    _monthly(terms, start, due, principal, interest, terms.principal.copy(), lambda at, _row, _owed: np.zeros_like(at))


def _monthly(
    terms: Terms,
    start: Integers,
    due: Integers,
    principal: Integers,
    interest: Integers,
    balance: Integers,
    share: Callable[[Integers, int, Integers], Integers],
) -> None:
    """Rows a month apart with a month's interest on the balance; the last one clears it."""
    for row in range(int(terms.count.max())):
        at = np.flatnonzero(terms.count > row)
        place = start[at] + row
        owed = rounded(balance[at] * terms.rate_ppm[at], _MONTH_DEN)
        paid = np.where(terms.count[at] == row + 1, balance[at], share(at, row, owed))
        due[place] = months_later(terms.first_due[at], row)
        principal[place], interest[place] = paid, owed
        balance[at] -= paid


def _bullet(terms: Terms, start: Integers, due: Integers, principal: Integers, interest: Integers) -> None:
    due[start] = terms.matures
    principal[start] = terms.principal
    interest[start] = _by_days(terms.principal, terms.rate_ppm, terms.disbursed, terms.matures)


def _settled_interest(terms: Terms, start: Integers, due: Integers, principal: Integers, interest: Integers) -> None:
    before = terms.disbursed
    for row in range(int(terms.count.max())):
        at = np.flatnonzero(terms.count > row)
        last = terms.count[at] == row + 1
        day = np.where(last, terms.matures[at], settlement_days(terms.disbursed[at], row))
        place = start[at] + row
        due[place] = day
        principal[place] = np.where(last, terms.principal[at], 0)
        interest[place] = _by_days(terms.principal[at], terms.rate_ppm[at], before[at], day)
        before = before.copy()
        before[at] = day


def _given(terms: Terms, start: Integers, due: Integers, principal: Integers, interest: Integers) -> None:
    """A year apart from the first due day (the harvest); principal in equal shares of whole hundreds of yuan."""
    balance, before = terms.principal.copy(), terms.disbursed.copy()
    share = terms.principal // terms.count // 10_000 * 10_000
    for row in range(int(terms.count.max())):
        at = np.flatnonzero(terms.count > row)
        place, day = start[at] + row, months_later(terms.first_due[at], 12 * row)
        paid = np.where(terms.count[at] == row + 1, balance[at], share[at])
        due[place] = day
        principal[place] = paid
        interest[place] = _by_days(balance[at], terms.rate_ppm[at], before[at], day)
        balance[at] -= paid
        before[at] = day


def _by_days(balance: Integers, rate_ppm: Integers, from_on: Integers, to_on: Integers) -> Integers:
    return rounded(balance * rate_ppm * (to_on - from_on), DEN)


def _payments(terms: Terms) -> Integers:
    """The equal instalment of each note, computed once for each principal, rate and count."""
    keys = np.stack((terms.principal, terms.rate_ppm, terms.count), axis=1)
    kinds, place = np.unique(keys, axis=0, return_inverse=True)
    found = [_payment(int(principal), int(rate), int(count)) for principal, rate, count in kinds]
    return np.asarray(found, dtype=np.int64)[place.reshape(-1)]


def _payment(principal: int, rate_ppm: int, count: int) -> int:
    plan = Plan(
        method=RepaymentMethod.EQUAL_INSTALMENT,
        conventions=CONVENTIONS_DEFAULT,
        frequency=Frequency.MONTHLY,
        annual_rate_ppm=rate_ppm,
        periods=[by_period(Frequency.MONTHLY, rate_ppm)] * count,
        balance_minor=principal,
        principal_minor=principal,
    )
    return round_ratio(*payment_exact(plan), CONVENTIONS_DEFAULT.rounding)


_BUILD: Final[dict[int, _Fill]] = {
    EQUAL_INSTALMENT: _equal_instalment,
    EQUAL_PRINCIPAL: _equal_principal,
    INTEREST_FIRST: _interest_first,
    BULLET: _bullet,
    SETTLED_INTEREST: _settled_interest,
    GIVEN: _given,
}
