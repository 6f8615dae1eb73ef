"""The history of a whole simulated bank, lived day by day as `huikuan lab create` does, for the report.

Judged are the notes with monthly instalments and the cards; what is planted in the bank (stolen notes, rings, officers
who pay), deaths, early settlement and new notes are in it, as they are not in the play that parameters are fitted with.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from huikuan.lab.calibrate.simulate import Play
from huikuan.lab.parameters import Parameters
from huikuan.lab.rules.days import date_of, first_of, month_of, number_of
from huikuan.lab.rules.history import History, arrears_share, book_shares, panel_shares
from huikuan.lab.rules.products import PRODUCTS
from huikuan.lab.rules.rates import Share
from huikuan.lab.step import world_step
from huikuan.lab.world import World, buckets, world_build

BEGIN: Final = date(2024, 1, 1)
Figures = dict[str, Share]


def bank_figures(parameters: Parameters, play: Play) -> tuple[Figures, Figures]:
    """Return the figures of notes with monthly instalments and those of cards, of a bank as large and long as the play.

    The number of borrowers is a multiple of five, so that no guarantee circle is cut.
    """
    begin = number_of(BEGIN)
    until = int(first_of(month_of(np.array([begin])) + play.months)[0]) - 1
    world = world_build(play.seed, parameters, first=1, count=play.borrowers, begin=begin, until=until)
    notes, cards = [], []
    while world.day < until:
        world_step(world)
        if date_of(world.day + 1).day == 1:
            notes.append(buckets(world, world.day).astype(np.int8))
            cards.append(world.state.card_of.astype(np.int8))
    return _of_notes(world, np.stack(notes, axis=1)), _of_cards(np.stack(cards, axis=1))


def _of_notes(world: World, history: History) -> Figures:
    monthly = np.array([product.monthly for product in PRODUCTS])[world.notes.product]
    history, who = history[monthly], world.notes.borrower[monthly]
    return {**panel_shares(history, who), **book_shares(history, who), "arrears.m1": arrears_share(history, who)}


def _of_cards(history: History) -> Figures:
    history = history[history[:, 0] >= 0]
    who = np.arange(history.shape[0], dtype=np.int64)
    return {**panel_shares(history, who), **book_shares(history, who)}
