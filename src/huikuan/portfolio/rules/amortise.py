"""The rest of a computed schedule, computed anew: after a change of rate, a drawdown, a prepayment.

The running period is cut in two: what it has earned so far stays as it was, what is left of it bears on the new
balance at the new rate. Both are exact; their sum is rounded once, when the instalment's interest is.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

from huikuan.portfolio.conventions import Conventions, LastInstalment
from huikuan.portfolio.facts import FactInvalid, Instalment, NoteTerms, RepaymentMethod
from huikuan.portfolio.rules.schedule.amounts import Plan, amounts
from huikuan.portfolio.rules.schedule.periods import Period, by_days, by_period, counts_days

NOT_COMPUTED = (RepaymentMethod.GIVEN, RepaymentMethod.FLAT)  # their coming instalments are never computed anew


def amortise_rest(
    terms: NoteTerms,
    conventions: Conventions,
    rest: Sequence[Instalment],
    *,
    balance_minor: int,
    annual_rate_ppm: int,
    on: date,
    period_from: date,
    earned: Fraction,
    shorten: bool = False,
) -> tuple[Instalment, ...]:
    """The coming instalments with new amounts; numbers, due dates and costs stay.

    ``rest`` are those due after ``on``, oldest first; ``balance_minor`` is the principal that they repay from now on.
    The running period began on ``period_from`` and has earned ``earned`` minor units up to ``on`` (``running_earned``).
    With ``shorten`` the equal instalment, or the share of equal principal, stays as it was and the instalments that are
    not needed any more are left out; without, all instalments stay and become smaller or larger.
    Raises FactInvalid when no instalment is left or the schedule is not a computed one (given, flat).
    """
    if terms.method in NOT_COMPUTED:
        expected = "a method that computes the balance: not given, not flat"
        raise FactInvalid("schedule.not_computed", "note.repayment_method", expected, terms.method)
    if not rest:
        raise FactInvalid("schedule.nothing_left", "schedule", f"an instalment due after {on}", "none")
    plan = Plan(
        method=terms.method,
        conventions=_clearing(conventions) if shorten or len(rest) == 1 else conventions,
        frequency=terms.frequency,
        annual_rate_ppm=annual_rate_ppm,
        periods=_periods(terms, conventions, rest, annual_rate_ppm, on, period_from, earned),
        balance_minor=balance_minor,
        principal_minor=terms.principal_minor,
        balloon_minor=0 if shorten else min(terms.balloon_minor, balance_minor),
        interest_only=_up_to(rest, terms.interest_only_count),
        interest_free=_up_to(rest, terms.interest_free_count),
        interest_grace=min(_up_to(rest, terms.interest_grace_count), len(rest) - 1),
        instalment_minor=_usual_payment(terms, rest) if shorten else None,
        share_minor=_usual_share(terms, rest) if shorten else None,
        share_ppm=terms.principal_share_ppm or 0,
    )
    rows = tuple(
        replace(row, principal_minor=principal, interest_minor=interest)
        for row, (principal, interest) in zip(rest, amounts(plan), strict=True)
    )
    return _needed(rows, balance_minor) if shorten else rows


def running_earned(
    terms: NoteTerms, coming: Sequence[Instalment], *, on: date, earned: Fraction, earned_on: date
) -> Fraction:
    """Interest that the running period has earned up to ``on``, in minor units, exact.

    The interest of the next instalment that carries interest is earned in even parts by actual days. ``earned`` is what
    was already earned on ``earned_on``: 0 where the running period began (``period_ends``), or the answer of this
    function on the day of the last ``amortise_rest``.
    """
    grace = terms.interest_grace_count
    row = next((row for row in coming if row.seq > grace), coming[-1] if coming else None)
    if row is None:
        return earned
    interest = sum(other.interest_minor for other in coming if other.due_on <= row.due_on)  # two may be due on one day
    days = (row.due_on - earned_on).days
    if days == 0:
        return Fraction(interest)
    return earned + (interest - earned) * (on - earned_on).days / days


def period_ends(terms: NoteTerms, seq: int) -> bool:
    """Whether nothing stays earned when instalment ``seq`` falls due: not so while its interest is put off."""
    return seq > terms.interest_grace_count or seq <= terms.interest_free_count


def _periods(
    terms: NoteTerms,
    conventions: Conventions,
    rest: Sequence[Instalment],
    annual_rate_ppm: int,
    on: date,
    period_from: date,
    earned: Fraction,
) -> list[Period]:
    """The rest of the running period, with what it has earned, and the whole periods after it."""
    by_days_ = counts_days(terms, conventions, first=False)
    due_on = rest[0].due_on
    if counts_days(terms, conventions, first=period_from == terms.disbursed_on):
        periods = [by_days(conventions, annual_rate_ppm, on, due_on).after(earned, Fraction(0))]
    else:
        elapsed = Fraction((on - period_from).days, (due_on - period_from).days)
        periods = [by_period(terms.frequency, annual_rate_ppm).after(earned, elapsed)]
    whole = by_period(terms.frequency, annual_rate_ppm)
    for earlier, later in pairwise(rest):
        periods.append(by_days(conventions, annual_rate_ppm, earlier.due_on, later.due_on) if by_days_ else whole)
    return periods


def _clearing(conventions: Conventions) -> Conventions:
    """The last instalment has its true interest: a total to be kept exists only among several whole periods."""
    return replace(conventions, last_instalment=LastInstalment.CLEARS)


def _up_to(rest: Sequence[Instalment], count: int) -> int:
    """How many of the first ``count`` instalments of the note are still to come."""
    return sum(row.seq <= count for row in rest)


def _usual_payment(terms: NoteTerms, rest: Sequence[Instalment]) -> int:
    """Total of the first coming instalment that carries both principal and the interest of its own period alone."""
    grace = terms.interest_grace_count
    unusual = max(terms.interest_only_count, terms.interest_free_count, grace + 1 if grace else 0)
    row = next((row for row in rest if row.seq > unusual), rest[-1])
    return row.principal_minor + row.interest_minor


def _usual_share(terms: NoteTerms, rest: Sequence[Instalment]) -> int:
    """Principal of the first coming instalment that carries principal."""
    return next((row for row in rest if row.seq > terms.interest_only_count), rest[-1]).principal_minor


def _needed(rows: Sequence[Instalment], balance_minor: int) -> tuple[Instalment, ...]:
    """The rows without those that have nothing to pay once the balance is cleared."""
    needed: list[Instalment] = []
    for row in rows:
        if balance_minor or row.principal_minor or row.interest_minor or row.costs_minor:
            needed.append(row)
        balance_minor -= row.principal_minor
    return tuple(needed)
