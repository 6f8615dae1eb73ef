"""The cycle: catch-up, repetition, refusals, staleness, publishing."""

from __future__ import annotations

import shutil
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.as_of import as_of_read
from huikuan.nightly.errors import (
    NightBusyError,
    NightDateBackError,
    NightDateFutureError,
    NightDateMissingError,
    NightDeliveryChangedError,
    NightNoneError,
)
from huikuan.nightly.facts import STAGE_ORDER, StageName
from huikuan.nightly.lock import LOCK_CLASS, lock_holder, night_lock
from huikuan.nightly.selectors.runs import RunView, run_views
from huikuan.nightly.tests.night_support import lake_read
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world, pays
from huikuan.portfolio.book_tables import NOTE, NOTE_CLASS
from huikuan.portfolio.errors import ControlTotalError, LakeFileMissingError
from huikuan.portfolio.facts import CoreStatus
from huikuan.portfolio.models import BucketCell, DeskNote, Publication, RollCell
from huikuan.portfolio.selectors.lake import lake_files

pytestmark = pytest.mark.django_db
ONE_DAY = timedelta(days=1)


def _ledger(world: World) -> list[RunView]:
    with bank_scope(world.bank.id):
        return run_views(bank_id=world.bank.id, before=None, limit=100)


def _note(world: World, day: date, note_id: str, column: str) -> Any:
    with bank_scope(world.bank.id):
        con = lake_read(world.bank, world.places.lake, day, (NOTE, NOTE_CLASS))
    table = "note" if column in {c.name for c in NOTE.columns} else "note_class"
    rows = con.execute(f"select {column} from {table} where note_id = $1", [note_id]).fetchall()
    assert len(rows) == 1
    return rows[0][0]


def _desk(world: World) -> dict[str, DeskNote]:
    with bank_scope(world.bank.id):
        return {row.note_id: row for row in DeskNote.objects.filter(bank_id=world.bank.id)}


def test_catch_up_runs_every_missing_date_in_order(tmp_path: Path) -> None:
    world = a_world(tmp_path, a_note("A"))
    results = world.run(FIRST + 3 * ONE_DAY)
    assert [result.business_date for result in results] == [FIRST + n * ONE_DAY for n in range(4)]
    assert all(tuple(stage.stage for stage in result.stages) == STAGE_ORDER for result in results)
    assert [run.state for run in _ledger(world)] == ["done"] * 4


def test_night_run_again_with_the_same_delivery_changes_nothing(tmp_path: Path) -> None:
    world = a_world(tmp_path, a_note("A"))
    world.run(FIRST + ONE_DAY)
    before = _ledger(world)
    for day in (FIRST, FIRST + ONE_DAY):
        (result,) = world.run_only(day)
        assert not result.changed
    assert _ledger(world) == before


def test_finished_date_with_another_delivery_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    note = a_note("A")
    world = a_world(tmp_path, note)
    world.run(FIRST)
    before = _ledger(world)
    pays(note, FIRST, 500)
    world.deliver(FIRST)
    with pytest.raises(NightDeliveryChangedError, match=r"2024-02-27.*Put the first files back"):
        world.run_only(FIRST)
    assert _ledger(world) == before


def test_finished_date_whose_inbox_was_cleared_is_left_as_it_is(tmp_path: Path) -> None:
    world = a_world(tmp_path, a_note("A"))
    world.run(FIRST)
    shutil.rmtree(world.places.inbox)
    (result,) = world.run_only(FIRST)
    assert not result.changed


def test_missing_delivery_names_its_day_and_path_and_keeps_the_nights_before(tmp_path: Path) -> None:
    world = a_world(tmp_path, a_note("A"))
    world.run(FIRST)
    world.deliver(FIRST + ONE_DAY)
    world.deliver(FIRST + 3 * ONE_DAY)
    with pytest.raises(NightDateMissingError) as refused:
        world.run_only(FIRST + 3 * ONE_DAY)
    assert "2024-02-29" in str(refused.value)
    assert str(world.places.inbox / world.bank.code / "2024-02-29") in str(refused.value)
    assert [run.business_date for run in _ledger(world)] == [FIRST + ONE_DAY, FIRST]


@pytest.mark.parametrize(
    ("day", "error"),
    [(FIRST - ONE_DAY, NightDateBackError), (date(2025, 1, 1), NightDateFutureError)],
)
def test_date_outside_of_the_book_is_refused(tmp_path: Path, day: date, error: type[Exception]) -> None:
    world = a_world(tmp_path, a_note("A"))
    world.run(FIRST)
    with pytest.raises(error):
        world.run_only(day)


def test_last_moment_of_the_banks_day_is_still_that_day(tmp_path: Path) -> None:
    world = a_world(tmp_path, a_note("A"))
    world.moment = world.moment.replace(hour=15, minute=59, second=30)  # 23:59:30 in Shanghai
    world.deliver(FIRST)
    world.run_only(FIRST)
    with pytest.raises(NightDateFutureError):
        world.run_only(date(2025, 1, 1))
    world.moment = world.moment.replace(hour=16, minute=0, second=0)  # midnight there
    with pytest.raises(NightDateMissingError):
        world.run_only(date(2025, 1, 1))


def test_night_beside_another_one_of_the_bank_is_refused(
    tmp_path: Path, owner_connection: psycopg.Connection[Any]
) -> None:
    world = a_world(tmp_path, a_note("A"))
    world.deliver(FIRST)
    owner_connection.execute("select pg_advisory_lock(%s, %s)", [LOCK_CLASS, world.bank.id])
    with pytest.raises(NightBusyError):
        world.run_only(FIRST)
    owner_connection.execute("select pg_advisory_unlock(%s, %s)", [LOCK_CLASS, world.bank.id])
    world.run_only(FIRST)


def test_night_beside_another_one_is_told_who_runs_it_and_since_when(tmp_path: Path) -> None:
    world = a_world(tmp_path, a_note("A"))
    world.deliver(FIRST)
    with (
        psycopg.connect(**connection.get_connection_params(), autocommit=True) as other,
        psycopg.ClientCursor(other) as cursor,
    ):
        cursor.execute("select pg_advisory_lock(%s, %s)", [LOCK_CLASS, world.bank.id])
        cursor.execute("set application_name = 'night program:command:wang 1709078400'")
        with pytest.raises(NightBusyError, match=r"program command:wang, since 2024-02-28 00:00:00 UTC"):
            world.run_only(FIRST)


def test_holder_of_the_lock_stands_in_the_name_of_its_connection_as_long_as_it_holds_it() -> None:
    before = int(time.time())
    with night_lock(4711, "bank", Who.user(7)):
        holder = lock_holder(4711)
        assert holder is not None and holder.by == Who.user(7) and holder.since.timestamp() >= before
        assert lock_holder(4712) is None
    assert lock_holder(4711) is None
    with connection.cursor() as cursor:
        cursor.execute("show application_name")
        assert not cursor.fetchone()[0].startswith("night ")


def test_files_that_no_run_has_named_are_swept(tmp_path: Path) -> None:
    world = a_world(tmp_path, a_note("A"))
    world.run(FIRST)
    left = world.places.lake / world.bank.code / "note" / "2024-02-28" / "killed" / "part-0.parquet"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a file")
    world.run(FIRST + ONE_DAY)
    assert not left.exists()
    with bank_scope(world.bank.id):
        named = {file.path for file in lake_files(bank_id=world.bank.id)}
    on_disk = {path.relative_to(world.places.lake).as_posix() for path in world.places.lake.rglob("*.parquet")}
    assert on_disk == named


def test_night_that_failed_goes_on_with_the_same_run_once_the_delivery_is_right(tmp_path: Path) -> None:
    world = a_world(tmp_path, a_note("A"))
    folder = world.deliver(FIRST)
    manifest = (folder / "manifest.yaml").read_text()
    (folder / "manifest.yaml").write_text(manifest.replace("12000.00", "12000.01", 1))
    with pytest.raises(ControlTotalError):
        world.run_only(FIRST)
    (failed,) = _ledger(world)
    assert (failed.state, failed.error_code) == ("failed", "intake.control_total")
    assert [stage.state for stage in failed.stages] == ["failed", *["pending"] * (len(STAGE_ORDER) - 1)]
    (folder / "manifest.yaml").write_text(manifest)
    (result,) = world.run_only(FIRST)
    (done,) = _ledger(world)
    assert (done.state, done.attempt, done.error_code) == ("done", 2, "")
    assert result.resumed
    assert done.run_id == failed.run_id


def test_lake_file_that_is_gone_fails_the_night_until_it_is_back(tmp_path: Path) -> None:
    world = a_world(tmp_path, a_note("A"))
    world.run(FIRST)
    with bank_scope(world.bank.id):
        (file,) = lake_files(bank_id=world.bank.id, tables=("note_state",), on=FIRST)
    path = world.places.lake / file.path
    kept = path.read_bytes()
    path.unlink()
    with pytest.raises(LakeFileMissingError, match="note_state"):
        world.run(FIRST + ONE_DAY)
    assert (_ledger(world)[0].state, _ledger(world)[0].error_code) == ("failed", "lake.file_missing")
    path.write_bytes(kept)
    world.run(FIRST + ONE_DAY)
    assert _ledger(world)[0].state == "done"


def test_note_missing_from_the_delivery_is_carried_forward_stale_and_never_settled(tmp_path: Path) -> None:
    missing = FIRST + ONE_DAY
    note, other = a_note("A"), a_note("B")
    note.missing_on = frozenset({missing, missing + ONE_DAY})
    world = a_world(tmp_path, note, other)
    world.run(missing + 2 * ONE_DAY)
    stale = [_note(world, FIRST + n * ONE_DAY, "A", "stale_since") for n in range(4)]
    assert stale == [None, missing, missing, None]
    assert _note(world, missing, "A", "balance_minor") == 1_200_000
    assert _note(world, missing, "A", "bucket") == "M0"
    with bank_scope(world.bank.id):
        counts = list(Publication.objects.order_by("business_date").values_list("stale_notes", flat=True))
    assert counts == [0, 1, 1, 0]
    assert _desk(world)["A"].stale_since is None, "it was stale, came to the desk, and is renewed there"
    assert "B" not in _desk(world)


def test_settled_note_may_disappear_from_the_delivery_unmarked(tmp_path: Path) -> None:
    note, other = a_note("A"), a_note("B")
    note.status_from[FIRST] = CoreStatus.SETTLED
    note.missing_on = frozenset({FIRST + ONE_DAY})
    world = a_world(tmp_path, note, other)
    world.run(FIRST + ONE_DAY)
    assert _note(world, FIRST + ONE_DAY, "A", "stale_since") is None
    assert _note(world, FIRST + ONE_DAY, "A", "bucket") == "settled"


def test_desk_shows_a_delinquent_note_from_its_first_day_and_keeps_it_when_it_is_cured(tmp_path: Path) -> None:
    late, punctual = a_note("A", first_due_on=FIRST), a_note("B", first_due_on=FIRST)
    due_minor = sum((late.schedule[0].principal_minor, late.schedule[0].interest_minor))
    pays(punctual, FIRST, due_minor)
    pays(late, FIRST + 2 * ONE_DAY, due_minor + 50_000)
    world = a_world(tmp_path, late, punctual)
    world.run(FIRST)
    assert _desk(world) == {}, "the due day itself is not late"
    world.run(FIRST + ONE_DAY)
    (row,) = _desk(world).values()
    assert (row.note_id, row.dpd, row.bucket, row.business_date) == ("A", 1, "M1", FIRST + ONE_DAY)
    world.run(FIRST + 2 * ONE_DAY)
    cured = _desk(world)["A"]
    assert (cured.dpd, cured.bucket, cured.overdue_principal_minor) == (0, "M0", 0)
    world.run(FIRST + 3 * ONE_DAY)
    assert _desk(world)["A"].business_date == FIRST + 2 * ONE_DAY, "an unchanged row is not written again"


def test_roll_counts_from_the_last_month_end_by_bucket_then_and_now(tmp_path: Path) -> None:
    late = a_note("A", first_due_on=date(2024, 1, 30))  # 30 days past due at the month-end, 31 a day later
    punctual, new = a_note("C"), a_note("B", first_seen_on=date(2024, 3, 1))
    world = a_world(tmp_path, late, new, punctual)
    world.run(date(2024, 3, 1))
    month_end = date(2024, 2, 29)
    with bank_scope(world.bank.id):
        cells = RollCell.objects.filter(business_date=date(2024, 3, 1)).order_by("from_bucket")
        found = [(c.from_date, c.from_bucket, c.to_bucket, c.notes, c.amount_minor) for c in cells]
        assert not RollCell.objects.filter(business_date__lte=month_end).exists(), "there was no month-end before"
    assert found == [(month_end, "M0", "M0", 1, 1_200_000), (month_end, "M1", "M2", 1, 1_200_000)]


def test_as_of_answers_a_past_date_from_its_own_files(tmp_path: Path) -> None:
    late = a_note("A", first_due_on=FIRST)
    world = a_world(tmp_path, late, a_note("B"))
    world.run(FIRST)
    known_first = world.moment
    world.run(FIRST + ONE_DAY)
    first = as_of_read(world.bank, FIRST, world.places.lake, known_at=None)
    assert [(line.bucket, line.notes, line.balance_minor) for line in first.lines] == [("M0", 2, 2_400_000)]
    second = as_of_read(world.bank, FIRST + ONE_DAY, world.places.lake, known_at=None)
    assert [(line.bucket, line.notes) for line in second.lines] == [("M0", 1), ("M1", 1)]
    assert as_of_read(world.bank, FIRST, world.places.lake, known_at=known_first) == first
    with pytest.raises(NightNoneError):
        as_of_read(world.bank, FIRST + ONE_DAY, world.places.lake, known_at=known_first)
    with pytest.raises(NightNoneError):
        as_of_read(world.bank, FIRST, world.places.lake, known_at=first.known_at - timedelta(microseconds=1))
    assert as_of_read(world.bank, FIRST, world.places.lake, known_at=first.known_at) == first


def test_published_cells_add_up_to_the_files_of_the_night(tmp_path: Path) -> None:
    world = a_world(tmp_path, a_note("A", first_due_on=FIRST), a_note("B"), a_note("C"), a_note("D"))
    world.run(FIRST + ONE_DAY)
    book = as_of_read(world.bank, FIRST + ONE_DAY, world.places.lake, known_at=None)
    with bank_scope(world.bank.id):
        cells = list(BucketCell.objects.filter(business_date=FIRST + ONE_DAY))
    assert sum(cell.notes for cell in cells) == sum(line.notes for line in book.lines) == 4
    assert sum(cell.balance_minor for cell in cells) == sum(line.balance_minor for line in book.lines)
    assert sum(cell.management_minor for cell in cells) == 1_200_000
    schedule = world.notes[0].schedule
    assert sum(cell.regulatory_minor for cell in cells) == schedule[0].principal_minor, "A is a consumer loan"


def test_ledger_counts_what_the_stages_did(tmp_path: Path) -> None:
    note = a_note("A", first_due_on=FIRST)
    world = a_world(tmp_path, note, a_note("B"))
    world.run(FIRST)
    pays(note, FIRST, 1_000, delivered_on=FIRST + ONE_DAY)
    (result,) = world.run(FIRST + ONE_DAY)
    totals = {stage.stage: stage.totals for stage in result.stages}
    assert totals[StageName.INGEST]["repayment_minor"] == 1_000
    assert totals[StageName.AGE]["notes_folded"] == 1
    assert totals[StageName.AGE]["replayed_backdated"] == 1
    assert totals[StageName.SNAPSHOT]["notes"] == 2
    assert totals[StageName.PUBLISH]["desk_notes_changed"] == 1


def test_ledger_hashes_what_was_published_and_not_when_or_by_which_run(tmp_path: Path) -> None:
    late = a_world(tmp_path / "late", a_note("A", first_due_on=FIRST))
    same = a_world(tmp_path / "same", a_note("A", first_due_on=FIRST))
    punctual = a_world(tmp_path / "punctual", a_note("A", first_due_on=FIRST + ONE_DAY))
    hashes = []
    for world in (late, same, punctual):
        world.run(FIRST + ONE_DAY)
        stages = {stage.name: stage.content_hash for stage in _ledger(world)[0].stages}
        hashes.append(stages[StageName.PUBLISH])
    assert hashes[0] == hashes[1]
    assert hashes[0] != hashes[2], "one note is overdue in the one, none in the other"


def test_seconds_of_a_stage_last_until_its_transaction_has_written(tmp_path: Path) -> None:
    world = a_world(tmp_path, a_note("A"))
    (result,) = world.run(FIRST)
    publish = result.stages[-1]
    with bank_scope(world.bank.id):
        known_at = Publication.objects.get(bank_id=world.bank.id, business_date=FIRST).known_at
    (run,) = _ledger(world)
    assert publish.started_at < known_at < publish.finished_at
    assert run.finished_at is not None and run.finished_at >= publish.finished_at
