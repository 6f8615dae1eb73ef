"""Batches and processes of the replay change no figure."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from huikuan.nightly.stages import replay
from huikuan.nightly.stages.age import OUTPUTS
from huikuan.nightly.steps import rows_of
from huikuan.nightly.tests.books import book_random
from tests.differential.fold_book import FoldBook

DAY = date(2024, 6, 20)
NOTES = 60


def _close(monkeypatch: pytest.MonkeyPatch, batch: int, parallel: int) -> dict[str, list[tuple[Any, ...]]]:
    """The close of a first night of notes with history, replayed in batches of this size."""
    monkeypatch.setattr(replay, "BATCH_NOTES", batch)
    monkeypatch.setattr(replay, "PARALLEL_NOTES", parallel)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    book = FoldBook(book_random(5, notes=NOTES, start=date(2024, 2, 26), days=1))
    aged = book.night(DAY)
    assert sum(aged.replayed.values()) > NOTES // 2
    return {step: rows_of(book.con, f"select * from {step} order by all") for step in OUTPUTS}


def test_notes_replayed_in_small_batches_close_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _close(monkeypatch, batch=NOTES, parallel=10 * NOTES)
    assert len(whole["age_note_state"]) == NOTES
    assert _close(monkeypatch, batch=7, parallel=10 * NOTES) == whole


def test_notes_replayed_by_two_processes_close_as_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _close(monkeypatch, batch=NOTES, parallel=10 * NOTES)
    assert _close(monkeypatch, batch=7, parallel=0) == whole
