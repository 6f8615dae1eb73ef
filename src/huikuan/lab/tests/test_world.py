"""The world against the exact engine, and what must not matter for a history."""

import subprocess
import sys
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from huikuan.lab.happened import TRUTHS, Happened, Plan
from huikuan.lab.rules.days import date_of
from huikuan.lab.tests.worlds import lived, note_terms, repayments_of, schedule_of, small_world
from huikuan.lab.world import ACTIVE, CHARGED_OFF, SETTLED, WAITING, buckets, days_late, outstanding
from huikuan.portfolio.rules.engine import replay

INSTEAD = TRUTHS.index("new_for_old")
Told = list[tuple[int, str, int, int]]


def told(happened: list[Happened], keys: np.ndarray) -> Told:
    """What happened, as comparable rows by keys of notes."""
    found: Told = []
    for one in happened:
        for name in ("drawn", "settled", "charged_off"):
            found += [(one.day, name, key, 0) for at in getattr(one, name) for key in keys[at].tolist()]
        for at, amounts, _, seconds in one.paid:
            amount = (amounts * 100_000 + seconds).tolist()
            found += [(one.day, "paid", *pair) for pair in zip(keys[at].tolist(), amount, strict=True)]
        for kind, who, what in one.truth:
            found += [(one.day, f"truth-{kind}", *pair) for pair in zip(who.tolist(), what.tolist(), strict=True)]
    return sorted(found)


def test_debts_are_those_of_the_exact_engine() -> None:
    world = small_world(count=400)
    happened = lived(world, 760)
    paid, day = repayments_of(happened), date_of(world.day)
    every = np.arange(world.notes.key.size)
    drawn = np.flatnonzero(np.isin(world.state.status, (ACTIVE, CHARGED_OFF, SETTLED)))
    late, owed = days_late(world, every, world.day), outstanding(world, every)
    penalty, compound = world.state.debts.shown(every)
    compared = 0
    for note in drawn.tolist():
        if world.state.status[note] == SETTLED and world.state.plan[note] == Plan.WHOLE:
            continue  # paid back before its time: the core has closed it
        state = replay(note_terms(world, note), schedule_of(world, note), paid[note], day).state
        mine = (owed[note], late[note], penalty[note], compound[note], world.state.debts.credit[note])
        right = (
            state.principal_outstanding_minor,
            state.dpd,
            state.penalty_minor,
            state.compound_minor,
            state.credit_minor,
        )
        assert tuple(map(int, mine)) == right, note_terms(world, note)
        assert (world.state.status[note] == SETTLED) == state.closed, note_terms(world, note)
        compared += 1
    assert compared > 400
    assert (late[drawn] > 0).sum() > 15


def test_a_history_does_not_depend_on_how_the_borrowers_are_cut() -> None:
    whole = small_world(count=200)
    parts = [small_world(first=first, count=count) for first, count in ((1, 5), (6, 120), (126, 75))]
    together = sorted(row for part in parts for row in told(lived(part, 400), part.notes.key))
    assert told(lived(whole, 400), whole.notes.key) == together
    assert len(together) > 400


def test_a_history_does_not_depend_on_how_far_the_notes_are_planned() -> None:
    near, far = small_world(months=14), small_world(months=40)
    assert told(lived(near, 400), near.notes.key) == told(lived(far, 400), far.notes.key)


def test_another_seed_is_another_history() -> None:
    one, two = small_world(count=50), small_world(count=50, seed=12)
    assert told(lived(one, 300), one.notes.key) != told(lived(two, 300), two.notes.key)


_HASH = """
import hashlib
from huikuan.lab.tests.test_world import told
from huikuan.lab.tests.worlds import lived, small_world
world = small_world(count=60)
print(hashlib.sha256(repr(told(lived(world, 500), world.notes.key)).encode()).hexdigest())
"""


def test_a_history_is_the_same_with_the_features_of_the_cpu_switched_off() -> None:
    there = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    if not there:
        pytest.skip("numpy was built without code for special features of this CPU")
    hashes = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", _HASH],
            capture_output=True,
            text=True,
            check=True,
            env={"NPY_DISABLE_CPU_FEATURES": " ".join(off), "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for off in ([], there)
    }
    assert len(hashes) == 1


def test_a_note_follows_the_one_before_it_only_when_that_is_repaid() -> None:
    world = small_world()
    happened = lived(world, 800)
    ended = {int(note): one.day for one in happened for at in one.settled for note in at}
    instead = {int(who) for one in happened for kind, keys, _ in one.truth if kind == INSTEAD for who in keys}
    followed = 0
    for one in happened:
        for at in one.drawn:
            for note in at.tolist():
                before = int(world.notes.before[note])
                if before >= 0 and int(world.notes.key[note]) not in instead:
                    assert ended[before] <= one.day
                    followed += 1
    assert followed > 50


def test_interest_arrears_jump_on_the_21st_of_a_quarter() -> None:
    world = small_world(count=1_000)
    lived(world, 400)
    late: list[tuple[date, int]] = []
    while len(late) < 93:
        lived(world, 1)
        day = date_of(world.day)
        late.append((day, int((buckets(world, world.day) == 1).sum())))
    jumps = {after[0]: after[1] - before[1] for before, after in pairwise(late)}
    most = max(jumps, key=lambda day: jumps[day])
    assert (most.day, most.month % 3) == (21, 0)


def test_every_note_that_waits_is_of_a_day_to_come() -> None:
    world = small_world()
    lived(world, 100)
    waiting = world.state.status == WAITING
    assert (world.notes.terms.disbursed[waiting] > world.day).all()
