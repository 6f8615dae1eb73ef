"""The tables of the lake: columns, types and keys. The feeds' tables follow from their contracts.

Instants are kept as TIMESTAMP in UTC: one type everywhere, whatever the zone of the session that reads.
"""

from functools import cache

from huikuan.portfolio.feed_contract import FeedContract, FeedField, FieldType, Mode, contracts_shipped
from huikuan.portfolio.lake import Column, LakeTable

DUCKDB_TYPES = {
    FieldType.TEXT: "VARCHAR",
    FieldType.ENUM: "VARCHAR",
    FieldType.INTEGER: "INTEGER",
    FieldType.BOOLEAN: "BOOLEAN",
    FieldType.DATE: "DATE",
    FieldType.INSTANT: "TIMESTAMP",
    FieldType.AMOUNT: "BIGINT",
    FieldType.RATE: "BIGINT",
}
STALE = Column("stale_since", "DATE")  # first business date on which the row was rejected and carried forward
TOKEN_SUFFIX = "_token"  # noqa: S105 - a column's name


def lake_column(field: FeedField) -> Column:
    """Return the lake column of a field: a personal value never reaches the lake, its keyed token does."""
    if field.personal:
        return Column(f"{field.name}{TOKEN_SUFFIX}", "VARCHAR")
    return Column(field.column, DUCKDB_TYPES[field.type])


def feed_table(contract: FeedContract) -> LakeTable:
    """Return the lake table that accepted rows of a feed go to; of a current feed with rows carried forward."""
    stale = (STALE,) if contract.mode is Mode.CURRENT else ()
    return LakeTable(contract.table, (*map(lake_column, contract.fields), *stale), tuple(contract.key))


@cache
def feed_tables() -> dict[str, LakeTable]:
    """Return the lake tables of all feeds, by feed."""
    return {feed: feed_table(contract) for feed, contract in contracts_shipped().items()}


@cache
def full_tables() -> tuple[str, ...]:
    """Return the names of the tables of full feeds: where a bank delivers changes, their latest file is carried on."""
    return tuple(contract.table for contract in contracts_shipped().values() if contract.mode is Mode.FULL)


@cache
def current_tables() -> tuple[str, ...]:
    """Return the names of the tables of current feeds: their latest file says all that holds."""
    return tuple(contract.table for contract in contracts_shipped().values() if contract.mode is Mode.CURRENT)
