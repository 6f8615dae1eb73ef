"""One published row → a note with days, schedules and repayments that add up to what the lender published.

1. Months of interest are the annual rate / 12; every instalment is the published one; the last clears the balance.
2. The number of instalments paid, k, is what was paid divided by the instalment. Paid instalments were paid on
their due
   days. The broken first period takes up what is left: interest paid is then the lender's, to the cent.
3. Money beyond k instalments went to principal on the due day after which the interest paid fits best; the core
system then
   delivers a new schedule. Principal paid is then the lender's, to the cent.
4. Who has paid every instalment due by June has paid to June. With exactly one missing, the June instalment was not due
   yet (day 30) if the weekday of issue allows it (`rules.dates`), else it is overdue.
5. A late fee means that the last instalment that can have been was paid 16 days after its due day.
6. *Fully Paid* ends on the day on which the interest of the last, broken period fits; *Charged Off* leaves the balance
   sheet on 2018-06-29. No other published status is used: it is what the result is compared with (`rules.agreement`).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from huikuan.sample.facts import SNAPSHOT_ON, DerivedNote, DueRow, LenderLoan, LenderStatus, Paid, ScheduleVersion
from huikuan.sample.rules.dates import (
    DUE_DAY_MAX,
    LATE_DUE_DAY,
    SHORT_LONG_WEEKEND,
    SHORT_MIDWEEK,
    SHORT_WEEKEND,
    due_dates,
    issue_day,
    late_possible,
    months_due,
)

CHARGED_OFF_ON = date(2018, 6, 29)
LATE_DAYS = 16  # the lender's late fee falls due after a grace period of 15 days
ROUNDS_MAX = 20
BROKEN_DAYS_MAX = 16  # a first period is at most so much shorter or longer than a month


@dataclass(frozen=True, slots=True)
class PaidSplit:
    """What the paid totals say: whole instalments, the first period's missing days, money beyond."""

    instalments: int
    short_days: int | None  # 2, 4 or 5 where the amount says so
    extra_minor: int  # to principal, beyond the instalments
    extra_after: int  # the instalment on whose due day it came


def month_interest(balance_minor: int, rate_ppm: int) -> int:
    """Interest of a whole month, rounded half up."""
    return (2 * balance_minor * rate_ppm + 12_000_000) // 24_000_000


def day_interest(balance_minor: int, rate_ppm: int, days: int) -> int:
    """Interest of some days (a year of 360), rounded half up."""
    return (2 * balance_minor * rate_ppm * days + 360_000_000) // 720_000_000


def paid_split(loan: LenderLoan) -> PaidSplit:
    """Divide what was paid into instalments, the broken first period and money beyond them."""
    total = loan.paid_principal_minor + loan.paid_interest_minor
    due = months_due(loan.issued_month)
    count = min(due, (2 * total + loan.instalment_minor) // (2 * loan.instalment_minor))
    rest = total - count * loan.instalment_minor
    broken = day_interest(loan.principal_minor, loan.annual_rate_ppm, BROKEN_DAYS_MAX)
    if abs(rest) <= broken:
        return PaidSplit(count, _short(loan, rest) if count else None, 0, 0)
    if rest < 0:
        count -= 1
        rest += loan.instalment_minor
    extra = rest + day_interest(loan.principal_minor, loan.annual_rate_ppm, SHORT_MIDWEEK)
    after = min(range(1, count + 1), key=lambda n: _interest_miss(loan, count, extra, n), default=0)
    split = PaidSplit(count, None, extra, after)
    return split if _adjustments(loan, split)[1] > 0 else PaidSplit(count, None, 0, 0)


def _short(loan: LenderLoan, rest: int) -> int | None:
    """Return 2, 4 or 5 when the first period is short by so many days within half a day, else None."""
    for days in (SHORT_MIDWEEK, SHORT_WEEKEND, SHORT_LONG_WEEKEND):
        if abs(rest + day_interest(loan.principal_minor, loan.annual_rate_ppm, days)) * 2 <= day_interest(
            loan.principal_minor, loan.annual_rate_ppm, 1
        ):
            return days
    return None


def _interest_miss(loan: LenderLoan, count: int, extra: int, after: int) -> int:
    """How far the interest of a prepayment after that instalment is from the interest published."""
    balance, interest = loan.principal_minor, -day_interest(loan.principal_minor, loan.annual_rate_ppm, SHORT_MIDWEEK)
    for number in range(1, count + 1):
        month = month_interest(balance, loan.annual_rate_ppm)
        interest += month
        balance -= loan.instalment_minor - month + (extra if number == after else 0)
    return abs(interest - loan.paid_interest_minor)


def note_derive(loan: LenderLoan) -> DerivedNote:
    """Derive one note; the same row always gives the same note."""
    if loan.status is LenderStatus.FULLY_PAID:
        return _fully_paid(loan)
    split = paid_split(loan)
    missing = months_due(loan.issued_month) - split.instalments
    late = missing == 1 and late_possible(loan.issued_month, split.short_days)
    issued_on = issue_day(loan.row, loan.issued_month, split.short_days, late=late if missing <= 1 else None)
    due_day = LATE_DUE_DAY if late else min(issued_on.day, DUE_DAY_MAX)
    dates = due_dates(issued_on, due_day, loan.term_months)
    versions = _versions(loan, split, issued_on, dates)
    paid = [Paid(day, row.principal_minor + row.interest_minor) for day, row in _paid_rows(versions[-1], split)]
    versions, paid = _late_fee(loan, split, versions, paid)
    charged_off_on = CHARGED_OFF_ON if loan.status is LenderStatus.CHARGED_OFF else None
    return DerivedNote(
        loan, issued_on, tuple(versions), tuple(sorted(paid, key=lambda p: p.value_on)), None, charged_off_on
    )


def _versions(loan: LenderLoan, split: PaidSplit, issued_on: date, dates: tuple[date, ...]) -> list[ScheduleVersion]:
    """The schedule from the start, and the one after money beyond the instalments."""
    first_adjust, beyond, cents = _adjustments(loan, split)
    if not split.extra_minor:
        return [ScheduleVersion(issued_on, _schedule(loan, dates, first_adjust, cents, split.instalments, None))]
    plain = _schedule(loan, dates, first_adjust, 0, split.instalments, None)
    prepaid_on = dates[split.extra_after - 1] if split.extra_after else issued_on + timedelta(LATE_DAYS)
    prepaid = (split.extra_after, DueRow(prepaid_on, beyond, 0))
    rows = _schedule(loan, dates, first_adjust, cents, split.instalments, prepaid)
    return [ScheduleVersion(issued_on, plain), ScheduleVersion(prepaid_on, rows)]


def _adjustments(loan: LenderLoan, split: PaidSplit) -> tuple[int, int, int]:
    """Return by what early interest differs, principal beyond the instalments, and what is left to the last paid one.

    They are chosen so that the paid totals are met. Principal paid early lowers the interest of the instalments after
    it and so raises their principal: a few rounds settle it.
    """
    beyond = split.extra_minor
    for rounds in range(ROUNDS_MAX):
        balance, interest = loan.principal_minor, 0
        if not split.extra_after:
            balance -= split.extra_minor and beyond
        for number in range(1, split.instalments + 1):
            month = month_interest(balance, loan.annual_rate_ppm)
            interest += month
            balance -= loan.instalment_minor - month + (beyond if number == split.extra_after else 0)
        missing = loan.paid_principal_minor - (loan.principal_minor - balance)
        if not split.extra_minor or missing == 0 or rounds == ROUNDS_MAX - 1:
            break
        beyond += missing
    if not split.instalments:
        return 0, beyond, 0
    return loan.paid_interest_minor - interest, beyond, missing


def _schedule(
    loan: LenderLoan,
    dates: tuple[date, ...],
    first_adjust: int,
    cents: int,
    paid_count: int,
    prepaid: tuple[int, DueRow] | None,
) -> tuple[DueRow, ...]:
    """Monthly rows until the balance is cleared; ``cents`` go into the last paid instalment's principal.

    ``first_adjust`` changes the first instalment's interest; what would make it negative passes on to the next.
    """
    rows: list[DueRow] = []
    balance, adjust = loan.principal_minor, first_adjust
    for number, due_on in enumerate(dates, start=1):
        if prepaid is not None and prepaid[0] == number - 1:
            rows.append(prepaid[1])
            balance -= prepaid[1].principal_minor
        if balance == 0:
            break
        interest = month_interest(balance, loan.annual_rate_ppm)
        principal = loan.instalment_minor - interest + (cents if number == paid_count else 0)
        if number == len(dates) or principal >= balance:
            principal = balance
        charged = max(0, interest + adjust)
        adjust = min(0, interest + adjust)
        rows.append(DueRow(due_on, principal, charged))
        balance -= principal
    for place in range(len(rows) - 1, 0, -1):
        if (
            rows[place].principal_minor < 0
        ):  # two loans paid far more interest than months have: the instalment before gives
            before, row = rows[place - 1], rows[place]
            rows[place - 1] = replace(before, principal_minor=before.principal_minor + row.principal_minor)
            rows[place] = replace(row, principal_minor=0)
    return tuple(rows)


def _paid_rows(version: ScheduleVersion, split: PaidSplit) -> list[tuple[date, DueRow]]:
    """The rows of the schedule in force that were paid, each on its due day."""
    count = split.instalments + bool(split.extra_minor)
    return [(row.due_on, row) for row in version.rows[:count]]


def _late_fee(
    loan: LenderLoan, split: PaidSplit, versions: list[ScheduleVersion], paid: list[Paid]
) -> tuple[list[ScheduleVersion], list[Paid]]:
    """Move the last payment that can be late by 16 days and add the fee to its instalment's costs."""
    if not loan.paid_late_fees_minor:
        return versions, paid
    rows = versions[-1].rows
    can = [n for n in range(len(paid)) if paid[n].value_on + timedelta(LATE_DAYS) <= SNAPSHOT_ON]
    can = [n for n in can if not (split.extra_minor and n == split.extra_after)]
    if not can:
        return versions, paid
    place = can[-1]
    paid_on = paid[place].value_on + timedelta(LATE_DAYS)
    row = rows[place]
    charged = DueRow(row.due_on, row.principal_minor, row.interest_minor, loan.paid_late_fees_minor)
    known_on = max(paid_on, versions[-1].known_on)
    later = ScheduleVersion(known_on, (*rows[:place], charged, *rows[place + 1 :]))
    moved = Paid(paid_on, paid[place].amount_minor + loan.paid_late_fees_minor)
    return [*versions, later], [*paid[:place], moved, *paid[place + 1 :]]


def _fully_paid(loan: LenderLoan) -> DerivedNote:
    """A loan that was paid off: regular instalments as long as their interest fits, then all that was left."""
    issued_on = issue_day(loan.row, loan.issued_month, None, late=None)
    dates = due_dates(issued_on, min(issued_on.day, DUE_DAY_MAX), loan.term_months)
    plain = _schedule(loan, dates, 0, 0, 0, None)
    interest, count = loan.paid_interest_minor, 0
    while plain[count].due_on <= SNAPSHOT_ON and plain[count].interest_minor <= interest:
        interest -= plain[count].interest_minor
        count += 1
    balance = loan.principal_minor - sum(row.principal_minor for row in plain[:count])
    from_on = plain[count - 1].due_on if count else issued_on
    per_day = max(1, day_interest(balance, loan.annual_rate_ppm, 1))
    settled_on = min(SNAPSHOT_ON, from_on + timedelta(max(1, interest // per_day)))
    rest = DueRow(settled_on, balance, interest, loan.paid_late_fees_minor)
    paid = [Paid(row.due_on, row.principal_minor + row.interest_minor) for row in plain[:count]]
    paid.append(Paid(settled_on, rest.principal_minor + rest.interest_minor + rest.costs_minor))
    versions = (ScheduleVersion(issued_on, plain), ScheduleVersion(settled_on, (*plain[:count], rest)))
    return DerivedNote(loan, issued_on, versions, tuple(paid), settled_on, None)
