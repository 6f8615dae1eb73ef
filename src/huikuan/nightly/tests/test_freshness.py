"""The age of the book as later stages, the frame and monitors see it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from huikuan.kernel.facts import Who
from huikuan.kernel.services.calendar import calendar_seed
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_client, a_user
from huikuan.nightly.progress import freshness_line
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world
from huikuan.portfolio.rules.freshness import ContactVerdict
from huikuan.portfolio.selectors.freshness import book_freshness

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A bank with one night, of Tuesday 27 February 2024."""
    made = a_world(tmp_path, a_note("A"))
    made.run(FIRST)
    return made


def test_age_is_that_of_the_latest_published_night(world: World) -> None:
    with bank_scope(world.bank.id):
        found = [book_freshness(bank_id=world.bank.id, today=FIRST + timedelta(days=n)) for n in (1, 2, 3)]
    assert [(one.business_date, one.age_days, one.contact_allowed) for one in found] == [
        (FIRST, 1, True), (FIRST, 2, True), (FIRST, 3, False),
    ]  # fmt: skip


def test_working_days_come_from_the_calendar_of_the_bank(world: World) -> None:
    monday = FIRST + timedelta(days=6)
    with bank_scope(world.bank.id):
        assert book_freshness(bank_id=world.bank.id, today=monday).age_workdays is None
        calendar_seed(bank_id=world.bank.id, country="cn", year=2024, by=Who.program("test"), at=world.moment)
        assert book_freshness(bank_id=world.bank.id, today=monday).age_workdays == 4


def _own(home: Path, code: str, days: str) -> None:
    file = home / "policies" / code / "freshness.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        "id: own.freshness\nstatement: Ours\nstatement_zh: 本行\nunit: days\n"
        f"parameters: {{contact_age_days_max: {days}}}\n"
        "source: {2024-01-01: {title: Rule 7, article: none, force: bank, certainty: own}}\n"
    )


@pytest.mark.parametrize(("limit", "allowed"), [(1, [True, False, False]), (3, [True, True, True])])
def test_bank_sets_its_own_limit(world: World, settings: LazySettings, limit: int, allowed: list[bool]) -> None:
    settings.HOME = world.places.inbox.parent
    _own(settings.HOME, world.bank.code, f"{{2024-01-01: {limit}}}")
    with bank_scope(world.bank.id):
        found = [book_freshness(bank_id=world.bank.id, today=FIRST + timedelta(days=n)) for n in (1, 2, 3)]
    assert [(one.contact_age_days_max, one.contact_allowed) for one in found] == [(limit, yes) for yes in allowed]


def test_wrong_file_of_the_bank_allows_no_contact_and_breaks_no_page(world: World, settings: LazySettings) -> None:
    settings.HOME = world.places.inbox.parent
    _own(settings.HOME, world.bank.code, "{2024-01-01: 0}")
    with bank_scope(world.bank.id):
        found = book_freshness(bank_id=world.bank.id, today=FIRST + timedelta(days=1))
    assert (found.verdict, found.contact_allowed, found.age_days) == (ContactVerdict.RULE_BROKEN, False, 1)
    assert "freshness.yaml, parameters.contact_age_days_max.2024-01-01: expected at least 1, got 0" in found.problem
    frame = a_client(a_user(world.row)).get("/api/frame").json()
    assert (frame["contact_allowed"], frame["contact_rule_broken"]) == (False, True)
    assert a_client().get("/api/health").json()["contact_allowed"] is False
    assert "expected at least 1, got 0" in freshness_line(found)


def test_frame_and_health_say_how_old_the_book_is_and_that_nothing_may_be_planned_from_it(world: World) -> None:
    client = a_client(a_user(world.row))
    frame = client.get("/api/frame").json()
    age = (date.fromisoformat(frame["today"]) - FIRST).days
    assert (frame["age_days"], frame["contact_allowed"], frame["contact_age_days_max"]) == (age, False, 2)
    health = a_client().get("/api/health").json()
    assert health["contact_allowed"] is False and health["book_age_days"] >= age


def test_health_of_an_installation_without_a_book_says_so() -> None:
    health = a_client().get("/api/health").json()
    assert (health["book_age_days"], health["contact_allowed"]) == (None, False)
