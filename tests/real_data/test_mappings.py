"""Public data sets delivered as they are, through the mappings of examples/, loaded by a night, counted again directly.

``HUIKUAN_REAL_DATA`` names a folder that holds them; without it these tests are left out (docs/data/).
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from huikuan.insight.selectors.monthly_roll import MonthlyRollQuery, monthly_roll_read
from huikuan.kernel.facts import InstitutionKind, Who
from huikuan.kernel.selectors.institution import institution_root
from huikuan.kernel.services.bank import bank_create
from huikuan.kernel.services.institution import institution_add
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.vault import key_ring_ensure
from huikuan.nightly.cycle import nights_run
from huikuan.nightly.facts import BankFact
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.tests.night_support import Silent
from huikuan.portfolio.models import Load, NoteRegister, Party, PartyRole, Reject

DATA = Path(os.environ.get("HUIKUAN_REAL_DATA", "/nowhere"))
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "mappings"
NOW = datetime(2026, 1, 1, tzinfo=UTC)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason="HUIKUAN_REAL_DATA names no folder with public data sets"),
]


@dataclass
class Loaded:
    """A bank after the night over a data set."""

    bank: BankFact
    places: NightPlaces

    def counts(self) -> dict[str, tuple[int, int]]:
        """Accepted and rejected rows by feed, of feeds that have any."""
        with bank_scope(self.bank.id):
            found = Load.objects.filter(bank_id=self.bank.id, rows__gt=0).values_list("feed", "accepted", "rejected")
            return {feed: (accepted, rejected) for feed, accepted, rejected in found}

    def roll(self) -> tuple[dict[tuple[str, str], int], int]:
        """The monthly roll table as counts, and its account-months."""
        with bank_scope(self.bank.id):
            root = institution_root(self.bank.id).id
            table = monthly_roll_read(
                MonthlyRollQuery(bank_id=self.bank.id, roots=frozenset({root}), as_of=date.max), self.places.lake
            )
        return {(cell.from_status, cell.to_status): cell.accounts for cell in table.cells}, table.account_months


def a_bank_since(code: str, institution: str) -> BankFact:
    """A bank that existed when the loans of the data sets were made; the tests' builders make younger ones."""
    key_ring_ensure()
    by, since = Who.program("test"), date(1990, 1, 1)
    bank_id = bank_create(
        code=code,
        name_zh="样本",
        name_en="Sample",
        currency="USD",
        minor_digits=2,
        time_zone="UTC",
        by=by,
        at=NOW,
        valid_from=since,
    )
    with bank_scope(bank_id):
        root = institution_root(bank_id).id
    if institution:
        institution_add(
            bank_id=bank_id,
            code=institution,
            kind=InstitutionKind.BRANCH,
            parent_id=root,
            name_zh="机构",
            name_en="Institution",
            valid_from=since,
            by=by,
            at=NOW,
        )
    return BankFact(bank_id, code, "UTC", 2)


def load(tmp_path: Path, mapping: str, folder: str, files: list[str], day: date, institution: str = "") -> Loaded:
    """Deliver the files of a data set on a day, say that they are ready, run the night."""
    bank = a_bank_since(mapping, institution)
    inbox = tmp_path / "inbox" / bank.code / day.isoformat()
    inbox.mkdir(parents=True)
    for file in files:
        shutil.copyfile(DATA / folder / file, inbox / file)
    shutil.copytree(EXAMPLES / mapping, tmp_path / "mappings" / bank.code)
    (inbox / "READY").touch()
    places = NightPlaces(tmp_path / "lake", tmp_path / "inbox")
    assert nights_run(bank, day, places, Silent(), clock=lambda: NOW)[-1].changed
    return Loaded(bank, places)


def direct(select: str) -> dict[tuple[str, str], int]:
    """Count a roll table directly: ``select`` gives account, month as a running number, status."""
    rows = duckdb.connect().execute(select).fetchall()
    status = {(account, month): state for account, month, state in rows}
    assert len(status) == len(rows)
    return dict(
        Counter(
            (state, status[account, month + 1])
            for (account, month), state in status.items()
            if (account, month + 1) in status
        )
    )


def test_card_status_panel_is_loaded_whole_and_its_roll_table_equals_a_direct_count(tmp_path: Path) -> None:
    found = load(tmp_path, "card-status", "card_monthly", ["credit_record.parquet"], date(2020, 1, 31))
    assert found.counts() == {"monthly_status": (839_393, 0)}
    names = {"X": "none", "C": "settled", **{str(code): f"m{code + 1}" for code in range(6)}}
    file = DATA / "card_monthly" / "credit_record.parquet"
    counted = direct(f"select ID, MONTHS_BALANCE, STATUS from '{file}'")
    table, months = found.roll()
    assert table == {(names[start], names[end]): number for (start, end), number in counted.items()}
    assert months == 839_393


def test_servicing_tape_is_loaded_with_the_loans_whose_end_it_states(tmp_path: Path) -> None:
    files = ["Acquisition_2007Q3.txt", "Performance_2007Q3.txt"]
    found = load(tmp_path, "servicing-tape", "fannie_2007q3", files, date(2017, 12, 31), institution="servicing")
    assert found.counts() == {
        "product": (1, 0),
        "party": (177, 0),
        "contract": (177, 0),
        "note": (153, 0),
        "monthly_status": (10_000, 0),
    }
    tape = DATA / "fannie_2007q3" / "Performance_2007Q3.txt"
    counted = direct(
        "select column00, cast(split_part(column01, '/', 3) as int) * 12 + cast(split_part(column01, '/', 1) as int), "
        "case when column12 in ('01', '06') then 'settled' when column12 in ('02', '03', '09') then 'charged_off' "
        "when cast(column10 as int) >= 7 then 'm7_plus' else 'm' || column10 end "
        f"from read_csv('{tape}', delim = '|', header = false, all_varchar = true)"
    )
    assert found.roll() == (counted, 10_000)
    with bank_scope(found.bank.id):
        assert NoteRegister.objects.filter(bank_id=found.bank.id).count() == 153


def test_czech_bank_is_joined_from_its_tables(tmp_path: Path) -> None:
    files = ["client.asc", "disp.asc", "loan.asc"]
    found = load(tmp_path, "czech-bank", "berka", files, date(2000, 1, 31), institution="bank")
    assert found.counts() == {
        "product": (1, 0),
        "party": (5_369, 0),
        "contract": (682, 0),
        "note": (234, 0),
        "contract_party": (145, 0),
    }
    with bank_scope(found.bank.id):
        assert Party.objects.filter(bank_id=found.bank.id).count() == 5_369
        roles = PartyRole.objects.filter(bank_id=found.bank.id, role="representative")
        assert roles.count() == 145
        loan = NoteRegister.objects.get(bank_id=found.bank.id, note_id="5314")
    (owner,) = (
        duckdb.connect()
        .execute(
            f"select client_id from read_csv('{DATA / 'berka' / 'disp.asc'}', delim = ';', all_varchar = true) "
            "where type = 'OWNER' and account_id = (select account_id from "
            f"read_csv('{DATA / 'berka' / 'loan.asc'}', delim = ';', all_varchar = true) where loan_id = '5314')"
        )
        .fetchone()
        or ()
    )
    assert loan.party_id == f"K{owner}"
    with bank_scope(found.bank.id):
        assert not Reject.objects.filter(bank_id=found.bank.id).exists()
