"""New keys before their night: `huikuan feed check` sees the book under them; and the map of keys as people read it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from huikuan.kernel.errors import InputInvalidError
from huikuan.kernel.facts import Role
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_client, a_user, an_institution
from huikuan.nightly.tests.test_renumbering import MERGER, keys_of, late_notes, merged, rewrite, steps_of
from huikuan.nightly.tests.worlds import FIRST, World, a_world, pays
from huikuan.portfolio.cli import app
from huikuan.portfolio.intake.check import Delivery
from huikuan.portfolio.lake import Lake
from huikuan.portfolio.selectors.feed_check import feed_check
from huikuan.portfolio.selectors.renumberings import renumbering_page

pytestmark = pytest.mark.django_db


def _found(world: World, folder: Path, days: int) -> list[tuple[str, str, str]]:
    """Feed, code and value of what a check of the delivery of a day finds; it must be what the night rejects."""
    delivery = Delivery(folder, world.bank.code, MERGER + timedelta(days=days), 2)
    found = feed_check(bank_id=world.bank.id, lake=Lake(world.places.lake, world.bank.code), delivery=delivery)
    return [(one.feed.feed, code, got) for one in found for _, _, code, _, _, got in one.reasons]


def test_check_of_a_day_after_the_merger_knows_the_new_keys_and_refuses_the_former(tmp_path: Path) -> None:
    notes = late_notes("N1", "N2", "N3")
    world, keys = merged(tmp_path, *notes), keys_of(notes)
    pays(notes[0], MERGER + timedelta(days=2), 5_000)
    folder = rewrite(world.deliver(MERGER + timedelta(days=2)), keys)
    (folder / "notes.csv").write_text((folder / "notes.csv").read_text().replace("X9-N2", "N2"))
    assert _found(world, folder, 2) == [("note", "renumbering.former_key", "N2 is X9-N2")]


def test_check_of_the_day_of_the_merger_sees_the_book_under_the_keys_that_it_brings(tmp_path: Path) -> None:
    notes = late_notes("N1", "N2")
    world, keys = a_world(tmp_path, *notes), keys_of(notes)
    an_institution(world.row, code="north")
    world.run(MERGER - timedelta(days=1))
    notes[1].missing_on = frozenset({MERGER})  # its money refers to the note of the book, under the key of today
    folder = rewrite(world.deliver(MERGER, renumberings=[tuple(step) for step in steps_of(keys, MERGER)]), keys)
    assert _found(world, folder, 0) == []
    bad = rewrite(world.deliver(MERGER, renumberings=[("note", "N1", "N2", MERGER)]), {"N1": "N2"})
    assert ("renumbering", "renumbering.taken", "N2") in _found(world, bad, 0)


def test_map_of_keys_is_shown_with_counts_by_day_page_by_page_and_by_key(tmp_path: Path) -> None:
    world = merged(tmp_path, *late_notes("N1", "N2", "N3"))
    client = a_client(a_user(world.row, role=Role.ACCOUNTING))
    page = client.get("/api/renumberings").json()
    assert [(one["kind"], one["keys"], one["in_force"]) for one in page["counts"]] == [
        ("institution", 2, True), ("party", 3, True), ("note", 3, True),
    ]  # fmt: skip
    assert [(one["old_key"], one["now_key"]) for one in page["items"]] == [("east", "north"), ("west", "north")]
    first = client.get("/api/renumberings", {"kind": "note", "limit": "2"}).json()
    rest = client.get("/api/renumberings", {"kind": "note", "limit": "2", "after": str(first["next"])}).json()
    assert [one["old_key"] for one in (*first["items"], *rest["items"])] == ["N1", "N2", "N3"]
    assert (first["next"], rest["next"]) == ("N2", None)
    for key in ("P-N2", "Q9-N2"):
        (found,) = client.get("/api/renumberings", {"kind": "party", "key": key}).json()["items"]
        assert found == {"old_key": "P-N2", "new_key": "Q9-N2", "effective_on": str(MERGER), "now_key": "Q9-N2"}
    assert a_client(a_user(world.row, role=Role.COLLECTOR)).get("/api/renumberings").status_code == 403


def test_keys_of_a_day_to_come_are_not_in_force(tmp_path: Path) -> None:
    world = a_world(tmp_path, *late_notes("N1"))
    world.deliver(FIRST, renumberings=[("note", "N1", "X1", MERGER)])
    world.run(FIRST)
    with bank_scope(world.bank.id):
        page = renumbering_page(bank_id=world.bank.id, kind="note")
    assert [(one.keys, one.in_force) for one in page.counts] == [(1, False)]
    assert [(one.new_key, one.now_key) for one in page.items] == [("X1", "")]
    answer = CliRunner().invoke(app, ["feed", "renumberings", "--bank", world.bank.code], env={"COLUMNS": "120"})
    assert "not yet in force" in answer.output and f"{MERGER}: 1 × note, not yet in force." in answer.output
    with pytest.raises(InputInvalidError):
        CliRunner().invoke(
            app, ["feed", "renumberings", "--bank", world.bank.code, "--kind", "branch"], catch_exceptions=False
        )
