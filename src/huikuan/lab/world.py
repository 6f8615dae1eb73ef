"""The world: people, their notes, and the state of each note at the close of a day.

What never changes (people, notes, schedules) is made from seed and numbers; what changes stands in ``State``.
``step.world_step`` lives one day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from huikuan.lab.parameters import Parameters
from huikuan.lab.rules.calendar import season_table
from huikuan.lab.rules.days import number_of
from huikuan.lab.rules.debt import Debts
from huikuan.lab.rules.draw import Integers, Truths, between, draw, happens
from huikuan.lab.rules.paying import traits
from huikuan.lab.rules.people import People, people_made
from huikuan.lab.rules.planted import Planted, planted_made
from huikuan.lab.rules.products import OLD, Notes, notes_made
from huikuan.lab.rules.schedules import Rows, schedules_build
from huikuan.lab.rules.shocks import Shocks

WAITING, ACTIVE, SETTLED, CHARGED_OFF, NEVER = range(5)  # status of a note
NO_DAY: Final = -(1 << 40)
NEVER_DUE: Final = 1 << 40
_OLD_CHARGED_OFF_PPM: Final = 700_000
OLD_CHARGED_OFF_ON: Final = number_of(date(2015, 6, 30))


@dataclass(slots=True)
class State:
    """What changes. One element a note; those that end in ``_of`` one a borrower. Days are numbers."""

    status: Integers
    next_row: Integers  # the first instalment that has not fallen due
    oldest_row: Integers  # the first one with something unpaid, or next_row
    decided_on: Integers
    pay_on: Integers  # day of the payment that was decided, NO_DAY for none
    plan: Integers  # place in happened.Plan
    plan_rows: Integers  # how many of the oldest instalments
    promised_ppm: Integers  # of what is due: the part that a contact has brought, 0 where he decided by himself
    debts: Debts
    shocks_of: Shocks
    died_of: Integers  # day of death, NO_DAY while alive
    next_due: Integers  # day on which the next instalment falls due, NEVER_DUE where there is none
    card_of: Integers  # bucket of the borrower's credit card, 8 charged off, -1 none


@dataclass(slots=True)
class World:
    """A block of borrowers with everything that is theirs; ``day`` is the last one lived."""

    seed: int
    parameters: Parameters
    day: int
    people: People
    notes: Notes
    rows: Rows
    planted: Planted
    traits_ppm: Integers  # of borrowers
    seasons: Integers
    state: State


def world_build(seed: int, parameters: Parameters, *, first: int, count: int, begin: int, until: int) -> World:
    """Borrowers ``first`` to ``first + count - 1`` on the eve of ``begin``, with all notes drawn by ``until``.

    ``first - 1`` is a multiple of five, so that no guarantee circle is cut.
    """
    people = people_made(seed, first, count, parameters)
    notes = notes_made(seed, people, begin, until)
    rows = schedules_build(notes.terms)
    world = World(
        seed=seed,
        parameters=parameters,
        day=begin - 1,
        people=people,
        notes=notes,
        rows=rows,
        planted=planted_made(seed, parameters.planted, people, notes, begin),
        traits_ppm=traits(people.ability, people.willingness),
        seasons=season_table(parameters.world),
        state=_state_first(notes.key.size, people, rows),
    )
    _old_notes_begin(world, begin)
    return world


def _state_first(notes: int, people: People, rows: Rows) -> State:
    def never() -> Integers:
        return np.full(notes, NO_DAY, dtype=np.int64)

    return State(
        status=np.full(notes, WAITING, dtype=np.int64),
        next_row=rows.start[:-1].copy(),
        oldest_row=rows.start[:-1].copy(),
        decided_on=never(),
        pay_on=never(),
        plan=np.zeros(notes, dtype=np.int64),
        plan_rows=np.zeros(notes, dtype=np.int64),
        promised_ppm=np.zeros(notes, dtype=np.int64),
        debts=Debts.none(notes),
        shocks_of=Shocks.none(people.number.size),
        died_of=np.full_like(people.number, NO_DAY),
        next_due=rows.due[rows.start[:-1]],
        card_of=np.where(people.card, 0, -1),
    )


def old_charged_off(world: World) -> Integers:
    """The old notes that were written off long ago."""
    at = np.flatnonzero(world.notes.product == OLD)
    return at[happens(draw(world.seed, "old-charged-off", world.notes.key[at]), _OLD_CHARGED_OFF_PPM)]


def _old_notes_begin(world: World, begin: int) -> None:
    """Loans of the nineties and noughties on which nothing was ever paid: their one instalment fell due long ago."""
    state, notes, rows = world.state, world.notes, world.rows
    at = np.flatnonzero(notes.product == OLD)
    row = rows.start[at]
    state.status[at] = ACTIVE
    state.status[old_charged_off(world)] = CHARGED_OFF
    state.next_row[at] = row + 1
    state.next_due[at] = NEVER_DUE
    state.debts.principal[at], state.debts.interest[at] = rows.principal[row], rows.interest[row]
    nights = begin - 1 - rows.due[row]
    state.debts.penalty[at] = rows.principal[row] * notes.penalty_ppm[at] * nights
    state.decided_on[at] = begin - between(draw(world.seed, "old-decides", notes.key[at]), 1, 31)


def days_late(world: World, at: Integers, day: int) -> Integers:
    """Days past due at the close of a day, as ``portfolio`` counts them: from the oldest instalment not fully paid."""
    rows, state = world.rows, world.state
    is_open = state.oldest_row[at] < state.next_row[at]
    due = rows.due[np.minimum(state.oldest_row[at], rows.due.size - 1)]
    return np.where(is_open, np.maximum(0, day - due), 0)


def buckets(world: World, day: int) -> Integers:
    """The bucket of each note at the close of a day: 0 (M0) to 7 (M7+), 8 charged off, -1 not on the book."""
    at = np.arange(world.state.status.size)
    bucket = np.minimum(-(-days_late(world, at, day) // 30), 7)
    status = world.state.status
    return np.where(status == ACTIVE, bucket, np.where(status == CHARGED_OFF, 8, -1))


def outstanding(world: World, at: Integers) -> Integers:
    """Unpaid principal of the whole schedule, due or not."""
    rows, state = world.rows, world.state
    fallen = np.where(state.next_row[at] > rows.start[at], rows.principal_sum[np.maximum(state.next_row[at] - 1, 0)], 0)
    return world.notes.terms.principal[at] - fallen + state.debts.principal[at]


def alive(world: World, borrowers: Integers) -> Truths:
    """Whether each borrower lives."""
    lives: Truths = world.state.died_of[borrowers] == NO_DAY
    return lives
