"""A merger of two branches: institutions, customers and notes get new keys, and the book goes on under them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import override_settings

from huikuan.kernel.facts import Role, Who
from huikuan.kernel.selectors.institution import institution_root
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_client, a_user, an_institution
from huikuan.nightly.correction import correction_run
from huikuan.nightly.cycle import nights_run
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.tests.books import Note, book_random
from huikuan.nightly.tests.deliveries import BRANCHES, a_bank_with_branches, delivery_write, people_feeds
from huikuan.nightly.tests.night_support import Silent, lake_read
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world, pays
from huikuan.portfolio.book_tables import ALLOCATION, NOTE, NOTE_CLASS, NOTE_STATE, OPEN_INSTALMENT, ROLL
from huikuan.portfolio.errors import RejectLimitError
from huikuan.portfolio.models import (
    DeskNote,
    Duplicate,
    NoteRegister,
    NoteTag,
    Party,
    Publication,
    RefusedRow,
    Reject,
    Renumbering,
    Tag,
)
from huikuan.portfolio.selectors.borrower import borrower_overview
from huikuan.portfolio.selectors.note import note_explain, note_find
from huikuan.portfolio.selectors.search import search_find
from huikuan.portfolio.services.renumbering import vault_renumber

pytestmark = pytest.mark.django_db
MERGER = FIRST + timedelta(days=3)
Step = tuple[str, str, str, date]


def keys_of(notes: Sequence[Note]) -> dict[str, str]:
    """New keys of all notes and customers, and one branch for two."""
    notes_and_parties = {key: new for note in notes for key, new in _pair(note.note_id).items()}
    return {**notes_and_parties, **dict.fromkeys(BRANCHES, "north")}


def _pair(note_id: str) -> dict[str, str]:
    return {note_id: f"X9-{note_id}", f"P-{note_id}": f"Q9-{note_id}"}


def steps_of(keys: Mapping[str, str], on: date) -> list[Step]:
    """Rows of the feed for such a map."""
    return [
        ("institution" if old in BRANCHES else "party" if old.startswith("P-") else "note", old, new, on)
        for old, new in keys.items()
    ]


def rewrite(folder: Path, keys: Mapping[str, str]) -> Path:
    """Put new keys into the files of a delivery, as the core system does from the day of the merger."""
    for path in folder.glob("*.csv"):
        if path.name == "renumberings.csv":
            continue
        with path.open(encoding="utf-8", newline="") as stream:
            rows = [[keys.get(cell, cell) for cell in row] for row in csv.reader(stream)]
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)
    return folder


def merged(folder: Path, *notes: Note) -> World:
    """A bank whose two branches become the branch north on MERGER, with new keys for all; run up to the day after."""
    world = a_world(folder, *notes)
    an_institution(world.row, code="north")
    world.run(MERGER - timedelta(days=1))
    keys = keys_of(notes)
    rewrite(world.deliver(MERGER, renumberings=[tuple(step) for step in steps_of(keys, MERGER)]), keys)
    world.run_only(MERGER)
    rewrite(world.deliver(MERGER + timedelta(days=1)), keys)
    world.run_only(MERGER + timedelta(days=1))
    return world


def late_notes(*note_ids: str) -> list[Note]:
    """Notes that are past due before the merger and get money before and after it."""
    notes = [a_note(note_id, first_due_on=FIRST - timedelta(days=10)) for note_id in note_ids]
    for note in notes:
        pays(note, FIRST + timedelta(days=1), 10_000)
        pays(note, MERGER, 20_000)
    return notes


@contextmanager
def override(home: Path) -> Iterator[None]:
    """Let readers of the book find the lake of the test."""
    with override_settings(HOME=home):
        yield


def read(world: World, on: date, select: str) -> list[tuple[object, ...]]:
    """Rows of the files of a night, as they stand in the lake."""
    with bank_scope(world.bank.id):
        tables = (NOTE, NOTE_STATE, NOTE_CLASS, OPEN_INSTALMENT, ALLOCATION, ROLL)
        con = lake_read(world.bank, world.places.lake, on, tables)
    try:
        return con.execute(select).fetchall()
    finally:
        con.close()


@pytest.mark.django_db
def test_notes_go_on_under_their_new_keys_counted_once_and_none_is_stale_or_new(tmp_path: Path) -> None:
    world = merged(tmp_path, *late_notes("N1", "N2", "N3"))
    for day in (MERGER, MERGER + timedelta(days=1)):
        rows = read(world, day, "select note_id, party_id, institution_code, stale_since from note order by 1")
        assert rows == [(f"X9-{n}", f"Q9-{n}", "north", None) for n in ("N1", "N2", "N3")]
        schedules = read(world, day, "select distinct schedule_on from note")
        assert schedules == [(FIRST,)], "the schedule in force is that of the first night"
    assert read(world, MERGER, "select count(*) from note_state where replayed") == [(0,)], "nothing is lived anew"
    before = read(world, MERGER - timedelta(days=1), "select note_id from note order by 1")
    assert before == [("N1",), ("N2",), ("N3",)], "what was written before stays as it was"


@pytest.mark.django_db
def test_roll_since_the_month_end_counts_a_renumbered_note_once(tmp_path: Path) -> None:
    world = merged(
        tmp_path, *late_notes("N1", "N2")
    )  # the last of February lies between the first night and the merger
    rows = read(world, MERGER, "select institution_code, sum(notes)::int from roll group by 1")
    assert rows == [("north", 2)]


@pytest.mark.django_db
def test_desk_register_and_tags_follow_the_new_key(tmp_path: Path) -> None:
    notes = late_notes("N1", "N2")
    world = a_world(tmp_path, *notes)
    an_institution(world.row, code="north")
    world.run(MERGER - timedelta(days=1))
    with bank_scope(world.bank.id):
        tag = Tag.objects.create(bank_id=world.bank.id, name="watch", created_at=datetime.now(UTC))
        NoteTag.objects.create(bank_id=world.bank.id, note_id="N1", tag_id=tag.id)
    keys = keys_of(notes)
    rewrite(world.deliver(MERGER, renumberings=[tuple(step) for step in steps_of(keys, MERGER)]), keys)
    world.run_only(MERGER)
    with bank_scope(world.bank.id):
        assert set(DeskNote.objects.values_list("note_id", "party_id", "institution_code")) == {
            ("X9-N1", "Q9-N1", "north"),
            ("X9-N2", "Q9-N2", "north"),
        }
        assert set(NoteRegister.objects.values_list("note_id", flat=True)) == {"X9-N1", "X9-N2"}
        assert list(NoteTag.objects.values_list("note_id", flat=True)) == ["X9-N1"]
        assert Renumbering.objects.filter(now_key="north").count() == 2


@pytest.mark.django_db
def test_history_is_found_by_the_former_key_and_the_present_before_and_after_the_merger(tmp_path: Path) -> None:
    world = merged(tmp_path, *late_notes("N1", "N2"))
    bank_id = world.bank.id
    with bank_scope(bank_id), override(tmp_path):
        roots = [institution_root(bank_id).id]
        days = (MERGER - timedelta(days=1), MERGER, MERGER + timedelta(days=1))
        for day in days:
            by_key = [
                borrower_overview(bank_id=bank_id, party_id=key, roots=roots, on=days[-1], as_of=day)
                for key in ("P-N1", "Q9-N1")
            ]
            assert by_key[0] == by_key[1]
            page = by_key[0]
            assert page.party_id == "Q9-N1" and [one.key for one in page.former_keys] == ["P-N1"]
            (note,) = page.contracts[0].notes
            assert (note.note_id, note.institution_code, note.stale_since) == ("X9-N1", "north", None)
            assert [(one.key, one.until_on) for one in note.former_keys] == [("N1", MERGER)]
            moves = [(item.on, item.reference) for item in page.timeline.items if item.kind == "renumbered"]
            assert moves == ([] if day < MERGER else [(MERGER, "P-N1"), (MERGER, "N1")])
            explained = [
                note_explain(
                    bank_id=bank_id,
                    note_id=note_find(bank_id=bank_id, note_id=key, roots=roots, on=days[-1]).note_id,
                    as_of=day,
                )
                for key in ("N1", "X9-N1")
            ]
            assert explained[0] == explained[1]
            ((principal,),) = read(
                world, day, "select principal_outstanding_minor from note_state order by note_id limit 1"
            )
            assert note.balances.figures[0].ours == principal, "the figure is that of the night"
            assert len(explained[0][0].repayments) == (1 if day < MERGER else 2), (
                "money before and after is one history"
            )


@pytest.mark.django_db
def test_search_finds_customer_and_note_once_by_either_key(tmp_path: Path) -> None:
    world = merged(tmp_path, *late_notes("N1", "N2"))
    with bank_scope(world.bank.id):
        roots = [institution_root(world.bank.id).id]

        def find(query: str) -> list[tuple[str, str, str | None, str]]:
            answer = search_find(bank_id=world.bank.id, query=query, limit=8, roots=roots, on=MERGER)
            return [(hit.kind, hit.party_id, hit.note_id, hit.matched) for hit in answer.items]

        assert find("Q9-N1") == [("party", "Q9-N1", None, "party")]
        assert find("P-N1") == [("party", "Q9-N1", None, "former_party")]
        assert find("X9-N1") == find("N1") == [("note", "Q9-N1", "X9-N1", "note")]
        assert find("Borrower 0") == [("party", "Q9-N1", None, "name")], "the former row of the vault is not shown"


@pytest.mark.django_db
def test_chain_leads_to_the_last_key_and_is_announced_ahead(tmp_path: Path) -> None:
    note = late_notes("N1")[0]
    world = a_world(tmp_path, note)
    world.deliver(
        FIRST, renumberings=[("note", "N1", "N1-B", MERGER - timedelta(days=1)), ("note", "N1-B", "N1-C", MERGER)]
    )
    world.run(MERGER - timedelta(days=2))
    for day, key in ((MERGER - timedelta(days=1), "N1-B"), (MERGER, "N1-C")):
        rewrite(world.deliver(day), {"N1": key})
        world.run_only(day)
        assert read(world, day, "select note_id, stale_since, schedule_on from note") == [(key, None, FIRST)]
    with bank_scope(world.bank.id):
        assert dict(Renumbering.objects.values_list("old_key", "now_key")) == {"N1": "N1-C", "N1-B": "N1-C"}
        roots = [institution_root(world.bank.id).id]
        keys = ("N1", "N1-B", "N1-C")
        assert {note_find(bank_id=world.bank.id, note_id=key, roots=roots, on=MERGER).note_id for key in keys} == {
            "N1-C"
        }


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([("note", "N1", "A", MERGER), ("note", "A", "N1", MERGER)], {"renumbering.cycle", "renumbering.taken"}),
        (
            [("party", "A", "B", MERGER), ("party", "B", "C", MERGER), ("party", "C", "A", MERGER)],
            {"renumbering.cycle"},
        ),
        (
            [("party", "A", "B", MERGER + timedelta(days=2)), ("party", "B", "C", MERGER + timedelta(days=1))],
            {"renumbering.retired"},
        ),
        ([("note", "N1", "A", MERGER), ("note", "N2", "A", MERGER)], {"renumbering.taken"}),
        ([("note", "N1", "N2", MERGER)], {"renumbering.taken"}),
        ([("note", "N1", "A", MERGER), ("note", "N1", "B", MERGER)], {"key.duplicate"}),
        ([("note", "N1", "A", MERGER - timedelta(days=1))], {"renumbering.late"}),
    ],
)
@pytest.mark.django_db
def test_one_row_that_cannot_be_refuses_the_day_with_its_reason(
    tmp_path: Path, rows: list[tuple[object, ...]], codes: set[str]
) -> None:
    world = a_world(tmp_path, *late_notes("N1", "N2"))
    world.run(MERGER - timedelta(days=1))
    world.deliver(MERGER, renumberings=rows)
    with pytest.raises(RejectLimitError):
        world.run_only(MERGER)
    with bank_scope(world.bank.id):
        found = {reason["code"] for row in RefusedRow.objects.all() for reason in row.reasons}
        assert found == codes
        assert not Renumbering.objects.exists()


@pytest.mark.django_db
def test_what_is_in_force_is_not_changed_by_a_later_row_but_may_be_repeated(tmp_path: Path) -> None:
    world = merged(tmp_path, *late_notes("N1"))
    day = MERGER + timedelta(days=2)
    keys = keys_of(world.notes)
    rewrite(world.deliver(day, renumberings=[("note", "N1", "X9-N1", MERGER)]), keys)
    world.run_only(day)
    assert read(world, day, "select note_id, stale_since from note") == [("X9-N1", None)]
    rewrite(world.deliver(day + timedelta(days=1), renumberings=[("note", "N1", "X7", day + timedelta(days=9))]), keys)
    with pytest.raises(RejectLimitError):
        world.run_only(day + timedelta(days=1))
    with bank_scope(world.bank.id):
        assert {reason["code"] for row in RefusedRow.objects.all() for reason in row.reasons} == {
            "renumbering.contradicts"
        }


@pytest.mark.django_db
def test_row_under_a_former_key_is_rejected_and_its_note_goes_on_stale(tmp_path: Path) -> None:
    notes = late_notes(*(f"N{n:03d}" for n in range(60)))
    world = merged(tmp_path, *notes)
    day = MERGER + timedelta(days=2)
    keys = keys_of(notes)
    pays(notes[0], day, 5_000)
    world.deliver(day)
    for path in (world.places.inbox / world.bank.code / day.isoformat()).glob("*.csv"):
        former = {old: new for old, new in keys.items() if old != "N000" or path.name != "notes.csv"}
        text = [[former.get(cell, cell) for cell in row] for row in csv.reader(path.open(encoding="utf-8", newline=""))]
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(text)
    world.run_only(day)
    with bank_scope(world.bank.id):
        (reject,) = Reject.objects.all()
        assert (reject.feed, reject.reasons[0]["code"], reject.reasons[0]["got"]) == (
            "note", "renumbering.former_key", "N000 is X9-N000",
        )  # fmt: skip
    assert read(world, day, "select note_id from note where stale_since is not null") == [("X9-N000",)]
    assert read(world, day, "select count(*) from note") == [(60,)]
    paid = read(world, day, f"select amount_minor from allocation where note_id = 'X9-N000' and applied_on = '{day}'")
    assert (5_000,) in paid, "its money counts"


@pytest.mark.django_db
def test_customer_without_a_row_on_the_day_keeps_name_and_account_under_the_new_key(tmp_path: Path) -> None:
    note = late_notes("N1")[0]
    world = a_world(tmp_path, note)
    world.run(MERGER - timedelta(days=1))
    note.missing_on = frozenset({MERGER})
    steps: list[tuple[object, ...]] = [("party", "P-N1", "Q9", MERGER), ("note", "N1", "X9", MERGER)]
    rewrite(world.deliver(MERGER, renumberings=steps), {"N1": "X9"})
    world.run_only(MERGER)
    with bank_scope(world.bank.id), override(tmp_path):
        roots = [institution_root(world.bank.id).id]
        page = borrower_overview(bank_id=world.bank.id, party_id="Q9", roots=roots, on=MERGER)
        assert page.name != "" and page.contracts[0].notes[0].note_id == "X9"
        assert Party.objects.filter(party_id="Q9").exists()
        hits = search_find(bank_id=world.bank.id, query="Borrower 0", limit=8, roots=roots, on=MERGER).items
        assert [hit.party_id for hit in hits] == ["Q9"]


@pytest.mark.parametrize("seed", [3, 8])
@pytest.mark.django_db
def test_book_with_a_merger_is_the_book_without_up_to_keys(tmp_path: Path, seed: int) -> None:
    """The oracle is the same life of the same notes in a bank that never changed a key."""
    places = NightPlaces(tmp_path / "lake", tmp_path / "inbox")
    days = [FIRST + timedelta(days=at) for at in range(7)]
    notes = book_random(seed, notes=40, start=FIRST, days=len(days))
    (_, plain), (row, moved) = a_bank_with_branches("plain"), a_bank_with_branches("moved")
    an_institution(row, code="north")
    keys = keys_of(notes)
    for day in days:
        feeds = people_feeds(notes, day)
        delivery_write(places.inbox, plain.code, notes, day, more=feeds)
        if day == MERGER:
            feeds = {**feeds, "renumberings": [tuple(step) for step in steps_of(keys, MERGER)]}
        folder = delivery_write(places.inbox, moved.code, notes, day, more=feeds)
        if day >= MERGER:
            rewrite(folder, keys)
    worlds = []
    for bank in (plain, moved):
        nights_run(bank, days[-1], places, Silent())
        worlds.append(World(row, bank, notes, places))
    new = ", ".join(f"('{old}', '{key}')" for old, key in keys.items())
    for day in days:
        for table in (NOTE, NOTE_STATE, NOTE_CLASS, OPEN_INSTALMENT, ALLOCATION):
            columns = [column.name for column in table.columns if column.name != "schedule_run_id"]
            shown = [
                f"coalesce((select max(k) from (values {new}) as m (o, k) where o = t.{name}), {name}) as {name}"
                if name in ("note_id", "party_id", "institution_code") and day >= MERGER
                else name
                for name in columns
            ]
            wanted = read(worlds[0], day, f"select {', '.join(shown)} from {table.name} as t order by all")
            found = read(worlds[1], day, f"select {', '.join(columns)} from {table.name} order by all")
            assert found == wanted, (day, table.name)
    with bank_scope(moved.id):
        told = set(DeskNote.objects.values_list("note_id", "dpd", "officer_code", "balance_minor"))
    with bank_scope(plain.id):
        same = set(DeskNote.objects.values_list("note_id", "dpd", "officer_code", "balance_minor"))
    assert told == {(keys[note_id], *rest) for note_id, *rest in same}


@pytest.mark.django_db
def test_merger_that_was_forgotten_is_put_right_by_a_correction_of_its_day(tmp_path: Path) -> None:
    notes = late_notes("N1", "N2")
    world, keys = a_world(tmp_path, *notes), keys_of(notes)
    an_institution(world.row, code="north")
    world.run(MERGER - timedelta(days=1))
    rewrite(world.deliver(MERGER), keys)
    world.run_only(MERGER)
    assert read(world, MERGER, "select count(*), count(stale_since) from note") == [(4, 2)], "each is there twice"
    rewrite(world.deliver(MERGER, renumberings=[tuple(step) for step in steps_of(keys, MERGER)]), keys)
    correction_run(
        world.bank, MERGER, world.places, Silent(), reason="new keys", by=Who.program("test"), clock=world._clock()
    )
    with bank_scope(world.bank.id):
        assert set(DeskNote.objects.values_list("note_id", flat=True)) == {"X9-N1", "X9-N2"}
        assert set(NoteRegister.objects.values_list("note_id", flat=True)) == {"X9-N1", "X9-N2"}
        assert Publication.objects.order_by("known_at").last().notes == 2  # type: ignore[union-attr]


def test_merged_customers_stay_one_person_and_a_decided_pair_is_not_proposed_again(tmp_path: Path) -> None:
    notes = late_notes("N1", "N2")
    world = a_world(tmp_path, *notes)
    papers: list[tuple[object, ...]] = [
        (f"P-{key}", "person", "张小生", "id_card", "11010519491231002X", "east") for key in ("N1", "N2")
    ]
    world.deliver(FIRST, parties=papers)
    world.run(FIRST)
    client = a_client(a_user(world.row, role=Role.TEAM_LEAD))
    with override(tmp_path):
        (row,) = client.get("/api/conflicts/merges?state=open").json()["items"]
        body = {"decision": "merged", "evidence": row["evidence"], "before": "", "reason": "both cards were seen"}
        url = f"/api/conflicts/merges/{row['id']}/decide"
        assert client.post(url, json.dumps(body), content_type="application/json").status_code == 204
        world.run(MERGER - timedelta(days=1))
        keys = {"P-N2": "A-N2"}  # smaller than the other one: the person has another name from now on
        rewrite(world.deliver(MERGER, parties=papers, renumberings=[("party", "P-N2", "A-N2", MERGER)]), keys)
        world.run_only(MERGER)
        assert client.get("/api/conflicts/merges?state=open").json()["items"] == []
        (pair,) = client.get("/api/conflicts/merges?state=merged").json()["items"]
        assert ([side["party_id"] for side in pair["sides"]], pair["keys"]) == (["A-N2", "P-N1"],) * 2
        for key, as_of in (("P-N1", MERGER), ("A-N2", FIRST), ("P-N2", MERGER)):
            page = client.get(f"/api/parties/{key}/overview", {"as_of": str(as_of)}).json()
            assert sorted(origin["party_id"] for origin in page["origins"]) == ["A-N2", "P-N1"]
            assert {contract["contract_id"] for contract in page["contracts"]} == {"C-N1", "C-N2"}


def test_decision_goes_to_the_pair_that_two_become(tmp_path: Path) -> None:
    world = a_world(tmp_path, a_note("N1"))
    about = {"evidence": "identity_number", "first_seen_on": FIRST, "changed_on": FIRST}
    with bank_scope(world.bank.id):
        for pair, decision in ((("A1", "B"), ""), (("A2", "B"), "merged"), (("A1", "A2"), "merged")):
            Duplicate.objects.create(
                bank_id=world.bank.id, party_a=pair[0], party_b=pair[1], decision=decision, decided_by=1, **about
            )
        former = [("party", "A1", "X"), ("party", "A2", "X")]
        vault_renumber(bank_id=world.bank.id, former=former, at=datetime.now(UTC))
        found = Duplicate.objects.filter(bank_id=world.bank.id).values_list("party_a", "party_b", "decision")
        assert sorted(found) == [("A1", "A2", ""), ("A1", "B", ""), ("B", "X", "merged")]
        Duplicate.objects.create(bank_id=world.bank.id, party_a="B", party_b="C", decision="merged", **about)
        Duplicate.objects.create(bank_id=world.bank.id, party_a="B", party_b="Y", **about)
        vault_renumber(bank_id=world.bank.id, former=[("party", "C", "Y")], at=datetime.now(UTC))
        assert Duplicate.objects.get(bank_id=world.bank.id, party_b="Y").decision == "merged"
        assert Duplicate.objects.get(bank_id=world.bank.id, party_b="C").decision == ""
