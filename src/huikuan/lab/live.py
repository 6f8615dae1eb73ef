"""A simulated bank that goes on: one day after the other is lived, delivered, and changed by the contacts made in it.

Nothing of it is kept but the order of the bank, the contacts in the order they were made, and what was delivered. A
start lives the bank again from its first day, with the contacts where they were: the same seed and the same contacts
give the same files, however often it was killed in between. Without contacts they are those of `create`.

A day is open until it is closed. Contacts are made in the open day, before its payments: who promises to pay today may.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import yaml

from huikuan.kernel.errors import InputInvalidError, NotFoundError
from huikuan.lab.contact_parameters import ContactParameters
from huikuan.lab.create import BLOCK, Order, days_live
from huikuan.lab.feeds import Span, days_write, journal_open, truth_write
from huikuan.lab.happened import TRUTHS, Happened, Plan
from huikuan.lab.journal import Journal, static_write
from huikuan.lab.parameters import Parameters
from huikuan.lab.places import BANK_CODE
from huikuan.lab.rules.contact import (
    NEVER,
    Channel,
    Contacts,
    Histories,
    Offer,
    Outcomes,
    Persons,
    Result,
    Tone,
    answers,
)
from huikuan.lab.rules.days import date_of, number_of
from huikuan.lab.rules.draw import PPM, Integers, Truths
from huikuan.lab.world import ACTIVE, NO_DAY, World, world_build
from huikuan.portfolio.intake.manifest import MANIFEST

HORIZON_DAYS: Final = 3_650
"""Notes are laid out so far ahead of the first delivery, whatever day it is: nothing depends on when it was started."""
MINUTES_A_DAY: Final = 1_440
_PARTY_DIGITS: Final = 18  # Python refuses to read some thousands of them
_NUMBER_CHANGED: Final = TRUTHS.index("number_changed")


@dataclass(frozen=True, slots=True)
class LiveOrder:
    """Which bank is lived; ``start`` is the business date of its first delivery, the first day of a month."""

    seed: int
    borrowers: int
    start: date

    @property
    def order(self) -> Order:
        """The same as an order of files; raises ValueError where it cannot be."""
        return Order(seed=self.seed, borrowers=self.borrowers, months=1, start=self.start)


@dataclass(frozen=True, slots=True)
class ContactMade:
    """A contact with one borrower in the open day. ``key`` is whatever the channel knows it by."""

    key: str
    number: int  # of the borrower
    minute: int  # of the day
    channel: Channel
    tone: Tone
    offer: Offer


@dataclass(frozen=True, slots=True)
class ContactAnswer:
    """What the bank learns of it at once."""

    key: str
    day: date
    result: Result
    complains: bool
    promise_on: date | None
    promise_share_ppm: int
    calls_back_on: date | None


def contact_read(
    *, key: str, party: str, channel: str, tone: str, offer: str, minute: int, borrowers: int
) -> ContactMade:
    """Return a contact from its words. Raises InputInvalidError or, where there is no such borrower, NotFoundError."""

    def word(field: str, kind: type[Channel] | type[Tone] | type[Offer], given: str) -> int:
        names = [one.name.lower() for one in kind]
        if given not in names:
            raise InputInvalidError(field, given, f"one of {', '.join(names)}")
        return int(kind[given.upper()])

    if not 0 <= minute < MINUTES_A_DAY:
        raise InputInvalidError("minute", minute, f"0 to {MINUTES_A_DAY - 1}")
    digits = party.removeprefix("P")
    number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= _PARTY_DIGITS else 0
    if not 1 <= number <= borrowers:
        raise NotFoundError("borrower", party, hint=f"Borrowers are P00000001 to P{borrowers:08d}.")
    return ContactMade(
        key=key, number=number, minute=minute, channel=Channel(word("channel", Channel, channel)),
        tone=Tone(word("tone", Tone, tone)), offer=Offer(word("offer", Offer, offer)),
    )  # fmt: skip


def delivered_last(inbox: Path) -> date | None:
    """Return the last day whose delivery is complete."""
    folder = inbox / BANK_CODE
    names = sorted((one.parent.name for one in folder.glob(f"*/{MANIFEST}")), reverse=True)
    return next((day for name in names if (day := _day_of(name)) is not None), None)


def _totals(folder: Path) -> dict[str, tuple[object, object]]:
    """Rows and sums of each feed by the manifest; whether a file is Parquet or CSV does not matter."""
    feeds = yaml.safe_load((folder / MANIFEST).read_text(encoding="utf-8"))["feeds"]
    return {name: (one["rows"], one.get("sums")) for name, one in feeds.items()}


def _day_of(name: str) -> date | None:
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None


class LiveBank:
    """The bank in memory; ``day`` is the last one that is closed, ``open_day`` the one contacts are made in."""

    def __init__(self, order: LiveOrder, parameters: Parameters, about: ContactParameters, *, journal: Path) -> None:
        self.order, self.parameters, self.about, self.journal = order, parameters, about, journal
        files = order.order
        self._start = number_of(order.start)
        self._parts = [
            _Part(
                world_build(
                    order.seed, parameters, first=first, count=count, begin=files.begin,
                    until=self._start + HORIZON_DAYS,
                ),
                first,
            )
            for first, count in files.blocks(BLOCK)
        ]  # fmt: skip
        self._live_until(self._start - 1, first=True)

    @property
    def day(self) -> date:
        """The last day that is closed; before the first delivery the eve of it."""
        return date_of(self._parts[0].world.day)

    @property
    def open_day(self) -> date:
        """The day that goes on."""
        return self.day + timedelta(days=1)

    def contact(self, made: ContactMade) -> ContactAnswer:
        """Contact a borrower in the open day; what he will do because of it happens from then on."""
        part = self._parts[(made.number - 1) // BLOCK]
        day = number_of(self.open_day)
        outcome = part.contact(made, day, self.parameters, self.about)
        promise, back = int(outcome.promise_days[0]), int(outcome.calls_back_days[0])
        return ContactAnswer(
            key=made.key,
            day=self.open_day,
            result=Result(int(outcome.result[0])),
            complains=bool(outcome.complains[0]),
            promise_on=None if promise == NEVER else date_of(day + promise),
            promise_share_ppm=int(outcome.promise_share_ppm[0]),
            calls_back_on=None if back == NEVER else date_of(day + back),
        )

    def close(self) -> None:
        """Live the open day to its end and take it down in the journal."""
        self._live_until(self._parts[0].world.day + 1)

    def close_until(self, day: date) -> None:
        """Close all days up to ``day`` at once; nobody is contacted in them."""
        self._live_until(number_of(day))

    def is_ours(self, inbox: Path, day: date) -> bool:
        """Whether the delivery of a closed day in an inbox is the one that this bank makes: same rows, same sums."""
        with TemporaryDirectory() as scratch:
            self.deliver(Path(scratch), first=day, last=day)
            ours, theirs = (_totals(place / BANK_CODE / day.isoformat()) for place in (Path(scratch), inbox))
            return ours == theirs

    def deliver(self, inbox: Path, *, first: date, last: date) -> None:
        """Write the deliveries of closed days that are not there yet; the manifest of each last."""
        with journal_open(self.journal, self._start) as con:
            days_write(con, inbox, Span(self._start, number_of(first), number_of(last)))

    def truth_tell(self, folder: Path) -> None:
        """Write the truth of all closed days, as ``create`` does."""
        truth_write(self.journal, folder, self._start)

    def _live_until(self, day: int, *, first: bool = False) -> None:
        for part in self._parts:
            begins = part.world.day + 1
            if first or date_of(begins).day == 1:  # a part of the journal a month, written anew each day
                part.pages, part.name = _Pages(part), f"{part.first:08d}-{begins}"
            if first:
                part.pages.add_old(part.world)
                static_write(part.world, self.journal, f"{part.first:08d}")
            days_live(part.world, part.pages, day, figures_from=self._start - 1)
            part.pages.write(self.journal, part.name)
            part.forget()


class _Part:
    """A block of borrowers with what contacts have done to them."""

    def __init__(self, world: World, first: int) -> None:
        self.world, self.first = world, first
        count = world.people.number.size
        self.histories = Histories.none(count)
        self.wrong_number: Truths = world.people.wrong_number.copy()
        self.pages, self.name = _Pages(self), ""

    def contact(self, made: ContactMade, day: int, parameters: Parameters, about: ContactParameters) -> Outcomes:
        """Answer, remember, and pay later what will be paid."""
        at = np.array([made.number - self.first])
        contact = Contacts.one(
            day=day, minute=made.minute, channel=int(made.channel), tone=int(made.tone), offer=int(made.offer)
        )
        before = self.histories.taken(at)
        outcome, after = answers(self.world.seed, self._persons(at), contact, before, parameters, about)
        for one in fields(Histories):
            getattr(self.histories, one.name)[at] = getattr(after, one.name)
        if outcome.pays_in_days[0] != NEVER:
            pay_on = day + int(outcome.pays_in_days[0])
            pays_because(self.world, int(at[0]), pay_on, share_ppm=int(outcome.pays_share_ppm[0]))
        return outcome

    def forget(self) -> None:
        """Attempts count from the last day on which nothing was overdue."""
        contacted = np.flatnonzero(self.histories.attempts)
        if contacted.size:
            state, notes = self.world.state, self.world.notes
            late = notes.borrower[(state.status == ACTIVE) & (state.oldest_row < state.next_row)]
            self.histories.attempts[contacted[~np.isin(contacted, late)]] = 0

    def _persons(self, at: Integers) -> Persons:
        people, state, planted = self.world.people, self.world.state, self.world.planted
        owned = np.isin(self.world.notes.borrower, at) & (state.status == ACTIVE)
        stolen = np.isin(at, self.world.notes.borrower[owned & planted.stolen])
        return Persons(
            number=people.number[at], phone_hours=people.phone_hours[at], willingness=people.willingness[at],
            ability=people.ability[at], irritable=people.irritable[at], special=people.special[at],
            wrong_number=self.wrong_number[at], dead=state.died_of[at] != NO_DAY, struck=state.shocks_of.kind[at] >= 0,
            stolen=stolen,
        )  # fmt: skip


class _Pages(Journal):
    """A journal that also tells the block whose numbers on file are wrong by now."""

    def __init__(self, part: _Part) -> None:
        super().__init__()
        self._part = part

    def add(self, world: World, happened: Happened) -> None:
        """Take down a day."""
        super().add(world, happened)
        for kind, who, told in happened.truth:
            if kind == _NUMBER_CHANGED:
                self._part.wrong_number[who - self._part.first] = told == 0


def pays_because(world: World, borrower: int, pay_on: int, *, share_ppm: int) -> None:
    """Let a borrower pay a share of what is due on a day, for each of his notes, unless he would have paid by then
    anyway. The whole is with the instalment that is about to fall due.

    Nobody pays for notes that were stolen or for a ring that has stopped. The next decision comes a month after.
    """
    state, notes = world.state, world.notes
    at = np.flatnonzero((notes.borrower == borrower) & (state.status == ACTIVE) & (state.oldest_row < state.next_row))
    anyway = (state.pay_on[at] != NO_DAY) & (state.pay_on[at] <= pay_on)
    at = at[~anyway & (world.planted.stops_on[at] > pay_on)]
    state.pay_on[at], state.plan[at] = pay_on, int(Plan.EVERY if share_ppm == PPM else Plan.PART)
    state.promised_ppm[at] = 0 if share_ppm == PPM else share_ppm
    state.plan_rows[at], state.decided_on[at] = 1, pay_on
