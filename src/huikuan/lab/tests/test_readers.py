"""What is counted in the files of the public data, on a few rows of the same form."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huikuan.kernel.money import PPM
from huikuan.lab.calibrate.calls import CALLS, call_figures
from huikuan.lab.calibrate.loans import OLD, RESOLVED, RUNNING, loan_figures
from huikuan.lab.calibrate.panel import APPLICATION, RECORD, panel_figures
from huikuan.lab.rules.rates import Mean, Share


def parquet(file: Path, rows: str) -> None:
    """Write the rows of a query as a Parquet file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    duckdb.execute(f"copy ({rows}) to '{file}' (format parquet)")


def added(parts: tuple[Share | Mean, Share | Mean]) -> tuple[int, int]:
    """Hits (or the sum) and rows of both parts."""
    hits = sum(one.hits if isinstance(one, Share) else one.total_ppm for one in parts)
    return hits, sum(one.of for one in parts)


@pytest.fixture
def loans(tmp_path: Path) -> Path:
    """Charged-off loans, settlements and running loans, many of each kind so that both parts have some."""
    parquet(
        tmp_path / OLD,
        """
        select 'k' || i as row_key, status as loan_status, 1000 as funded_amnt, 0.0 as total_rec_prncp,
            recovered as recoveries, fee as collection_recovery_fee
        from range(50) as numbers(i), (values ('Charged Off', 120.0, 20.0), ('Charged Off', 5.0, 0.0),
            ('Charged Off', 3000.0, 0.0), ('Fully Paid', 0.0, 0.0)) as kinds(status, recovered, fee)
        union all select 'p' || i, 'Charged Off', 1000, 1000.0, 5.0, 0.0 from range(50) as numbers(i)
        """,
    )
    parquet(
        tmp_path / RESOLVED,
        """
        select i as id, status as settlement_status, 50.0 as settlement_percentage
        from range(80) as numbers(i),
            (values ('COMPLETE'), ('COMPLETE'), ('BROKEN'), ('ACTIVE'), (null)) as kinds(status)
        """,
    )
    parquet(
        tmp_path / RUNNING,
        """
        select status as loan_status from range(60) as numbers(i), (values ('Current'), ('In Grace Period'),
            ('In Grace Period'), ('Late (16-30 days)'), ('Late (31-120 days)')) as kinds(status)
        """,
    )
    return tmp_path


def test_recoveries_are_net_of_fees_at_most_the_debt_and_small_change_is_none(loans: Path) -> None:
    figures = loan_figures(loans)
    assert added(figures["recovery.any"]) == (100, 150), "100 of 1000 and the whole debt, but not 5 of 1000"
    assert added(figures["recovery.part"]) == (50 * (100_000 + 5_000 + PPM), 150)


def test_settlements_that_run_are_neither_kept_nor_broken(loans: Path) -> None:
    figures = loan_figures(loans)
    assert added(figures["settlement.broken"]) == (80, 240)
    assert added(figures["settlement.part"]) == (240 * PPM // 2, 240)


def test_stock_of_arrears_tells_grace_from_later_days_and_m1_from_later_buckets(loans: Path) -> None:
    figures = loan_figures(loans)
    assert added(figures["arrears.m1"]) == (180, 240)
    assert added(figures["arrears.grace"]) == (120, 180)


def test_a_loan_is_either_fitted_to_or_held_out_by_its_own_key(loans: Path) -> None:
    training, held_out = loan_figures(loans)["recovery.any"]
    assert training.of > held_out.of > 0
    assert training.of % 3 == held_out.of % 3 == 0, "the three rows of one key stay together"


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=60))
def test_attempt_is_one_of_all_who_got_that_far(
    tmp_path_factory: pytest.TempPathFactory, last_calls: list[tuple[int, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("calls")
    rows = [f"({place}, 'cellular', {attempt}, {str(yes).lower()})" for place, (attempt, yes) in enumerate(last_calls)]
    (folder / CALLS).parent.mkdir()
    query = f"select * from (values {', '.join(rows)}) as calls(seq, contact, campaign, y)"
    duckdb.execute(f"copy ({query}) to '{folder / CALLS}' (header, compression gzip)")
    figures = call_figures(folder)
    for attempt in range(1, 9):
        wanted = (
            sum(1 for last, yes in last_calls if last == attempt and yes),
            sum(1 for last, _ in last_calls if last >= attempt),
        )
        name = f"call.cellular.{attempt}"
        assert (added(figures[name]) if name in figures else (0, 0)) == wanted


def test_copies_of_an_applicant_are_on_one_side_and_one_cluster(tmp_path: Path) -> None:
    parquet(
        tmp_path / RECORD,
        "select i as ID, m as MONTHS_BALANCE, case m when -1 then '1' else '0' end as STATUS "
        "from range(1, 401) as accounts(i), range(-2, 1) as months(m) union all select 999, -1, '0'",
    )
    parquet(tmp_path / APPLICATION, "select i as ID, i % 4 as INCOME, null as JOB from range(1, 401) as accounts(i)")
    training, held_out = panel_figures(tmp_path)["panel.entry.all"]
    assert training.of + held_out.of == 400, "an account without an application is left out"
    assert training.of % 100 == held_out.of % 100 == 0, "a hundred accounts of each applicant stay together"
    assert training.hits == training.of
