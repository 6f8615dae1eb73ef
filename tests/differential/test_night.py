"""Whole nights — files, lake, PostgreSQL — against the exact engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.cycle import NightResult, nights_run
from huikuan.nightly.facts import BankFact, StageName
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.tests.books import Note, book_random
from huikuan.nightly.tests.deliveries import a_bank_with_branches, delivery_write
from huikuan.nightly.tests.night_support import Silent, lake_read
from huikuan.portfolio.book_tables import ALLOCATION, NOTE_CLASS, NOTE_STATE, OPEN_INSTALMENT
from huikuan.portfolio.policies import class_policies_load, overdue_policies_load
from huikuan.portfolio.rules.ageing import bucket_of_note
from huikuan.portfolio.rules.classification import class_floor, class_policy_on
from huikuan.portfolio.rules.overdue import overdue_balances, overdue_policy_on
from tests.differential.fold_book import allocations_keep, days_from, expected_of, notes_compare

START = date(2024, 2, 26)
NIGHTS = 14
CLASS_COLUMNS = (
    "note_id",
    "product_code",
    "bucket",
    "class_floor",
    "dpd",
    "denominator_minor",
    "management_minor",
    "regulatory_minor",
)
pytestmark = pytest.mark.django_db


def _run(bank: BankFact, day: date, places: NightPlaces) -> NightResult:
    return nights_run(bank, day, places, Silent())[-1]


def test_nights_of_a_random_book_equal_the_exact_engine(tmp_path: Path) -> None:
    _, bank = a_bank_with_branches()
    places = NightPlaces(tmp_path / "lake", tmp_path / "inbox")
    notes = book_random(7, notes=150, start=START, days=NIGHTS)
    allocations: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    replayed = 0
    for day in days_from(START, NIGHTS):
        delivery_write(places.inbox, bank.code, notes, day)
        result = _run(bank, day, places)
        totals = {stage.stage: stage.totals for stage in result.stages}
        assert totals[StageName.INGEST]["rejected"] == 0
        replayed += totals[StageName.AGE]["notes_replayed"]
        with bank_scope(bank.id):
            con = lake_read(bank, places.lake, day, (NOTE_STATE, OPEN_INSTALMENT, ALLOCATION, NOTE_CLASS))
        allocations_keep(con, allocations, "note_state", "allocation")
        seen = [note for note in notes if note.first_seen_on <= day]
        _classes_compare(con, seen, day)
        assert notes_compare(con, seen, day, allocations, state="note_state", open_instalment="open_instalment")
    assert replayed > 0


def _classes_compare(con: duckdb.DuckDBPyConnection, notes: Sequence[Note], day: date) -> None:
    """Bucket, class floor and parts in the overdue rates are those of the pure rules."""
    class_policy = class_policy_on(class_policies_load(), day)
    overdue_policy = overdue_policy_on(overdue_policies_load(), day)
    found = {row[0]: row[1:] for row in con.execute(f"select {', '.join(CLASS_COLUMNS)} from note_class").fetchall()}
    for note in notes:
        state = expected_of(note, day).state
        status = note.status_on(note.last_present_on(day))
        product = found[note.note_id][0]
        parts = overdue_balances(state, overdue_policy, core_status=status, monthly_consumer=product == "consumer")
        assert found[note.note_id][1:] == (
            bucket_of_note(state.dpd, status, closed=state.closed),
            class_floor(state.dpd, class_policy),
            state.dpd,
            parts.denominator_minor,
            parts.management_minor,
            parts.regulatory_minor,
        ), f"{note.note_id} on {day}"
