"""The core's figures beside ours, night by night: what is found, carried, held, declared, published, corrected."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_user
from huikuan.nightly.correction import correction_run
from huikuan.nightly.tests.feed_files import feed_add
from huikuan.nightly.tests.night_support import Silent, lake_read
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world
from huikuan.portfolio.book_tables import DIFFERENCE, NOTE_CLASS, RECONCILED
from huikuan.portfolio.policies import PolicyInvalidError
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.reconciliation.facts import Component
from huikuan.reconciliation.models import Difference, ReconciliationCell
from huikuan.reconciliation.selectors.held import notes_held
from huikuan.reconciliation.services.declare import declaration_withdraw, difference_declare

pytestmark = pytest.mark.django_db
DAYS = tuple(FIRST + timedelta(days=n) for n in range(4))
LATE = date(2024, 2, 15)
WHO = Who.program("test")
AT = datetime(2025, 1, 1, tzinfo=UTC)
Rows = list[tuple[Any, ...]]


@pytest.fixture
def world(tmp_path: Path, settings: Settings) -> World:
    """A (east, consumer) has been late since 15 February, B (west) and C (east, farm) are not."""
    settings.HOME = tmp_path
    notes = [a_note("A", first_due_on=LATE), a_note("B"), a_note("C")]
    return a_world(tmp_path, *notes)


def night(world: World, day: date, *figures: dict[str, Any]) -> Path:
    """Deliver a day with the core's figures and run it."""
    folder = world.deliver(day)
    if figures:
        feed_add(folder, "core_figures", [{"as_of_on": day, **row} for row in figures])
    world.run_only(day)
    return folder


def lake(world: World, day: date, select: str) -> Rows:
    with bank_scope(world.bank.id):
        con = lake_read(world.bank, world.places.lake, day, (DIFFERENCE, RECONCILED, NOTE_CLASS))
    return con.execute(f"{select} order by all").fetchall()


def desk(world: World, *fields: str) -> Rows:
    with bank_scope(world.bank.id):
        return sorted(Difference.objects.filter(bank_id=world.bank.id).values_list("note_id", "component", *fields))


def penalty_of_a(world: World, day: date) -> int:
    (row,) = lake(world, day, "select penalty_minor from note_class where note_id = 'A'")
    return int(row[0])


def major(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def declare(world: World, **what: Any) -> int:
    with bank_scope(world.bank.id):
        return difference_declare(
            bank_id=world.bank.id,
            **{
                "component": Component.PRINCIPAL, "note_id": "A", "product_code": "", "up_to": 100_000,
                "from_on": DAYS[0], "to_on": DAYS[2], "reason": "migrated balance", "user_id": a_user(world.row).id,
                "by": WHO, "at": AT, **what,
            },
        )  # fmt: skip


def test_equal_figures_leave_no_difference_and_count_as_compared(world: World) -> None:
    night(world, DAYS[0], {"note_id": "A", "principal": "12000.00", "days_principal": 12, "days_interest": 12})
    assert lake(world, DAYS[0], "select * from difference") == []
    cells = lake(
        world, DAYS[0], "select component, notes, compared, equal from reconciled where product_code = 'consumer'"
    )
    found = {row[0]: row[1:] for row in cells}
    assert found["principal"] == (2, 1, 1) and found["days_interest"] == (2, 1, 1)
    assert found["penalty"] == (2, 0, 0), "what the core leaves empty is not compared"
    with bank_scope(world.bank.id):
        assert ReconciliationCell.objects.filter(bank_id=world.bank.id, component="principal").count() == 2


def test_open_difference_holds_its_note_and_no_other(world: World) -> None:
    a, b = {"note_id": "A", "principal": "12000.01", "days_principal": 11}, {"note_id": "B", "principal": "12000.00"}
    night(world, DAYS[0], a, b)
    assert desk(world, "ours", "core", "difference", "held", "first_seen_on", "closed_on") == [
        ("A", "days_principal", 12, 11, -1, True, DAYS[0], None),
        ("A", "principal", 1_200_000, 1_200_001, 1, True, DAYS[0], None),
    ]
    with bank_scope(world.bank.id):
        held = notes_held(bank_id=world.bank.id, note_ids=["A", "B", "C"])
        subject: dict[str, Any] = {"subject_kind": "reconciliation_day", "subject_id": DAYS[0].isoformat()}
        (event,) = events_of_subject(bank_id=world.bank.id, **subject)
    assert list(held) == ["A"] and [figure.core for figure in held["A"]] == [11, 1_200_001]
    assert (event.payload["opened"], event.payload["held"], event.payload["compared"]) == (2, 2, 3)


def test_penalty_may_be_one_minor_unit_away_and_not_two(world: World) -> None:
    night(world, DAYS[0])
    night(world, DAYS[1])
    growth = penalty_of_a(world, DAYS[1]) - penalty_of_a(world, DAYS[0])
    tomorrow = penalty_of_a(world, DAYS[1]) + growth
    night(world, DAYS[2], {"note_id": "A", "penalty": major(tomorrow + 20)})
    exact = penalty_of_a(world, DAYS[2])
    for away, verdict in ((1, []), (2, [("different", True)])):
        redeliver(world, DAYS[2], {"note_id": "A", "penalty": major(exact + away)})
        correct(world, DAYS[2])
        found = lake(world, DAYS[2], "select verdict, held from difference")
        assert found == ([("tolerated", False)] if away == 1 else verdict)
        assert [row for row in desk(world, "closed_on") if row[-1] is None] == (
            [] if away == 1 else [("A", "penalty", None)]
        )


def redeliver(world: World, day: date, figures: dict[str, Any]) -> None:
    """Put other figures of the core into the delivery of a day."""
    folder = world.deliver(day)
    (folder / "core_figures.csv").unlink()
    feed_add(folder, "core_figures", [{"as_of_on": day, **figures}])


def correct(world: World, day: date) -> None:
    reason = "figures of the core were wrong"
    correction_run(world.bank, day, world.places, Silent(), reason=reason, by=WHO, clock=world._clock())


def test_difference_ages_until_a_comparison_finds_nothing_and_silence_is_none(world: World) -> None:
    night(world, DAYS[0], {"note_id": "A", "principal": "11000.00"})
    night(world, DAYS[1])  # the core says nothing of this day
    assert lake(world, DAYS[1], "select compared_on, open_since, held from difference") == [(DAYS[0], DAYS[0], True)]
    assert desk(world, "first_seen_on", "last_seen_on", "closed_on") == [("A", "principal", DAYS[0], DAYS[0], None)]
    night(world, DAYS[2], {"note_id": "A", "principal": "11500.00"})
    assert desk(world, "core", "first_seen_on", "last_seen_on") == [("A", "principal", 1_150_000, DAYS[0], DAYS[2])]
    night(world, DAYS[3], {"note_id": "A", "principal": "12000.00"})
    assert desk(world, "held", "closed_on") == [("A", "principal", False, DAYS[3])]


def test_figures_of_another_day_are_not_compared(world: World) -> None:
    night(world, DAYS[0])
    night(world, DAYS[1], {"note_id": "A", "principal": "1.00", "as_of_on": DAYS[0]})
    assert lake(world, DAYS[1], "select * from difference") == []


def test_class_of_the_core_is_challenged_only_where_it_is_milder_and_holds_nothing(world: World) -> None:
    rows = [{"note_id": "A", "class": "pass"}, {"note_id": "B", "class": "loss"}, {"note_id": "C", "class": "pass"}]
    night(world, DAYS[0], *rows)
    assert desk(world, "ours", "core", "difference", "held") == [("A", "class", 1, 0, -1, False)]


def test_next_instalment_is_that_of_the_schedule_in_force(world: World) -> None:
    coming = schedule_build(world.notes[1].terms)[0]
    right = major(coming.principal_minor + coming.interest_minor)
    due = {"next_due_on": date(2024, 3, 15), "next_due_amount": right}
    night(world, DAYS[0], {"note_id": "B", **due}, {"note_id": "C", **due, "next_due_on": date(2024, 3, 16)})
    assert desk(world, "ours", "core", "difference") == [("C", "next_due_on", 17, 18, 1)]


def test_declaration_counts_at_once_and_in_the_nights_of_its_days_only(world: World) -> None:
    wrong = {"note_id": "A", "principal": "11000.00"}
    night(world, DAYS[0], wrong)
    declared = declare(world)
    assert desk(world, "verdict", "held", "declaration_id") == [("A", "principal", "declared", False, declared)]
    for day in DAYS[1:3]:
        night(world, day, wrong)
        assert lake(world, day, "select verdict, declaration_id, open_since from difference") == [
            ("declared", declared, DAYS[0])
        ]
    night(world, DAYS[3], wrong)
    assert desk(world, "verdict", "held", "first_seen_on") == [("A", "principal", "different", True, DAYS[0])]


@pytest.mark.parametrize(("up_to", "held"), [(99_999, True), (100_000, False)])
def test_declaration_of_a_product_covers_its_notes_up_to_its_size(world: World, up_to: int, held: bool) -> None:
    night(world, DAYS[0])
    declare(world, note_id="", product_code="consumer", up_to=up_to)
    night(world, DAYS[1], {"note_id": "A", "principal": "11000.00"}, {"note_id": "C", "principal": "11000.00"})
    assert desk(world, "held") == [("A", "principal", held), ("C", "principal", True)]


def test_withdrawn_declaration_holds_the_note_again(world: World) -> None:
    night(world, DAYS[0], {"note_id": "A", "principal": "11000.00"})
    declared = declare(world)
    with bank_scope(world.bank.id):
        withdrawn: dict[str, Any] = {
            "declaration_id": declared,
            "reason": "the core corrected it",
            "user_id": a_user(world.row).id,
        }
        declaration_withdraw(bank_id=world.bank.id, **withdrawn, by=WHO, at=AT)
        subject: dict[str, Any] = {"subject_kind": "reconciliation_declaration", "subject_id": str(declared)}
        names = [event.name for event in events_of_subject(bank_id=world.bank.id, **subject)]
    assert desk(world, "verdict", "held", "declaration_id") == [("A", "principal", "different", True, None)]
    assert names == ["reconciliation.difference_declared", "reconciliation.declaration_withdrawn"]


def test_corrected_night_ages_differences_as_if_it_had_been_right_at_once(world: World) -> None:
    night(world, DAYS[0], {"note_id": "A", "principal": "12000.00"})
    night(world, DAYS[1], {"note_id": "A", "principal": "11000.00"})
    redeliver(world, DAYS[0], {"note_id": "A", "principal": "11000.00"})
    correct(world, DAYS[0])
    assert desk(world, "first_seen_on", "last_seen_on") == [("A", "principal", DAYS[0], DAYS[1])]
    with bank_scope(world.bank.id):
        runs = ReconciliationCell.objects.filter(bank_id=world.bank.id, component="principal", different=1)
        assert runs.count() == 3, "one of the former night, two of the correction"


def test_wrong_tolerances_of_a_bank_stop_the_night_before_it_compares(world: World) -> None:
    folder = world.places.lake.parent / "policies" / world.bank.code
    folder.mkdir(parents=True)
    (folder / "reconciliation.yaml").write_text("id: x\n", encoding="utf-8")
    with pytest.raises(PolicyInvalidError, match=r"reconciliation\.yaml"):
        night(world, DAYS[0], {"note_id": "A", "principal": "11000.00"})
    assert desk(world) == []
