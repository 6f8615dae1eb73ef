"""The products of the bank, and the notes that its borrowers draw one after the other.

A borrower has one line (授信), under which note follows note: the next one is drawn some days after the one before has
matured, if that was repaid; under some lines a second chain of notes runs beside the first. Farmers borrow before
sowing and repay after the sale, so that maturities come in bunches.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from huikuan.lab.rules.calendar import BORROWS_IN, SELLS_ON, next_month_of
from huikuan.lab.rules.days import month_of, months_later, number_of, on_day, settlement_days
from huikuan.lab.rules.draw import Integers, Truths, between, draw, happens, pick
from huikuan.lab.rules.people import People
from huikuan.lab.rules.schedules import (
    BULLET,
    EQUAL_INSTALMENT,
    EQUAL_PRINCIPAL,
    GIVEN,
    INTEREST_FIRST,
    SETTLED_INTEREST,
    Terms,
    settled_count,
)


@dataclass(frozen=True, slots=True)
class Product:
    """A product as the catalogue has it, with what its notes are drawn from: yuan, parts per million."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    retail: bool
    monthly: bool
    amounts: tuple[int, int, int]  # lowest, highest, step; yuan
    rates_ppm: tuple[int, int]  # lowest, highest; steps of 0.25 %


PRODUCTS: Final = (
    Product(
        "XE01", "农户小额信用贷款", "Microloan to farmers", "agricultural", True, False,
        (10_000, 100_000, 5_000), (60_000, 85_000),
    ),
    Product(
        "HN01", "惠农经营贷款", "Farm business loan", "agricultural", True, False,
        (50_000, 300_000, 10_000), (55_000, 80_000),
    ),
    Product(
        "XW01", "小微企业贷款", "Small business loan", "operating", False, False,
        (100_000, 1_000_000, 50_000), (45_000, 70_000),
    ),
    Product(
        "XF01", "个人消费贷款", "Consumer loan", "consumer", True, True,
        (20_000, 200_000, 5_000), (50_000, 90_000),
    ),
    Product(
        "AJ01", "个人住房按揭贷款", "Home mortgage", "mortgage", True, True,
        (200_000, 800_000, 10_000), (35_000, 55_000),
    ),
    Product(
        "LB01", "农户联保贷款", "Loan to a guarantee circle", "agricultural", True, False,
        (30_000, 100_000, 10_000), (70_000, 95_000),
    ),
    Product(
        "LS01", "历史遗留农户贷款", "Old loan of the credit co-operative", "agricultural", True, False,
        (2_000, 50_000, 500), (80_000, 120_000),
    ),
)  # fmt: skip
MICRO, FARM, BUSINESS, CONSUMER, MORTGAGE, CIRCLE_LOAN, OLD = range(len(PRODUCTS))

# By occupation: weights of micro, farm, business, consumer, mortgage; old loans are taken before.
_CHOICE: Final = (
    (700, 220, 0, 50, 30),
    (600, 330, 0, 40, 30),
    (560, 350, 0, 60, 30),
    (350, 0, 0, 500, 150),
    (150, 0, 550, 150, 150),
    (0, 0, 0, 620, 380),
)
_OLD_PPM: Final = 90_000  # of persons born before 1978
_OLD_BORN_BEFORE: Final = number_of(date(1978, 1, 1))
_RATE_STEP_PPM: Final = 2_500
_PENALTY_OF_RATE: Final = (3, 2)  # 罚息: half above the contract rate
_CONSUMER_MONTHS: Final = (12, 24, 36)
_MORTGAGE_MONTHS: Final = (120, 180, 240, 300)
SLOTS: Final = 6  # notes one after the other
BESIDE: Final = 50  # slots from here on: a second note of the same line, drawn while the first one runs
_BESIDE_PPM: Final = 250_000  # of lines of micro loans
_BESIDE_DAYS: Final = (30, 120)  # after the first one
NOT_DRAWN: Final = 1 << 40  # a day that never comes
_FIRST_YEAR_PPM: Final = 750_000  # of borrowers: their first note is in the first year of the world


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes that may be drawn, one element each, by borrower and slot."""

    key: Integers  # borrower's number x 100 + slot
    borrower: Integers  # place in the block
    product: Integers
    terms: Terms
    penalty_ppm: Integers
    compounds: Truths  # compound interest, capitalised by the quarter
    before: Integers  # place of the note of the slot before, -1 for the first


def products_of(seed: int, people: People) -> Integers:
    """The product of each borrower's line."""
    chosen = pick(draw(seed, "product", people.number), np.asarray(_CHOICE, dtype=np.int64)[people.occupation])
    chosen = np.where(people.enterprise, BUSINESS, chosen)
    chosen = np.where(people.circle >= 0, CIRCLE_LOAN, chosen)
    person = (people.circle < 0) & ~people.enterprise & (people.born < _OLD_BORN_BEFORE)
    return np.where(person & happens(draw(seed, "old", people.number), _OLD_PPM), OLD, chosen)


def notes_made(seed: int, people: People, begin: int, until: int) -> Notes:
    """All notes that are drawn from ``begin`` to ``until`` (days) if the notes before them are repaid."""
    product = products_of(seed, people)
    group = np.where(product == CIRCLE_LOAN, people.circle + (1 << 33), people.number)  # a circle draws as one
    start = _first_days(seed, people, product, group, begin)
    twice = (product == MICRO) & happens(draw(seed, "beside", people.number), _BESIDE_PPM)
    free = np.full_like(start, begin)  # from when the second chain of a line may go on
    made: list[tuple[int, Integers, Terms]] = []
    for slot in range(SLOTS):
        once = np.isin(product, (OLD, MORTGAGE)) & (slot > 0)
        start = np.where(once, NOT_DRAWN, start)
        at = np.flatnonzero(start <= until)
        if not at.size:
            break
        terms = _terms(seed, people, product, group, slot, start, at)
        made.append((slot, at, terms))
        beside = np.maximum(start, free) + between(draw(seed, "beside-days", people.number, slot), *_BESIDE_DAYS)
        also = np.flatnonzero(twice & (beside <= until))
        if also.size:
            made.append((BESIDE + slot, also, _terms(seed, people, product, group, BESIDE + slot, beside, also)))
            free[also] = made[-1][2].matures
        gap = between(draw(seed, "gap", group[at], slot), 1, 12)
        after = terms.matures + gap
        start = np.full_like(start, NOT_DRAWN)
        start[at] = _in_season(seed, people.occupation[at], product[at], group[at], slot + 1, after)
    return _joined(people, product, made)


def _first_days(seed: int, people: People, product: Integers, group: Integers, begin: int) -> Integers:
    early = happens(draw(seed, "first-year", group), _FIRST_YEAR_PPM)
    span = draw(seed, "first-day", group)
    anyway = begin + np.where(early, between(span, 0, 364), between(span, 365, 1_460))
    start = _in_season(seed, people.occupation, product, group, 0, anyway)
    old = between(draw(seed, "old-day", group), number_of(date(1998, 1, 1)), number_of(date(2013, 12, 31)))
    return np.where(product == OLD, old, start)


def _in_season(
    seed: int, occupation: Integers, product: Integers, group: Integers, slot: int, day: Integers
) -> Integers:
    """The day itself, or for loans of farmers one of the months in which they borrow."""
    seasonal = np.isin(product, (MICRO, FARM, CIRCLE_LOAN)) & (np.asarray(BORROWS_IN)[occupation] > 0)
    month = month_of(day)
    first = np.asarray(BORROWS_IN)[occupation] - 1 + between(draw(seed, "sowing", group, slot), 0, 2)
    wanted = next_month_of(month + 1, np.where(seasonal, first, 0))
    return np.where(seasonal, on_day(wanted, between(draw(seed, "sowing-day", group, slot), 1, 28)), day)


def _terms(
    seed: int, people: People, product: Integers, group: Integers, slot: int, start: Integers, at: Integers
) -> Terms:
    """Terms of the notes of one slot, for the borrowers at ``at``."""
    kind, who, day = product[at], group[at], start[at]
    occupation = people.occupation[at]
    low, high, step = np.asarray([one.amounts for one in PRODUCTS], dtype=np.int64)[kind].T
    principal = (low + step * between(draw(seed, "amount", people.number[at], slot), 0, (high - low) // step)) * 100
    low, high = np.asarray([one.rates_ppm for one in PRODUCTS], dtype=np.int64)[kind].T
    rate = low + _RATE_STEP_PPM * between(
        draw(seed, "rate", people.number[at], slot), 0, (high - low) // _RATE_STEP_PPM
    )
    sells = np.asarray(SELLS_ON, dtype=np.int64)[occupation]
    harvest = on_day(next_month_of(month_of(day) + 4, sells[:, 0]), np.maximum(sells[:, 1], 1))
    year_later = months_later(day, 12) - 1
    short = draw(seed, "term", who, slot)
    method = np.full_like(kind, SETTLED_INTEREST)
    count = np.ones_like(kind)
    matures = np.where((sells[:, 0] > 0) & happens(short, 650_000), harvest, year_later)
    first_due = np.minimum(settlement_days(day, 0), matures)
    settled = np.isin(kind, (MICRO, CIRCLE_LOAN))
    count = np.where(settled, settled_count(day, np.where(settled, matures, day + 1)), count)

    farm = kind == FARM
    years = between(short, 1, 3)
    method = np.where(farm, GIVEN, method)
    first_due = np.where(farm, harvest, first_due)
    count = np.where(farm, years, count)
    matures = np.where(farm, months_later(harvest, 12 * (years - 1)), matures)

    monthly = np.isin(kind, (BUSINESS, CONSUMER, MORTGAGE))
    months = np.where(kind == CONSUMER, np.asarray(_CONSUMER_MONTHS)[between(short, 0, 2)], 12)
    months = np.where(kind == MORTGAGE, np.asarray(_MORTGAGE_MONTHS)[between(short, 0, 3)], months)
    due_day = np.where(kind == BUSINESS, 20, between(draw(seed, "due-day", people.number[at]), 1, 28))
    first = on_day(month_of(day) + 1, due_day)
    equal = happens(draw(seed, "equal", people.number[at]), 800_000)
    repaid = np.where((kind == CONSUMER) | equal, EQUAL_INSTALMENT, EQUAL_PRINCIPAL)
    method = np.where(monthly, np.where(kind == BUSINESS, INTEREST_FIRST, repaid), method)
    first_due = np.where(monthly, first, first_due)
    count = np.where(monthly, months, count)
    matures = np.where(monthly, months_later(first, months - 1), matures)

    old = kind == OLD
    method = np.where(old, BULLET, method)
    first_due, matures = np.where(old, year_later, first_due), np.where(old, year_later, matures)
    return Terms(method, principal, rate, day, first_due, matures, count)


def _joined(people: People, product: Integers, made: list[tuple[int, Integers, Terms]]) -> Notes:
    """All slots in one, by borrower and slot."""
    borrower = np.concatenate([at for _, at, _ in made])
    slot = np.concatenate([np.full_like(at, number) for number, at, _ in made])
    order = np.lexsort((slot, borrower))
    columns = (
        np.concatenate([getattr(terms, name) for _, _, terms in made])[order] for name in Terms.__dataclass_fields__
    )
    terms = Terms(*columns)
    borrower, slot = borrower[order], slot[order]
    kind = product[borrower]
    up, down = _PENALTY_OF_RATE
    return Notes(
        key=people.number[borrower] * 100 + slot,
        borrower=borrower,
        product=kind,
        terms=terms,
        penalty_ppm=terms.rate_ppm * up // down,
        compounds=kind != OLD,
        before=np.where(slot % BESIDE > 0, np.arange(slot.size) - 1, -1),
    )
