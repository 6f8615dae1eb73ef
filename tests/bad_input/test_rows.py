"""Every row of the table through the intake of a night."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from huikuan.portfolio.tests.deliveries import ADelivery
from tests.bad_input.foreign import FOREIGN, Foreign
from tests.bad_input.mapped import mapped_outcome, sent
from tests.bad_input.outcome import delivery_of, outcome
from tests.bad_input.row import Row, Stored
from tests.bad_input.table import CANONICAL, HEAVY

MIB_MAX = 48  # above what the process had before: neither 200 MB nor half of them


def _ids(row: Row) -> str:
    return row.id


@pytest.mark.parametrize("row", [row for row in CANONICAL if not row.heavy], ids=_ids)
def test_row_is_said_and_stored_as_the_table_says(row: Row, tmp_path: Path) -> None:
    found = outcome(delivery_of(row, tmp_path))
    assert found.says == row.says
    assert all(text.isprintable() for text in found.says)
    if row.stored is Stored.NOTHING:
        assert found.checked is None
        return
    assert found.checked is not None
    rejected = sum(feed.rejected for feed in found.checked.feeds.values())
    assert rejected == len(row.says)
    assert all(feed.rows == feed.accepted + feed.rejected for feed in found.checked.feeds.values())


@pytest.mark.parametrize("row", HEAVY, ids=_ids)
def test_row_of_200_mb_is_refused_in_bounded_memory(row: Row, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.bad_input.heavy", row.id, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    found = json.loads(done.stdout.splitlines()[-1])
    assert tuple(found["says"]) == row.says
    assert found["mib"] < MIB_MAX


@pytest.mark.parametrize("row", FOREIGN, ids=[row.id for row in FOREIGN])
def test_row_of_a_banks_own_form_is_said_and_stored_as_the_table_says(row: Foreign, tmp_path: Path) -> None:
    place = sent(tmp_path / "home")
    row.make(place)
    found = mapped_outcome(place, tmp_path / "scratch")
    assert found.says == row.says
    assert (found.checked is None) == (row.stored is Stored.NOTHING)
    if found.checked is not None:
        assert sum(feed.rejected for feed in found.checked.feeds.values()) == len(row.says)


def test_good_delivery_beside_the_bad_ones_is_taken_whole(tmp_path: Path) -> None:
    found = outcome(ADelivery(tmp_path / "2026-03-31").write())
    assert found.says == ()
    assert mapped_outcome(sent(tmp_path / "home"), tmp_path / "scratch").says == ()


def test_every_row_has_a_name_of_its_own() -> None:
    names = [*(row.id for row in CANONICAL), *(row.id for row in FOREIGN)]
    assert len(set(names)) == len(names)
