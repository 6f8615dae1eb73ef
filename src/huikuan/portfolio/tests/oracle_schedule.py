"""The rest of a schedule as the oracle computes it anew: period by period, in fractions.

For tests only; shares no code with the rules. ``amortised`` gives the rows, and ``recompute`` applies them to a note
that is being lived. ``naive_schedule`` does whole schedules.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

from huikuan.portfolio.conventions import Conventions, FirstPeriod, LastInstalment, PeriodInterest
from huikuan.portfolio.facts import FactInvalid, Instalment, NoteTerms, RepaymentMethod
from huikuan.portfolio.tests.oracle_life import Life, Row
from huikuan.portfolio.tests.oracle_numbers import PERIODS_A_YEAR, nearest, span

BY_DAYS_METHODS = {RepaymentMethod.BULLET, RepaymentMethod.SETTLED_INTEREST}
NOT_COMPUTED = {RepaymentMethod.GIVEN, RepaymentMethod.FLAT}
Days = tuple[date, date]  # first day, and the day after the last
Period = tuple[Fraction, Fraction]  # earned before, and interest of one unit of balance in what is left
PrincipalOf = Callable[[int, int, int], int]  # of row number, balance and interest


def year_share(terms: NoteTerms, conventions: Conventions, period: Days, part: Days) -> Fraction:
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
    rate = Fraction(rate_ppm, 1_000_000)
    first = rest[0].due_on
    periods = [(earned, rate * year_share(terms, conventions, (period_from, first), (on, first)))]
    for before, row in pairwise(rest):
        period = (before.due_on, row.due_on)
        periods.append((Fraction(0), rate * year_share(terms, conventions, period, period)))
    if not shorten:
        if len(rest) == 1:
            conventions = replace(conventions, last_instalment=LastInstalment.CLEARS)
        return _Plan(terms, conventions, rest, periods, balance, rate_ppm).rows()
    conventions = replace(conventions, last_instalment=LastInstalment.CLEARS)
    grace = terms.interest_grace_count
    plain = max(terms.interest_only_count, terms.interest_free_count, grace + 1 if grace else 0)
    usual = next((row for row in rest if row.seq > plain), rest[-1])
    carries = next((row for row in rest if row.seq > terms.interest_only_count), rest[-1])
    level, share = usual.principal_minor + usual.interest_minor, carries.principal_minor
    terms = replace(terms, balloon_minor=0)
    kept, left = [], balance
    for row in _Plan(terms, conventions, rest, periods, balance, rate_ppm, level=level, share=share).rows():
        if left or row.principal_minor or row.interest_minor or row.costs_minor:
            kept.append(row)
        left -= row.principal_minor
    return kept


class _Plan:
    """Rows to be filled with principal and interest."""

    def __init__(
        self,
        terms: NoteTerms,
        conventions: Conventions,
        empty: Sequence[Instalment],
        periods: Sequence[Period],
        balance: int,
        rate_ppm: int,
        *,
        level: int | None = None,
        share: int | None = None,
    ) -> None:
        self.terms, self.conventions, self.empty, self.periods = terms, conventions, empty, periods
        self.balance, self.balloon = balance, min(terms.balloon_minor, balance)
        self.carrying = max(1, sum(row.seq > terms.interest_only_count for row in empty))
        unit = conventions.instalment_unit_minor
        if level is None:
            exact = annuity(balance, self.balloon, self.carrying, _a_period(terms, rate_ppm))
            level = nearest(exact / unit, conventions.rounding) * unit
        self.level = level
        self.share = math.floor(Fraction(balance - self.balloon, self.carrying)) if share is None else share

    def rows(self) -> list[Instalment]:
        amounts = self._equal_instalments() if self._equal() else self._lay(self._shared)
        free = [(0 if row.seq <= self.terms.interest_free_count else due) for row, (_, due) in self._with(amounts)]
        carried, interests = 0, []
        for number, row in enumerate(self.empty):
            carried += free[number]
            put_off = row.seq <= self.terms.interest_grace_count and number < len(self.empty) - 1
            interests.append(0 if put_off else carried)
            carried = carried if put_off else 0
        return [
            replace(row, principal_minor=principal, interest_minor=interest)
            for (row, (principal, _)), interest in zip(self._with(amounts), interests, strict=True)
        ]

    def _equal(self) -> bool:
        return self.terms.method is RepaymentMethod.EQUAL_INSTALMENT

    def _with(self, amounts: list[tuple[int, int]]) -> list[tuple[Instalment, tuple[int, int]]]:
        return list(zip(self.empty, amounts, strict=True))

    def _lay(self, principal_of: PrincipalOf) -> list[tuple[int, int]]:
        left, amounts = self.balance, []
        for number, (row, (earned, factor)) in enumerate(zip(self.empty, self.periods, strict=True)):
            interest = nearest(earned + left * factor, self.conventions.rounding)
            if number == len(self.empty) - 1:
                principal = left
            elif row.seq <= self.terms.interest_only_count:
                principal = 0
            else:
                principal = principal_of(number, left, interest)
            left -= principal
            amounts.append((principal, interest))
        return amounts

    def _shared(self, _number: int, left: int, _interest: int) -> int:
        match self.terms.method:
            case RepaymentMethod.EQUAL_PRINCIPAL:
                return min(left, self.share)
            case RepaymentMethod.FIXED_PRINCIPAL:
                assert self.terms.principal_share_ppm is not None
                exact = Fraction(self.terms.principal_minor * self.terms.principal_share_ppm, 1_000_000)
                return min(left, nearest(exact, self.conventions.rounding))
        return 0

    def _equal_instalments(self) -> list[tuple[int, int]]:
        usual = self.level + self.balloon
        amounts = self._stepped(0, 0, 0)
        match self.conventions.last_instalment:
            case LastInstalment.KEEPS_TOTAL if amounts[-1][0]:  # else all is repaid: no total to keep
                amounts[-1] = (amounts[-1][0], max(0, usual - amounts[-1][0]))
            case LastInstalment.SMOOTHED:
                amounts = self._smoothed(usual, 1 if sum(amounts[-1]) > usual else -1)
        return amounts

    def _smoothed(self, usual: int, sign: int) -> list[tuple[int, int]]:
        """As few instalments as possible change by one unit; those nearest to the last back, where that is too much."""
        unit = self.conventions.instalment_unit_minor

        def off(changed: int, back: int) -> int:
            return (sum(self._stepped(sign * unit, changed, back)[-1]) - usual) * sign

        most = self.carrying - 1
        changed = next((number for number in range(most) if off(number, 0) <= unit), most)
        back = next((number for number in range(changed) if off(changed, number) >= 0), changed)
        return self._stepped(sign * unit, changed, back)

    def _stepped(self, step: int, changed: int, back: int) -> list[tuple[int, int]]:
        """Equal instalments, of which the last ``changed`` but ``back`` before the very last one differ by ``step``."""
        last = len(self.empty) - 1

        def principal_of(number: int, left: int, interest: int) -> int:
            total = self.level + (step if last - changed <= number < last - back else 0)
            return max(0, min(left - self.balloon, total - interest))

        return self._lay(principal_of)


def _a_period(terms: NoteTerms, rate_ppm: int) -> Fraction:
    return Fraction(rate_ppm, 1_000_000 * PERIODS_A_YEAR[terms.frequency])


def running_earned(life: Life) -> Fraction:
    """Interest of the running period up to ``day``, exactly: what was earned, and an even part of the rest."""
    if not life.coming:
        return Fraction(0)
    bearing = [row for row in life.coming if row.seq > life.terms.interest_grace_count]
    due_on = (bearing[0] if bearing else life.coming[-1]).due_on
    whole = sum(row.scheduled.interest_minor for row in life.coming if row.due_on <= due_on)
    days = (due_on - life.earned_on).days
    if days == 0:
        return Fraction(whole)
    return life.earned + (whole - life.earned) * (life.day - life.earned_on).days / days


def recompute(life: Life, *, more: int = 0, shorten: bool = False, rate_ppm: int | None = None) -> bool:
    """Compute the rows due after ``day`` anew for ``more`` principal (below 0: less); False when there are none."""
    rest = [row for row in life.coming if row.due_on > life.day]
    if not rest:
        return False
    today = [row for row in life.coming if row.due_on <= life.day]
    ended = bool(today) and period_ends(life.terms, today[-1].seq)
    earned = Fraction(0) if ended else running_earned(life)
    rows = amortised(
        life.terms,
        life.conventions,
        [row.scheduled for row in rest],
        balance=sum(row.principal for row in rest) + more,
        rate_ppm=life.annual_ppm if rate_ppm is None else rate_ppm,
        on=life.day,
        period_from=life.day if today else life.period_from,
        earned=earned,
        shorten=shorten,
    )
    old = {row.seq: row for row in rest}
    life.coming = today + [_renewed(old[row.seq], row) for row in rows]
    life.earned, life.earned_on = earned, life.day
    return True


def period_ends(terms: NoteTerms, seq: int) -> bool:
    """Whether nothing stays earned when an instalment falls due: not so while its interest is put off."""
    return seq > terms.interest_grace_count or seq <= terms.interest_free_count


def _renewed(old: Row, new: Instalment) -> Row:
    row = Row.of(new)
    row.costs = old.costs
    row.prepaid_interest = old.prepaid_interest
    row.interest = max(0, new.interest_minor - old.prepaid_interest)
    return row
