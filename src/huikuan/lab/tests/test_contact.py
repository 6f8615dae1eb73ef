"""How borrowers answer contacts: diminishing returns, tones, the dead, wrong numbers, the same seed the same answer."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huikuan.lab.contact_parameters import CONTACT, TONE_HELPS_MOST_PPM, contact_load, contact_shipped
from huikuan.lab.parameters import ParametersInvalidError, parameters_shipped
from huikuan.lab.rules.contact import (
    NEVER,
    REACHED,
    Channel,
    Contacts,
    Histories,
    Offer,
    Outcomes,
    Persons,
    Rates,
    Result,
    Tone,
    answers,
    irritation,
    keeps_ppm,
    rates,
)
from huikuan.lab.rules.draw import PPM
from huikuan.lab.rules.people import people_made

FITTED, ABOUT = parameters_shipped(), contact_shipped()
DAY = 20_500


def persons(
    number: int = 1, *, willingness: int = 5, ability: int = 5, irritable: int = 5, special: int = 0,
    phone_hours: int = 2, wrong_number: bool = False, dead: bool = False, struck: bool = False, stolen: bool = False,
) -> Persons:  # fmt: skip
    return Persons.one(
        number=number, phone_hours=phone_hours, willingness=willingness, ability=ability, irritable=irritable,
        special=special, wrong_number=wrong_number, dead=dead, struck=struck, stolen=stolen,
    )  # fmt: skip


def contacts(
    *,
    day: int = DAY,
    minute: int = 600,
    channel: int = Channel.CALL,
    tone: int = Tone.FRIENDLY,
    offer: int = Offer.NONE,
) -> Contacts:
    return Contacts.one(day=day, minute=minute, channel=int(channel), tone=int(tone), offer=int(offer))


def histories(*, attempts: int = 0, irritation_ppm: int = 0, irritated_on: int = DAY) -> Histories:
    return Histories.one(attempts=attempts, irritation_ppm=irritation_ppm, irritated_on=irritated_on)


some_persons = st.builds(
    persons, number=st.integers(1, 10**6), willingness=st.integers(0, 9), ability=st.integers(0, 9),
    irritable=st.integers(0, 9), special=st.integers(0, 4), phone_hours=st.integers(0, 3), wrong_number=st.booleans(),
    dead=st.booleans(), struck=st.booleans(), stolen=st.booleans(),
)  # fmt: skip
some_contacts = st.builds(
    contacts, day=st.integers(DAY, DAY + 60), minute=st.integers(0, 1439), channel=st.sampled_from(Channel),
    tone=st.sampled_from(Tone), offer=st.sampled_from(Offer),
)  # fmt: skip
some_histories = st.builds(
    histories, attempts=st.integers(0, 40), irritation_ppm=st.integers(0, 900_000),
    irritated_on=st.integers(DAY - 90, DAY),
)  # fmt: skip
seeds = st.integers(0, 2**40)


def rate_of(person: Persons, contact: Contacts, history: Histories) -> Rates:
    return rates(person, contact, history, FITTED, ABOUT)


def answer_of(seed: int, person: Persons, contact: Contacts, history: Histories) -> tuple[Outcomes, Histories]:
    return answers(seed, person, contact, history, FITTED, ABOUT)


def with_tone(contact: Contacts, tone: Tone) -> Contacts:
    kept = {one.name: int(getattr(contact, one.name)[0]) for one in fields(Contacts)}
    return Contacts.one(**{**kept, "tone": int(tone)})


@given(some_persons, some_contacts, some_histories, st.integers(1, 20))
def test_one_more_attempt_never_has_better_chances(p: Persons, c: Contacts, h: Histories, more: int) -> None:
    later = Histories(h.attempts + more, h.irritation_ppm, h.irritated_on)
    before, after = rate_of(p, c, h), rate_of(p, c, later)
    assert after.reached[0] <= before.reached[0]
    assert after.willing[0] <= before.willing[0]


@given(some_persons, some_contacts, some_histories, st.integers(0, 900_000))
def test_irritation_reaches_fewer_persuades_fewer_and_brings_more_complaints(
    p: Persons, c: Contacts, h: Histories, more: int
) -> None:
    calm, angry = rate_of(p, c, h), rate_of(p, c, Histories(h.attempts, h.irritation_ppm + more, h.irritated_on))
    assert angry.reached[0] <= calm.reached[0]
    assert angry.willing[0] <= calm.willing[0]
    assert angry.complains[0] >= calm.complains[0]


@given(some_persons, some_contacts, some_histories, st.sampled_from(Tone))
def test_harsher_tone_never_helps_beyond_a_twentieth_and_brings_more_complaints(
    p: Persons, c: Contacts, h: Histories, harsher: Tone
) -> None:
    friendly, hard = rate_of(p, with_tone(c, Tone.FRIENDLY), h), rate_of(p, with_tone(c, harsher), h)
    assert hard.reached[0] == friendly.reached[0]
    assert hard.willing[0] * PPM <= (friendly.willing[0] + 1) * TONE_HELPS_MOST_PPM
    if harsher >= Tone.FRIENDLY:
        assert hard.complains[0] >= friendly.complains[0]
    if p.special[0]:
        assert hard.willing[0] <= friendly.willing[0]


@given(seeds, some_persons, some_contacts, some_histories, st.sampled_from(Tone))
def test_harsher_tone_leaves_more_irritation_behind(
    seed: int, p: Persons, c: Contacts, h: Histories, harsher: Tone
) -> None:
    _, mild = answer_of(seed, p, with_tone(c, Tone.SERVICE), h)
    _, hard = answer_of(seed, p, with_tone(c, harsher), h)
    assert hard.irritation_ppm[0] >= mild.irritation_ppm[0]


@given(seeds, some_persons, some_contacts, some_histories)
def test_the_dead_never_answer(seed: int, p: Persons, c: Contacts, h: Histories) -> None:
    dead = Persons(**{**{one.name: getattr(p, one.name) for one in fields(Persons)}, "dead": np.array([True])})
    found, after = answer_of(seed, dead, c, h)
    assert found.result[0] in (Result.NOT_REACHED, Result.TOLD_DEAD)
    assert not found.complains[0]
    assert (found.promise_days[0], found.pays_in_days[0], found.calls_back_days[0]) == (NEVER, NEVER, NEVER)
    assert after.irritation_ppm[0] <= h.irritation_ppm[0]


@given(seeds, some_persons, some_contacts, some_histories)
def test_a_wrong_number_never_promises_pays_or_calls_back(seed: int, p: Persons, c: Contacts, h: Histories) -> None:
    wrong = Persons(**{**{one.name: getattr(p, one.name) for one in fields(Persons)}, "wrong_number": np.array([True])})
    found, _ = answer_of(seed, wrong, c, h)
    if c.channel[0] not in (Channel.LETTER, Channel.VISIT):
        assert found.result[0] not in REACHED
        assert (found.promise_days[0], found.pays_in_days[0], found.calls_back_days[0]) == (NEVER, NEVER, NEVER)


@given(seeds, some_persons, some_contacts, some_histories)
def test_outcomes_make_sense(seed: int, p: Persons, c: Contacts, h: Histories) -> None:
    found, after = answer_of(seed, p, c, h)
    promises = found.result[0] == Result.PROMISE
    assert (found.promise_days[0] != NEVER) == promises == (found.promise_share_ppm[0] > 0)
    assert (found.pays_in_days[0] == NEVER) == (found.pays_share_ppm[0] == 0)
    if promises and found.pays_in_days[0] != NEVER:
        assert found.pays_in_days[0] == found.promise_days[0]
    if p.stolen[0]:
        assert not promises
        assert found.pays_in_days[0] == NEVER
    if found.result[0] == Result.ASKS_RELIEF:
        assert p.struck[0]
    assert after.attempts[0] == h.attempts[0] + 1
    assert 0 <= after.irritation_ppm[0] <= max(ABOUT.trouble.most_ppm.value, int(h.irritation_ppm[0]))


@settings(max_examples=30)
@given(seeds, st.lists(st.tuples(some_persons, some_contacts, some_histories), min_size=2, max_size=12))
def test_many_at_once_answer_as_one_by_one(seed: int, batch: list[tuple[Persons, Contacts, Histories]]) -> None:
    def joined(kind: type, place: int) -> object:
        return kind(*(np.concatenate([getattr(one[place], f.name) for one in batch]) for f in fields(kind)))

    together, after = answer_of(seed, joined(Persons, 0), joined(Contacts, 1), joined(Histories, 2))  # type: ignore[arg-type]
    for place, (p, c, h) in enumerate(batch):
        alone, then = answer_of(seed, p, c, h)
        assert all(getattr(alone, f.name)[0] == getattr(together, f.name)[place] for f in fields(Outcomes))
        assert all(getattr(then, f.name)[0] == getattr(after, f.name)[place] for f in fields(Histories))


def crowd(count: int) -> Persons:
    people = people_made(7, 1, count, FITTED)
    no = np.zeros(count, dtype=bool)
    return Persons(
        people.number, people.phone_hours, people.willingness, people.ability, people.irritable,
        np.zeros(count, dtype=np.int64), no, no, no, no,
    )  # fmt: skip


def of_all(count: int, **values: int) -> Contacts:
    given = {"day": DAY, "minute": 600, "channel": Channel.CALL, "tone": Tone.FRIENDLY, "offer": Offer.NONE, **values}
    return Contacts(**{name: np.full(count, int(value)) for name, value in given.items()})


def test_answers_depend_on_seed_and_minute() -> None:
    def results(seed: int, minute: int) -> list[int]:
        found, _ = answer_of(seed, crowd(200), of_all(200, minute=minute), Histories.none(200))
        return [int(one) for one in found.result]

    assert results(1, 600) == results(1, 600)
    assert results(1, 600) != results(2, 600)
    assert results(1, 600) != results(1, 601)


@pytest.mark.parametrize("attempt", [0, 1, 3])
def test_calls_of_a_working_day_succeed_as_often_as_the_fitted_shares_say(attempt: int) -> None:
    count = 200_000
    made = of_all(count)
    made = Contacts(made.day, 480 + np.arange(count) * 7919 % 840, made.channel, made.tone, made.offer)
    before = Histories(np.full(count, attempt), np.zeros(count, np.int64), np.full(count, DAY))
    found, _ = answers(11, crowd(count), made, before, FITTED, ABOUT)
    reached, willing = np.isin(found.result, REACHED), found.result == Result.PROMISE
    fitted = FITTED.answers
    # a denial comes before an answer; both shares within 2 % of the fitted ones
    assert reached.mean() * PPM == pytest.approx(fitted.reached_ppm.values[attempt], rel=0.02)
    assert willing.sum() / reached.sum() * PPM == pytest.approx(fitted.willing_ppm.values[attempt], rel=0.03)


def test_promises_are_kept_as_often_as_the_fitted_share_says() -> None:
    everybody = crowd(50_000)
    none, plan = of_all(50_000), of_all(50_000, offer=Offer.PLAN)
    after = FITTED.afterwards
    kept, of_plans = (keeps_ppm(everybody, made, FITTED, ABOUT).mean() for made in (none, plan))
    assert PPM - kept == pytest.approx(PPM - after.promise_kept_ppm.value, rel=0.03)
    assert PPM - of_plans == pytest.approx(after.settlement_broken_ppm.value, rel=0.03)


def test_histories_of_nobody_contacted_share_nothing() -> None:
    fresh = Histories.none(2)
    fresh.irritated_on[0] = DAY
    assert fresh.attempts.tolist() == fresh.irritation_ppm.tolist() == [0, 0]


def test_calls_at_night_are_answered_less_and_complained_about_more() -> None:
    for before, night in ((480, 479), (1319, 1320)):
        day_rate, night_rate = (rate_of(persons(), contacts(minute=minute), histories()) for minute in (before, night))
        assert night_rate.reached[0] < day_rate.reached[0] // 2
        assert night_rate.complains[0] > day_rate.complains[0]


def test_irritation_is_half_gone_after_nineteen_days() -> None:
    h = histories(irritation_ppm=400_000)
    left = [int(irritation(np.array([DAY + days]), h, ABOUT)[0]) for days in (0, 19, 20, 200)]
    assert left[0] == 400_000
    assert left[1] > 200_000 > left[2]
    assert left[3] < 1_000


def test_relief_is_asked_for_more_often_where_it_is_offered() -> None:
    struck = crowd(2_000)
    struck = Persons(
        *(np.ones(2_000, bool) if f.name == "struck" else getattr(struck, f.name) for f in fields(Persons))
    )

    def asking(offer: Offer) -> int:
        found, _ = answer_of(5, struck, of_all(2_000, offer=offer), Histories.none(2_000))
        return int((found.result == Result.ASKS_RELIEF).sum())

    assert asking(Offer.RELIEF) > asking(Offer.NONE) > 0


def test_habits_leave_the_mean_of_a_day_as_it_was_fitted() -> None:
    reach, hours, habits = ABOUT.reach, np.array([3, 3, 4, 4]), np.array([250, 250, 400, 100])
    rows = np.array(
        [row.values[:4] for row in (reach.at_early_ppm, reach.at_noon_ppm, reach.at_evening_ppm, reach.hardly_ppm)]
    )
    assert habits @ rows @ hours / hours.sum() / habits.sum() == pytest.approx(PPM, rel=0.01)
    for tenths in (ABOUT.answer.willingness_ppm, ABOUT.answer.ability_ppm, ABOUT.trouble.irritable_ppm):
        assert sum(tenths.values) == 10 * PPM


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("[980000, 1000000, 1015000, 1020000]", "[980000, 1000000, 1015000, 1050001]", "no tone above 1050000"),
        ("[700000, 1000000, 1400000, 4000000]", "[700000, 1000000, 1400000, 900000]", "do not fall"),
        ("[15000, 25000, 40000, 130000]", "[15000, 25000, 40000]", "4 numbers"),
        ("told_ppm:", "tells_ppm:", "told_ppm"),
    ],
)
def test_parameters_that_cannot_be_are_refused(tmp_path: Path, old: str, new: str, problem: str) -> None:
    text = CONTACT.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "contact.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ParametersInvalidError, match=problem):
        contact_load(tmp_path / "contact.yaml")
    assert contact_load(CONTACT) == ABOUT
