"""Tokens of personal values: what the lake holds in their place, and how a change is seen without decrypting.

A token is a keyed hash of the vault; equal values of one bank have equal tokens, and nobody without the key ring can
compute one. `lake_<feed>` is `accepted_<feed>` with tokens, columns as in `lake_tables`. `<feed>_fingerprint` adds
one hash a key over its tokens and open values: when it is the one in the vault, nothing has changed.
"""

# ruff: noqa: S608 - names in the SQL come from checked contracts

from collections.abc import Callable

import duckdb

from huikuan.portfolio.feed_contract import FeedContract
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.lake_tables import lake_column

Tokenise = Callable[[str, str], str]  # (field name, clear value) → token


def feed_tokens(con: duckdb.DuckDBPyConnection, contract: FeedContract, tokenise: Tokenise) -> None:
    """Create `lake_<feed>` and `<feed>_fingerprint(<key>, fingerprint)` from `accepted_<feed>`.

    The key of a feed with personal values is one text.
    """
    feed, (key,) = contract.feed, contract.key
    names = ", ".join(f'"{field.column}"' for field in contract.personal)
    clear = con.execute(f"select {key}, {names} from accepted_{feed}").fetchall()
    rows = [
        (
            row[0],
            *(
                None if value is None else tokenise(field.name, value)
                for field, value in zip(contract.personal, row[1:], strict=True)
            ),
        )
        for row in clear
    ]
    columns = [Column(key, "VARCHAR"), *(lake_column(field) for field in contract.personal)]
    rows_load(con, f"token_{feed}", columns, rows)
    select = ", ".join(
        f't."{lake_column(field).name}"' if field.personal else f'a."{field.column}"' for field in contract.fields
    )
    con.execute(
        f"create or replace temp table lake_{feed} as "
        f"select {select} from accepted_{feed} as a join token_{feed} as t on t.{key} = a.{key}"
    )
    texts = (f'cast("{lake_column(field).name}" as varchar)' for field in contract.fields)
    canonical = ", ".join(f"coalesce(length({text}) || ':' || {text}, '!')" for text in texts)
    con.execute(
        f"create or replace temp table {feed}_fingerprint as "
        f"select {key}, sha256(concat({canonical})) as fingerprint from lake_{feed}"
    )
