"""Typed Parquet columns are taken as they are, and nothing differs from the same values as text."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake import references
from huikuan.portfolio.intake.check import delivery_read
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.tests.deliveries import GOOD, ADelivery

NOTE = contracts_shipped()["note"]
AMOUNTS = ("0.00", "-0.01", "0.01", "1.10", "1000.00", "9999999999.99", "10000000000.00", "10000000000.01")
DATES = (date(1, 1, 1), date(1899, 12, 31), date(1900, 1, 1), date(2026, 1, 10), date(2199, 12, 31), date(9999, 12, 31))
COUNTS = (-(2**40), -1, 0, 1, 2, 600, 601, 999_999_999, 10**9, 2**40)


def outcome(folder: Path, rows: list[tuple[Any, ...]], *, text: bool) -> list[object]:
    """What comes of notes with these amounts, dates, rates and counts, typed or as text."""
    delivery = ADelivery(folder, parquet=True, many=0)
    delivery.rows["notes"] = [{**GOOD["notes"][1], "note_id": f"E{n}"} for n in range(len(rows))]
    path = delivery.write().folder / "notes.parquet"
    con = duckdb.connect()
    names = ("principal", "matures_on", "annual_rate_pct", "instalment_count")
    kinds = ("DECIMAL(18, 2)", "DATE", "DECIMAL(9, 4)", "BIGINT")
    columns = [Column("note_id", "VARCHAR"), *(Column(name, "VARCHAR") for name in names)]
    values = [(f"E{n}", *(None if v is None else str(v) for v in row)) for n, row in enumerate(rows)]
    rows_load(con, "given", columns, values)
    typed = ", ".join(f'cast(g."{name}" as {kind}) as "{name}"' for name, kind in zip(names, kinds, strict=True))
    con.execute(
        f"create table typed as select n.* replace ({typed}) from '{path}' as n join given as g using (note_id)"
    )
    if text:
        shown = ", ".join(
            f"regexp_replace(cast({name} as varchar), '[.]?0+$', '') as {name}"
            if kind.startswith("DECIMAL")
            else f"cast({name} as varchar) as {name}"
            for name, kind in zip(names, kinds, strict=True)
        )
        con.execute(f"create or replace table typed as select * replace ({shown}) from typed")
    con.execute(f"copy (select * from typed order by note_id) to '{path}' (format parquet)")
    night = delivery.connect()
    checked = delivery_read(delivery.delivery, contracts_shipped(), night)["note"]
    return [
        checked.rows, checked.accepted, checked.rejected, checked.controls,
        night.execute("select * from checked_note order by line").fetchall(),
        night.execute("select * from intake_reject order by feed, line").fetchall(),
    ]  # fmt: skip


@settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    st.lists(
        st.tuples(
            st.none() | st.sampled_from(AMOUNTS) | st.decimals(0, 10**11, places=2),
            st.none() | st.sampled_from(DATES) | st.dates(),
            st.none() | st.sampled_from(("0", "99.9999", "100.0000", "100.0001", "-6")) | st.decimals(0, 100, places=4),
            st.none() | st.sampled_from(COUNTS),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_typed_columns_give_what_their_texts_give(rows: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as folder:
        typed, text = (outcome(Path(folder) / str(place), rows, text=bool(place)) for place in (0, 1))
    assert typed == text


def test_typed_columns_are_right_at_the_bounds(tmp_path: Path) -> None:
    good = (Decimal("0.01"), date(2026, 12, 10), Decimal("0.0001"), 11)
    bad = (Decimal("0.00"), date(1, 1, 1), Decimal("100.0001"), 601)
    rows = [good, *((*good[:place], wrong, *good[place + 1 :]) for place, wrong in enumerate(bad))]
    found = outcome(tmp_path / "in", rows, text=False)
    assert found[:3] == [5, 1, 4]


def test_schedules_taken_in_parts_have_the_same_sums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = ADelivery(tmp_path / "in", many=5).write()
    delivery.rows["instalments"][1]["due_on"] = "2026-02-09"
    sums: list[list[tuple[Any, ...]]] = []
    for rows, turned in ((references._SCHEDULE_ROWS, False), (references._SCHEDULE_ROWS, True), (2, True)):
        monkeypatch.setattr(references, "_SCHEDULE_ROWS", rows)
        if turned and not sums[1:]:
            delivery.rows["instalments"].reverse()
        con = delivery.write().connect()
        delivery_read(delivery.delivery, contracts_shipped(), con)
        sums.append(con.execute("select * exclude (bad_line) from schedule_sum order by note_id").fetchall())
    assert sums[0] == sums[1] == sums[2]
    assert len(sums[0]) == 6
    assert [row[0] for row in sums[0] if row[-1]] == ["N1"]
