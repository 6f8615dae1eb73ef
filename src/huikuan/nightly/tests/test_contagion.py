"""A real night of debtors with several notes: contagion beside the note's own floor, retail untouched."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.tests.books import Note
from huikuan.nightly.tests.deliveries import PRODUCTS
from huikuan.nightly.tests.feed_files import feed_add
from huikuan.nightly.tests.night_support import lake_read
from huikuan.nightly.tests.test_loan_events import at, event_row, schedule_rows
from huikuan.nightly.tests.worlds import World, a_world
from huikuan.portfolio.book_tables import NOTE_CLASS
from huikuan.portfolio.facts import Instalment
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.models import BucketCell
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.selectors.note import note_explain
from huikuan.portfolio.tests.builders import a_note

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 1)
FIRM = ("firm", "流动资金贷款", "Working capital loan", "operating", "false", "false")
LATE, FINE = date(2023, 11, 30), date(2024, 3, 15)  # 92 days past due, and none


def _note(note_id: str, principal_minor: int, first_due_on: date) -> Note:
    terms = a_note(
        principal_minor=principal_minor,
        disbursed_on=date(2023, 10, 15),
        first_due_on=first_due_on,
        matures_on=date(2025, 12, 31),
    )
    return Note(note_id, terms, schedule_build(terms), DAY, delivers_schedule=False)


def _world(folder: Path, *notes: tuple[str, int, date], products: dict[str, str] | None = None) -> World:
    """Notes of the enterprise E-1; ``products`` names those that are not working capital loans."""
    made = [_note(*note) for note in notes]
    world = a_world(folder, *made)
    _deliver(world, DAY, products or {})
    return world


def _deliver(world: World, day: date, products: dict[str, str]) -> Path:
    product = {note.note_id: products.get(note.note_id, "firm") for note in world.notes}
    return world.deliver(
        day,
        products=[*PRODUCTS, FIRM],
        parties=[("E-1", "enterprise", "桐庐县山水茶业有限公司", "", "", "east")],
        contracts=[
            (f"C-{key}", "E-1", "east", code, "1000000.00", "2023-10-15", "2025-12-31") for key, code in product.items()
        ],
    )


def _classes(world: World, day: date = DAY) -> dict[str, tuple[Any, ...]]:
    with bank_scope(world.bank.id):
        con = lake_read(world.bank, world.places.lake, day, (NOTE_CLASS,))
    rows = con.execute("select note_id, class_floor, class_floor_borrower, contagion from note_class").fetchall()
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize(
    ("bad_minor", "floor", "why"), [(100_000, "pass", None), (100_001, "substandard", "own_non_performing")]
)
def test_more_than_a_tenth_bad_lifts_every_claim_on_the_enterprise(
    tmp_path: Path, bad_minor: int, floor: str, why: str | None
) -> None:
    world = _world(tmp_path, ("A", 900_000, FINE), ("B", bad_minor, LATE))
    (result,) = world.run_only(DAY)
    assert _classes(world) == {"A": ("pass", floor, why), "B": ("substandard", "substandard", None)}
    (classified,) = [stage for stage in result.stages if stage.stage == "classify"]
    assert classified.totals["notes_contagion"] == (why is not None)


def test_retail_notes_of_the_same_debtor_are_neither_counted_nor_touched(tmp_path: Path) -> None:
    world = _world(
        tmp_path, ("A", 900_000, FINE), ("B", 500_000, LATE), ("R", 900_000, FINE), products={"R": "consumer"}
    )
    world.run_only(DAY)
    assert _classes(world)["A"][1:] == ("substandard", "own_non_performing")
    assert _classes(world)["R"] == ("pass", "pass", None)


def test_note_restructured_again_while_observed_is_bad_and_spreads(tmp_path: Path, settings: Settings) -> None:
    """Nobody is past due: the floor comes from the observation, in the night as in the explanation, and reaches A."""
    settings.HOME = tmp_path
    world = _world(tmp_path, ("A", 900_000, FINE), ("B", 200_000, FINE))
    world.run_only(DAY)
    for number, floor, spread in ((1, "special_mention", "pass"), (2, "substandard", "substandard")):
        day = DAY + timedelta(days=number)
        folder = _deliver(world, day, {})
        schedule = (Instalment(100 * number, date(2026, 6, 20), 200_000, 0),)
        event = LoanEvent(
            f"R{number}", EventKind.RESTRUCTURE, day, at(day), until_on=date(2024, 12, 31), schedule=schedule
        )
        feed_add(folder, "loan_events", [event_row("B", event)])
        feed_add(folder, "instalments", schedule_rows("B", list(schedule)))
        world.run_only(day)
        assert _classes(world, day) == {
            "A": ("pass", spread, "own_non_performing" if spread != "pass" else None),
            "B": (floor, floor, None),
        }
        with bank_scope(world.bank.id):
            _, answer = note_explain(bank_id=world.bank.id, note_id="B", as_of=day)
        assert (answer.lateness.raw_days, answer.class_floor.floor) == (0, "pass")
        assert answer.class_floor.observation is not None
        assert (answer.class_floor.observation.floor, answer.class_floor.observation.decides) == (floor, True)


def test_overview_stays_with_the_floor_of_the_note(tmp_path: Path) -> None:
    world = _world(tmp_path, ("A", 900_000, FINE), ("B", 500_000, LATE))
    world.run_only(DAY)
    with bank_scope(world.bank.id):
        cells = BucketCell.objects.filter(bank_id=world.bank.id).values_list("class_floor", "balance_minor")
        assert dict(cells) == {"pass": 900_000, "substandard": 500_000}
