"""The tables of the lake: columns, types and keys. The feeds' tables follow from their contracts.

Instants are kept as TIMESTAMP in UTC: one type everywhere, whatever the zone of the session that reads.
"""

from functools import cache

from huikuan.portfolio.feed_contract import FeedContract, FeedField, FieldType, contracts_shipped
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
TOKEN_SUFFIX = "_token"  # noqa: S105 - a column's name


def lake_column(field: FeedField) -> Column:
    """Return the lake column of a field: a personal value never reaches the lake, its keyed token does."""
    if field.personal:
        return Column(f"{field.name}{TOKEN_SUFFIX}", "VARCHAR")
    return Column(field.column, DUCKDB_TYPES[field.type])


def feed_table(contract: FeedContract) -> LakeTable:
    """Return the lake table that accepted rows of a feed go to."""
    return LakeTable(contract.table, tuple(lake_column(field) for field in contract.fields), tuple(contract.key))


@cache
def feed_tables() -> dict[str, LakeTable]:
    """Return the lake tables of all feeds, by feed."""
    return {feed: feed_table(contract) for feed, contract in contracts_shipped().items()}
