"""The deliveries of the sample bank pass the intake without a reject."""

import hashlib
import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from huikuan.kernel.facts import Who
from huikuan.kernel.selectors.institution import institution_root, institution_subtree
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.check import Delivery, intake_check
from huikuan.portfolio.lake import Column, Lake, rows_load
from huikuan.sample.deliver import sample_deliver
from huikuan.sample.facts import SNAPSHOT_ON, DerivedNote
from huikuan.sample.rules.book import REGIONS, STATES
from huikuan.sample.rules.derive import note_derive
from huikuan.sample.rules.made import lives_made
from huikuan.sample.services.bank import sample_bank_ensure
from huikuan.sample.source import lender_loans


@pytest.fixture(scope="module")
def notes() -> Sequence[DerivedNote]:
    """Every tenth note, all that were not simply current among them."""
    return [note_derive(loan) for loan in lender_loans() if loan.row % 10 == 0 or loan.status != "Current"]


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection that sees a delivery and the outlets."""
    con = Lake(folder, "sample").connect(folders=[folder])
    rows_load(
        con,
        "known_institution",
        [Column("institution_code", "VARCHAR")],
        [(code,) for code in (*STATES, *(region.code for region in REGIONS))],
    )
    return con


def digests(folder: Path) -> dict[str, str]:
    """Hashes of all files below a folder."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_deliveries_pass_the_intake_without_a_reject(tmp_path: Path, notes: Sequence[DerivedNote]) -> None:
    folders = sample_deliver(tmp_path, date(2018, 3, 31), date(2018, 4, 3), notes=notes)
    assert [folder.name for folder in folders] == ["2018-03-31", "2018-04-01", "2018-04-02", "2018-04-03"]
    with connect(folders[0]) as con:
        checked = intake_check(Delivery(folders[0], "sample", date(2018, 3, 31), 2), contracts_shipped(), con)
    assert sum(feed.rejected for feed in checked.feeds.values()) == 0
    assert checked.feeds["note"].accepted == len(notes)


def test_deliveries_together_hold_every_repayment_once(tmp_path: Path, notes: Sequence[DerivedNote]) -> None:
    sample_deliver(tmp_path, notes=notes[:200])
    files = str(tmp_path / "sample" / "*" / "repayments.csv")
    found = duckdb.execute(
        f"select count(*), count(distinct core_ref), sum(amount) from read_csv('{files}')"
    ).fetchone()
    paid = [paid.amount_minor for note in notes[:200] for paid in note.paid]
    paid += [paid.amount_minor for life in lives_made(notes[:200]) for paid in life.paid]
    assert found is not None
    assert found[:2] == (len(paid), len(paid)) and round(found[2] * 100) == sum(paid)


def test_people_come_with_the_first_delivery_and_the_lenders_balances_with_the_last(
    tmp_path: Path, notes: Sequence[DerivedNote]
) -> None:
    first, last = SNAPSHOT_ON - timedelta(2), SNAPSHOT_ON
    folders = sample_deliver(tmp_path, first, last, notes=notes)
    optional = ["management", "contact_points", "party_statements", "contract_parties", "guarantees", "core_figures"]
    there = [[name for name in optional if (folder / f"{name}.csv").is_file()] for folder in folders]
    assert there == [optional[:5], [], optional[5:]]
    with connect(folders[0]) as con:
        checked = intake_check(Delivery(folders[0], "sample", first, 2), contracts_shipped(), con)
        joint = sum(note.loan.joint for note in notes)
        assert joint > 50, "every seventh loan was applied for by two"
        assert checked.feeds["contract_party"].accepted == joint
        guaranteed = sum(life.guaranteed for life in lives_made(notes))
        assert checked.feeds["guarantee"].accepted == guaranteed == 3
        assert checked.feeds["party"].accepted == len(notes) + joint + guaranteed
        assert sum(feed.rejected for feed in checked.feeds.values()) == 0
        values = con.execute("select value from accepted_contact_point").fetchall()
        said = con.execute("select system, field, value from accepted_party_statement").fetchall()
    assert len({value for (value,) in values}) == 2 * (len(notes) + joint), "each person has numbers of their own"
    others = {("card", "phone"), ("card", "monthly_income"), ("credit", "monthly_income")}
    assert {(system, field) for system, field, _ in said} == others
    assert all(re.search(r"-555-01\d\d$", value) for _, field, value in said if field == "phone")
    assert all(re.search(r"-555-01\d\d$|@example[.]com$", value) for (value,) in values), "they reach nobody"
    figures = duckdb.execute(
        "select count(*), cast(sum(cast(principal as decimal(18, 2))) * 100 as bigint), count(days_principal) "
        f"from read_csv('{folders[2] / 'core_figures.csv'}', all_varchar = true)"
    ).fetchone()
    plain = [note for note in notes if not note.charged_off_on]  # the charge-off is an event, delivered in between
    assert figures == (len(plain), sum(note.loan.balance_minor for note in plain), 0), "bands are no days"


def test_first_delivery_later_carries_the_history_up_to_its_day(tmp_path: Path, notes: Sequence[DerivedNote]) -> None:
    (folder,) = sample_deliver(tmp_path, date(2018, 5, 31), date(2018, 5, 31), notes=notes)
    rows = (folder / "repayments.csv").read_text(encoding="utf-8").splitlines()
    expected = sum(paid.value_on <= date(2018, 5, 31) for note in notes for paid in note.paid)
    assert len(rows) - 1 == expected


def test_deliveries_again_are_the_same_bytes_and_a_half_written_one_is_finished(
    tmp_path: Path, notes: Sequence[DerivedNote]
) -> None:
    for name in ("a", "b"):
        sample_deliver(tmp_path / name, date(2018, 3, 31), date(2018, 4, 2), notes=notes[:50])
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    before = digests(tmp_path / "a")
    broken = tmp_path / "a" / "sample" / "2018-04-01"
    (broken / "manifest.yaml").unlink()
    (broken / "repayments.csv").write_text("half", encoding="utf-8")
    sample_deliver(tmp_path / "a", date(2018, 3, 31), date(2018, 4, 2), notes=notes[:50])
    assert digests(tmp_path / "a") == before


@pytest.mark.django_db
def test_bank_is_set_up_once_with_its_tree_and_its_notice() -> None:
    who = Who.program("test")
    bank_id = sample_bank_ensure(by=who, at=AT)
    assert sample_bank_ensure(by=who, at=AT) == bank_id
    with bank_scope(bank_id):
        tree = institution_subtree(bank_id=bank_id, roots=[institution_root(bank_id).id], on=date(2018, 6, 30))
    assert len(tree) == 1 + 1 + 6 + len(STATES)
