"""How a borrower answers a contact: who, when, channel, tone and offer in, outcome out. Pure; integers over arrays.

``answers`` is the whole interface: channels, strategies and training play against it, with one borrower
(``Persons.one``, ``Contacts.one``) or a hundred thousand. Chance depends on seed, borrower, channel and minute alone:
whatever order contacts are made in, the same contact after the same history has the same answer.

What the model says, in words:

* **Reach** falls from attempt to attempt (fitted), depends on the channel and on when this borrower picks up his phone,
  and falls as he becomes irritated. Numbers that are somebody else's, and the dead, are never reached.
* **Willingness** of those who are reached falls from attempt to attempt too (fitted), depends on the borrower and on
  what is offered, falls with irritation, and hardly depends on the tone: no file of parameters can let harshness add
  more than a twentieth.
* **Tone** mostly costs: a harsher one irritates more and brings complaints, more so at night and from special groups,
  with whom it gains nothing at all.
* A **promise** has a day and a share of what is due. Whether it will be kept depends on means and will, and stands in
  the outcome as truth that a strategy must not read (``pays_in_days``). Some pay merely because they were reminded.
* Those struck by a blow ask for relief; those in whose name somebody else borrowed deny the debt; some call back.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Final, Self

import numpy as np

from huikuan.lab.contact_parameters import ContactParameters
from huikuan.lab.parameters import Parameters
from huikuan.lab.rules.draw import PPM, Draws, Integers, Truths, between, draw, happens

NEVER: Final = -1
_MINUTES_A_DAY: Final = 1440
_CHANNEL_KEYS: Final = 8  # draws of a borrower are apart for each channel


class Channel(IntEnum):
    """By what a contact is made."""

    CALL = 0  # 人工电话
    ROBOT = 1  # 语音机器人
    SMS = 2  # 短信
    MESSAGE = 3  # 即时消息
    LETTER = 4  # 信函
    VISIT = 5  # 上门


class Tone(IntEnum):
    """How it is said, from a service message to the sternest that the law allows."""

    SERVICE = 0  # 服务提醒
    FRIENDLY = 1  # 温和
    PLAIN = 2  # 直接
    STERN = 3  # 严肃


class Offer(IntEnum):
    """What the bank offers."""

    NONE = 0
    PART = 1  # 先还一部分
    PLAN = 2  # 分期安排
    RELIEF = 3  # 困难帮扶


class Part(IntEnum):
    """Parts of the day; NIGHT is before 8 and from 22 o'clock."""

    MORNING = 0  # from 8
    NOON = 1  # from 11
    AFTERNOON = 2  # from 14
    EVENING = 3  # from 18
    NIGHT = 4


class Result(IntEnum):
    """What a contact comes to."""

    NOT_REACHED = 0  # 未接通, unread, nobody at home
    WRONG_NUMBER = 1  # 号码非本人: somebody else says so
    TOLD_DEAD = 2  # 家属告知已故
    NO_COMMITMENT = 3  # 本人接通，未承诺
    PROMISE = 4  # 承诺还款
    DENIES = 5  # 对债务有异议
    ASKS_RELIEF = 6  # 申请困难帮扶


REACHED: Final = (Result.NO_COMMITMENT, Result.PROMISE, Result.DENIES, Result.ASKS_RELIEF)
_PART_OF_HOUR: Final = np.array([4] * 8 + [0] * 3 + [1] * 3 + [2] * 4 + [3] * 4 + [4] * 2)
_AT_ADDRESS: Final = (int(Channel.LETTER), int(Channel.VISIT))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Arrays of one length."""

    @classmethod
    def one(cls, **values: int | bool) -> Self:
        """A single element of each."""
        return cls(**{name: np.atleast_1d(np.asarray(value)) for name, value in values.items()})

    def taken(self, at: Integers) -> Self:
        """The elements at some places."""
        return type(self)(**{one.name: getattr(self, one.name)[at] for one in fields(self)})


@dataclass(frozen=True, slots=True)
class Persons(_Columns):
    """Who is contacted: borrowers as they are, whether the bank knows it or not."""

    number: Integers  # of the borrower
    phone_hours: Integers  # 0 early, 1 noon, 2 evening, 3 hardly
    willingness: Integers  # tenth, 0 best
    ability: Integers  # tenth, 0 best
    irritable: Integers  # tenth, 9 complains soonest
    special: Integers  # 0, or the special group
    wrong_number: Truths  # the number on file is somebody else's
    dead: Truths
    struck: Truths  # by illness, a lost job, a failed harvest …
    stolen: Truths  # somebody else borrowed in his name


@dataclass(frozen=True, slots=True)
class Contacts(_Columns):
    """One contact each."""

    day: Integers  # number of the day
    minute: Integers  # of the day, 0 to 1439
    channel: Integers  # Channel
    tone: Integers  # Tone
    offer: Integers  # Offer


@dataclass(frozen=True, slots=True)
class Histories(_Columns):
    """What went before: counted from the last day on which nothing was overdue."""

    attempts: Integers
    irritation_ppm: Integers  # as of ``irritated_on``
    irritated_on: Integers  # number of the day

    @classmethod
    def none(cls, count: int) -> Histories:
        """Nobody was contacted yet."""
        return cls(*(np.zeros(count, dtype=np.int64) for _ in fields(cls)))


@dataclass(frozen=True, slots=True)
class Rates(_Columns):
    """What chance each contact has, in parts per million."""

    reached: Integers
    willing: Integers  # of those reached: promises
    complains: Integers


@dataclass(frozen=True, slots=True)
class Outcomes(_Columns):
    """What became of each contact. The last two are truth: known to nobody on the day."""

    result: Integers  # Result
    complains: Truths
    promise_days: Integers  # days until the promised day, NEVER without a promise
    promise_share_ppm: Integers  # of what is due, 0 without a promise
    calls_back_days: Integers  # days until he calls the bank himself, NEVER if he does not
    pays_in_days: Integers  # days until he pays because of this contact, NEVER if he does not
    pays_share_ppm: Integers  # of what is due


def answers(
    seed: int,
    persons: Persons,
    contacts: Contacts,
    histories: Histories,
    parameters: Parameters,
    about: ContactParameters,
) -> tuple[Outcomes, Histories]:
    """Return what becomes of each contact, and what the next one will find.

    Elements are taken to happen independently: two contacts of one borrower in a call do not see each other.
    """
    rate = rates(persons, contacts, histories, parameters, about)
    drawn = _Drawn(seed, persons, contacts)
    result = _results(drawn, persons, contacts, rate, about)
    reached = np.isin(result, REACHED)
    promises = result == Result.PROMISE
    promise_days = between(drawn("promise-day"), *about.answer.promise_days.values)
    part = between(drawn("promise-part"), *about.answer.part_share_ppm.values)
    share = np.where(contacts.offer == Offer.PART, part, PPM)
    keeps = promises & happens(drawn("keeps"), keeps_ppm(persons, contacts, parameters, about))
    reminded = (result == Result.NO_COMMITMENT) & happens(
        drawn("reminded"), _reminded(persons, histories, parameters, about)
    )
    soon = between(drawn("reminded-day"), *about.answer.reminded_days.values)
    own = ~_stranger(persons, contacts) & ~persons.dead
    back = own & (result == Result.NOT_REACHED) & happens(drawn("back"), about.reach.calls_back_ppm.value)
    outcomes = Outcomes(
        result=result,
        complains=happens(drawn("complains"), rate.complains) & (reached | (result == Result.WRONG_NUMBER)),
        promise_days=np.where(promises, promise_days, NEVER),
        promise_share_ppm=np.where(promises, share, 0),
        calls_back_days=np.where(back, between(drawn("back-day"), *about.reach.calls_back_days.values), NEVER),
        pays_in_days=np.select((keeps, reminded), (promise_days, soon), NEVER),
        pays_share_ppm=np.select((keeps, reminded), (share, np.full_like(share, PPM)), 0),
    )
    return outcomes, histories_after(persons, contacts, histories, reached, about)


def rates(
    persons: Persons, contacts: Contacts, histories: Histories, parameters: Parameters, about: ContactParameters
) -> Rates:
    """Return the chances of each contact; every one is between 0 and a million."""
    calm = PPM - irritation(contacts.day, histories, about)
    tone = _of(about.answer.tones_ppm.values, contacts.tone)
    tone = np.where(persons.special > 0, np.minimum(tone, about.answer.tones_ppm.values[Tone.FRIENDLY]), tone)
    reached = _times(
        _by_attempt(parameters.answers.reached_ppm.values, histories.attempts),
        _of(about.reach.channels_ppm.values, contacts.channel), _hours(persons, contacts, about), calm,
    )  # fmt: skip
    willing = _times(
        _by_attempt(parameters.answers.willing_ppm.values, histories.attempts),
        tone, _of(about.answer.offers_ppm.values, contacts.offer),
        _of(about.answer.willingness_ppm.values, persons.willingness), calm,
    )  # fmt: skip
    nobody = persons.dead | _stranger(persons, contacts)
    return Rates(
        reached=np.where(nobody, 0, reached),
        willing=np.where(nobody | persons.stolen, 0, willing),
        complains=np.where(persons.dead, 0, _complains(persons, contacts, PPM - calm, about)),
    )


def keeps_ppm(persons: Persons, contacts: Contacts, parameters: Parameters, about: ContactParameters) -> Integers:
    """Return how likely a promise is kept: the fitted share, for plans that of settlements, by means and will.

    Means and will act on the share that is broken, where they leave the mean as it is.
    """
    after = parameters.afterwards
    promise, plan = PPM - after.promise_kept_ppm.value, after.settlement_broken_ppm.value
    will = 2 * PPM - (_of(about.answer.willingness_ppm.values, persons.willingness) + PPM) // 2
    means = 2 * PPM - _of(about.answer.ability_ppm.values, persons.ability)
    return PPM - _times(np.where(contacts.offer == Offer.PLAN, plan, promise), will, means)


def irritation(day: Integers, histories: Histories, about: ContactParameters) -> Integers:
    """Return what is left of the irritation of earlier contacts on a day: a share of it goes each day."""
    left = histories.irritation_ppm.copy()
    days = np.clip(day - histories.irritated_on, 0, 400)
    for passed in range(int(days.max(initial=0))):
        left = np.where(passed < days, left * about.trouble.calms_a_day_ppm.value // PPM, left)
    return left


def histories_after(
    persons: Persons, contacts: Contacts, histories: Histories, reached: Truths, about: ContactParameters
) -> Histories:
    """Return what the next contact finds. An unanswered call irritates half as much as one that is answered."""
    adds = _of(about.trouble.irritates_ppm.values, contacts.tone)
    adds = np.where(reached, adds, adds // 2)
    adds = np.where(persons.dead | _stranger(persons, contacts), 0, adds)
    left = irritation(contacts.day, histories, about)
    return Histories(
        attempts=histories.attempts + 1,
        irritation_ppm=np.minimum(left + adds, about.trouble.most_ppm.value),
        irritated_on=np.maximum(contacts.day, histories.irritated_on),
    )


class _Drawn:
    """Draws of a batch of contacts: by borrower and channel, and the minute."""

    def __init__(self, seed: int, persons: Persons, contacts: Contacts) -> None:
        self.seed, self.entity = seed, persons.number * _CHANNEL_KEYS + contacts.channel
        self.step = contacts.day * _MINUTES_A_DAY + contacts.minute

    def __call__(self, stream: str) -> Draws:
        return draw(self.seed, f"contact-{stream}", self.entity, self.step)


def _results(drawn: _Drawn, persons: Persons, contacts: Contacts, rate: Rates, about: ContactParameters) -> Integers:
    """The first of these that holds: not reached (told by somebody else why), denies, asks for relief, promises."""
    answer, spoken = about.answer, (contacts.channel == Channel.CALL) | (contacts.channel == Channel.VISIT)
    reached = happens(drawn("reached"), rate.reached)
    stranger = _stranger(persons, contacts) & spoken & happens(drawn("told"), about.reach.told_ppm.value)
    told = persons.dead & spoken & happens(drawn("told"), about.reach.told_of_death_ppm.value)
    denies = happens(drawn("denies"), np.where(persons.stolen, answer.thief_denies_ppm.value, answer.denies_ppm.value))
    offered = np.where(contacts.offer == Offer.RELIEF, answer.relief_offered_ppm.value, PPM)
    asks = persons.struck & happens(drawn("asks"), _times(np.full_like(offered, answer.asks_relief_ppm.value), offered))
    promises = happens(drawn("willing"), rate.willing)
    return np.select(
        (told, stranger, ~reached, denies, asks, promises),
        (Result.TOLD_DEAD, Result.WRONG_NUMBER, Result.NOT_REACHED, Result.DENIES, Result.ASKS_RELIEF, Result.PROMISE),
        int(Result.NO_COMMITMENT),
    ).astype(np.int64)


def _stranger(persons: Persons, contacts: Contacts) -> Truths:
    """Whether the contact goes to a number that is somebody else's; letters and visits go to the address."""
    found: Truths = persons.wrong_number & ~np.isin(contacts.channel, _AT_ADDRESS)
    return found


def _hours(persons: Persons, contacts: Contacts, about: ContactParameters) -> Integers:
    reach = about.reach
    rows = (reach.at_early_ppm, reach.at_noon_ppm, reach.at_evening_ppm, reach.hardly_ppm, reach.at_home_ppm)
    table = np.array([row.values for row in rows])
    habit = np.where(np.isin(contacts.channel, _AT_ADDRESS), len(table) - 1, persons.phone_hours)
    return np.asarray(table[habit, part_of_day(contacts.minute)], dtype=np.int64)


def part_of_day(minute: Integers) -> Integers:
    """Return the part of the day (``Part``) of each minute."""
    return np.asarray(_PART_OF_HOUR[minute // 60], dtype=np.int64)


def _complains(persons: Persons, contacts: Contacts, irritated: Integers, about: ContactParameters) -> Integers:
    trouble = about.trouble
    night = (part_of_day(contacts.minute) == Part.NIGHT) & (contacts.channel != Channel.LETTER)
    stranger = _stranger(persons, contacts)
    return _times(
        np.full_like(irritated, trouble.complains_ppm.value),
        _of(trouble.tones_ppm.values, contacts.tone),
        np.where(stranger, trouble.stranger_ppm.value, _of(trouble.irritable_ppm.values, persons.irritable)),
        np.where(night, trouble.at_night_ppm.value, PPM),
        np.where((persons.special > 0) & ~stranger, trouble.special_ppm.value, PPM),
        PPM + 10 * irritated,  # at the most irritated ten times as often
    )


def _reminded(persons: Persons, histories: Histories, parameters: Parameters, about: ContactParameters) -> Integers:
    """Paying without a promise wears out like willingness does; nobody pays for a thief."""
    willing = parameters.answers.willing_ppm.values
    worn = _by_attempt(willing, histories.attempts) * PPM // max(willing[0], 1)
    ppm = _times(np.full_like(worn, about.answer.reminded_ppm.value), np.minimum(worn, PPM))
    ppm = _times(ppm, _of(about.answer.willingness_ppm.values, persons.willingness))
    return np.where(persons.stolen, 0, ppm)


def _of(values: tuple[int, ...], place: Integers) -> Integers:
    return np.asarray(values, dtype=np.int64)[place]


def _by_attempt(values: tuple[int, ...], before: Integers) -> Integers:
    """The value of the attempt after ``before`` others; never more than that of an earlier one."""
    falling = np.minimum.accumulate(np.asarray(values, dtype=np.int64))
    return falling[np.minimum(before, len(values) - 1)]


def _times(first: Integers, *factors: Integers) -> Integers:
    """The product in parts per million, cut at a million at the end."""
    product = np.asarray(first, dtype=np.int64)
    for factor in factors:
        product = product * factor // PPM
    return np.clip(product, 0, PPM)
