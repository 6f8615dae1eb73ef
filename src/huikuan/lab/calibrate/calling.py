"""Borrowers called again and again until they promise, through the contact interface.

Everybody is called every third day at noon, friendly, at most ATTEMPTS_MAX times, as in the campaigns of the public
data. Wear, irritation and who is left after those who said yes all make success fall; the decline of the public data is
the sum of them, and the base values are set so that theirs is too.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from huikuan.kernel.money import PPM
from huikuan.lab.calibrate.calls import ATTEMPTS_MAX
from huikuan.lab.calibrate.simulate import Play
from huikuan.lab.contact_parameters import ContactParameters, contact_shipped
from huikuan.lab.parameters import Basis, Figure, Figures, Parameters
from huikuan.lab.rules.adjust import factor_ppm
from huikuan.lab.rules.contact import NEVER, Channel, Contacts, Histories, Offer, Persons, Result, Tone, answers
from huikuan.lab.rules.decline import Decline, decline_fit, decline_ppm
from huikuan.lab.rules.people import People, people_made
from huikuan.lab.rules.rates import Share

ROUNDS: Final = 6
_FIRST_DAY: Final = 20_000
_EVERY_DAYS: Final = 3
_MINUTE: Final = 12 * 60


@dataclass(frozen=True, slots=True)
class Called:
    """Promises by attempt, of those who were called so often; promises that were broken, of all promises."""

    promises: list[Share]
    broken: Share


def calls_play(parameters: Parameters, play: Play, offer: Offer, about: ContactParameters | None = None) -> Called:
    """Call the borrowers of a play until they promise."""
    people = people_made(play.seed, 1, play.borrowers, parameters)
    persons = _persons(people)
    histories = Histories.none(play.borrowers)
    promises, kept, made = [], 0, 0
    for attempt in range(ATTEMPTS_MAX):
        count = persons.number.size
        contacts = Contacts(
            day=np.full(count, _FIRST_DAY + attempt * _EVERY_DAYS),
            minute=np.full(count, _MINUTE),
            channel=np.full(count, int(Channel.CALL)),
            tone=np.full(count, int(Tone.FRIENDLY)),
            offer=np.full(count, int(offer)),
        )
        outcomes, after = answers(play.seed, persons, contacts, histories, parameters, about or contact_shipped())
        said = outcomes.result == Result.PROMISE
        promises.append(Share(int(said.sum()), count))
        made += int(said.sum())
        kept += int((said & (outcomes.pays_in_days != NEVER)).sum())
        left = np.flatnonzero(~said)
        persons, histories = persons.taken(left), after.taken(left)
    return Called(promises, Share(made - kept, made))


def calling_fit(parameters: Parameters, decline: Decline | None, broken_ppm: int | None, play: Play) -> Parameters:
    """Set the decline of answers and the share of broken promises, so that what comes out is what was counted."""
    if decline is not None:
        keep = decline.keep_ppm
        for _ in range(ROUNDS):
            parameters = _with_decline(parameters, keep)
            found = decline_fit({"call": calls_play(parameters, play, Offer.NONE).promises}).keep_ppm
            keep = min(PPM, keep * factor_ppm(decline.keep_ppm, found) // PPM)
    if broken_ppm is not None:
        promise, plan = (
            PPM - parameters.afterwards.promise_kept_ppm.value,
            parameters.afterwards.settlement_broken_ppm.value,
        )
        for _ in range(ROUNDS):
            found_promise = calls_play(parameters, play, Offer.NONE).broken.ppm
            found_plan = calls_play(parameters, play, Offer.PLAN).broken.ppm
            promise = min(PPM, promise * factor_ppm(broken_ppm, found_promise) // PPM)
            plan = min(PPM, plan * factor_ppm(broken_ppm, found_plan) // PPM)
            parameters = _with_broken(parameters, promise, plan)
    return parameters


def _with_decline(parameters: Parameters, keep_ppm: int) -> Parameters:
    """Let reach and willingness fall alike; their product falls by ``keep_ppm`` squared ÷ a million."""
    source = "decline by attempt of bank_marketing; the first value assumed"
    old = parameters.answers
    changed = {
        name: Figures(
            values=tuple(decline_ppm(first.values[0], keep_ppm, attempt) for attempt in range(1, ATTEMPTS_MAX + 1)),
            basis=Basis.FITTED,
            source=source,
        )
        for name, first in (("reached_ppm", old.reached_ppm), ("willing_ppm", old.willing_ppm))
    }
    return parameters.model_copy(update={"answers": old.model_copy(update=changed)})


def _with_broken(parameters: Parameters, promise_ppm: int, plan_ppm: int) -> Parameters:
    changed = {
        "promise_kept_ppm": Figure(
            value=PPM - promise_ppm, basis=Basis.FITTED, source="settlements of lendingclub stand for promises"
        ),
        "settlement_broken_ppm": Figure(
            value=plan_ppm, basis=Basis.FITTED, source="settlements of lendingclub that ended"
        ),
    }
    return parameters.model_copy(update={"afterwards": parameters.afterwards.model_copy(update=changed)})


def _persons(people: People) -> Persons:
    """The borrowers of a play as they are contacted: alive, and not struck by anything."""
    nobody = np.zeros(people.number.size, dtype=np.bool_)
    own = {one.name: getattr(people, one.name) for one in fields(Persons) if hasattr(people, one.name)}
    return Persons(**own, dead=nobody, struck=nobody, stolen=nobody)
