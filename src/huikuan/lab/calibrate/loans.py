"""What became of charged-off loans and of settlements, from the published statistics of LendingClub.

``recoveries`` is gross: the fee of the collector is taken off, since the simulator has none. Loans of 2008 to 2011 were
seen at the end of 2017, so that recoveries had six years; those of 2015 were seen in 2018, which is too early for an
amount but shows how agreed settlements ended. Loans are independent rows; the split is by a hash of the row's key.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from huikuan.kernel.money import PPM
from huikuan.lab.rules.rates import Mean, Share

OLD = "lendingclub/loans_2008_2011Q3.parquet"
RESOLVED = "lendingclub/outcomes_2015_04_07.parquet"
RUNNING = "lendingclub/inflight_2018Q1_openintro.parquet"
HELD_OUT_TENTHS = 3

MATERIAL_PPM = PPM // 100
"""A recovery below one hundredth of the unpaid principal counts as none: cents that came late, no money."""

_PART = "(('0x' || md5({key})[1:8])::ubigint % 10) < {tenths}"
_RECOVERED = """
select held_out, count(*), count(*) filter (where part_ppm >= {material}), sum(part_ppm), sum(part_ppm * part_ppm)
from (
    select {part} as held_out, greatest(0, least({ppm}, cast(round(
        {ppm} * (recoveries - collection_recovery_fee) / (funded_amnt - total_rec_prncp)) as bigint))) as part_ppm
    from read_parquet($1) where loan_status like '%Charged Off' and funded_amnt - total_rec_prncp >= 1
) group by 1
"""
_SETTLED = """
select {part} as held_out, count(*), count(*) filter (where settlement_status = 'BROKEN'),
    sum(cast(round(settlement_percentage * 10000) as bigint)),
    sum(cast(round(settlement_percentage * 10000) as bigint) ** 2)
from read_parquet($1) where settlement_status in ('BROKEN', 'COMPLETE') group by 1
"""
_ARREARS = """
select {part} as held_out, count(*), count(*) filter (where loan_status not like 'Late (31%'),
    count(*) filter (where loan_status = 'In Grace Period')
from (select *, row_number() over () as place from read_parquet($1))
where loan_status like 'Late%' or loan_status = 'In Grace Period' group by 1
"""


_NONE = (0, 0, 0, 0)
"""A part without rows."""


def loan_figures(folder: Path) -> dict[str, tuple[Share | Mean, Share | Mean]]:
    """Return figure → (training, held out) from the three files below ``folder``."""
    con = duckdb.connect()
    try:
        recovered = _parts(con, _RECOVERED, folder / OLD, "row_key")
        settled = _parts(con, _SETTLED, folder / RESOLVED, "cast(id as varchar)")
        late = _parts(con, _ARREARS, folder / RUNNING, "cast(place as varchar)")
    finally:
        con.close()
    return {
        "arrears.grace": _shares({part: (row[1], row[2]) for part, row in late.items()}),
        "arrears.m1": _shares(late),
        "recovery.any": _shares(recovered),
        "recovery.part": _means(recovered),
        "settlement.broken": _shares(settled),
        "settlement.part": _means(settled),
    }


def _parts(con: duckdb.DuckDBPyConnection, query: str, file: Path, key: str) -> dict[bool, tuple[int, ...]]:
    text = query.format(part=_PART.format(key=key, tenths=HELD_OUT_TENTHS), ppm=PPM, material=MATERIAL_PPM)
    rows = con.execute(text, [str(file)]).fetchall()
    return {False: _NONE, True: _NONE} | {row[0]: tuple(int(one) for one in row[1:]) for row in rows}


def _shares(parts: dict[bool, tuple[int, ...]]) -> tuple[Share, Share]:
    """Training and held out as shares, from rows and hits."""
    training, held_out = (Share(parts[part][1], parts[part][0]) for part in (False, True))
    return training, held_out


def _means(parts: dict[bool, tuple[int, ...]]) -> tuple[Mean, Mean]:
    """Training and held out as means, from rows, sum and sum of squares."""
    training, held_out = (Mean(parts[part][2], parts[part][0], parts[part][3]) for part in (False, True))
    return training, held_out
