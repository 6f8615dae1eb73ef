"""The payments of a day: what was decided becomes an amount, exactly what clears the instalments that are meant."""

from __future__ import annotations

from typing import Final

import numpy as np

from huikuan.lab.happened import Happened, Payer, Plan
from huikuan.lab.rules import debt
from huikuan.lab.rules.draw import PPM, Integers, between, draw, happens
from huikuan.lab.rules.paying import DECIDES_BEFORE, part_share
from huikuan.lab.world import NO_DAY, SETTLED, World, days_late, outstanding

BOOKED_TWICE, CAME_LATE = "booked_twice", "came_late"
_ERRORS_PPM: Final = 150  # of repayments, each
_PART_UNIT_MINOR: Final = 1_000  # parts are paid in whole tens of yuan
_PROMISED_LEAST_MINOR: Final = 100
_GUARANTOR_AFTER: Final = 60  # days past due
_DEBIT_FROM, _DEBIT_TO = 21 * 3600, 22 * 3600 - 1  # second of the day of the nightly debit
_DAY_FROM, _DAY_TO = 8 * 3600, 20 * 3600 - 1


def pay(world: World, happened: Happened) -> None:
    """Pay what was decided for today."""
    state, notes, day = world.state, world.notes, world.day
    at = np.flatnonzero(state.pay_on == day)
    amount = _amounts(world, at)
    state.pay_on[at], state.promised_ppm[at] = NO_DAY, 0
    at, amount = at[amount > 0], amount[amount > 0]
    payer = _payers(world, at)
    debt.repay(state.debts, at, amount)
    oldest_move(world, at)
    plan = state.plan[at]
    state.status[at[plan == Plan.WHOLE]] = SETTLED
    happened.settled.append(at[plan == Plan.WHOLE])
    happened.paid.append((at, amount, payer, _second(world, at)))
    for kind in (BOOKED_TWICE, CAME_LATE):
        chosen = happens(draw(world.seed, kind, notes.key[at], day), _ERRORS_PPM)
        happened.tell(kind, notes.key[at[chosen]], amount[chosen])
    for kind, one in (("staff_paid", Plan.BY_STAFF), ("settled_early", Plan.WHOLE)):
        happened.tell(kind, notes.key[at[plan == one]], amount[plan == one])


def _amounts(world: World, at: Integers) -> Integers:
    """Minor units of each payment, 0 where nothing is left to pay."""
    state, debts = world.state, world.state.debts
    plan = state.plan[at]
    extras = debts.extras(at)
    every = np.maximum(extras, 0) + debts.interest[at] + debts.principal[at]
    row = np.minimum(state.next_row[at], world.rows.due.size - 1)
    wait = state.next_due[at] - world.day
    about_to_fall = (wait > 0) & (wait < DECIDES_BEFORE)
    coming = np.where(about_to_fall, world.rows.principal[row] + world.rows.interest[row], 0)
    rows = _to_clear(world, at, np.maximum(extras, 0))
    part = rows * part_share(draw(world.seed, "part", world.notes.key[at], world.day)) // PPM
    part = part // _PART_UNIT_MINOR * _PART_UNIT_MINOR
    promised = state.promised_ppm[at]
    part = np.where(promised > 0, _promised(every - debts.credit[at], promised) + debts.credit[at], part)
    low, high = world.parameters.afterwards.recovery_share_ppm.values
    share = between(draw(world.seed, "recovery", world.notes.key[at], world.day), low, high)
    recovery = np.minimum(every, outstanding(world, at) * share // PPM)
    whole = every + outstanding(world, at) - debts.principal[at] + _earned(world, at)
    found = np.choose(plan, (part, rows, every + coming, whole, every, every, recovery))
    return np.maximum(found - debts.credit[at], 0)


def _promised(due: Integers, share_ppm: Integers) -> Integers:
    """The promised share of what is due, to the fen; a yuan at least, and never more than is due."""
    found: Integers = np.minimum(np.maximum(due * share_ppm // PPM, _PROMISED_LEAST_MINOR), due)
    return found


def _to_clear(world: World, at: Integers, extras: Integers) -> Integers:
    """What clears the oldest ``plan_rows`` open instalments: penalty and interest of all come first."""
    state, rows, debts = world.state, world.rows, world.state.debts
    is_open = state.oldest_row[at] < state.next_row[at]
    last = np.maximum(state.next_row[at] - 1, 0)
    target = np.minimum(state.oldest_row[at] + np.maximum(state.plan_rows[at], 1) - 1, last)
    principal = rows.principal_sum[target] - (rows.principal_sum[last] - debts.principal[at])
    interest = rows.interest_sum[target] - (rows.interest_sum[last] - debts.interest[at])
    needed = np.where(principal > 0, debts.interest[at] + principal, np.maximum(interest, 0))
    return np.where(is_open, extras + needed, 0)


def _earned(world: World, at: Integers) -> Integers:
    """Interest since the last due day on what has not fallen due, by days."""
    rows, state, terms = world.rows, world.state, world.notes.terms
    fallen = state.next_row[at] > rows.start[at]
    since = np.where(fallen, rows.due[np.maximum(state.next_row[at] - 1, 0)], terms.disbursed[at])
    unbilled = outstanding(world, at) - state.debts.principal[at]
    return debt.rounded(unbilled * terms.rate_ppm[at] * np.maximum(world.day - since, 0))


def _payers(world: World, at: Integers) -> Integers:
    """The borrower; for late notes sometimes the family, a guarantor or, unseen, the officer."""
    key, paying = world.notes.key[at], world.parameters.paying
    late = days_late(world, at, world.day)
    family = (late > 0) & happens(draw(world.seed, "family", key, world.day), paying.others_pay_ppm.value)
    circle = world.people.circle[world.notes.borrower[at]] >= 0
    chosen = happens(draw(world.seed, "guarantor", key, world.day), paying.guarantor_pays_ppm.value)
    payer = np.where(family, int(Payer.OTHER), int(Payer.BORROWER))
    payer = np.where(circle & (late > _GUARANTOR_AFTER) & chosen, int(Payer.GUARANTOR), payer)
    return np.where(world.state.plan[at] == Plan.BY_STAFF, int(Payer.OTHER), payer)


def _second(world: World, at: Integers) -> Integers:
    """Second of the day: debits of the due day run at night, everything else comes by day."""
    last = np.maximum(world.state.next_row[at] - 1, 0)
    debit = world.rows.due[last] == world.day
    draws = draw(world.seed, "second", world.notes.key[at], world.day)
    return np.where(debit, between(draws, _DEBIT_FROM, _DEBIT_TO), between(draws, _DAY_FROM, _DAY_TO))


def oldest_move(world: World, at: Integers) -> None:
    """Move on from instalments that are paid."""
    state, rows, debts = world.state, world.rows, world.state.debts
    last = np.maximum(state.next_row[at] - 1, 0)
    principal = rows.principal_sum[last] - debts.principal[at]
    interest = rows.interest_sum[last] - debts.interest[at]
    while at.size:
        place = np.minimum(state.oldest_row[at], rows.due.size - 1)
        paid = (rows.principal_sum[place] <= principal) & (rows.interest_sum[place] <= interest)
        moves = (state.oldest_row[at] < state.next_row[at]) & paid
        at, principal, interest = at[moves], principal[moves], interest[moves]
        state.oldest_row[at] += 1
