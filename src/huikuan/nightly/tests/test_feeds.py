"""Optional feeds in the night: in force until delivered anew, ended, carried forward, on the desk and in the vault."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.apps import apps
from django.db import connection

from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.vault import Place, vault_of
from huikuan.nightly.tests.deliveries import people_feeds
from huikuan.nightly.tests.night_support import lake_read
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world
from huikuan.portfolio.errors import RejectLimitError
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.models import ContactPoint, DeskNote, NoteRegister, PartyRole, RepaymentAccount

pytestmark = pytest.mark.django_db
DAYS = [FIRST + timedelta(days=number) for number in range(6)]
DUE = date(2024, 2, 20)  # delinquent from the first night on
Row = tuple[object, ...]
A_GUARANTEE = ("G1", "C-A", "P-B", "joint", "false", "100.00", "", "2024-01-01", "")
A_COLLATERAL = ("B1", "C-A", "P-A", "land", "false", "false", "90.00", "", "", "", 1)


def a_world_of_two(folder: Path, **changes: Any) -> World:
    """Two delinquent notes: A in the branch east, B in west."""
    return a_world(folder, a_note("A", first_due_on=DUE), a_note("B", first_due_on=DUE), **changes)


def night(world: World, day: date, **optional: list[Row]) -> None:
    """Deliver a day with these optional feeds and run it."""
    world.deliver(day, **optional)
    world.run_only(day)


def phone(contact_id: str, value: str, party: str = "P-A", kind: str = "mobile") -> Row:
    """A contact point."""
    return (contact_id, party, kind, value, "own", "application", "contract", "2024-01-01", "false")


def filler(count: int) -> list[Row]:
    """Good contact points that keep one reject below the limit of 2 %."""
    return [phone(f"F{number}", f"139{number:08d}", "P-B") for number in range(count)]


def desk(world: World, note_id: str = "A") -> DeskNote:
    """A note on the desk."""
    with bank_scope(world.bank.id):
        return DeskNote.objects.get(bank_id=world.bank.id, note_id=note_id)


def contacts(world: World) -> dict[str, ContactPoint]:
    """The vault of contact points, without fillers."""
    with bank_scope(world.bank.id):
        rows = ContactPoint.objects.filter(bank_id=world.bank.id).exclude(contact_id__startswith="F")
        return {row.contact_id: row for row in rows}


def loaded_event(world: World, day: date) -> tuple[int, int]:
    """What the event of a delivery says of contact points: changed, ended."""
    with bank_scope(world.bank.id):
        (event,) = events_of_subject(
            bank_id=world.bank.id, subject_kind="delivery", subject_id=str(day), after_seq=0, limit=5
        )
    changed, ended = event.payload["contacts_changed"], event.payload["contacts_ended"]
    assert isinstance(changed, int) and isinstance(ended, int)
    return changed, ended


def roles(world: World) -> set[tuple[str, str, str]]:
    """The roles of parties."""
    with bank_scope(world.bank.id):
        rows = PartyRole.objects.filter(bank_id=world.bank.id)
        return set(rows.values_list("party_id", "contract_id", "role"))


def lake(world: World, day: date, feed: str, columns: str) -> list[tuple[Any, ...]]:
    """Rows of a feed's file of a day."""
    table = feed_tables()[feed]
    with bank_scope(world.bank.id), lake_read(world.bank, world.places.lake, day, [table]) as con:
        return con.execute(f"select {columns} from {table.name} order by 1").fetchall()


def test_desk_note_without_optional_feeds_says_nothing_of_them(tmp_path: Path) -> None:
    world = a_world_of_two(tmp_path)
    night(world, DAYS[0])
    note = desk(world)
    assert (note.officer_code, note.department_code, note.core_class, note.last_failure) == ("", "", "", "")
    assert (note.core_dpd, note.account_balance_minor, note.secured) == (None, None, "none")
    assert (note.party_kind, note.region, note.core_status) == ("person", "east", "active")
    assert (note.principal_minor, note.matures_on) == (1_200_000, date(2025, 12, 31))
    parts = note.overdue_principal_minor + note.overdue_interest_minor + note.penalty_minor + note.compound_minor
    assert note.overdue_minor == parts + note.costs_due_minor > 0


def test_desk_note_has_officer_core_figures_account_and_security(tmp_path: Path) -> None:
    world = a_world_of_two(tmp_path)
    night(
        world,
        DAYS[0],
        management=[("A", "M7", "Li Ming", "west")],
        guarantees=[A_GUARANTEE],
        collaterals=[A_COLLATERAL],
        repayment_accounts=[("A", "6217001", "12.34", f"{DAYS[0]}T20:00:00+08:00", "frozen")],
        core_figures=[("A", DAYS[0], "10.00", "", "", "", "", "", "", "", 5, 9, "substandard")],
    )
    note = desk(world)
    assert (note.officer_code, note.officer_name, note.department_code) == ("M7", "Li Ming", "west")
    assert (note.account_balance_minor, note.last_failure) == (1234, "frozen")
    assert (note.core_dpd, note.core_class, note.secured) == (9, "substandard", "both")
    assert desk(world, "B").secured == "none"


@pytest.mark.parametrize(
    ("days_principal", "days_interest", "core_dpd"), [(5, 9, 9), (9, 5, 9), ("", 4, 4), (4, "", 4), ("", "", None)]
)
def test_core_days_past_due_are_the_larger_of_those_reported(
    tmp_path: Path, days_principal: object, days_interest: object, core_dpd: int | None
) -> None:
    world = a_world_of_two(tmp_path)
    figures = ("A", DAYS[0], "", "", "", "", "", "", "", "", days_principal, days_interest, "")
    night(world, DAYS[0], core_figures=[figures])
    assert desk(world).core_dpd == core_dpd


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "secured"),
    [(0, 0, "guarantee"), (0, -1, "none"), (1, 9, "none"), (0, None, "guarantee")],
)
def test_guarantee_secures_from_its_first_to_its_last_day(
    tmp_path: Path, starts_on: int, ends_on: int | None, secured: str
) -> None:
    world = a_world_of_two(tmp_path)
    first = DAYS[0] + timedelta(days=starts_on) - timedelta(days=9 if starts_on == 0 else 0)
    last = "" if ends_on is None else DAYS[0] + timedelta(days=ends_on)
    night(world, DAYS[0], guarantees=[(*A_GUARANTEE[:7], first, last)])
    assert desk(world).secured == secured


def test_feed_not_delivered_stays_in_force_and_an_empty_one_ends_all(tmp_path: Path) -> None:
    world = a_world_of_two(tmp_path)
    night(world, DAYS[0], management=[("A", "M1", "Li Ming", "east")], guarantees=[A_GUARANTEE])
    night(world, DAYS[1])
    assert (desk(world).officer_code, desk(world).secured) == ("M1", "guarantee")
    assert roles(world) == {("P-B", "C-A", "guarantor")}
    night(world, DAYS[2], management=[], guarantees=[])
    assert (desk(world).officer_code, desk(world).secured) == ("", "none")
    assert roles(world) == set()


def test_desk_note_that_does_not_differ_is_not_written_again(tmp_path: Path) -> None:
    world = a_world_of_two(tmp_path)
    two, calm = list(world.notes), a_note("C", first_due_on=date(2024, 12, 1))
    world.notes = [*two, calm]
    night(world, DAYS[0], management=[("C", "M1", "Li Ming", "east")])
    world.notes = two
    night(world, DAYS[1])
    night(world, DAYS[2])
    stale = desk(world, "C")
    assert (stale.stale_since, stale.business_date) == (DAYS[1], DAYS[1]), "on the desk since, and unchanged since"
    night(world, DAYS[3], management=[("C", "M2", "Li Ming", "east")])
    assert (desk(world, "C").business_date, desk(world, "C").officer_code) == (DAYS[3], "M2")


def test_register_and_roles_that_do_not_differ_are_not_written_again(tmp_path: Path) -> None:
    world = a_world_of_two(tmp_path)
    stays = a_note("C", first_due_on=date(2024, 12, 1))
    world.notes = [*world.notes, stays]
    management: list[Row] = [("A", "M1", "Li Ming", "east")]
    night(world, DAYS[0], management=management)
    results = world.run(DAYS[1])
    publish = results[-1].stages[-1].totals
    assert publish["register_changed"] == 0 and publish["roles_changed"] == 0


def test_roles_come_from_three_feeds_and_go_with_their_rows(tmp_path: Path) -> None:
    world = a_world_of_two(tmp_path)
    heir = ("C-B", "P-A", "heir", "", "")
    night(world, DAYS[0], guarantees=[A_GUARANTEE], collaterals=[A_COLLATERAL], contract_parties=[heir])
    everyone = {("P-B", "C-A", "guarantor"), ("P-A", "C-A", "collateral_owner"), ("P-A", "C-B", "heir")}
    assert roles(world) == everyone
    night(world, DAYS[1], guarantees=[(*A_GUARANTEE[:5], "250.00", *A_GUARANTEE[6:])], collaterals=[])
    assert roles(world) == everyone - {("P-A", "C-A", "collateral_owner")}


def test_register_holds_every_note_and_heals_when_it_is_behind(tmp_path: Path) -> None:
    world = a_world_of_two(tmp_path)
    calm = a_note("C", first_due_on=date(2024, 12, 1))
    world.notes = [*world.notes, calm]
    night(world, DAYS[0], guarantees=[A_GUARANTEE])
    with bank_scope(world.bank.id):
        register = NoteRegister.objects.filter(bank_id=world.bank.id).order_by("note_id")
        assert list(register.values_list("note_id", "contract_id", "party_id", "institution_code")) == [
            ("A", "C-A", "P-A", "east"), ("B", "C-B", "P-B", "west"), ("C", "C-C", "P-C", "east"),
        ]  # fmt: skip
        before = PartyRole.objects.get(bank_id=world.bank.id)
        PartyRole.objects.filter(bank_id=world.bank.id).delete()
        PartyRole.objects.create(bank_id=world.bank.id, party_id="P-A", contract_id="C-B", role="heir")
        PartyRole.objects.create(bank_id=world.bank.id, party_id="P-A", contract_id="C-C", role="heir")
    night(world, DAYS[1])
    assert roles(world) == {(before.party_id, before.contract_id, before.role)}, "what no feed holds is removed"


def test_rejected_contact_point_is_carried_forward_and_a_missing_one_has_ended(tmp_path: Path) -> None:
    world = a_world_of_two(tmp_path)
    keep, end = phone("K1", "13800138000"), phone("K2", "13800138001")
    night(world, DAYS[0], contact_points=[keep, end, *filler(98)])
    night(world, DAYS[1], contact_points=[phone("K1", "not a number"), *filler(98)])
    assert lake(world, DAYS[1], "contact_point", "contact_id, stale_since")[-1] == ("K1", DAYS[1])
    night(world, DAYS[2], contact_points=[phone("K1", "still none"), *filler(98)])
    rows = dict(lake(world, DAYS[2], "contact_point", "contact_id, stale_since"))
    assert rows["K1"] == DAYS[1], "stale since the first of the days" and "K2" not in rows
    known = contacts(world)
    assert known["K1"].ended_on is None and known["K1"].changed_on == DAYS[0]
    assert known["K2"].ended_on == DAYS[1]
    assert loaded_event(world, DAYS[1]) == (0, 1)
    value = vault_of(world.bank.id).open(known["K1"].value, Place("portfolio_contact_point", "value", "K1"))
    assert value == "13800138000"
    night(world, DAYS[3], contact_points=[keep, end, *filler(98)])
    assert dict(lake(world, DAYS[3], "contact_point", "contact_id, stale_since"))["K1"] is None
    assert contacts(world)["K2"].ended_on is None, "delivered again"


def test_row_without_a_readable_key_carries_every_missing_key_forward(tmp_path: Path) -> None:
    world = a_world_of_two(tmp_path)
    night(world, DAYS[0], contact_points=[phone("K1", "13800138000"), *filler(98)])
    night(world, DAYS[1], contact_points=[phone("", "13800138000"), *filler(98)])
    assert dict(lake(world, DAYS[1], "contact_point", "contact_id, stale_since"))["K1"] == DAYS[1]
    assert contacts(world)["K1"].ended_on is None
    night(world, DAYS[2], contact_points=filler(98))
    assert contacts(world)["K1"].ended_on == DAYS[2]


def test_broken_line_carries_every_missing_key_forward(tmp_path: Path) -> None:
    world = a_world_of_two(tmp_path)
    night(world, DAYS[0], contact_points=[phone("K1", "13800138000"), *filler(98)])
    folder = world.deliver(DAYS[1], contact_points=[phone("K9", "13800138000"), *filler(98)])
    file = folder / "contact_points.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("K9,P-A,", "K1;P-A,"), encoding="utf-8")
    world.run_only(DAYS[1])
    rows = dict(lake(world, DAYS[1], "contact_point", "contact_id, stale_since"))
    assert rows["K1"] == DAYS[1] and "K9" not in rows


def test_more_rejects_than_the_limit_refuse_the_day_with_all_its_feeds(tmp_path: Path) -> None:
    world = a_world_of_two(tmp_path)
    with pytest.raises(RejectLimitError, match=r"contact_points.csv: 1 of 1 rows"):
        night(world, DAYS[0], contact_points=[phone("K1", "no number")])
    assert contacts(world) == {}


def test_contact_point_is_sealed_again_only_when_it_differs(tmp_path: Path) -> None:
    world = a_world_of_two(tmp_path)
    night(world, DAYS[0], contact_points=[phone("K1", "+86-138-0013-8000"), phone("K2", "13800138001")])
    first = contacts(world)
    night(world, DAYS[1], contact_points=[phone("K1", "+86-138-0013-8000"), phone("K2", "13800138002")])
    second = contacts(world)
    assert bytes(second["K1"].value) == bytes(first["K1"].value) and second["K1"].changed_on == DAYS[0]
    assert second["K2"].changed_on == DAYS[1] and second["K2"].value_index != first["K2"].value_index
    assert loaded_event(world, DAYS[1]) == (1, 0), "one sealed again, none ended"
    assert second["K1"].value_index == vault_of(world.bank.id).blind_index("phone", "13800138000")


def test_monthly_status_rows_are_added_day_by_day(tmp_path: Path) -> None:
    world = a_world_of_two(tmp_path)
    night(world, DAYS[0], monthly_statuses=[("X1", "2023-12-01", "m1", "10.00", "")])
    night(world, DAYS[1], monthly_statuses=[("X1", "2023-12-01", "m2", "10.00", "")])
    night(world, DAYS[2])
    found = [lake(world, day, "monthly_status", "account_id, status") for day in DAYS[:3]]
    assert found == [[("X1", "m1")], [("X1", "m2")], []]


def test_personal_values_stand_nowhere_in_clear(tmp_path: Path) -> None:
    """Every table of the database and every file of the lake, after nights with all optional feeds and rejects."""
    world = a_world_of_two(tmp_path)
    for day in DAYS[:2]:
        feeds = people_feeds(world.notes, day)
        feeds["contact_points"] += [phone("K0", "bad 13900009999"), phone("K1", "a.b@example.com", kind="email")]
        feeds["contact_points"] += filler(98)
        night(world, day, **feeds)
    secrets = [f"138{number:08d}" for number in range(2)] + [f"6217{number:015d}" for number in range(2)]
    secrets += ["13900009999", "a.b@example.com", "13900000007", "Borrower 0", "X0000001"]
    with bank_scope(world.bank.id), connection.cursor() as cursor:
        assert RepaymentAccount.objects.filter(bank_id=world.bank.id).count() == 2
        for model in apps.get_models():
            cursor.execute(f"select t::text from {model._meta.db_table} as t")
            text = "\n".join(row[0] for row in cursor.fetchall())
            found = [secret for secret in secrets if secret in text or secret.encode().hex() in text]
            assert not found, model._meta.db_table
    files = [path for path in world.places.lake.rglob("*") if path.is_file()]
    tables = {path.parts[-4] for path in files}
    assert {"feed_contact_point", "feed_repayment_account", "feed_guarantee"} <= tables
    for path in files:
        text = "\n".join(map(str, _values(path)))
        assert not [secret for secret in secrets if secret in text], path


def _values(path: Path) -> list[tuple[Any, ...]]:
    return duckdb.execute("select * from read_parquet($1)", [str(path)]).fetchall()
