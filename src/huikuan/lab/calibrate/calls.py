"""Success of bank calls by attempt, from the Portuguese telephone campaigns of the UCI repository (bank marketing).

A row is a customer's last call of a campaign, and ``campaign`` its number: a customer with ``campaign`` = 3 was called
three times and said yes, if at all, at the third. So attempt *k* succeeded in the rows that ended there with yes, of
the rows that got as far as *k*. Only the decline from attempt to attempt is taken from it: these calls sold deposits.
``duration`` is not read: it is known only after the call.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from huikuan.lab.rules.rates import Share

CALLS = "bank_marketing/calls_first80pct.csv.gz"
ATTEMPTS_MAX = 8
HELD_OUT_TENTHS = 3
CHANNELS = ("cellular", "telephone")

_COUNTS = """
select contact, held_out, attempt, count(*) filter (where campaign = attempt and y), count(*)
from (select *, ((('0x' || md5(cast(seq as varchar))[1:8])::ubigint % 10) < $2) as held_out from read_csv($1)),
    range(1, $3 + 1) as attempts(attempt)
where campaign >= attempt group by all order by all
"""


def call_figures(folder: Path) -> dict[str, tuple[Share, Share]]:
    """Return figure → (training, held out): ``call.<channel>.<attempt>``, from the file below ``folder``."""
    con = duckdb.connect()
    try:
        rows = con.execute(_COUNTS, [str(folder / CALLS), HELD_OUT_TENTHS, ATTEMPTS_MAX]).fetchall()
    finally:
        con.close()
    found: dict[str, dict[bool, Share]] = {}
    for channel, held_out, attempt, hits, of in rows:
        found.setdefault(f"call.{channel}.{attempt}", {})[held_out] = Share(hits, of)
    none = Share(0, 0)
    return {name: (parts.get(False, none), parts.get(True, none)) for name, parts in found.items()}
