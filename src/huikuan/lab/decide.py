"""Decisions of a day: five days before an instalment falls due, and every month as long as something is open."""

from __future__ import annotations

from typing import Final

import numpy as np

from huikuan.lab.happened import Happened, Plan
from huikuan.lab.parameters import BUCKETS
from huikuan.lab.rules.calendar import season
from huikuan.lab.rules.days import month_of
from huikuan.lab.rules.draw import Draws, Integers, Truths, between, draw, happens
from huikuan.lab.rules.paying import DECIDES_BEFORE, EVERY, NOTHING, SEVERAL, days_after, odds_joined, outcomes
from huikuan.lab.rules.planted import staff_pays
from huikuan.lab.rules.products import BUSINESS, CONSUMER, MORTGAGE, OLD
from huikuan.lab.world import ACTIVE, CHARGED_OFF, NO_DAY, World, days_late

MONTHLY: Final = (CONSUMER, MORTGAGE)  # products in monthly instalments, of which public data tell
_MONTH_DAYS: Final = 31  # between two decisions while nothing falls due
_HEIRS_PAY_PPM: Final = 400_000
_HEIRS_AFTER_DAYS: Final = 60
_ERROR_LASTS: Final = (2, 4)  # days until a debit that failed by the bank's error goes through
# Of those who pay nothing in a month, parts per million that come to the bank themselves.
_CALLS_PPM, _ASKS_RELIEF_PPM, _COMPLAINS_PPM, _DISPUTES_PPM = 60_000, 120_000, 25_000, 350_000
_IRRITABLE: Final = 8  # tenth from which people complain


def decide(world: World, happened: Happened) -> None:
    """Decide what becomes of the open instalments of a month, and on which day."""
    state, day = world.state, world.day
    given_up = (state.status == CHARGED_OFF) | ((state.status == ACTIVE) & (world.notes.product == OLD))
    free = state.pay_on == NO_DAY
    again = (state.decided_on == day - _MONTH_DAYS) & (state.oldest_row < state.next_row)
    falls = state.next_due == day + DECIDES_BEFORE
    at = np.flatnonzero(free & (state.status == ACTIVE) & ~given_up & (falls | again))
    gone = np.flatnonzero(given_up & (state.decided_on <= day - _MONTH_DAYS))
    state.decided_on[at], state.decided_on[gone] = day, day
    _recoveries(world, gone)
    if at.size:
        _decide(world, at, happened)


def _decide(world: World, at: Integers, happened: Happened) -> None:
    state, key, paying, day = world.state, world.notes.key[at], world.parameters.paying, world.day
    who = world.notes.borrower[at]
    bucket = bucket_of(world, at)
    never = _pays_never(world, at)
    odds = odds_of(world, who)
    seasonal = ~np.isin(world.notes.product[at], MONTHLY)
    months, spread = (*paying.loans, *paying.seasonal), paying.spread_ppm.values * 2
    chosen = outcomes(_draw(world, "pays", at), bucket + BUCKETS * seasonal, odds, months, spread)
    chosen = np.where(never, NOTHING, chosen)
    pays = chosen != NOTHING
    days = days_after(
        _draw(world, "on-kind", at), _draw(world, "on-day", at), paying.on_day_weights.values, early=bucket == 0
    )
    wrong = pays & (days == 0) & happens(_draw(world, "debit", at), world.parameters.world.failed_debit_ppm.value)
    delay = between(_draw(world, "debit-again", at), *_ERROR_LASTS)
    days = np.where(wrong, delay, days)
    happened.tell("failed_debit", key[wrong], delay[wrong])
    part = ~pays & ~never & happens(_draw(world, "pays-part", at), paying.part_ppm.value)
    rows = np.where(chosen == SEVERAL, between(_draw(world, "rows", at), 2, np.maximum(bucket, 2)), 1)
    state.pay_on[at] = np.where(pays, day + DECIDES_BEFORE + days, np.where(part, day + 1 + days % 20, NO_DAY))
    whole = _settles_early(world, at, bucket, chosen)
    state.plan_rows[at] = rows
    state.plan[at] = np.select(
        (part, whole, chosen == EVERY), (int(Plan.PART), int(Plan.WHOLE), int(Plan.EVERY)), int(Plan.ROWS)
    )
    _come_themselves(world, at[~pays], bucket[~pays], happened)


def bucket_of(world: World, at: Integers) -> Integers:
    """Missed months of each note on the day that is decided for, 0 to 7; what is open counts as one month at least."""
    state = world.state
    is_open = state.oldest_row[at] < state.next_row[at]
    late = days_late(world, at, world.day + DECIDES_BEFORE)
    return np.where(is_open, np.clip((late + 3) // 30, 1, 7), 0)


def odds_of(world: World, who: Integers) -> Integers:
    """The borrower's own odds, the season's and those of what has befallen him."""
    month = int(month_of(np.array([world.day + DECIDES_BEFORE]))[0])
    of_season = season(world.seasons, world.people.occupation[who], month)
    return odds_joined(world.traits_ppm[who], of_season, world.state.shocks_of.odds_ppm[who])


def _pays_never(world: World, at: Integers) -> Truths:
    """Stolen notes, rings that have stopped, and the dead whose heirs do not pay."""
    who = world.notes.borrower[at]
    died = world.state.died_of[who]
    dead = died != NO_DAY
    heirs = happens(draw(world.seed, "heirs", world.people.number[who]), _HEIRS_PAY_PPM)
    found: Truths = (world.planted.stops_on[at] <= world.day) | (
        dead & ~(heirs & (world.day >= died + _HEIRS_AFTER_DAYS))
    )
    return found


def _settles_early(world: World, at: Integers, bucket: Integers, chosen: Integers) -> Truths:
    monthly = np.isin(world.notes.product[at], (BUSINESS, CONSUMER, MORTGAGE))
    wants = happens(_draw(world, "settles-early", at), world.parameters.paying.settles_early_ppm.value)
    found: Truths = monthly & wants & (bucket == 0) & (chosen == EVERY)
    return found


def _come_themselves(world: World, at: Integers, bucket: Integers, happened: Happened) -> None:
    """Who cannot or will not pay sometimes calls, asks for relief, complains, or says that he never borrowed."""
    who = world.notes.borrower[at]
    number, shock = world.people.number[who], world.state.shocks_of.kind[who]
    lives = world.state.died_of[who] == NO_DAY
    late = (bucket > 0) & lives
    calls = late & happens(_draw(world, "calls", at), _CALLS_PPM)
    happened.tell("inbound_call", number[calls], bucket[calls])
    asks = lives & (shock >= 0) & happens(_draw(world, "asks-relief", at), _ASKS_RELIEF_PPM)
    happened.tell("hardship_request", number[asks], shock[asks])
    angry = late & (world.people.irritable[who] >= _IRRITABLE)
    angry &= happens(_draw(world, "complains", at), _COMPLAINS_PPM)
    happened.tell("complaint", number[angry], bucket[angry])
    denies = late & world.planted.stolen[at] & happens(_draw(world, "disputes", at), _DISPUTES_PPM)
    happened.tell("dispute", number[denies], world.notes.key[at[denies]])


def _recoveries(world: World, at: Integers) -> None:
    """After the charge-off, and of old loans, something comes back now and then.

    Nothing does where nobody pays any more, but of old loans: after decades it is whoever is left of the family.
    """
    at = at[~_pays_never(world, at) | (world.notes.product[at] == OLD)]
    chosen = at[happens(_draw(world, "recovers", at), world.parameters.afterwards.recovers_ppm.value)]
    days = between(_draw(world, "recovers-on", chosen), 1, 25)
    world.state.pay_on[chosen] = world.day + days
    world.state.plan[chosen] = Plan.RECOVERY


def staff_decides(world: World) -> None:
    """On the eve of a quarter's last day some officers decide to pay tomorrow for customers who are late."""
    state, notes = world.state, world.notes
    at = np.flatnonzero(state.status == ACTIVE)
    late = days_late(world, at, world.day)
    at = at[(late > 0) & (late <= 90)]
    ppm = world.parameters.planted.staff_pays_ppm.value
    at = at[staff_pays(world.seed, world.planted, notes, at, world.day, ppm)]
    state.pay_on[at], state.plan[at] = world.day + 1, Plan.BY_STAFF


def _draw(world: World, stream: str, at: Integers) -> Draws:
    return draw(world.seed, stream, world.notes.key[at], world.day)
