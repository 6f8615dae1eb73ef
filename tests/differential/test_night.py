"""Whole nights — files, lake, PostgreSQL — against the exact engine."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.cycle import NightPlaces, NightResult, nights_run
from huikuan.nightly.facts import BankFact, StageName
from huikuan.nightly.tables import ALLOCATION, NOTE_STATE, OPEN_INSTALMENT
from huikuan.nightly.tests.books import book_random
from huikuan.nightly.tests.deliveries import a_bank_with_branches, delivery_write
from huikuan.nightly.tests.night_support import Silent, lake_read
from tests.differential.fold_book import allocations_keep, days_from, notes_compare

START = date(2024, 2, 26)
NIGHTS = 14
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
            con = lake_read(bank, places.lake, day, (NOTE_STATE, OPEN_INSTALMENT, ALLOCATION))
        allocations_keep(con, allocations, "note_state", "allocation")
        seen = [note for note in notes if note.first_seen_on <= day]
        assert notes_compare(con, seen, day, allocations, state="note_state", open_instalment="open_instalment")
    assert replayed > 0
