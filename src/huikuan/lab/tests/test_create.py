"""Files of the simulated bank: what must not matter for a byte of them, and what they hold."""

import shutil
from collections import Counter
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
import yaml

from huikuan.lab.create import DeliveriesOfAnotherError, JournalOfAnotherError, Order, bank_files_create
from huikuan.lab.parameters import parameters_shipped
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.rules.identity_numbers import number_problems

ORDER = Order(seed=3, borrowers=150, months=2, start=date(2025, 3, 1))


def _create(to: Path, order: Order = ORDER, **how: object) -> Path:
    places = {name: to / name for name in ("inbox", "truth", "journal")}
    bank_files_create(order, parameters_shipped(), **places, **how)  # type: ignore[arg-type]
    return to


def _bytes(to: Path) -> dict[str, str]:
    files = [file for part in ("inbox", "truth") for file in (to / part).rglob("*") if file.is_file()]
    return {str(file.relative_to(to)): sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.fixture(scope="module")
def created(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _create(tmp_path_factory.mktemp("bank"))


def test_the_same_seed_gives_the_same_bytes_however_the_work_is_shared(created: Path, tmp_path: Path) -> None:
    assert _bytes(_create(tmp_path, workers=2, block=40)) == _bytes(created)


def test_a_creation_that_was_killed_goes_on_to_the_same_bytes(created: Path, tmp_path: Path) -> None:
    def kill(what: str, done: int, _of: int) -> None:
        if (what, done) in (("borrowers", 2), ("months", 1)):
            raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            _create(tmp_path, block=60, progress=kill)
    _create(tmp_path, block=60)
    assert _bytes(tmp_path) == _bytes(created)


def test_a_journal_of_another_order_is_refused(created: Path) -> None:
    with pytest.raises(JournalOfAnotherError):
        _create(created, Order(seed=4, borrowers=150, months=2, start=date(2025, 3, 1)))


def test_deliveries_of_another_order_are_refused_without_a_journal_too(tmp_path: Path) -> None:
    order = Order(seed=3, borrowers=20, months=1, start=date(2025, 3, 1))
    _create(tmp_path, order)
    shutil.rmtree(tmp_path / "inbox" / "qinghe" / "2025-03-31")  # as if it had been killed
    shutil.rmtree(tmp_path / "journal")
    before = _bytes(tmp_path)
    for other in (
        replace(order, seed=4),
        replace(order, borrowers=25, months=2),
        replace(order, start=date(2025, 2, 1)),
        replace(order, start=date(2025, 4, 1)),
    ):
        with pytest.raises(DeliveriesOfAnotherError, match="2025-03-01"):
            _create(tmp_path, other)
        shutil.rmtree(tmp_path / "journal", ignore_errors=True)
    assert _bytes(tmp_path) == before
    _create(tmp_path, order)
    assert (tmp_path / "inbox" / "qinghe" / "2025-03-31" / "manifest.yaml").is_file()


@pytest.mark.parametrize("killed", ["order.txt", "events.parquet"])
def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed: str) -> None:
    whole = Path.replace

    def kill(self: Path, target: Path) -> Path:
        if target.name == killed:
            raise KeyboardInterrupt
        return whole(self, target)

    monkeypatch.setattr(Path, "replace", kill)
    with pytest.raises(KeyboardInterrupt):
        _create(tmp_path, Order(seed=3, borrowers=5, months=1, start=date(2025, 3, 1)))
    assert not list(tmp_path.rglob(killed))


def test_each_day_has_a_whole_delivery_and_later_ones_say_changes_only(created: Path) -> None:
    folders = sorted((created / "inbox" / "qinghe").iterdir())
    assert len(folders) == 61
    needed = {contract.file for contract in contracts_shipped().values() if not contract.optional}
    for folder in folders:
        feeds = yaml.safe_load((folder / "manifest.yaml").read_text(encoding="utf-8"))["feeds"]
        assert needed <= set(feeds)
        for name in ("parties", "contracts", "notes"):
            assert feeds[name].get("delta", False) is (folder is not folders[0]), name


def test_no_number_can_be_one_of_a_person(created: Path) -> None:
    first = created / "inbox" / "qinghe" / "2025-03-01"
    parties = duckdb.sql(f"select identity_kind, identity_number, party_kind from '{first}/parties.parquet'").fetchall()
    assert Counter(kind for _, _, kind in parties).keys() == {"person", "enterprise"}
    assert len({number for _, number, _ in parties}) == len(parties) > 150
    for kind, number, _ in parties:
        assert number_problems(kind, number, date(2025, 3, 1)) == ()
        assert (number if kind == "id_card" else number[2:]).startswith("99"), "no region has 99"
    mobiles = duckdb.sql(f"select value from '{first}/contact_points.parquet' where kind = 'mobile'").fetchall()
    assert all(len(number) == 11 and number.startswith("100") for (number,) in mobiles), "no mobile network has 100"


def test_the_truth_lies_apart_from_the_deliveries(created: Path) -> None:
    kinds = duckdb.sql(f"select kind, count(*) from '{created}/truth/events.parquet' group by kind").fetchall()
    assert {kind for kind, _ in kinds} >= {"shock", "moved", "number_changed"}
    words = {column for (column, *_) in duckdb.sql(f"describe from '{created}/truth/persons.parquet'").fetchall()}
    assert {"ability", "willingness", "wrong_number"} <= words
    names = {file.name for file in (created / "inbox").rglob("*")}
    assert not names & {"persons.parquet", "events.parquet"}


@pytest.mark.parametrize(
    "wrong", [{"borrowers": 0}, {"months": 0}, {"start": date(2025, 3, 2)}, {"borrowers": 5_000_000}]
)
def test_an_order_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    right: dict[str, object] = {"seed": 1, "borrowers": 10, "months": 1, "start": date(2025, 3, 1)}
    Order(**right)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Order(**(right | wrong))  # type: ignore[arg-type]
