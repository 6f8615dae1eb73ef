"""The simulator's own paying rules played month by month, without a bank around them, for fitting and for the report.

The whole bank has notes that pay once a season or once at maturity, which no public panel knows; monthly instalments
and cards are what the panel can judge. Borrowers, seasons, blows, decisions and days of payment are those of the bank's
rules (`lab/rules`), and the state of a month is that of its last day, as in the panel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from huikuan.lab.parameters import Month, Parameters
from huikuan.lab.rules.calendar import season, season_table
from huikuan.lab.rules.draw import Integers, Truths, between, draw, happens
from huikuan.lab.rules.history import CHARGED_OFF, History, arrears_share, book_shares, grace_share, panel_shares
from huikuan.lab.rules.paying import NOTHING, ONE, SEVERAL, days_after, odds_joined, outcomes, traits
from huikuan.lab.rules.people import People, people_made
from huikuan.lab.rules.rates import Mean, Share
from huikuan.lab.rules.shocks import Shocks, shocks_of_month

BORROWERS: Final = 40_000
MONTHS: Final = 36
SEED: Final = 20_260_101
_LAST_DAY: Final = 30  # of every month of the play
_DUE_DAYS: Final = (1, 28)
_LAST_BUCKET: Final = 7
_CHARGE_OFF_AFTER: Final = 12  # months: more than 360 days past due


@dataclass(frozen=True, slots=True)
class Play:
    """How long and with how many a play runs; the same play gives the same figures."""

    borrowers: int = BORROWERS
    months: int = MONTHS
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Stage:
    """The borrowers of a play and what stands against their paying in each month (months by borrowers, ppm)."""

    play: Play
    people: People
    odds_ppm: Integers


def stage_set(parameters: Parameters, play: Play) -> Stage:
    """Make the borrowers and live through the months' seasons and blows."""
    people = people_made(play.seed, 1, play.borrowers, parameters)
    own = traits(people.ability, people.willingness)
    seasons, shocks = season_table(parameters.world), Shocks.none(play.borrowers)
    odds = np.empty((play.months, play.borrowers), dtype=np.int64)
    for month in range(play.months):
        shocks_of_month(play.seed, people, shocks, month, parameters.world)
        odds[month] = odds_joined(own, season(seasons, people.occupation, month), shocks.odds_ppm)
    return Stage(play, people, odds)


def loans_play(parameters: Parameters, stage: Stage) -> History:
    """Play notes with monthly instalments, due on any day from the 1st to the 28th, from their first month on."""
    play, who, due = stage.play, stage.people.number, due_days(stage)
    missed, lost, history = _nobody_late(play)
    for month in range(play.months):
        before = missed
        chosen, missed = _month(parameters, parameters.paying.loans, stage, before, month)
        days = days_after(
            draw(play.seed, "play-kind", who, month),
            draw(play.seed, "play-day", who, month),
            parameters.paying.on_day_weights.values,
            early=before == 0,
        )
        after_month_end = (chosen != NOTHING) & (due + days > _LAST_DAY)
        lost |= _charged_off(parameters, stage, missed, month)
        shown = np.minimum(np.where(after_month_end, before + 1, missed), _LAST_BUCKET)
        history[:, month] = np.where(lost, CHARGED_OFF, shown)
    return history


def cards_play(parameters: Parameters, stage: Stage) -> History:
    """Play cards, known by their status at each month-end, from their first month on."""
    missed, lost, history = _nobody_late(stage.play)
    for month in range(stage.play.months):
        _, missed = _month(parameters, parameters.paying.cards, stage, missed, month)
        lost |= _charged_off(parameters, stage, missed, month)
        history[:, month] = np.where(lost, CHARGED_OFF, np.minimum(missed, _LAST_BUCKET))
    return history


def due_days(stage: Stage) -> Integers:
    """Return the day of the month on which each note of a play falls due."""
    return between(draw(stage.play.seed, "play-due", stage.people.number), *_DUE_DAYS)


def history_figures(history: History, due: Integers | None = None) -> dict[str, Share | Mean]:
    """Return all figures of a history in which each row is a borrower; notes come with their due days."""
    who = np.arange(history.shape[0], dtype=np.int64)
    found: dict[str, Share | Mean] = {**panel_shares(history, who), **book_shares(history, who)}
    found["arrears.m1"] = arrears_share(history, who)
    if due is not None:
        found["arrears.grace"] = grace_share(history, _LAST_DAY - due, who)
    return found


def _nobody_late(play: Play) -> tuple[Integers, Truths, History]:
    return (
        np.zeros(play.borrowers, dtype=np.int64),
        np.zeros(play.borrowers, dtype=np.bool_),
        np.zeros((play.borrowers, play.months), dtype=np.int8),
    )


def _month(
    parameters: Parameters, months: Sequence[Month], stage: Stage, missed: Integers, month: int
) -> tuple[Integers, Integers]:
    """Return the decision of each borrower and the instalments that he has missed after it."""
    seed, who = stage.play.seed, stage.people.number
    chosen = outcomes(
        draw(seed, "play-outcome", who, month),
        np.minimum(missed, _LAST_BUCKET),
        stage.odds_ppm[month],
        months,
        parameters.paying.spread_ppm.values,
    )
    several = between(draw(seed, "play-several", who, month), 1, np.maximum(missed - 1, 1))
    left = np.select([chosen == NOTHING, chosen == ONE, chosen == SEVERAL], [missed + 1, missed, several], 0)
    return chosen, left


def _charged_off(parameters: Parameters, stage: Stage, missed: Integers, month: int) -> Truths:
    if month % 3 != 2:
        return np.zeros(missed.size, dtype=np.bool_)
    draws = draw(stage.play.seed, "play-charge-off", stage.people.number, month)
    return happens(draws, parameters.afterwards.charge_off_ppm.value) & (missed > _CHARGE_OFF_AFTER)
