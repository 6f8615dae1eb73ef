"""Schedules the slow way, for comparing: day by day, in fractions, sharing no code with ``rules``.

The equal instalment comes from discount factors summed one by one, day counts from single days, smoothing from trying
every number of changed instalments in turn.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor

from huikuan.portfolio.conventions import (
    Conventions,
    DayCount,
    FirstPeriod,
    Holidays,
    LastInstalment,
    MonthEnd,
    PeriodInterest,
    Rounding,
)
from huikuan.portfolio.facts import Frequency, NoteTerms, RepaymentMethod

A_YEAR = {"weekly": 52, "biweekly": 26, "monthly": 12, "quarterly": 4, "half_yearly": 2, "yearly": 1}
ONE_DAY = timedelta(days=1)
Pay = Callable[[Sequence[int]], list[tuple[int, int]]]
Row = tuple[int, date, int, int]  # seq, due date, principal, interest


def naive_schedule(
    terms: NoteTerms, conventions: Conventions, is_workday: Callable[[date], bool] | None = None
) -> list[Row]:
    """Rows of a computed schedule."""
    due = [naive_moved(day, conventions.holidays, is_workday) for day in naive_dates(terms, conventions)]
    shares = year_parts(terms, conventions, due)
    return [
        (seq, day, principal, interest)
        for seq, (day, (principal, interest)) in enumerate(
            zip(due, naive_amounts(terms, conventions, shares), strict=True), start=1
        )
    ]


def naive_round(exact: Fraction, rounding: Rounding, unit: int = 1) -> int:
    """A multiple of the unit."""
    count = exact / unit
    low, high = floor(count), ceil(count)
    if rounding is Rounding.UP:
        chosen = high if exact > 0 else low
    elif rounding is Rounding.DOWN:
        chosen = low if exact > 0 else high
    elif count - low == high - count:
        chosen = high if rounding is Rounding.HALF_UP or high % 2 == 0 else low
    else:
        chosen = low if count - low < high - count else high
    return chosen * unit


def naive_year_part(day_count: DayCount, from_on: date, to_on: date) -> Fraction:
    """The part of a year, day by day."""
    if day_count is DayCount.THIRTY_360:
        months = (to_on.year - from_on.year) * 12 + to_on.month - from_on.month
        return Fraction(months * 30 + min(to_on.day, 30) - min(from_on.day, 30), 360)
    year = {DayCount.ACT_360: 360, DayCount.ACT_365: 365, DayCount.ACT_364: 364}.get(day_count)
    part, day = Fraction(0), from_on
    while day < to_on:
        of_year = date(day.year, 12, 31).timetuple().tm_yday
        part += Fraction(1, year or of_year)
        day += ONE_DAY
    return part


def naive_dates(terms: NoteTerms, conventions: Conventions) -> list[date]:
    """Due dates before holidays: walking over days, one by one."""
    if terms.method is RepaymentMethod.SETTLED_INTEREST:
        months = {"monthly": range(1, 13), "quarterly": (3, 6, 9, 12), "half_yearly": (6, 12), "yearly": (12,)}
        day, found = terms.disbursed_on + ONE_DAY, []
        while day < terms.matures_on:
            if day.day == 20 and day.month in months[terms.frequency]:
                found.append(day)
            day += ONE_DAY
        return [*found, terms.matures_on]
    weeks = {Frequency.WEEKLY: 1, Frequency.BIWEEKLY: 2}.get(terms.frequency)
    first, found = terms.first_due_on, [terms.first_due_on]
    to_the_end = conventions.month_end is MonthEnd.END_OF_MONTH and (first + ONE_DAY).month != first.month
    while len(found) < terms.instalment_count:
        if weeks:
            found.append(found[-1] + 7 * weeks * ONE_DAY)
            continue
        year, month = found[-1].year, found[-1].month
        for _ in range(12 // A_YEAR[terms.frequency]):
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        day = date(year, month, 28)
        while (day + ONE_DAY).month == month and (to_the_end or day.day < first.day):
            day += ONE_DAY
        found.append(day.replace(day=first.day) if first.day < 28 and not to_the_end else day)
    return found


def naive_moved(day: date, holidays: Holidays, is_workday: Callable[[date], bool] | None) -> date:
    """The day on which it falls due."""
    if holidays is Holidays.UNMOVED or is_workday is None:
        return day
    after = min(d for d in (day + n * ONE_DAY for n in range(40)) if is_workday(d))
    before = max(d for d in (day - n * ONE_DAY for n in range(40)) if is_workday(d))
    if holidays is Holidays.FOLLOWING:
        return after
    if holidays is Holidays.PRECEDING:
        return before
    return after if after.month == day.month else before


def year_parts(terms: NoteTerms, conventions: Conventions, due: Sequence[date]) -> list[Fraction]:
    """The part of a year that each period counts for."""
    days_count = terms.method in (RepaymentMethod.BULLET, RepaymentMethod.SETTLED_INTEREST)
    days_count |= conventions.period_interest is PeriodInterest.BY_DAYS
    parts = []
    for number, to_on in enumerate(due):
        from_on = due[number - 1] if number else terms.disbursed_on
        whole = Fraction(1, A_YEAR[terms.frequency])
        counted = days_count or (number == 0 and conventions.first_period is FirstPeriod.BY_DAYS)
        flat = terms.method is RepaymentMethod.FLAT
        parts.append(naive_year_part(conventions.day_count, from_on, to_on) if counted and not flat else whole)
    return parts


def naive_amounts(terms: NoteTerms, conventions: Conventions, parts: Sequence[Fraction]) -> list[tuple[int, int]]:
    """Principal and interest of each row."""
    count, free, grace = len(parts), terms.interest_free_count, terms.interest_grace_count
    rows = _by_method(terms, conventions, parts)
    interest = [0 if number < free else rows[number][1] for number in range(count)]
    for number in range(grace):
        interest[grace] += interest[number]
        interest[number] = 0
    return [(rows[number][0], interest[number]) for number in range(count)]


def _by_method(terms: NoteTerms, conventions: Conventions, parts: Sequence[Fraction]) -> list[tuple[int, int]]:
    count, repaying = len(parts), len(parts) - terms.interest_only_count
    fixed = [0] * count
    if terms.method is RepaymentMethod.EQUAL_INSTALMENT:
        return _equal_instalment(terms, conventions, parts)
    if terms.method in (RepaymentMethod.EQUAL_PRINCIPAL, RepaymentMethod.FLAT):
        fixed = [(terms.principal_minor - terms.balloon_minor) // repaying] * count
    elif terms.method is RepaymentMethod.FIXED_PRINCIPAL:
        share = Fraction(terms.principal_minor * (terms.principal_share_ppm or 0), 1_000_000)
        fixed = [naive_round(share, conventions.rounding)] * count
    rows, balance = [], terms.principal_minor
    for number, part in enumerate(parts):
        bears = terms.principal_minor if terms.method is RepaymentMethod.FLAT else balance
        interest = naive_round(bears * Fraction(terms.annual_rate_ppm, 1_000_000) * part, conventions.rounding)
        principal = min(balance, fixed[number]) if number >= terms.interest_only_count else 0
        principal = balance if number == count - 1 else principal
        balance -= principal
        rows.append((principal, interest))
    return rows


def naive_payment(terms: NoteTerms, balance: int, count: int, balloon: int, annual_rate_ppm: int) -> Fraction:
    """What one unit a period is worth today, by summing discount factors."""
    rate = Fraction(annual_rate_ppm, 1_000_000 * A_YEAR[terms.frequency])
    factors = [1 / (1 + rate) ** number for number in range(1, count + 1)]
    return (balance - balloon * factors[-1]) / sum(factors)


def _equal_instalment(terms: NoteTerms, conventions: Conventions, parts: Sequence[Fraction]) -> list[tuple[int, int]]:
    repaying = len(parts) - terms.interest_only_count
    unit = conventions.instalment_unit_minor
    payment = terms.instalment_minor
    if payment is None:
        exact = naive_payment(terms, terms.principal_minor, repaying, terms.balloon_minor, terms.annual_rate_ppm)
        payment = naive_round(exact, conventions.rounding, unit)
    usual = [payment] * len(parts)

    def pay(totals: Sequence[int]) -> list[tuple[int, int]]:
        rows, balance = [], terms.principal_minor
        for number, part in enumerate(parts):
            interest = naive_round(balance * Fraction(terms.annual_rate_ppm, 1_000_000) * part, conventions.rounding)
            principal = max(0, min(balance - terms.balloon_minor, totals[number] - interest))
            if number < terms.interest_only_count:
                principal = 0
            if number == len(parts) - 1:
                principal = balance
            balance -= principal
            rows.append((principal, interest))
        return rows

    rows = pay(usual)
    off = sum(rows[-1]) - terms.balloon_minor - payment
    if conventions.last_instalment is LastInstalment.KEEPS_TOTAL and rows[-1][0]:
        rows[-1] = (rows[-1][0], max(0, payment + terms.balloon_minor - rows[-1][0]))
    elif conventions.last_instalment is LastInstalment.SMOOTHED:
        rows = _smoothed(pay, usual, unit, 1 if off > 0 else -1, payment + terms.balloon_minor, repaying, rows)
    return rows


def _smoothed(
    pay: Pay, usual: Sequence[int], unit: int, sign: int, aim: int, repaying: int, cleared: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Try one more changed instalment after the other, then one more changed back."""
    if abs(sum(cleared[-1]) - aim) <= unit:
        return cleared
    last = len(usual) - 1

    def changed(first: int, end: int) -> list[tuple[int, int]]:
        return pay([total + sign * unit * (first <= number < end) for number, total in enumerate(usual)])

    first = last
    while first > last - repaying + 1 and sign * (sum(changed(first, last)[-1]) - aim) > unit:
        first -= 1
    end = last
    while end > first and sign * (sum(changed(first, end)[-1]) - aim) < 0:
        end -= 1
    return changed(first, end)
