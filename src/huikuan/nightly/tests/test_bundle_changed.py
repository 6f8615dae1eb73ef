"""Conventions that change in the file of a product, under the same code, reach the notes of the book the next night."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.facts import StageName
from huikuan.nightly.stages.replay import STATE_FIELDS
from huikuan.nightly.tests.feed_files import columns_set
from huikuan.nightly.tests.night_support import lake_read
from huikuan.nightly.tests.worlds import World, a_note, a_world
from huikuan.portfolio.book_tables import NOTE_STATE
from huikuan.portfolio.product_policies import products_of_bank
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.rules.schedule import schedule_build

pytestmark = pytest.mark.django_db
BEFORE = date(2024, 4, 20)  # two instalments are open
EDITED = BEFORE + timedelta(days=1)
AFTER = EDITED + timedelta(days=1)
BUNDLE = """
code: own
base: consumer
name_zh: 本行消费贷
name_en: Consumer loan of this bank
purpose_zh: 本行消费贷。
purpose_en: Consumer loans.
methods: [equal_instalment]
"""
OTHERWISE = BUNDLE + "conventions: {period_interest: by_days, penalty_base: principal_and_interest}\n"
OTHER_WORDS = BUNDLE.replace("本行消费贷。", "本行个人消费贷。")


def a_book(folder: Path, settings: LazySettings, *, delivered: bool = False) -> World:
    """A and B follow a bundle of the bank, C (of another product) the default conventions."""
    settings.HOME = folder
    world = a_world(
        folder, *(replace(a_note(name, first_seen_on=BEFORE), delivers_schedule=delivered) for name in "ABC")
    )
    (folder / "products" / world.bank.code).mkdir(parents=True)
    bundle_write(world, folder, BUNDLE)
    return world


def bundle_write(world: World, folder: Path, text: str) -> None:
    (folder / "products" / world.bank.code / "own.yaml").write_text(text, encoding="utf-8")


def night(world: World, day: date) -> dict[str, int]:
    """Deliver a day and run it; return the totals of *age*."""
    columns_set(world.deliver(day), "products", "product_code", {"consumer": {"terms": "own"}, "farm": {"terms": ""}})
    (result,) = world.run_only(day)
    return next(stage.totals for stage in result.stages if stage.stage == StageName.AGE)


def states(world: World, day: date) -> dict[str, tuple[Any, ...]]:
    with bank_scope(world.bank.id), closing(lake_read(world.bank, world.places.lake, day, [NOTE_STATE])) as con:
        rows = con.execute(f"select note_id, {', '.join(STATE_FIELDS)} from note_state").fetchall()
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize(("delivered", "reason"), [(True, "replayed_terms"), (False, "replayed_schedule")])
def test_notes_of_a_bundle_whose_conventions_changed_are_replayed_once(
    tmp_path: Path, settings: LazySettings, delivered: bool, reason: str
) -> None:
    world = a_book(tmp_path, settings, delivered=delivered)
    night(world, BEFORE)
    bundle_write(world, tmp_path, OTHERWISE)
    edited, after = night(world, EDITED), night(world, AFTER)
    assert (edited[reason], edited["notes_folded"]) == (2, 1)
    assert (after["notes_replayed"], after["notes_folded"]) == (0, 3)
    terms, conventions = world.notes[0].terms_on(AFTER), products_of_bank(tmp_path, world.bank.code)["own"].conventions
    schedule = world.notes[0].schedule_on(AFTER) if delivered else schedule_build(terms, conventions=conventions)
    for day in (EDITED, AFTER):
        answer = replay(terms, schedule, (), day, conventions=conventions)
        closed = states(world, day)
        assert closed["A"] == tuple(getattr(answer.state, name) for name in STATE_FIELDS) != closed["C"]


def test_other_words_of_a_bundle_replay_nothing(tmp_path: Path, settings: LazySettings) -> None:
    world = a_book(tmp_path, settings)
    night(world, BEFORE)
    bundle_write(world, tmp_path, OTHER_WORDS)
    assert night(world, EDITED)["notes_replayed"] == 0
