"""Running nights in tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from huikuan.nightly.cycle import NightResult
from huikuan.nightly.facts import BankFact, StageName
from huikuan.portfolio.lake import Lake, LakeTable, content_hash, sql_text
from huikuan.portfolio.models import (
    BucketCell,
    ContactPoint,
    DeskNote,
    NoteRegister,
    PartyRole,
    Publication,
    RepaymentAccount,
    RollCell,
)
from huikuan.portfolio.selectors.lake import lake_files
from huikuan.reconciliation.models import Difference, ReconciliationCell

Dated = BucketCell | RollCell | Publication | ReconciliationCell
Latest = DeskNote | NoteRegister | PartyRole | ContactPoint | RepaymentAccount | Difference


class Silent:
    """A progress that tells nobody."""

    def night_begins(self, business_date: date, number: int, of: int) -> None:
        """A night begins."""

    def stage_begins(self, business_date: date, stage: StageName) -> None:
        """A stage begins."""

    def night_ends(self, result: NightResult) -> None:
        """A night is over."""


def lake_read(bank: BankFact, root: Path, on: date, tables: Sequence[LakeTable]) -> duckdb.DuckDBPyConnection:
    """Open the named files of a date as views; runs inside ``bank_scope``."""
    lake = Lake(root, bank.code)
    named = {file.table: file.path for file in lake_files(bank_id=bank.id, on=on)}
    con = lake.connect(reads=named.values())
    for table in tables:
        lake.view(con, table, [named[table.name]] if table.name in named else [])
    return con


def lake_hashes(bank: BankFact, root: Path, on: date) -> dict[str, str]:
    """Content hashes of all tables of a date, computed from the files; keyed tokens differ by bank and are left out."""
    lake, hashes = Lake(root, bank.code), {}
    for file in lake_files(bank_id=bank.id, on=on):
        con = lake.connect(reads=[file.path])
        source = f"select * from read_parquet({sql_text(str(lake.absolute(file.path)))})"
        assert content_hash(con, source) == file.content_hash
        hashes[file.table] = content_hash(con, source.replace("*", "columns(c -> not ends_with(c, '_token'))", 1))
        con.close()
    return hashes


def desk_rows(bank_id: int, on: date) -> dict[str, list[tuple[object, ...]]]:
    """What is published for a date, without bank, run, ciphertexts and keyed hashes."""
    of_the_date: dict[str, type[Dated]] = {
        "bucket_cell": BucketCell,
        "roll_cell": RollCell,
        "reconciliation_cell": ReconciliationCell,
        "publication": Publication,
    }
    of_the_latest: dict[str, type[Latest]] = {
        "desk_note": DeskNote,
        "note_register": NoteRegister,
        "party_role": PartyRole,
        "contact_point": ContactPoint,
        "repayment_account": RepaymentAccount,
        "difference": Difference,
    }
    left_out = {"bank_id", "run_id", "known_at", "fingerprint", "value", "value_index", "account_number"}
    rows: dict[str, list[tuple[object, ...]]] = {}
    for name, dated in of_the_date.items():
        fields = [field.name for field in dated._meta.concrete_fields if field.name not in left_out]
        found = dated.objects.filter(bank_id=bank_id, business_date=on)
        rows[name] = sorted(found.values_list(*fields), key=repr)
    for name, latest in of_the_latest.items():
        fields = [field.name for field in latest._meta.concrete_fields if field.name not in left_out]
        rows[name] = sorted(latest.objects.filter(bank_id=bank_id).values_list(*fields), key=repr)
    return rows
