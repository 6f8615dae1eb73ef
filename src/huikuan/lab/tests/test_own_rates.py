"""A bank's own roll rates: from the CSV of the roll table, and from its published nights."""

from __future__ import annotations

from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT, a_bank, the_root
from huikuan.lab.calibrate.own import PLACES, RollFileError, outcomes, rolls_of_bank, rolls_read, rolls_targets
from huikuan.lab.cli import app
from huikuan.lab.create import Order, bank_files_create
from huikuan.lab.parameters import parameters_shipped
from huikuan.lab.rules.days import date_of
from huikuan.lab.rules.rates import Share
from huikuan.lab.services.bank import simulated_bank_ensure
from huikuan.lab.step import world_step
from huikuan.lab.world import buckets, world_build
from huikuan.nightly.cycle import nights_run
from huikuan.nightly.facts import BankFact
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.tests.night_support import Silent
from huikuan.portfolio.models import Publication, RollCell

HEAD = "from_status,to_status,accounts,rate_ppm\n"


def test_rows_of_the_roll_table_become_outcomes_of_each_bucket() -> None:
    counts = rolls_read(
        StringIO(HEAD + "m2,m0,50,\nm2,settled,10,\nm2,m1,5,\nm2,m2,20,\nm2,m3,10,\nm2,charged_off,5,\n")
    )
    figures = {name: one.training for name, one in rolls_targets(counts, "own").items()}
    found = {name: (one.hits, one.of) for name, one in figures.items()}  # type: ignore[union-attr]
    assert found == {
        "book.m2.cure": (60, 100),
        "book.m2.better": (5, 100),
        "book.m2.stay": (20, 100),
        "book.m2.worse": (15, 100),
    }


def test_ends_of_the_road_are_read_and_open_no_row() -> None:
    counts = rolls_read(StringIO(HEAD + "none,m1,5,\nsettled,settled,7,\ncharged_off,charged_off,9,\n"))
    assert rolls_targets(counts, "own") == {}


def test_equal_cells_add_up_and_further_columns_are_not_needed() -> None:
    assert rolls_read(StringIO("accounts,to_status,from_status\n3,m1,m0\n4,m1,m0\n")) == {("m0", "m1"): 7}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "line 1"),
        ("from_status,to_status\nm0,m1\n", "line 1"),
        (HEAD + "m0,m8,3,\n", "line 2"),
        (HEAD + "m0,m1,3,\nm0,m1,-3,\n", "line 3"),
        (HEAD + "m0,m1,3.5,\n", "line 2"),
        (HEAD + "m0,m1\n", "line 2"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, place: str) -> None:
    with pytest.raises(RollFileError, match=place):
        rolls_read(StringIO(text))


@pytest.mark.parametrize(
    ("text", "said"), [(HEAD + "m0,m8,3,\n", "line 2"), (b"\xff\xfe", "decode"), (None, "No such file")]
)
def test_a_table_that_cannot_be_read_ends_the_command_with_the_reason(
    tmp_path: Path, text: str | bytes | None, said: str
) -> None:
    rolls = tmp_path / "rolls.csv"
    if text is not None:
        rolls.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = CliRunner().invoke(app, ["lab", "calibrate", "--rolls", str(rolls), "--out", str(tmp_path / "out")])
    assert done.exit_code == 2
    shown = " ".join(done.output.replace("│", " ").split())
    assert said in shown
    assert "--rolls" in shown
    assert not (tmp_path / "out").exists()


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(0, 1_000))))
def test_outcomes_of_a_bucket_add_up_to_its_notes(moves: list[tuple[int, int, int]]) -> None:
    figures = outcomes(moves)
    for bucket, place in PLACES.items():
        if place < 1:
            continue
        parts = [one for name, one in figures.items() if name.startswith(f"book.{bucket}.")]
        if parts:
            better = (
                sum(notes for start, end, notes in moves if start == place and 0 < end < start) if place == 1 else 0
            )
            assert sum(part.hits for part in parts) + better == parts[0].of


@pytest.mark.django_db
def test_month_ends_of_a_bank_are_added_up_and_other_nights_are_not() -> None:
    bank = a_bank(code="own")
    with bank_scope(bank.id):
        code = the_root(bank).code
        for on, notes in ((date(2026, 1, 31), 30), (date(2026, 2, 15), 500), (date(2026, 2, 28), 12)):
            run_id = uuid4()
            Publication.objects.create(
                bank_id=bank.id, run_id=run_id, business_date=on, known_at=AT, notes=notes, stale_notes=0, roll_from=on
            )
            for to_bucket, count in (("M0", notes - 10), ("M7+", 4), ("settled", 6)):
                RollCell.objects.create(
                    bank_id=bank.id,
                    run_id=run_id,
                    business_date=on,
                    from_date=on,
                    institution_code=code,
                    product_code="XF01",
                    from_bucket="M1",
                    to_bucket=to_bucket,
                    notes=count,
                    amount_minor=0,
                )
        assert rolls_of_bank(bank.id) == {("m1", "m0"): 22, ("m1", "m7_plus"): 8, ("m1", "settled"): 12}
        assert rolls_targets(rolls_of_bank(bank.id), "own")["book.m1.cure"].training == Share(34, 42)


@pytest.mark.soak
@pytest.mark.django_db
def test_roll_rates_of_nights_are_those_of_the_simulated_world(tmp_path: Path) -> None:
    order = Order(seed=3, borrowers=500, months=2, start=date(2025, 5, 1))
    places = (tmp_path / "inbox", tmp_path / "truth", tmp_path / "journal")
    bank_files_create(order, parameters_shipped(), inbox=places[0], truth=places[1], journal=places[2])
    bank_id = simulated_bank_ensure(by=Who.program("test"), at=AT)
    bank = BankFact(bank_id, "qinghe", "Asia/Shanghai", 2)
    nights_run(bank, date(2025, 6, 30), NightPlaces(tmp_path / "lake", tmp_path / "inbox"), Silent())
    with bank_scope(bank_id):
        found = rolls_of_bank(bank_id)
    world = world_build(3, parameters_shipped(), first=1, count=500, begin=order.begin, until=order.last)
    at_end: list[list[int]] = []
    while world.day < order.last:
        world_step(world)
        if date_of(world.day) in (date(2025, 5, 31), date(2025, 6, 30)):
            at_end.append(buckets(world, world.day).tolist())
    names, on_books = list(PLACES), range(len(PLACES))
    told = Counter((names[a], names[b]) for a, b in zip(*at_end, strict=True) if a in on_books and b in on_books)
    assert {cell: notes for cell, notes in found.items() if set(cell) <= PLACES.keys()} == told
