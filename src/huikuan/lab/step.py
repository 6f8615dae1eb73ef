"""One day of the world, in the order in which ``portfolio`` ages a note (docs/concepts/ageing.md).

accrue → draw new notes → fall due → capitalise → use credit → pay → what the month brings → decide → close.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from huikuan.lab.cards import cards_step
from huikuan.lab.decide import decide, staff_decides
from huikuan.lab.happened import Happened, Plan
from huikuan.lab.pay import oldest_move, pay
from huikuan.lab.rules import debt
from huikuan.lab.rules.calendar import MONTHS_A_YEAR
from huikuan.lab.rules.days import SETTLEMENT_DAY, date_of, month_of
from huikuan.lab.rules.draw import PPM, Integers, draw, happens
from huikuan.lab.rules.products import OLD
from huikuan.lab.rules.shocks import shocks_of_month
from huikuan.lab.world import (
    ACTIVE,
    CHARGED_OFF,
    NEVER,
    NEVER_DUE,
    NO_DAY,
    SETTLED,
    WAITING,
    World,
    alive,
    days_late,
    outstanding,
)

_CHARGE_OFF_AFTER: Final = 360  # days past due
_NEW_FOR_OLD_UNTIL: Final = 60  # days past due at which a new note still repays the old one
_DEATH_DOUBLES_DAYS: Final = 9 * 365  # of age (Gompertz)
_DEATH_AGE_DAYS: Final = 50 * 365
_QUARTER: Final = 3


def world_step(world: World) -> Happened:
    """Live the next day; return what happened. The world is changed in place."""
    world.day += 1
    day = world.day
    happened = Happened(day)
    today = date_of(day)
    _accrue(world)
    _draw_new(world, happened)
    fallen = _fall_due(world)
    if today.day == SETTLEMENT_DAY and today.month % _QUARTER == 0:
        at = np.flatnonzero(world.notes.compounds & (world.state.debts.compound != 0))
        debt.capitalise(world.state.debts, at)
    credited = fallen[world.state.debts.credit[fallen] > 0]
    debt.credit_use(world.state.debts, credited)
    oldest_move(world, credited)
    happened.credited.append(credited)
    pay(world, happened)
    if today.day == 1:
        _month_begins(world, happened)
    month_end = date_of(day + 1).day == 1
    if month_end:
        cards_step(world, happened)
    if month_end and today.month % _QUARTER == 0:
        _charge_off(world, happened)
    if date_of(day + 2).day == 1 and today.month % _QUARTER == 0:
        staff_decides(world)
    decide(world, happened)
    _close(world, happened)
    return happened


def _accrue(world: World) -> None:
    """The night before the day: penalty and compound interest."""
    debts, notes = world.state.debts, world.notes
    at = np.flatnonzero(debts.is_open())
    in_term = world.day - 1 < notes.terms.matures[at]
    compound = np.where(in_term, notes.terms.rate_ppm[at], notes.penalty_ppm[at])
    debt.accrue(debts, at, notes.penalty_ppm[at], np.where(notes.compounds[at], compound, 0))


def _draw_new(world: World, happened: Happened) -> None:
    """Notes whose day has come: drawn if the one before is repaid, sometimes to repay it."""
    state, notes, day = world.state, world.notes, world.day
    at = np.flatnonzero((notes.terms.disbursed == day) & (state.status == WAITING))
    if not at.size:
        return
    before = notes.before[at]
    first = before < 0
    renews = happens(draw(world.seed, "renews", notes.key[at]), world.parameters.paying.renews_ppm.value)
    repaid = (state.status[before] == SETTLED) & renews
    chosen = happens(draw(world.seed, "new-for-old", notes.key[at]), world.parameters.planted.new_for_old_ppm.value)
    late = days_late(world, before, day)
    matured = notes.terms.matures[before] <= day
    instead = ~first & matured & (state.status[before] == ACTIVE) & (late > 0) & (late <= _NEW_FOR_OLD_UNTIL) & chosen
    yes = (first | repaid | instead) & alive(world, notes.borrower[at])
    state.status[at] = np.where(yes, ACTIVE, NEVER)
    happened.drawn.append(at[yes])
    new, old = at[yes & instead], before[yes & instead]
    state.pay_on[old], state.plan[old] = day, Plan.BY_NEW
    happened.tell("new_for_old", notes.key[new], notes.key[old])


def _fall_due(world: World) -> Integers:
    """Instalments of today become open; return their notes."""
    state, rows = world.state, world.rows
    on_books = (state.status == ACTIVE) | (state.status == CHARGED_OFF)
    at = np.flatnonzero((state.next_due == world.day) & on_books)
    row = state.next_row[at]
    debt.fall_due(state.debts, at, rows.principal[row], rows.interest[row])
    state.next_row[at] += 1
    more = state.next_row[at] < rows.start[at + 1]
    state.next_due[at] = np.where(more, rows.due[np.minimum(state.next_row[at], rows.due.size - 1)], NEVER_DUE)
    return at


def _month_begins(world: World, happened: Happened) -> None:
    """Blows of fate, deaths, removals and new telephone numbers."""
    people, seed, state, about = world.people, world.seed, world.state, world.parameters.world
    month = int(month_of(np.array([world.day]))[0])
    began = shocks_of_month(seed, people, state.shocks_of, month, about)
    struck = np.flatnonzero(began >= 0)
    happened.tell("shock", people.number[struck], began[struck])
    lives = state.died_of == NO_DAY
    age_days = world.day - people.born
    doubled = (age_days - _DEATH_AGE_DAYS) // _DEATH_DOUBLES_DAYS
    rate = about.dies_ppm.value * 64 // 2 ** np.clip(6 - doubled, 0, 12)
    dies = np.flatnonzero(lives & ~people.enterprise & happens(draw(seed, "dies", people.number, month), rate))
    state.died_of[dies] = world.day
    happened.tell("died", people.number[dies], month % MONTHS_A_YEAR)
    for kind, ppm in (("moved", about.moves_ppm.value), ("number_changed", about.changes_number_ppm.value)):
        who = np.flatnonzero(lives & happens(draw(seed, kind, people.number, month), ppm))
        told = happens(draw(seed, f"{kind}-told", people.number[who], month), PPM // 2)
        happened.tell(kind, people.number[who], told.astype(np.int64))


def _charge_off(world: World, happened: Happened) -> None:
    """At the end of a quarter some of the notes that are late enough leave the balance sheet."""
    state = world.state
    at = np.flatnonzero((state.status == ACTIVE) & (world.notes.product != OLD))  # old ones were looked at long ago
    at = at[days_late(world, at, world.day) > _CHARGE_OFF_AFTER]
    ppm = world.parameters.afterwards.charge_off_ppm.value
    at = at[happens(draw(world.seed, "charge-off", world.notes.key[at], world.day), ppm)]
    state.status[at] = CHARGED_OFF
    happened.charged_off.append(at)


def _close(world: World, happened: Happened) -> None:
    """Notes on which nothing is left are settled."""
    state, debts = world.state, world.state.debts
    at = happened.touched()
    at = at[np.isin(state.status[at], (ACTIVE, CHARGED_OFF)) & (state.next_row[at] == world.rows.start[at + 1])]
    owed = debts.principal[at] + debts.interest[at] + debts.extras(at)
    done = at[(owed <= 0) & (outstanding(world, at) == 0)]
    state.status[done] = SETTLED
    happened.settled.append(done)
