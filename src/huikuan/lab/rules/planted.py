"""What is hidden in the book to be found: fixed when the world begins."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from huikuan.lab import parameters
from huikuan.lab.rules.draw import Integers, Truths, between, draw, happens
from huikuan.lab.rules.people import OFFICERS_AN_OUTLET, People
from huikuan.lab.rules.products import MICRO, NOT_DRAWN, Notes

_STAFF_PPM: Final = 100_000  # of officers: pay for customers at all
_BEFORE_THEFT_SHOWS: Final = (150, 330)  # days that a thief pays
_BEFORE_RING_STOPS: Final = (600, 1_200)  # days from the beginning of the world


@dataclass(frozen=True, slots=True)
class Planted:
    """What is planted, one element a note."""

    stolen: Truths  # drawn in the name of somebody who knows nothing of it (冒名贷款)
    stops_on: Integers  # the day from which nobody pays any more, for stolen notes and those of rings
    staff_may_pay: Truths  # the officer pays for some of his customers at the end of a quarter


def planted_made(seed: int, planted: parameters.Planted, people: People, notes: Notes, begin: int) -> Planted:
    """What is planted among the notes of a block."""
    who = people.number[notes.borrower]
    chosen = happens(draw(seed, "theft", who), planted.identity_theft_ppm.value)
    stolen = chosen & (notes.product == MICRO) & (notes.key % 100 == 0) & (people.circle[notes.borrower] < 0)
    shows = notes.terms.disbursed + between(draw(seed, "theft-shows", who), *_BEFORE_THEFT_SHOWS)
    ring_stops = begin + between(draw(seed, "ring-stops", people.circle[notes.borrower]), *_BEFORE_RING_STOPS)
    stops = np.where(people.ring[notes.borrower], ring_stops, np.where(stolen, shows, NOT_DRAWN))
    officer = people.outlet * OFFICERS_AN_OUTLET + people.officer
    pays = happens(draw(seed, "staff", officer), _STAFF_PPM)
    return Planted(stolen=stolen, stops_on=stops, staff_may_pay=pays[notes.borrower])


def staff_pays(seed: int, planted: Planted, notes: Notes, at: Integers, month: int, ppm: int) -> Truths:
    """For which of some late notes the officer pays at the end of a month; ``ppm`` is of all late notes."""
    often = ppm * 1_000_000 // _STAFF_PPM
    return planted.staff_may_pay[at] & happens(draw(seed, "staff-pays", notes.key[at], month), often)
