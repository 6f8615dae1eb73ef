"""The overview over HTTP, after real nights."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huikuan.kernel.facts import Role
from huikuan.kernel.models import Institution
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_client, a_user
from huikuan.nightly.tests.worlds import World, a_note, a_world

pytestmark = pytest.mark.django_db
LATE = date(2024, 1, 30)
MONTH_END = date(2024, 2, 29)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Four notes in two branches and two products, of which A (east, consumer) and D (west, farm) are late."""
    due_on = {"A": LATE, "B": date(2024, 3, 15), "C": date(2024, 3, 15), "D": LATE}
    notes = [a_note(key, first_due_on=day, first_seen_on=MONTH_END) for key, day in due_on.items()]
    made = a_world(tmp_path, *notes)
    made.run(date(2024, 3, 1))
    return made


@pytest.fixture
def head(world: World) -> Client:
    """A person of the head office."""
    return a_client(a_user(world.row, role=Role.STRATEGIST))


def _branch(world: World, code: str) -> Institution:
    with bank_scope(world.bank.id):
        return Institution.objects.get(bank_id=world.bank.id, code=code)


def _get(client: Client, **query: Any) -> dict[str, Any]:
    answer = client.get("/api/overview", query)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_overview_shows_the_latest_night_with_both_rates_side_by_side(world: World, head: Client) -> None:
    found = _get(head)
    due = world.notes[0].schedule[:2]  # 30 January and 29 February
    overdue_minor = sum(row.principal_minor for row in due)
    assert (found["business_date"], found["currency"], found["minor_digits"]) == ("2024-03-01", "CNY", 2)
    totals = found["totals"]
    assert (totals["notes"], totals["balance_minor"], totals["overdue_notes"]) == (4, 4_800_000, 2)
    assert totals["overdue_principal_minor"] == 2 * overdue_minor
    assert totals["overdue_interest_minor"] == 2 * sum(row.interest_minor for row in due)
    assert totals["management"] == {"numerator_minor": 2_400_000, "denominator_minor": 4_800_000, "rate_ppm": 500_000}
    assert totals["regulatory"]["numerator_minor"] == 1_200_000 + overdue_minor
    assert [(row["bucket"], row["notes"]) for row in found["buckets"]] == [("M0", 2), ("M2", 2)]
    assert [(row["class_floor"], row["notes"]) for row in found["classes"]] == [("pass", 2), ("special_mention", 2)]
    assert found["dates"] == ["2024-02-29", "2024-03-01"]


def test_overview_roll_and_trend_reach_back(head: Client) -> None:
    found = _get(head)
    assert found["roll"] == {
        "from_date": "2024-02-29",
        "to_date": "2024-03-01",
        "complete": False,
        "cells": [
            {"from_bucket": "M0", "to_bucket": "M0", "notes": 2, "amount_minor": 2_400_000},
            {"from_bucket": "M1", "to_bucket": "M2", "notes": 2, "amount_minor": 2_400_000},
        ],
    }
    assert [point["business_date"] for point in found["trend"]] == ["2024-02-29", "2024-03-01"]
    assert found["trend"][-1]["management_ppm"] == 500_000


def test_overview_of_a_past_date_is_what_was_published_for_it(head: Client) -> None:
    found = _get(head, as_of="2024-02-29")
    assert [(row["bucket"], row["notes"]) for row in found["buckets"]] == [("M0", 2), ("M1", 2)]
    assert found["roll"] == {"from_date": None, "to_date": None, "complete": False, "cells": []}
    assert found["trend"][-1]["business_date"] == "2024-02-29"


def test_overview_as_known_before_a_night_does_not_show_it(head: Client) -> None:
    known_at = _get(head, as_of="2024-02-29")["known_at"]
    assert _get(head, known_at=known_at)["business_date"] == "2024-02-29"
    later = head.get("/api/overview", {"known_at": known_at, "as_of": "2024-03-01"})
    assert (later.status_code, later.json()["code"]) == (404, "overview.no_night")


def test_overview_filters_by_institution_and_product(world: World, head: Client) -> None:
    east = _get(head, institution_id=_branch(world, "east").id)
    assert (east["totals"]["notes"], east["totals"]["overdue_notes"]) == (2, 1)
    assert sum(cell["notes"] for cell in east["roll"]["cells"]) == 2
    assert east["trend"][-1]["overdue_notes"] == 1
    farm = _get(head, product="farm")
    assert (farm["totals"]["notes"], farm["totals"]["overdue_notes"]) == (2, 1)
    assert farm["totals"]["regulatory"]["numerator_minor"] == 1_200_000, "not a consumer loan: the whole balance"
    both = _get(head, product="consumer", institution_id=_branch(world, "west").id)
    assert both["totals"]["notes"] == 1
    none = _get(head, product="none-such")
    assert (none["totals"]["notes"], none["totals"]["management"]["rate_ppm"]) == (0, None)


def test_overview_of_a_branch_person_ends_at_the_branch(world: World) -> None:
    east, west = _branch(world, "east"), _branch(world, "west")
    client = a_client(a_user(world.row, role=Role.COLLECTOR, institution=east))
    assert _get(client)["totals"]["notes"] == 2
    assert _get(client, institution_id=east.id)["totals"]["notes"] == 2
    refused = client.get("/api/overview", {"institution_id": west.id})
    assert (refused.status_code, refused.json()["code"]) == (404, "kernel.not_found")


def test_overview_of_another_bank_is_empty(world: World, tmp_path: Path) -> None:
    other = a_world(tmp_path / "other")
    answer = a_client(a_user(other.row)).get("/api/overview")
    assert (answer.status_code, answer.json()["code"]) == (404, "overview.no_night")


def test_overview_takes_the_same_queries_for_one_night_and_for_two(head: Client) -> None:
    counts = []
    for as_of in ("2024-02-29", "2024-03-01"):
        with CaptureQueriesContext(connection) as queries:
            _get(head, as_of=as_of)
        counts.append(len(queries))
    assert counts[0] == counts[1]
