"""What the truth says, and what no feed may tell of it."""

from pathlib import Path

import duckdb
import pytest

from huikuan.lab.feeds import truth_write
from huikuan.lab.journal import DEFECTS, Journal, static_write
from huikuan.lab.tests.worlds import BEGIN, small_world


@pytest.fixture(scope="module")
def eve(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Journal and truth of a world in which nothing has happened yet."""
    to, world, pages = tmp_path_factory.mktemp("eve"), small_world(count=4_000, months=1), Journal()
    pages.add_old(world)
    static_write(world, to / "journal", "all")
    pages.write(to / "journal", "all")
    truth_write(to / "journal", to / "truth", BEGIN)
    return to


def test_old_loans_have_every_defect_and_none(eve: Path) -> None:
    found = duckdb.sql(f"select defect, count(*) from '{eve}/truth/notes.parquet' group by defect").fetchall()
    old = sum(count for _, count in found)
    assert {defect for defect, _ in found} == set(DEFECTS)
    assert min(count for _, count in found) > old // 10 > 10
