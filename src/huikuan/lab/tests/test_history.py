"""Figures of a simulated history are counted as those of the real panel are: two ways of counting compared."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huikuan.kernel.money import PPM
from huikuan.lab.calibrate.panel import APPLICATION, RECORD, panel_figures
from huikuan.lab.rules.history import CHARGED_OFF, GONE, arrears_share, book_shares, panel_shares
from huikuan.lab.rules.rates import Share

MONTHS = 20


@st.composite
def histories(draw: st.DrawFn) -> list[list[int]]:
    """Buckets of notes by month: not on the book yet, on it, and perhaps gone."""
    rows = []
    for _ in range(draw(st.integers(2, 12))):
        born = draw(st.integers(0, MONTHS - 2))
        months = draw(st.lists(st.integers(0, CHARGED_OFF), min_size=1, max_size=MONTHS - born))
        rows.append([GONE] * born + months + [GONE] * (MONTHS - born - len(months)))
    return rows


def panel_written(folder: Path, rows: list[list[int]]) -> None:
    """Write a history as the two files of the card panel would tell it: one applicant an account."""
    months = []
    for account, row in enumerate(rows):
        on_book = [place for place, bucket in enumerate(row) if bucket != GONE]
        for place, bucket in enumerate(row):
            if place < on_book[0]:
                continue
            status = "C" if bucket == GONE else str(min(5, max(0, bucket - 1)))
            months.append((account, place - MONTHS + 1, status))
    con = duckdb.connect()
    con.execute("create table credit (ID bigint, MONTHS_BALANCE bigint, STATUS varchar)")
    con.executemany("insert into credit values ($1, $2, $3)", months)
    con.execute("create table application (ID bigint, INCOME bigint)")
    con.executemany("insert into application values ($1, $1)", [(account,) for account in range(len(rows))])
    (folder / RECORD).parent.mkdir(parents=True, exist_ok=True)
    con.execute(f"copy credit to '{folder / RECORD}' (format parquet)")
    con.execute(f"copy application to '{folder / APPLICATION}' (format parquet)")
    con.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories())
def test_history_and_panel_are_counted_alike(tmp_path: Path, rows: list[list[int]]) -> None:
    panel_written(tmp_path, rows)
    counted = panel_figures(tmp_path)
    shares = panel_shares(np.array(rows, dtype=np.int8), np.arange(len(rows)))
    for name, share in shares.items():
        training, held_out = counted.get(name, (Share(0, 0), Share(0, 0)))
        assert (name, share.hits, share.of) == (
            name,
            training.hits + held_out.hits,
            training.of + held_out.of,
        )
    assert counted.keys() <= shares.keys()


@given(histories())
def test_outcomes_of_a_bucket_add_up_to_its_notes(rows: list[list[int]]) -> None:
    history, borrowers = np.array(rows, dtype=np.int8), np.arange(len(rows)) // 2
    for shares, bucket in (
        (panel_shares(history, borrowers), "panel.m3"),
        (book_shares(history, borrowers), "book.m3"),
    ):
        parts = [shares[f"{bucket}.{outcome}"] for outcome in ("cure", "better", "stay", "worse")]
        assert len({part.of for part in parts}) == 1
        assert sum(part.hits for part in parts) == parts[0].of


def test_month_after_repayment_is_a_cure_and_charge_off_is_no_cure() -> None:
    history = np.array([[0, 1, 2, GONE], [5, 6, 7, CHARGED_OFF]], dtype=np.int8)
    shares = panel_shares(history, np.array([0, 1]))
    assert shares["panel.m2.cure"].ppm == PPM
    assert (shares["panel.m6.stay"].hits, shares["panel.m6.stay"].of) == (2, 2)
    assert shares["panel.m5.worse"].ppm == PPM
    assert book_shares(history, np.array([0, 1]))["book.m7_plus.worse"].ppm == PPM


def test_arrears_of_twelve_months_ago_are_recent_and_of_thirteen_are_not() -> None:
    late, calm = [2] + [0] * 13, [0] * 14
    for month, recent in ((12, True), (13, False)):
        history = np.array([[*late[:month], 0, 2], [*calm[:month], 0, 0]], dtype=np.int8)
        shares = panel_shares(history, np.array([0, 1]))
        assert (shares["panel.entry.recent"].hits == 1) is recent


def test_stock_of_m1_is_counted_among_the_first_four_buckets() -> None:
    history = np.array([[0, 1, 4, 5], [1, 2, CHARGED_OFF, GONE]], dtype=np.int8)
    share = arrears_share(history, np.array([0, 1]))
    assert (share.hits, share.of) == (2, 4)


def test_copies_of_a_borrower_widen_the_interval() -> None:
    row = [[0, 2, 0, 2, 0, 0], [0, 0, 0, 0, 0, 0]]
    history = np.array(row * 50, dtype=np.int8)
    rows = np.arange(100)
    apart = panel_shares(history, rows)["panel.entry.all"]
    together = panel_shares(history, rows // 10 * 2 + rows % 2)["panel.entry.all"]
    assert apart.ppm == together.ppm
    assert together.design_ppm == pytest.approx(5 * apart.design_ppm, rel=0.1)
