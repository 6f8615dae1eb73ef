"""Tokens of personal values: what the lake holds in their place, and how a change is seen without decrypting.

A token is a keyed hash of the vault; equal values of one bank have equal tokens, and nobody without the key ring can
compute one. `lake_party` is `accepted_party` with tokens, columns as in `lake_tables`. `party_fingerprint` adds
one hash a party over its tokens and open values: when it is the one in the vault, nothing has changed.
"""

# ruff: noqa: S608 - names in the SQL come from checked contracts

from collections.abc import Callable

import duckdb

from huikuan.portfolio.feed_contract import FeedContract
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.lake_tables import lake_column

Tokenise = Callable[[str, str], str]  # (field name, clear value) → token


def party_tokens(con: duckdb.DuckDBPyConnection, contract: FeedContract, tokenise: Tokenise) -> None:
    """Create `lake_party` and `party_fingerprint(party_id, fingerprint)` from `accepted_party`."""
    personal = [field for field in contract.fields if field.personal]
    names = ", ".join(f'"{field.column}"' for field in personal)
    clear = con.execute(f"select party_id, {names} from accepted_party").fetchall()
    rows = [
        (
            row[0],
            *(
                None if value is None else tokenise(field.name, value)
                for field, value in zip(personal, row[1:], strict=True)
            ),
        )
        for row in clear
    ]
    columns = [Column("party_id", "VARCHAR"), *(lake_column(field) for field in personal)]
    rows_load(con, "party_token", columns, rows)
    select = ", ".join(
        f't."{lake_column(field).name}"' if field.personal else f'a."{field.column}"' for field in contract.fields
    )
    con.execute(
        f"create or replace temp table lake_party as "
        f"select {select} from accepted_party as a join party_token as t on t.party_id = a.party_id"
    )
    canonical = ", ".join(
        f"""coalesce(length("{name}") || ':' || "{name}", '!')"""
        for name in (lake_column(field).name for field in contract.fields)
    )
    con.execute(
        f"create or replace temp table party_fingerprint as "
        f"select party_id, sha256(concat({canonical})) as fingerprint "
        "from lake_party"
    )


def lake_select(feed: str) -> str:
    """Return the SELECT of what goes to the lake of a feed's accepted rows; of parties after `party_tokens`."""
    return "select * from lake_party" if feed == "party" else f"select * from accepted_{feed}"
