"""Canonical deliveries that are refused as a whole: Parquet that is not whole, new keys that cannot be, a small file
most of which is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from huikuan.portfolio.tests.deliveries import DAY, ADelivery
from tests.bad_input.row import Make, Row, both, edited, refused

LOADED = " Nothing was loaded."
LISTS = " `huikuan feed check` lists them all."
NOTES = "notes.parquet"


def _as_parquet(delivery: ADelivery) -> None:
    delivery.parquet = True


def _floats(delivery: ADelivery) -> None:
    """Amounts of the contracts as binary fractions."""
    _as_parquet(delivery)

    def after(folder: Path) -> None:
        file = f"{folder}/contracts.parquet"
        con = duckdb.connect()
        con.execute(f"create table t as select * replace (amount::double as amount) from read_parquet('{file}')")
        con.execute(f"copy t to '{file}' (format parquet)")

    delivery.after.append(after)


def _renumbered(*pairs: tuple[str, str]) -> Make:
    """New keys of notes from today on."""

    def make(delivery: ADelivery) -> None:
        delivery.rows["renumberings"] = [
            {"kind": "note", "old_key": old, "new_key": new, "effective_on": str(DAY)} for old, new in pairs
        ]

    return make


def _small(delivery: ADelivery) -> None:
    """Three repayments, two of them wrong."""
    good = delivery.rows["repayments"][0]
    delivery.many = 0
    delivery.rows["repayments"] = [good, *({**good, "core_ref": f"S-{n}", "amount": "1,5"} for n in (1, 2))]


def _parquet(name: str, what: str, change: Callable[[bytes], bytes], says: str) -> Row:
    return refused(name, what, both(_as_parquet, edited(NOTES, change)), f"{NOTES}: {says}.{LOADED}")


def _keys(name: str, what: str, says: str, *pairs: tuple[str, str]) -> Row:
    many = f"{len(pairs)} of {len(pairs)} rows rejected, more than the limit of 0 %."
    first = f"First reason: line 2, new_key: {says}."
    return refused(name, what, _renumbered(*pairs), f"renumberings.csv: {many}{LOADED} {first}{LISTS}")


PARQUET: tuple[Row, ...] = (
    _parquet(
        "parquet-cut", "a Parquet file that is cut off", lambda content: content[:-40],
        f"No magic bytes found at end of file '{NOTES}'; expected a Parquet file",
    ),
    _parquet(
        "parquet-shifted", "a Parquet file with a byte too many in front: its end is whole, its pages are not",
        lambda content: b'"' + content, "Invalid data; expected a file that is whole",
    ),
    _parquet(
        "parquet-text", "text under the name of a Parquet file", lambda _: b"note_id,contract_id\nN1,C1\n",
        f"No magic bytes found at end of file '{NOTES}'; expected a Parquet file",
    ),
    _parquet(
        "parquet-empty", "a Parquet file of no bytes", lambda _: b"",
        f"File '{NOTES}' too small to be a Parquet file; expected a Parquet file",
    ),
    refused(
        "parquet-float", "amounts in Parquet as binary fractions, which are not exact", _floats,
        "contracts.parquet: column amount is DOUBLE; expected text, DECIMAL, DATE, TIMESTAMP or whole number." + LOADED,
    ),
)  # fmt: skip
NEW_KEYS: tuple[Row, ...] = (
    _keys(
        "renumbered-in-a-ring", "a note that becomes another one, which becomes it",
        "expected a key that does not lead back to the old one, got B", ("A", "B"), ("B", "A"),
    ),
    _keys(
        "renumbered-into-one", "two notes that become one", "expected a key of its own for every note, got C",
        ("A", "C"), ("B", "C"),
    ),
    _keys("renumbered-to-itself", "a new key that is the old one", "expected another than old_key, got A", ("A", "A")),
)  # fmt: skip
SMALL: tuple[Row, ...] = (
    refused(
        "small-and-wrong",
        "a small file more than half of which is rejected (of three rows one bad one is borne)",
        _small,
        f"repayments.csv: 2 of 3 rows rejected, more than the limit of 2 %.{LOADED} First reason: line 3, amount: "
        f"expected a decimal number with at most 2 decimals, no grouping, no exponent, got 1,5.{LISTS}",
    ),
)
