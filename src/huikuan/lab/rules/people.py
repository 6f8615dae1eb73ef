"""Who the borrowers are: every attribute is a function of seed and number, so any block of them can be made alone.

Five consecutive numbers live in one village; some fives are a guarantee circle (联保小组), and some circles a ring that
borrows for one of them. Nobody exists: see ``rules.identity`` for numbers that no person can have.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from huikuan.lab.parameters import Parameters
from huikuan.lab.rules.days import number_of
from huikuan.lab.rules.draw import Integers, Truths, between, draw, happens, pick

CIRCLE: Final = 5  # members of a guarantee circle
OUTLETS: Final = 32
VILLAGES_AN_OUTLET: Final = 12
OFFICERS_AN_OUTLET: Final = 4
CIRCLES_PPM: Final = 60_000  # of fives of farmers
ELSEWHERE_PPM: Final = 350_000  # of borrowers: owe something elsewhere
_CIRCLE_OCCUPATIONS: Final = (0, 2)  # grain, livestock
SPECIAL: Final = ("none", "severely_ill", "disabled", "pregnant_or_nursing", "on_relief")
_SPECIAL_WEIGHTS: Final = (300, 250, 150, 300)  # of all but none
_PREGNANT: Final = 3  # place in SPECIAL
_CHILDBEARING_FROM: Final = number_of(date(1981, 1, 1))
PHONE_HOURS: Final = ("early", "noon", "evening", "hardly")


@dataclass(frozen=True, slots=True)
class People:
    """Borrowers, one element each. What is a place counts from 0."""

    number: Integers  # from 1
    occupation: Integers  # place in calendar.Occupation
    enterprise: Truths  # a small company or cooperative
    circle: Integers  # number of the guarantee circle, -1 for none
    ring: Truths  # the circle borrows for its first member
    village: Integers
    outlet: Integers
    officer: Integers  # of the outlet
    ability: Integers  # tenth, 0 best
    willingness: Integers  # tenth, 0 best
    born: Integers  # day
    surname: Integers  # draws for a name
    given: Integers
    married: Truths
    special: Integers  # place in SPECIAL
    wrong_number: Truths  # the mobile number on file is somebody else's
    card: Truths  # has a credit card
    phone_hours: Integers  # when the phone is answered: place in PHONE_HOURS
    irritable: Integers  # tenth, 9 complains soonest
    elsewhere: Integers  # owed to others, minor units: the bank knows nothing of it


def people_made(seed: int, first: int, count: int, parameters: Parameters) -> People:
    """Borrowers ``first`` to ``first + count - 1``."""
    number = np.arange(first, first + count, dtype=np.int64)
    five = (number - 1) // CIRCLE

    def ranged(stream: str, low: int, high: int, of: Integers = number) -> Integers:
        return between(draw(seed, stream, of), low, high)

    def some(stream: str, ppm: int, of: Integers = number) -> Truths:
        return happens(draw(seed, stream, of), ppm)

    world = parameters.world
    in_circle = some("circle", CIRCLES_PPM, five)
    chosen = pick(draw(seed, "occupation", number), world.occupation_weights.values)
    of_circle = np.asarray(_CIRCLE_OCCUPATIONS)[ranged("circle-trade", 0, 1, five)]
    occupation = np.where(in_circle, of_circle, chosen)
    village = ranged("village", 0, OUTLETS * VILLAGES_AN_OUTLET - 1, five)
    born = ranged("born", number_of(date(1958, 1, 1)), number_of(date(2001, 12, 31)))
    enterprise = (occupation == 4) & some("enterprise", 250_000)
    special = pick(draw(seed, "special-kind", number), _SPECIAL_WEIGHTS) + 1
    young_woman = (number % 2 == 0) & (born >= _CHILDBEARING_FROM)  # even: the sex in the number of the identity card
    special = np.where((special == _PREGNANT) & ~young_woman, 1, special)
    return People(
        number=number,
        occupation=occupation,
        enterprise=enterprise,
        circle=np.where(in_circle, five, -1),
        ring=in_circle & some("ring", parameters.planted.ring_ppm.value, five),
        village=village,
        outlet=village // VILLAGES_AN_OUTLET,
        officer=ranged("officer", 0, OFFICERS_AN_OUTLET - 1, five),
        ability=ranged("ability", 0, 9),
        willingness=ranged("willingness", 0, 9),
        born=born,
        surname=ranged("surname", 0, 99_999),
        given=ranged("given", 0, 99_999),
        married=some("married", 700_000),
        special=np.where(~enterprise & some("special", world.special_ppm.value), special, 0),
        wrong_number=some("wrong-number", world.wrong_number_ppm.value),
        card=some("card", 150_000),
        phone_hours=pick(draw(seed, "phone-hours", number), (250, 250, 400, 100)),
        irritable=ranged("irritable", 0, 9),
        elsewhere=np.where(some("elsewhere", ELSEWHERE_PPM), ranged("elsewhere-amount", 10, 200) * 100_000, 0),
    )
