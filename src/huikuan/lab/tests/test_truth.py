"""What the truth says, and what no feed may tell of it."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from huikuan.lab.create import Order, bank_files_create
from huikuan.lab.feed_tables import STANDING
from huikuan.lab.feeds import journal_open, truth_write
from huikuan.lab.journal import DEFECTS, Journal, static_write
from huikuan.lab.parameters import parameters_shipped
from huikuan.lab.tests.worlds import BEGIN, small_world


@pytest.fixture(scope="module")
def eve(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Journal and truth of a world in which nothing has happened yet."""
    to, world, pages = tmp_path_factory.mktemp("eve"), small_world(count=4_000, months=1), Journal()
    pages.add_old(world)
    static_write(world, to / "journal", "all")
    pages.write(to / "journal", "all")
    truth_write(to / "journal", to / "truth", BEGIN)
    return to


def test_old_loans_have_every_defect_and_none(eve: Path) -> None:
    found = duckdb.sql(f"select defect, count(*) from '{eve}/truth/notes.parquet' group by defect").fetchall()
    old = sum(count for _, count in found)
    assert {defect for defect, _ in found} == set(DEFECTS)
    assert min(count for _, count in found) > old // 10 > 10


def test_a_feed_tells_of_failed_debits_only_when_their_due_day_has_passed(tmp_path: Path) -> None:
    shipped = parameters_shipped()
    always = shipped.world.failed_debit_ppm.model_copy(update={"value": 1_000_000})
    parameters = shipped.model_copy(update={"world": shipped.world.model_copy(update={"failed_debit_ppm": always})})
    order = Order(seed=3, borrowers=60, months=2, start=date(2025, 3, 1))
    inbox, truth, journal = (tmp_path / name for name in ("inbox", "truth", "journal"))
    bank_files_create(order, parameters, inbox=inbox, truth=truth, journal=journal)
    told = f"""
        select printf('N%010d', who) as note_id, day, day + what::integer as paid_on
        from '{truth}/events.parquet' where kind = 'failed_debit' and day between '2025-03-01' and '2025-03-31'
    """
    days = inbox / "qinghe"
    wrong = duckdb.sql(f"""
        select note_id from '{days}/2025-04-01/repayment_accounts.parquet' where last_failure = 'other'
        except select note_id from ({told})""").fetchall()
    assert not wrong
    paid, failed = duckdb.sql(f"""
        select count(*) filter (exists (
            select 1 from '{days}/*/repayments.parquet' as r where r.note_id = t.note_id and r.value_on::date = paid_on
        )), count(*) from ({told}) as t where paid_on <= '2025-04-30'""").fetchall()[0]
    assert paid >= failed * 9 // 10 > 5


def test_what_other_systems_say_gives_no_truth_away(eve: Path) -> None:
    with journal_open(eve / "journal", BEGIN) as con:
        con.execute("create or replace table party_known as select number, 0 as feed_day, 0 as since from person")
        con.execute(f"create table said as {STANDING['party_statement'].format(day=BEGIN)}")
        phones = con.execute("""
            select wrong_number, value <> mobile::varchar as differs, count(*) from said
            join person on party_id = printf('P%08d', number) where field = 'phone' and ring = 0 group by all
        """).fetchall()
        grades = con.execute("""
            select count(distinct ability) from said join person on party_id = printf('P%08d', number)
            where field = 'monthly_income' group by occupation, value having count(*) > 10""").fetchall()
    assert {(wrong, differs) for wrong, differs, _ in phones} == {(0, False), (0, True), (1, False), (1, True)}
    assert grades and min(grades) > (1,), "no income belongs to one grade only"
