"""What lateness costs by the day: penalty, compound and delay interest, and capitalisation.

Sources: penalty interest on overdue principal at the penalty rate (CN-MN-01); compound interest on unpaid interest at
the contract rate up to the maturity date, at the penalty rate after it (CN-MN-03: 银发〔1999〕77号 art. 20 and
银发〔2003〕251号 §3); none on penalty interest unless the convention says so (CN-MN-04); daily rate = annual / 360 by
default (CN-MN-05).
"""

from collections.abc import Iterator
from datetime import date, timedelta

from huikuan.portfolio.conventions import DELAY_RATE_PPM_A_DAY, SETTLEMENT_DAY, DayCount, PausePenalty
from huikuan.portfolio.facts import PPM, Compound
from huikuan.portfolio.rules.ageing import is_paused
from huikuan.portfolio.rules.day_count import units_between
from huikuan.portfolio.rules.engine.book import COMPOUND, COSTS, DELAY, INTEREST, PENALTY, PRINCIPAL, Book

_MONTHS_BETWEEN = {Compound.MONTHLY: 1, Compound.QUARTERLY: 3}
_UNEVEN = (DayCount.THIRTY_360, DayCount.ACT_ACT)  # a day is not always one unit
_ONE_DAY = timedelta(days=1)


def accrue(book: Book, until: date) -> None:
    """The nights after ``day`` up to ``until``; all that is open was due before each of them.

    ``run`` calls it so that no turn lies inside: the maturity, the edge of a pause that stops interest, the day from
    which delay interest runs. Compound interest on penalty changes its base every night and is accrued night by night.
    """
    since, conventions = book.day, book.conventions
    if not (book.open or book.capitalised or conventions.compound_on_penalty):  # nothing bears interest
        book.day = until
        return
    if conventions.compound_on_penalty and (until - since).days > 1:
        while book.day < until:
            accrue(book, book.day + _ONE_DAY)
        return
    book.day = until
    if until <= since or book.insolvent_on is not None:
        return
    if book.delay_from is not None and since >= book.delay_from:
        _delay(book, since)
    penalty_base, compound_base = _bases(book)
    if not (penalty_base or compound_base):
        return
    if book.pauses and conventions.pause_penalty is PausePenalty.STOPS and is_paused(until.toordinal(), book.pauses):
        return
    uneven = conventions.day_count in _UNEVEN
    units = units_between(conventions.day_count, since, until) if uneven else (until - since).days
    if penalty_base:
        book.saw_nights(since, PENALTY, penalty_base, book.penalty_rate_ppm)
        book.penalty += penalty_base * book.penalty_rate_ppm * units
    if compound_base:
        rate = book.annual_rate_ppm if since < book.matures_on else book.penalty_rate_ppm
        book.saw_nights(since, COMPOUND, compound_base, rate)
        book.compound += compound_base * rate * units


def _bases(book: Book) -> tuple[int, int]:
    """What bears penalty interest, and what bears compound interest."""
    principal, interest = book.due[PRINCIPAL], book.due[INTEREST]
    penalty_base = principal + interest if book.interest_bears_penalty else principal
    if not book.compounds or book.judged_on is not None:
        return penalty_base, 0
    compound_base = interest + book.capitalised
    if book.conventions.compound_on_penalty:
        compound_base += book.rounded(book.penalty)
    return penalty_base, compound_base


def _delay(book: Book, since: date) -> None:
    if base := book.due[PRINCIPAL] + book.due[COSTS]:
        book.delay += base * DELAY_RATE_PPM_A_DAY * (book.den // PPM) * (book.day - since).days
        book.saw_nights(since, DELAY, base, DELAY_RATE_PPM_A_DAY)


def capitalise(book: Book) -> None:
    """Accrued compound interest, rounded, becomes part of its own base; not after a judgment or an insolvency."""
    if book.judged_on is not None or book.insolvent_on is not None:
        return
    if amount := book.rounded(book.compound):
        book.saw_capitalised(book.compound, amount)
        book.capitalised += amount
        book.compound -= amount * book.den


def capitalisation_days(compound: Compound, after: date, until: date) -> Iterator[date]:
    """Days on which accrued compound interest is capitalised, later than ``after``, not later than ``until``."""
    step = _MONTHS_BETWEEN.get(compound)
    if step is None:
        return
    month = after.year * 12 + after.month - 1
    month += -(month + 1) % step  # quarterly: on to March, June, September, December
    while (day := date(month // 12, month % 12 + 1, SETTLEMENT_DAY)) <= until:
        if day > after:
            yield day
        month += step
