"""What is planted in a book, and the calendar of the trade, as the deliveries would show them."""

from collections import Counter, defaultdict

import numpy as np
import pytest

from huikuan.lab.decide import decide
from huikuan.lab.happened import TRUTHS, Happened, Payer
from huikuan.lab.rules.calendar import FARMERS
from huikuan.lab.rules.days import date_of, month_of
from huikuan.lab.rules.products import BESIDE, CIRCLE_LOAN, MICRO, NOT_DRAWN, OLD
from huikuan.lab.tests.worlds import lived, repayments_of, small_world
from huikuan.lab.world import ACTIVE, CHARGED_OFF, NO_DAY, World, days_late


@pytest.fixture(scope="module")
def life() -> tuple[World, list[Happened]]:
    world = small_world(count=4_000)
    return world, lived(world, 800)


def _told(happened: list[Happened], kind: str) -> list[tuple[int, int, int]]:
    """Day, who and what of all events of a kind."""
    place = TRUTHS.index(kind)
    return [
        (one.day, int(who), int(what))
        for one in happened
        for found, everybody, all_ in one.truth
        if found == place
        for who, what in zip(everybody, all_, strict=True)
    ]


def _paid_by_key(world: World, happened: list[Happened]) -> dict[int, dict[int, int]]:
    """Amount by day by key of the note."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for note, repayments in repayments_of(happened).items():
        for one in repayments:
            found[int(world.notes.key[note])][(one.value_on - date_of(0)).days] = one.amount_minor
    return found


def test_a_stolen_note_is_paid_for_some_months_and_never_again(life: tuple[World, list[Happened]]) -> None:
    world, happened = life
    stolen = np.flatnonzero(world.planted.stolen & (world.planted.stops_on < world.day - 60))
    assert stolen.size
    paid = _paid_by_key(world, happened)
    last = {int(world.notes.key[note]): int(world.planted.stops_on[note]) for note in stolen}
    assert any(paid[key] for key in last)
    staff = {key for _, key, _ in _told(happened, "staff_paid")}
    for key, stops_on in last.items():
        if key not in staff:
            assert all(day <= stops_on + 31 for day in paid[key]), "what was decided before may still come"


def test_nothing_comes_back_after_the_charge_off_where_nobody_pays_any_more() -> None:
    world = small_world(count=2_000)
    young = world.notes.product != OLD
    world.state.status[young] = CHARGED_OFF
    of_dead = np.isin(world.notes.borrower, np.arange(0, 2_000, 4))
    world.state.died_of[::4] = world.day - 30  # heirs pay from the 60th day on
    world.planted.stops_on[::3] = world.day
    always = world.parameters.afterwards.recovers_ppm.model_copy(update={"value": 1_000_000})
    afterwards = world.parameters.afterwards.model_copy(update={"recovers_ppm": always})
    world.parameters = world.parameters.model_copy(update={"afterwards": afterwards})
    world.state.decided_on[:] = world.day - 31
    decide(world, Happened(world.day))
    never = young & ((world.planted.stops_on <= world.day) | of_dead)
    pays = world.state.pay_on != NO_DAY
    assert not pays[never].any()
    assert pays[~never].all(), "of old loans too"


def test_the_members_of_a_ring_stop_together(life: tuple[World, list[Happened]]) -> None:
    world, _ = life
    ring = np.flatnonzero(world.people.ring[world.notes.borrower])
    assert ring.size
    stops = {(int(world.people.circle[world.notes.borrower[n]]), int(world.planted.stops_on[n])) for n in ring}
    assert len(stops) == len({circle for circle, _ in stops})
    assert (world.planted.stops_on[ring] < NOT_DRAWN).all()


def test_an_officer_pays_on_the_last_day_of_a_quarter_what_then_is_not_late(
    life: tuple[World, list[Happened]],
) -> None:
    world, happened = life
    told = _told(happened, "staff_paid")
    assert told
    paid = _paid_by_key(world, happened)
    for day, key, amount in told:
        assert (date_of(day).month % 3, date_of(day + 1).day) == (0, 1)
        assert paid[key][day] == amount
    payers = {int(who) for one in happened for _, _, payer, _ in one.paid for who in payer}
    assert payers == set(map(int, Payer))


def test_a_new_note_repays_the_old_one_on_its_day(life: tuple[World, list[Happened]]) -> None:
    world, happened = life
    told = _told(happened, "new_for_old")
    assert told
    drawn = {(one.day, key) for one in happened for at in one.drawn for key in world.notes.key[at].tolist()}
    ended = {(one.day, key) for one in happened for at in one.settled for key in world.notes.key[at].tolist()}
    for day, new, old in told:
        assert (day, new) in drawn
        assert (day, old) in ended


def test_a_failed_debit_comes_some_days_later(life: tuple[World, list[Happened]]) -> None:
    world, happened = life
    paid = _paid_by_key(world, happened)
    told = [one for one in _told(happened, "failed_debit") if one[0] < world.day - 15]
    assert len(told) > 5
    assert sum(day + 5 + delay in paid[key] for day, key, delay in told) >= len(told) * 9 // 10


def test_old_loans_are_late_by_years_and_hardly_ever_paid(life: tuple[World, list[Happened]]) -> None:
    world, _ = life
    old = np.flatnonzero(world.notes.product == OLD)
    there = np.isin(world.state.status[old], (ACTIVE, CHARGED_OFF))
    assert there.mean() > 0.95
    assert days_late(world, old[there], world.day).min() > 3_650
    assert 0.5 < (world.state.status[old] == CHARGED_OFF).mean() < 0.9


def test_loans_of_farmers_fall_due_together_after_the_sale(life: tuple[World, list[Happened]]) -> None:
    world, _ = life
    farmers = np.isin(world.people.occupation[world.notes.borrower], FARMERS)
    short = farmers & np.isin(world.notes.product, (MICRO, CIRCLE_LOAN))
    months = Counter((month_of(world.notes.terms.matures[short]) % 12 + 1).tolist())
    assert sum(months[one] for one in (10, 11, 1)) > short.sum() // 2


def test_a_line_may_have_two_notes_at_a_time(life: tuple[World, list[Happened]]) -> None:
    world, _ = life
    active = world.notes.key[world.state.status == ACTIVE]
    beside = active[active % 100 >= BESIDE] // 100
    assert np.isin(beside, active[active % 100 < BESIDE] // 100).sum() > 10
