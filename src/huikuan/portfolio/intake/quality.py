"""Measures of a checked delivery, field by field, from the relations that `intake_check` has left.

No file is read again. A required field of an accepted row is filled, so only optional ones are counted; distinct
values and bins of a big file come from every n-th block of its lines, the same lines each time.
"""

# ruff: noqa: S608 - names in the SQL come from checked contracts, texts are quoted by sql_text

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import duckdb

from huikuan.portfolio.feed_contract import FeedContract, FeedField, FieldType, Mode
from huikuan.portfolio.intake.check import CheckedDelivery, CheckedFeed
from huikuan.portfolio.lake import sql_text
from huikuan.portfolio.rules.quality import DAY_BOUNDS, MORE, NUMBER_BOUNDS, FieldMeasure

SAMPLE_ROWS: Final = 100_000
CATEGORIES_MAX: Final = 200  # of a key of another feed; one with more has no bins
_EXACT_ROWS: Final = 20_000  # above it distinct values are estimated
_BLOCK_LINES: Final = 2048  # lines that are sampled together: one vector of DuckDB
_ABOVE: Final = 2**63 - 1  # DuckDB's bin above the last bound
_NUMBERS: Final = (FieldType.INTEGER, FieldType.AMOUNT, FieldType.RATE)
_DAYS: Final = (FieldType.DATE, FieldType.INSTANT)
_WORDS: Final = (FieldType.ENUM, FieldType.BOOLEAN)


_NOTHING: Final[Mapping[str, Any]] = {"filled": 0, "different": 0, "bins": None}  # of a file without rows


def quality_measure(
    con: duckdb.DuckDBPyConnection, contracts: Mapping[str, FeedContract], checked: CheckedDelivery
) -> tuple[FieldMeasure, ...]:
    """Return the measures of every field of every delivered feed."""
    return tuple(
        measure
        for feed, counts in checked.feeds.items()
        for measure in _feed(con, contracts[feed], counts, checked.business_date)
    )


def _feed(
    con: duckdb.DuckDBPyConnection, contract: FeedContract, counts: CheckedFeed, business_date: date
) -> Iterable[FieldMeasure]:
    step = -(-counts.accepted // SAMPLE_ROWS)
    good = ["len(reasons) = 0"] if counts.rejected else []
    block = [f"(line // {_BLOCK_LINES}) % {step} = 0"] if step > 1 else []
    exact = counts.accepted <= _EXACT_ROWS
    sampled = (
        _row(con, contract, [_sampled(contract, one, business_date, exact) for one in contract.fields], good + block)
        if counts.accepted
        else [_NOTHING for _ in contract.fields]
    )
    optional = [field for field in contract.fields if not field.required] if step > 1 else []
    counted = dict(
        zip(
            (field.name for field in optional),
            _row(con, contract, [f'count("{field.column}")' for field in optional], good),
            strict=True,
        )
    )
    refused = _refused(con, contract) if counts.rejected else {}
    for field, found in zip(contract.fields, sampled, strict=True):
        full = counts.accepted if step > 1 else found["filled"]
        filled, invalid = refused.get(field.name, (0, 0))
        yield FieldMeasure(
            feed=contract.feed,
            field=field.name,
            rows=counts.rows,
            filled=int(counted.get(field.name, full)) + filled,
            invalid=invalid,
            sampled=found["filled"],
            distinct=min(found["different"], found["filled"]),
            bins=_bins(field, found["bins"]),
        )


def _row(
    con: duckdb.DuckDBPyConnection, contract: FeedContract, values: Sequence[str], where: Sequence[str]
) -> tuple[Any, ...]:
    if not values:
        return ()
    condition = f" where {' and '.join(where)}" if where else ""
    found = con.execute(f"select {', '.join(values)} from checked_{contract.feed}{condition}").fetchone()
    return found or ()


def _sampled(contract: FeedContract, field: FeedField, business_date: date, exact: bool) -> str:
    """Return the SQL of one field: how many values, how many different ones, and their bins."""
    column = f'"{field.column}"'
    different = f"count(distinct {column})" if exact else f"approx_count_distinct({column})"
    return (
        f"{{'filled': count({column}), 'different': {different}, "
        f"'bins': {_histogram(contract, field, column, business_date) or 'null'}}}"
    )


def _histogram(contract: FeedContract, field: FeedField, column: str, business_date: date) -> str | None:
    if field.personal:
        return None
    if field.type in _NUMBERS:
        return f"histogram(cast({column} as bigint), {list(NUMBER_BOUNDS)}::bigint[])"
    if field.type in _DAYS and contract.mode in (
        Mode.FULL,
        Mode.CURRENT,
    ):  # the same rows every night: only time goes on
        return f"histogram('Y' || year({column}))"
    if field.type in _DAYS:
        days = f"date_diff('day', date '{business_date}', cast({column} as date))"
        return f"histogram({days}, {list(DAY_BOUNDS)}::bigint[])"
    few = any(one.field == field.name and one.feed in ("product", "institution") for one in contract.references)
    return f"histogram(cast({column} as varchar))" if few or field.type in _WORDS else None


def _bins(field: FeedField, found: Mapping[Any, int] | None) -> dict[str, int] | None:
    if found is None:
        return None
    bins = {MORE if label == _ABOVE else str(label): int(count) for label, count in found.items() if count}
    return bins if field.type is not FieldType.TEXT or len(bins) <= CATEGORIES_MAX else None


def _refused(con: duckdb.DuckDBPyConnection, contract: FeedContract) -> dict[str, tuple[int, int]]:
    """Return, by field, how many refused rows had a value, and of these how many were refused for it."""
    values = []
    for field in contract.fields:
        given = f"json_extract_string(raw, '$.{field.name}') is not null"
        named = f"list_contains(json_extract_string(reasons, '$[*].field'), {sql_text(field.name)})"
        values += [f"count(*) filter ({given})", f"count(*) filter ({given} and {named})"]
    found = con.execute(f"select {', '.join(values)} from intake_reject where feed = $1", [contract.feed]).fetchone()
    numbers = [int(number) for number in found or ()]
    names = [field.name for field in contract.fields]
    return dict(zip(names, zip(numbers[::2], numbers[1::2], strict=True), strict=True))
