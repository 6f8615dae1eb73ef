"""What goes through a borrower's account in a month: income by its calendar, spending, and patterns that stand out.

No feed takes transactions, so these are monthly totals in the truth file; whoever monitors accounts later finds there
which borrowers have a pattern, and when.
"""

from typing import Final

import numpy as np

from huikuan.lab.rules.calendar import MONTHS_A_YEAR
from huikuan.lab.rules.draw import PPM, Integers, between, draw, happens
from huikuan.lab.rules.people import People

NONE, IN_AND_OUT, IN_CIRCLES, NIGHT_GAMES = range(4)
PATTERNS: Final = ("none", "in_and_out", "in_circles", "night_games")

# Share of the year's income that comes in each month, in thousandths, January first; a row an occupation.
INCOME_SHARES: Final = np.asarray(
    (
        (40, 30, 30, 30, 40, 190, 70, 40, 60, 250, 180, 40),  # grain: wheat in June, maize and rice in October
        (30, 30, 30, 30, 40, 60, 80, 150, 230, 190, 90, 40),  # fruit and vegetables
        (260, 60, 40, 60, 60, 70, 70, 70, 80, 70, 70, 90),  # livestock: before the Spring Festival
        (150, 15, 45, 85, 88, 88, 88, 88, 88, 88, 88, 89),  # migrant wages: settled in January, none in February
        (140, 60, 70, 80, 80, 80, 80, 80, 85, 85, 80, 80),
        (110, 80, 80, 80, 80, 80, 80, 80, 85, 80, 80, 85),
    ),
    dtype=np.int64,
)
YEARLY_MINOR: Final = (6_000_000, 8_000_000, 9_000_000, 7_000_000, 12_000_000, 9_600_000)  # by occupation
_IN_AND_OUT_PPM, _NIGHT_GAMES_PPM, _IN_CIRCLES_PPM = 1_500, 800, 400_000  # a month; in circles: of rings


def income_expected(people: People, month: int) -> Integers:
    """Income of a month (since January 1970) without chance, minor units: better ability means more of it."""
    year = np.asarray(YEARLY_MINOR, dtype=np.int64)[people.occupation]
    share = INCOME_SHARES[people.occupation, month % MONTHS_A_YEAR]
    found: Integers = year * share // 1_000 * (16 - people.ability) // 10
    return found


def accounts_month(seed: int, people: People, odds_ppm: Integers, month: int) -> tuple[Integers, Integers, Integers]:
    """Income, spending (minor units) and pattern of each borrower in a month; a blow (odds above one) cuts income."""
    number = people.number
    chance = between(draw(seed, "income", number, month), 700_000, 1_300_000)
    income = income_expected(people, month) * chance // PPM * PPM // np.maximum(odds_ppm, PPM)
    year = np.asarray(YEARLY_MINOR, dtype=np.int64)[people.occupation] * (16 - people.ability) // 10
    spending = year // MONTHS_A_YEAR * between(draw(seed, "spending", number, month), 550_000, 1_050_000) // PPM
    pattern = np.where(happens(draw(seed, "in-and-out", number, month), _IN_AND_OUT_PPM), IN_AND_OUT, NONE)
    pattern = np.where(happens(draw(seed, "night-games", number, month), _NIGHT_GAMES_PPM), NIGHT_GAMES, pattern)
    circles = people.ring & happens(draw(seed, "in-circles", number, month), _IN_CIRCLES_PPM)
    return income, spending, np.where(circles, IN_CIRCLES, pattern)
