"""Tokens of personal values: what the lake holds in their place, and how a change is seen without decrypting.

A token is a keyed hash of the vault; equal values of one bank have equal tokens, and nobody without the key ring can
compute one. `lake_<feed>` is `accepted_<feed>` with tokens, columns as in `lake_tables`. `<feed>_fingerprint` adds
one hash a key over its tokens and open values: when it is the one in the vault, nothing has changed.
"""

# ruff: noqa: S608 - names in the SQL come from checked contracts

from collections.abc import Callable

import duckdb

from huikuan.portfolio.feed_contract import FeedContract, FeedField
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.lake_tables import lake_column

Tokenise = Callable[[str, str], str]  # (field name, clear value) → token
IDENTITY = "identity_number"
Pads = tuple[bytes, bytes]  # key blocks of the vault's hash (`Vault.index_pads`)


def feed_tokens(
    con: duckdb.DuckDBPyConnection, contract: FeedContract, tokenise: Tokenise, pads: Pads | None = None
) -> None:
    """Create `lake_<feed>` and `<feed>_fingerprint(<key>, fingerprint)` from `accepted_<feed>`.

    The key of a feed with personal values is one text. With ``pads`` DuckDB hashes the tokens set-based, a million in
    two seconds of a processor; they are the same as those of ``tokenise``.
    """
    feed, (key,) = contract.feed, contract.key
    if pads is None or not _plain_identity(con, contract):
        _tokens_one_by_one(con, contract, tokenise)
    else:
        _tokens_hashed(con, contract, pads)
    texts = (f'cast("{lake_column(field).name}" as varchar)' for field in contract.fields)
    canonical = ", ".join(
        f"case when {text} is null then '!' else concat_ws(':', length({text}), {text}) end" for text in texts
    )
    con.execute(
        f"create or replace temp table {feed}_fingerprint as "
        f"select {key}, sha256(concat({canonical})) as fingerprint from lake_{feed}"
    )


def _plain_identity(con: duckdb.DuckDBPyConnection, contract: FeedContract) -> bool:
    """Tell whether identity numbers are ASCII without blanks: then DuckDB brings them into the form that is hashed."""
    if not any(field.name == IDENTITY for field in contract.personal):
        return True
    odd = f'"{IDENTITY}" is not null and not regexp_full_match("{IDENTITY}", \'[!-~]*\')'
    return con.execute(f"select 1 from accepted_{contract.feed} where {odd} limit 1").fetchone() is None


def _tokens_hashed(con: duckdb.DuckDBPyConnection, contract: FeedContract, pads: Pads) -> None:
    """Create `lake_<feed>`: HMAC-SHA-256 (RFC 2104) as two hashes. The key is a parameter, never part of a text."""
    feed = contract.feed
    select = ", ".join(
        f'{_hash_sql(field)} as "{lake_column(field).name}"' if field.personal else f'a."{field.column}"'
        for field in contract.fields
    )
    con.execute("create or replace temp table hash_pad as select $1::blob as inner_pad, $2::blob as outer_pad", pads)
    try:
        con.execute(
            f"create or replace temp table lake_{feed} as select {select} from accepted_{feed} as a "
            "cross join hash_pad as p"
        )
    finally:
        con.execute("drop table hash_pad")


def _hash_sql(field: FeedField) -> str:
    """Return the SQL of `Vault.fingerprint` or, of an identity number, `Vault.blind_index`: parts with lengths."""
    domain, text = field.name, f'a."{field.column}"'
    if field.name == IDENTITY:
        domain, text = "identity", f"upper(replace({text}, '-', ''))"
    raw = domain.encode()
    begun = "".join(f"\\x{byte:02X}" for byte in len(raw).to_bytes(4, "big") + raw)
    length = f"unhex(printf('%08x', strlen({text})))"
    inner = f"sha256(p.inner_pad || '{begun}'::blob || {length} || encode({text}))"
    return f"case when {text} is not null then sha256(p.outer_pad || unhex({inner})) end"


def _tokens_one_by_one(con: duckdb.DuckDBPyConnection, contract: FeedContract, tokenise: Tokenise) -> None:
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
    con.execute(f"drop table token_{feed}")
