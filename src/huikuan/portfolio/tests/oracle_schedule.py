"""Coming instalments computed anew, as the oracle does it: period by period, in fractions.

For tests only; shares no code with the rules. ``amortised`` takes and gives rows of a schedule, ``recompute`` applies
it to a note that is being lived.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from huikuan.portfolio.conventions import Conventions, FirstPeriod, LastInstalment, PeriodInterest
from huikuan.portfolio.facts import FactInvalid, Instalment, NoteTerms, RepaymentMethod
from huikuan.portfolio.tests.oracle_life import Life, Mark, Row
from huikuan.portfolio.tests.oracle_numbers import PERIODS_A_YEAR, nearest, span

BY_DAYS_METHODS = {RepaymentMethod.BULLET, RepaymentMethod.SETTLED_INTEREST}
NOT_COMPUTED = {RepaymentMethod.GIVEN, RepaymentMethod.FLAT}


def year_share(
    terms: NoteTerms, conventions: Conventions, period: tuple[date, date], part: tuple[date, date]
) -> Fraction:
    """Years of interest of a part of a period."""
    by_days = (
        conventions.period_interest is PeriodInterest.BY_DAYS
        or terms.method in BY_DAYS_METHODS
        or (conventions.first_period is FirstPeriod.BY_DAYS and period[0] == terms.disbursed_on)
    )
    if by_days:
        return span(conventions.day_count, *part)
    whole = Fraction(1, PERIODS_A_YEAR[terms.frequency])
    return whole if part == period else whole * (part[1] - part[0]).days / (period[1] - period[0]).days


def annuity(balance: int, balloon: int, count: int, rate: Fraction) -> Fraction:
    """The payment that brings ``balance`` down to ``balloon`` in ``count`` periods at ``rate`` a period."""
    if rate == 0:
        return Fraction(balance - balloon, count)
    grown = (1 + rate) ** count
    return (balance - balloon / grown) * rate * grown / (grown - 1)


def amortised(
    terms: NoteTerms,
    conventions: Conventions,
    rest: Sequence[Instalment],
    *,
    balance: int,
    rate_ppm: int,
    on: date,
    period_from: date,
    earned: Fraction,
    shorten: bool = False,
) -> list[Instalment]:
    """The coming rows for a new balance or rate. Prepaid interest is the caller's affair."""
    if terms.method in NOT_COMPUTED:
        raise FactInvalid("schedule.not_computed", "schedule", "a schedule", "none")
    if rest[0].seq <= terms.interest_grace_count + 1 and terms.interest_grace_count:
        raise FactInvalid("schedule.interest_grace", "schedule", "a schedule", "none")
    interests = _Interests(terms, conventions, rate_ppm, on, period_from, earned)
    carrying = [row for row in rest if row.seq > terms.interest_only_count]
    level, share = _level(terms, conventions, carrying, balance, rate_ppm, shorten=shorten)
    rows, left = [], balance
    for number, row in enumerate(rest):
        cleared = shorten and number > 0 and left == 0
        interest = interests.of(row, left)
        if number == len(rest) - 1:
            principal = left
        elif row.seq <= terms.interest_only_count:
            principal = 0
        elif level is not None:
            principal = min(left, max(0, level - interest))
        else:
            principal = min(left, share)
        left -= principal
        if not cleared:
            rows.append(Instalment(row.seq, row.due_on, principal, interest, row.costs_minor))
        elif row.costs_minor:
            rows.append(Instalment(row.seq, row.due_on, 0, 0, row.costs_minor))
    if level is not None and not shorten and len(rest) > 1:
        balloon = min(terms.balloon_minor, balance)
        if conventions.last_instalment is LastInstalment.KEEPS_TOTAL:
            kept = max(0, level + balloon - rows[-1].principal_minor)
            rows[-1] = replace(rows[-1], interest_minor=kept)
        elif conventions.last_instalment is LastInstalment.SMOOTHED:
            rows = smoothed(rows, level, balloon, terms.interest_only_count)
    return rows


def _level(
    terms: NoteTerms,
    conventions: Conventions,
    carrying: Sequence[Instalment],
    balance: int,
    rate_ppm: int,
    *,
    shorten: bool,
) -> tuple[int | None, int]:
    """The level payment of equal instalments (else None), and the share of principal of the others."""
    balloon = min(terms.balloon_minor, balance)
    match terms.method:
        case RepaymentMethod.EQUAL_INSTALMENT if not carrying:
            return 0, 0
        case RepaymentMethod.EQUAL_INSTALMENT if shorten:
            return carrying[0].principal_minor + carrying[0].interest_minor, 0
        case RepaymentMethod.EQUAL_INSTALMENT:
            unit = conventions.instalment_unit_minor
            rate = Fraction(rate_ppm, 1_000_000 * PERIODS_A_YEAR[terms.frequency])
            exact = annuity(balance, balloon, len(carrying), rate)
            return nearest(exact / unit, conventions.rounding) * unit, 0
        case RepaymentMethod.EQUAL_PRINCIPAL if shorten and carrying:
            return None, carrying[0].principal_minor
        case RepaymentMethod.EQUAL_PRINCIPAL if carrying:
            return None, math.floor(Fraction(balance - balloon, len(carrying)))
        case RepaymentMethod.FIXED_PRINCIPAL:
            assert terms.principal_share_ppm is not None
            share = Fraction(terms.principal_minor * terms.principal_share_ppm, 1_000_000)
            return None, nearest(share, conventions.rounding)
    return None, 0


class _Interests:
    """Interest of each coming row; the first one is what was earned and the rest of its period."""

    def __init__(
        self, terms: NoteTerms, conventions: Conventions, rate_ppm: int, on: date, period_from: date, earned: Fraction
    ) -> None:
        self.terms, self.conventions = terms, conventions
        self.rate = Fraction(rate_ppm, 1_000_000)
        self.since, self.period_from, self.earned = on, period_from, earned

    def of(self, row: Instalment, balance: int) -> int:
        rate = self.rate if row.seq > self.terms.interest_free_count else 0
        period, part = (self.period_from, row.due_on), (self.since, row.due_on)
        exact = self.earned + balance * rate * year_share(self.terms, self.conventions, period, part)
        self.since = self.period_from = row.due_on
        self.earned = Fraction(0)
        return nearest(exact, self.conventions.rounding)


def smoothed(rows: list[Instalment], payment: int, balloon: int, interest_only: int) -> list[Instalment]:
    """The difference of the last total moved, unit by unit, over the last instalments; their interest stays."""
    carrying = [number for number, row in enumerate(rows) if row.seq > interest_only]
    if not carrying:
        return rows
    last = rows[-1]
    difference = last.principal_minor + last.interest_minor - balloon - payment
    sign = 1 if difference > 0 else -1
    each, more = divmod(abs(difference), len(carrying))
    principals = [row.principal_minor for row in rows]
    principals[-1] -= difference
    for place, number in enumerate(reversed(carrying)):
        principals[number] += sign * (each + (place < more))
    if min(principals) < 0:
        return rows
    return [replace(row, principal_minor=principal) for row, principal in zip(rows, principals, strict=True)]


def running_earned(life: Life) -> Fraction:
    """Interest of the running period up to ``day``, exactly."""
    if not life.coming:
        return Fraction(0)
    grace, begin = life.terms.interest_grace_count, life.period_from
    first = life.coming[0]
    due_on = first.due_on
    period = [row for row in life.coming if row.due_on == due_on]
    if grace and first.seq <= grace + 1:
        begin = life.terms.disbursed_on
        period = [row for row in life.coming if row.seq <= grace + 1]
        due_on = period[-1].due_on
    elif life.mark is not None:
        share = year_share(life.terms, life.conventions, (begin, due_on), (life.mark.on, life.day))
        return life.mark.earned + life.mark.balance * Fraction(life.mark.rate_ppm, 1_000_000) * share
    whole = Fraction(sum(row.scheduled.interest_minor for row in period))
    if due_on in {life.day, begin}:
        return whole
    return whole * (life.day - begin).days / (due_on - begin).days


def recompute(life: Life, *, more: int = 0, shorten: bool = False, rate_ppm: int | None = None) -> bool:
    """Compute the rows due after ``day`` anew for ``more`` principal (below 0: less); False when there are none."""
    rest = [row for row in life.coming if row.due_on > life.day]
    if not rest:
        return False
    today = len(rest) != len(life.coming)
    rate_ppm = life.annual_ppm if rate_ppm is None else rate_ppm
    balance = sum(row.principal for row in rest) + more
    earned = Fraction(0) if today else running_earned(life)
    rows = amortised(
        life.terms,
        life.conventions,
        [row.scheduled for row in rest],
        balance=balance,
        rate_ppm=rate_ppm,
        on=life.day,
        period_from=life.day if today else life.period_from,
        earned=earned,
        shorten=shorten,
    )
    old = {row.seq: row for row in rest}
    free = rest[0].seq <= life.terms.interest_free_count
    life.coming = [row for row in life.coming if row.due_on <= life.day] + [_renewed(old[row.seq], row) for row in rows]
    life.mark = None if today else Mark(life.day, earned, balance, 0 if free else rate_ppm)
    return True


def _renewed(old: Row, new: Instalment) -> Row:
    row = Row.of(new)
    row.costs = old.costs
    row.prepaid_interest = old.prepaid_interest
    row.interest = max(0, new.interest_minor - old.prepaid_interest)
    return row
