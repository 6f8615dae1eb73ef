"""Tokens hashed set-based are those of the vault, value by value."""

from collections.abc import Sequence
from datetime import UTC, datetime

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from huikuan.kernel.crypto import Vault, ring_new
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.tokens import Pads, feed_tokens
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.lake_tables import DUCKDB_TYPES

AT = datetime(2026, 3, 1, tzinfo=UTC)
VAULT = Vault(ring_new(suite="intl", at=AT), bank_id=7, suite="intl")
PARTY = contracts_shipped()["party"]


def tokenise(field: str, value: str) -> str:
    """The token of one value, as `services.intake.tokeniser` gives it."""
    if field == "identity_number":
        return VAULT.blind_index("identity", value)
    return VAULT.fingerprint(field, (value,))


def tokens(parties: Sequence[tuple[str, str | None]], pads: Pads | None) -> list[tuple[object, ...]]:
    """Rows of `lake_party` for (name, identity number)."""
    con = duckdb.connect(":memory:")
    columns = [Column(field.column, DUCKDB_TYPES[field.type]) for field in PARTY.fields]
    rows = [(f"P{n}", "person", name, "id_card", number, None) for n, (name, number) in enumerate(parties)]
    rows_load(con, "accepted_party", columns, rows)
    feed_tokens(con, PARTY, tokenise, pads)
    assert not con.execute("select 1 from duckdb_tables() where table_name = 'hash_pad'").fetchall()
    return con.execute("select * from lake_party join party_fingerprint using (party_id) order by party_id").fetchall()


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40),
            st.none() | st.text("ABXabx019()/-", min_size=1, max_size=20),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_tokens_hashed_by_duckdb_are_those_of_the_vault(parties: list[tuple[str, str | None]]) -> None:
    assert tokens(parties, VAULT.index_pads()) == tokens(parties, None)


def test_number_with_wide_digits_goes_by_the_vault_and_equals_its_plain_form() -> None:
    wide, plain = tokens([("a", "１２-3x"), ("b", "123X")], VAULT.index_pads())
    assert wide[4] == plain[4]


def test_vault_with_another_hash_hands_out_no_pads() -> None:
    assert Vault(ring_new(suite="guomi", at=AT), bank_id=7, suite="guomi").index_pads() is None
