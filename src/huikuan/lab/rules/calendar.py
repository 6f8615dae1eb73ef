"""Occupations and the months in which they have money."""

from enum import IntEnum
from typing import Final

import numpy as np

from huikuan.lab.parameters import World
from huikuan.lab.rules.draw import Integers

MONTHS_A_YEAR: Final = 12


class Occupation(IntEnum):
    """What a borrower lives on; the order is that of the weights and of the months below."""

    GRAIN = 0  # 粮食: wheat in June, maize and rice in October
    FRUIT = 1  # 果蔬: sold from August to October
    LIVESTOCK = 2  # 养殖: sold before the Spring Festival
    MIGRANT = 3  # 外出务工: wages, none around the Spring Festival
    SHOP = 4  # 个体工商户
    SALARIED = 5  # 工薪


FARMERS: Final = (Occupation.GRAIN, Occupation.FRUIT, Occupation.LIVESTOCK)
# Month in which each occupation draws its loan, and day of the year (month, day) on which it falls due: after the sale.
BORROWS_IN: Final = (3, 3, 5, 0, 0, 0)  # 0: any month
SELLS_ON: Final = ((11, 20), (10, 20), (1, 15), (0, 0), (0, 0), (0, 0))


def season_table(world: World) -> Integers:
    """What multiplies the odds of paying nothing: a row an occupation, a column a month, parts per million."""
    return np.asarray([world.season_ppm[one.name.lower()].values for one in Occupation], dtype=np.int64)


def season(table: Integers, occupation: Integers, month: int) -> Integers:
    """The season's odds in a month (since January 1970)."""
    found: Integers = table[occupation, month % MONTHS_A_YEAR]
    return found


def next_month_of(after: Integers, month_of_year: Integers) -> Integers:
    """The first month (since January 1970) not before ``after`` that is this month of the year; ``after`` where 0."""
    wait = (month_of_year - 1 - after) % MONTHS_A_YEAR
    return np.where(month_of_year == 0, after, after + wait)
