"""Due dates that move for holidays follow the bank's own calendar through intake and the night."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings

from huikuan.kernel.facts import Who
from huikuan.kernel.services.calendar import calendar_seed
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT
from huikuan.nightly.tests.night_support import lake_read
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world
from huikuan.portfolio.book_tables import NOTE, SCHEDULE
from huikuan.portfolio.errors import RejectLimitError
from huikuan.portfolio.facts import FactInvalid
from huikuan.portfolio.rules.schedule import months_after
from huikuan.portfolio.selectors.book_read import book_day, book_open
from huikuan.portfolio.selectors.note import notes_of_book
from huikuan.portfolio.selectors.workday import workdays_of_bank

pytestmark = pytest.mark.django_db
BUNDLE = """
code: moved
base: consumer
name_zh: 顺延消费贷
name_en: Consumer loan with moved due dates
purpose_zh: 到期日遇节假日顺延的消费贷。
purpose_en: Consumer loans whose due dates move to the next workday.
conventions:
  holidays: following
"""


def a_world_that_moves(folder: Path, settings: LazySettings, *years: int) -> World:
    """One note of a product whose due dates move, in a bank whose calendar has the years; delivered on FIRST."""
    settings.HOME = folder
    world = a_world(folder, a_note("A"))
    own = folder / "products" / world.bank.code
    own.mkdir(parents=True)
    (own / "moved.yaml").write_text(BUNDLE, encoding="utf-8")
    for year in years:
        calendar_seed(bank_id=world.bank.id, country="cn", year=year, by=Who.program("test"), at=AT)
    products = world.deliver(FIRST) / "products.csv"
    head, *rows = products.read_text(encoding="utf-8").splitlines()
    lines = [f"{head},terms", *(f"{row},{'moved' if row.startswith('consumer') else ''}" for row in rows)]
    products.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return world


def test_due_dates_of_a_computed_schedule_move_to_the_next_workday(tmp_path: Path, settings: LazySettings) -> None:
    world = a_world_that_moves(tmp_path, settings, 2024, 2025)
    world.run_only(FIRST)
    with bank_scope(world.bank.id), closing(lake_read(world.bank, world.places.lake, FIRST, [SCHEDULE])) as con:
        due = [row[0] for row in con.execute("select due_on from schedule order by seq").fetchall()]
        with book_open(book_day(bank_id=world.bank.id, as_of=FIRST), tables=(NOTE,)) as reader:
            shown = notes_of_book(reader, ["A"])["A"].schedule
    assert [row.due_on for row in shown] == due, "the page goes by the same calendar"
    agreed = [months_after(date(2024, 3, 15), number) for number in range(12)]
    moved = {was: now for was, now in zip(agreed, due, strict=True) if was != now}
    assert moved == {
        date(2024, 6, 15): date(2024, 6, 17),  # a Saturday
        date(2024, 9, 15): date(2024, 9, 18),  # Mid-Autumn Festival to 17 September
        date(2024, 12, 15): date(2024, 12, 16),
        date(2025, 2, 15): date(2025, 2, 17),
    }


def test_due_dates_in_a_year_that_the_calendar_has_not_are_refused_and_not_guessed(
    tmp_path: Path, settings: LazySettings
) -> None:
    world = a_world_that_moves(tmp_path, settings, 2024)
    with pytest.raises(RejectLimitError, match="note"):
        world.run_only(FIRST)


def test_workday_of_a_missing_year_is_refused_by_field(tmp_path: Path, settings: LazySettings) -> None:
    world = a_world_that_moves(tmp_path, settings, 2024)
    is_workday = workdays_of_bank(world.bank.id)
    assert not is_workday(date(2024, 9, 16))
    assert is_workday(date(2024, 9, 14))  # a Saturday worked in exchange
    with pytest.raises(FactInvalid) as caught:
        is_workday(date(2025, 1, 1))
    assert (caught.value.field, caught.value.expected) == ("holidays", "a business calendar with the year 2025")
