"""Repayment schedules from terms: what falls due, and when.

Conventions, each of which systems do differently:
- Monthly interest is annual / 12, also for a first period that is not exactly a month; a note with an irregular
  first period brings its own schedule in the instalments feed. A bullet's interest is actual days / 360.
- A payment or an interest amount is computed exactly and rounded half up to the minor unit, once.
- The last instalment clears the balance; its interest is the true interest, so its total may differ by some units.
- Due dates keep the anchor's day of month: 31 January, 28 February, 31 March. Dates are not moved for holidays.
"""

import calendar
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from huikuan.portfolio.facts import DEN, PPM, FactInvalid, Instalment, NoteTerms, RepaymentMethod
from huikuan.portfolio.rules.rounding import half_up

MONTHS_A_YEAR = 12
INSTALMENTS_MAX = 600  # fifty years of months


def schedule_build(terms: NoteTerms, delivered: Sequence[Instalment] = ()) -> tuple[Instalment, ...]:
    """The schedule in force, in order of ``seq``.

    ``delivered`` is the schedule that the core system sent: it wins over the computed one, and
    ``RepaymentMethod.GIVEN`` needs it. Raises FactInvalid naming the field of the terms or of the instalments.
    """
    terms_check(terms)
    if delivered:
        schedule_check(terms, delivered)
        return tuple(delivered)
    if terms.method is RepaymentMethod.GIVEN:
        raise FactInvalid("schedule.missing", "instalments", "a delivered schedule for repayment method given", "none")
    due_dates = [months_after(terms.first_due_on, month) for month in range(terms.instalment_count)]
    if due_dates[-1] > terms.matures_on:
        raise FactInvalid(
            "terms.due_after_maturity", "matures_on", f"the last due date {due_dates[-1]} or later", terms.matures_on
        )
    amounts = _AMOUNTS[terms.method](terms)
    return tuple(
        Instalment(seq, due_on, principal, interest)
        for seq, (due_on, (principal, interest)) in enumerate(zip(due_dates, amounts, strict=True), start=1)
    )


def months_after(anchor_on: date, months: int) -> date:
    """The anchor's day of month, ``months`` later; the last day where that month is shorter."""
    year, month0 = divmod(anchor_on.year * MONTHS_A_YEAR + anchor_on.month - 1 + months, MONTHS_A_YEAR)
    last_day = calendar.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(anchor_on.day, last_day))


def terms_check(terms: NoteTerms) -> None:
    """Raise FactInvalid for the first term that no schedule can be built from."""
    if terms.principal_minor <= 0:
        raise FactInvalid("terms.principal", "principal", "an amount above 0", terms.principal_minor)
    if terms.annual_rate_ppm < 0:
        raise FactInvalid("terms.rate", "annual_rate_pct", "a rate of 0 or more", terms.annual_rate_ppm)
    if terms.penalty_rate_ppm < 0:
        raise FactInvalid("terms.rate", "penalty_rate_pct", "a rate of 0 or more", terms.penalty_rate_ppm)
    if not 1 <= terms.instalment_count <= INSTALMENTS_MAX:
        raise FactInvalid("terms.count", "instalment_count", f"1 to {INSTALMENTS_MAX}", terms.instalment_count)
    if terms.matures_on < terms.disbursed_on:
        raise FactInvalid("terms.maturity", "matures_on", f"{terms.disbursed_on} or later", terms.matures_on)
    if terms.first_due_on < terms.disbursed_on:
        raise FactInvalid("terms.first_due", "first_due_on", f"{terms.disbursed_on} or later", terms.first_due_on)
    if terms.method is RepaymentMethod.BULLET:
        if terms.instalment_count != 1:
            raise FactInvalid("terms.count", "instalment_count", "1 for a bullet note", terms.instalment_count)
        if terms.first_due_on != terms.matures_on:
            expected = f"the maturity date {terms.matures_on} for a bullet note"
            raise FactInvalid("terms.first_due", "first_due_on", expected, terms.first_due_on)


def schedule_check(terms: NoteTerms, schedule: Sequence[Instalment]) -> None:
    """Raise FactInvalid for the first instalment that cannot belong to the note.

    Instalments stand in order of ``seq``, due dates do not go back, no amount is negative, nothing is due before
    the disbursement, and the principal adds up to the note's. Two instalments may be due on one day.
    """
    for row in schedule:
        for field in ("principal", "interest", "costs"):
            amount = getattr(row, f"{field}_minor")
            if amount < 0:
                where = f"instalments[seq={row.seq}].{field}"
                raise FactInvalid("schedule.amount", where, "an amount of 0 or more", amount)
        if row.due_on < terms.disbursed_on:
            where = f"instalments[seq={row.seq}].due_on"
            raise FactInvalid("schedule.due_on", where, f"{terms.disbursed_on} or later", row.due_on)
    for earlier, later in pairwise(schedule):
        if later.seq <= earlier.seq:
            where = f"instalments[seq={later.seq}].seq"
            raise FactInvalid("schedule.seq", where, f"a number above {earlier.seq}", later.seq)
        if later.due_on < earlier.due_on:
            where = f"instalments[seq={later.seq}].due_on"
            raise FactInvalid("schedule.due_on", where, f"{earlier.due_on} or later", later.due_on)
    total = sum(row.principal_minor for row in schedule)
    if total != terms.principal_minor:
        expected = f"a sum of {terms.principal_minor} (the note's principal)"
        raise FactInvalid("schedule.principal_sum", "instalments.principal", expected, total)


def _equal_instalment(terms: NoteTerms) -> Iterator[tuple[int, int]]:
    """Payment = P * r * q^n / (q^n - 1) with r = annual / 12, q = 1 + r, as one exact fraction."""
    count, year = terms.instalment_count, MONTHS_A_YEAR * PPM
    if terms.annual_rate_ppm == 0:
        payment = half_up(terms.principal_minor, count)
    else:
        grown = (year + terms.annual_rate_ppm) ** count
        payment = half_up(terms.principal_minor * terms.annual_rate_ppm * grown, year * (grown - year**count))
    balance = terms.principal_minor
    for seq in range(1, count + 1):
        interest = _month_interest(balance, terms.annual_rate_ppm)
        # A payment rounded up can clear a tiny principal early: the rest of the instalments are then empty.
        principal = balance if seq == count else min(balance, payment - interest)
        balance -= principal
        yield principal, interest


def _equal_principal(terms: NoteTerms) -> Iterator[tuple[int, int]]:
    """Principal / n, rounded down; the rest is due with the last instalment."""
    count = terms.instalment_count
    share = terms.principal_minor // count
    balance = terms.principal_minor
    for seq in range(1, count + 1):
        principal = balance if seq == count else share
        yield principal, _month_interest(balance, terms.annual_rate_ppm)
        balance -= principal


def _interest_first(terms: NoteTerms) -> Iterator[tuple[int, int]]:
    interest = _month_interest(terms.principal_minor, terms.annual_rate_ppm)
    for seq in range(1, terms.instalment_count + 1):
        yield (terms.principal_minor if seq == terms.instalment_count else 0), interest


def _bullet(terms: NoteTerms) -> Iterator[tuple[int, int]]:
    days = (terms.matures_on - terms.disbursed_on).days
    yield terms.principal_minor, half_up(terms.principal_minor * terms.annual_rate_ppm * days, DEN)


def _month_interest(balance_minor: int, annual_rate_ppm: int) -> int:
    return half_up(balance_minor * annual_rate_ppm, MONTHS_A_YEAR * PPM)


_AMOUNTS = {
    RepaymentMethod.EQUAL_INSTALMENT: _equal_instalment,
    RepaymentMethod.EQUAL_PRINCIPAL: _equal_principal,
    RepaymentMethod.INTEREST_FIRST: _interest_first,
    RepaymentMethod.BULLET: _bullet,
}
