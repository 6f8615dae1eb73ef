"""Principal and interest of every instalment, by repayment method.

The equal instalment is that of the ordinary annuity with a balloon due with the last payment, as the function PMT of
spreadsheets defines it (OpenDocument 1.2, part 2, OpenFormula: PMT): principal = payment x (1 - v^n) / r
+ balloon x v^n with v = 1 / (1 + r), evaluated as one exact fraction.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import gcd

from huikuan.portfolio.conventions import Conventions, LastInstalment
from huikuan.portfolio.facts import PPM, FactInvalid, Frequency, Money, NoteTerms, RepaymentMethod
from huikuan.portfolio.rules.rounding import round_ratio
from huikuan.portfolio.rules.schedule.periods import PERIODS_A_YEAR, Period

Amounts = list[tuple[int, int]]  # principal, interest


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides the amounts of a schedule, or of the rest of one."""

    method: RepaymentMethod
    conventions: Conventions
    frequency: Frequency
    annual_rate_ppm: int
    periods: Sequence[Period]  # one for each row
    balance_minor: int  # before the first of these rows
    principal_minor: int  # of the note: what shares and flat interest refer to
    balloon_minor: int = 0
    interest_only: int = 0  # counts of first rows, among these rows
    interest_free: int = 0
    interest_grace: int = 0
    instalment_minor: int | None = None  # given payment
    share_minor: int | None = None  # given principal share of equal principal
    share_ppm: int = 0  # of fixed principal

    @classmethod
    def of_terms(cls, terms: NoteTerms, conventions: Conventions, periods: Sequence[Period]) -> "Plan":
        """The plan of a whole schedule. Raises FactInvalid for a given instalment that does not repay."""
        plan = cls(
            method=terms.method,
            conventions=conventions,
            frequency=terms.frequency,
            annual_rate_ppm=terms.annual_rate_ppm,
            periods=periods,
            balance_minor=terms.principal_minor,
            principal_minor=terms.principal_minor,
            balloon_minor=terms.balloon_minor,
            interest_only=terms.interest_only_count,
            interest_free=terms.interest_free_count,
            interest_grace=terms.interest_grace_count,
            instalment_minor=terms.instalment_minor,
            share_ppm=terms.principal_share_ppm or 0,
        )
        if terms.instalment_minor is not None:
            _payment_check(plan, terms.instalment_minor)
        return plan

    @property
    def repaying(self) -> int:
        """Rows with principal; at least the last one."""
        return max(1, len(self.periods) - self.interest_only)


PrincipalOf = Callable[[int, int, int], int]  # of row (from 0), balance, interest; the last row clears the balance


def amounts(plan: Plan) -> Amounts:
    """Principal and interest of each row.

    Interest-free and interest-grace periods change interest only: principal is that of the plan without them.
    """
    rows = _COMPUTED[plan.method](plan)
    free, grace = plan.interest_free, plan.interest_grace
    if free or grace:
        interest = [0 if number < free else row[1] for number, row in enumerate(rows)]
        held = sum(interest[:grace])
        interest[:grace] = [0] * grace
        interest[grace] += held
        rows = [(principal, due) for (principal, _), due in zip(rows, interest, strict=True)]
    return rows


def payment_exact(plan: Plan) -> tuple[int, int]:
    """The equal instalment as numerator and denominator, not rounded."""
    count, balance, balloon = plan.repaying, plan.balance_minor, plan.balloon_minor
    year = PERIODS_A_YEAR[plan.frequency] * PPM
    if plan.annual_rate_ppm == 0:
        return balance - balloon, count
    shared = gcd(plan.annual_rate_ppm, year)  # keeps the powers short
    rate, year = plan.annual_rate_ppm // shared, year // shared
    grown, base = (year + rate) ** count, year**count
    return (balance * grown - balloon * base) * rate, year * (grown - base)


def _equal_instalment(plan: Plan) -> Amounts:
    conventions, unit = plan.conventions, plan.conventions.instalment_unit_minor
    payment = plan.instalment_minor
    if payment is None:
        payment = round_ratio(*payment_exact(plan), conventions.rounding, unit)
    rows = _paying(plan, payment)
    principal = rows[-1][0]
    if conventions.last_instalment is LastInstalment.KEEPS_TOTAL and principal:
        rows[-1] = (principal, max(0, payment + plan.balloon_minor - principal))
    elif conventions.last_instalment is LastInstalment.SMOOTHED:
        rows = _smoothed(plan, payment, rows)
    return rows


def _paying(plan: Plan, payment: int, step: int = 0, changed: range = range(0)) -> Amounts:
    """Rows of ``payment``; those in ``changed`` differ by ``step``."""

    def principal_of(row: int, balance: int, interest: int) -> int:
        # A payment rounded up can clear a tiny principal early: the rest of the instalments are then empty. Interest
        # of a long period can exceed it: that instalment is then interest alone.
        total = payment + step if row in changed else payment
        return max(0, min(balance - plan.balloon_minor, total - interest))

    return _rows(plan, principal_of)


def _smoothed(plan: Plan, payment: int, cleared: Amounts) -> Amounts:
    """Spread what the last instalment differs by: as few instalments before it as possible change by one unit.

    Each further instalment brings the last one nearer, the earlier the more, because interest follows; those right
    before the last are changed back while it has gone past its aim. Both numbers are found by halving.
    """
    unit, usual, last = plan.conventions.instalment_unit_minor, payment + plan.balloon_minor, len(plan.periods) - 1
    off = sum(cleared[-1]) - usual
    if abs(off) <= unit:
        return cleared
    sign = 1 if off > 0 else -1

    def rows(changed: int, back: int) -> Amounts:
        return _paying(plan, payment, sign * unit, range(last - changed, last - back))

    def left(changed: int, back: int) -> int:
        return (sum(rows(changed, back)[-1]) - usual) * sign

    changed = _first(plan.repaying - 1, lambda number: left(number, 0) <= unit)
    return rows(changed, _first(changed, lambda back: left(changed, back) >= 0))


def _first(most: int, holds: Callable[[int], bool]) -> int:
    """The smallest number below ``most`` for which ``holds``, which stays true once it is; else ``most``."""
    return bisect_left(range(most), True, key=holds)


def _payment_check(plan: Plan, payment: int) -> None:
    """Raise FactInvalid where the given instalment does not exceed the interest of the first row with principal."""
    interest = plan.periods[-plan.repaying].interest(plan.balance_minor, plan.conventions.rounding)
    if payment <= interest:
        expected = ("more than the interest of its first period, ", Money(interest))
        raise FactInvalid("terms.instalment", "instalment_amount", expected, Money(payment))


def _equal_principal(plan: Plan) -> Amounts:
    """Principal / n, rounded down; the rest is due with the last instalment."""
    share = plan.share_minor
    if share is None:
        share = (plan.balance_minor - plan.balloon_minor) // plan.repaying
    return _rows(plan, lambda _row, balance, _interest: min(balance, share))


def _fixed_principal(plan: Plan) -> Amounts:
    """A share of the note's principal each; the rest is due with the last instalment."""
    share = round_ratio(plan.principal_minor * plan.share_ppm, PPM, plan.conventions.rounding)
    return _rows(plan, lambda _row, balance, _interest: min(balance, share))


def _at_the_end(plan: Plan) -> Amounts:
    return _rows(plan, lambda _row, _balance, _interest: 0)


def _flat(plan: Plan) -> Amounts:
    """Equal principal; every interest is that of the note's whole principal."""
    rounding = plan.conventions.rounding
    interest = [period.interest(plan.principal_minor, rounding) for period in plan.periods]
    return [(principal, due) for (principal, _), due in zip(_equal_principal(plan), interest, strict=True)]


def _rows(plan: Plan, principal_of: PrincipalOf) -> Amounts:
    """Rows with true interest; the first ones may be interest alone, the last one clears the balance."""
    rows: Amounts = []
    balance, last, rounding = plan.balance_minor, len(plan.periods) - 1, plan.conventions.rounding
    for row, period in enumerate(plan.periods):
        interest = period.interest(balance, rounding)
        if row == last:
            principal = balance
        else:
            principal = 0 if row < plan.interest_only else principal_of(row, balance, interest)
        balance -= principal
        rows.append((principal, interest))
    return rows


_COMPUTED = {
    RepaymentMethod.EQUAL_INSTALMENT: _equal_instalment,
    RepaymentMethod.EQUAL_PRINCIPAL: _equal_principal,
    RepaymentMethod.INTEREST_FIRST: _at_the_end,
    RepaymentMethod.BULLET: _at_the_end,
    RepaymentMethod.SETTLED_INTEREST: _at_the_end,
    RepaymentMethod.FIXED_PRINCIPAL: _fixed_principal,
    RepaymentMethod.FLAT: _flat,
}
