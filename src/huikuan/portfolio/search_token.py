"""The token of a term of a name: what stands in the database in place of the name's parts."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from huikuan.kernel.vault import vault_of
from huikuan.portfolio.rules.search_terms import Term

TOKEN_DIGITS: Final = 32  # hexadecimal digits of the keyed hash that are kept: 128 bits

TokenOf = Callable[[Term, str], str]  # (kind, value) → hexadecimal text of a uuid


def search_tokeniser(bank_id: int) -> TokenOf:
    """Return the function that gives the token of a term for one bank. Make one per request or batch."""
    vault = vault_of(bank_id)
    index = {kind: vault.indexer(f"search.{kind}") for kind in Term}

    @lru_cache(maxsize=65_536)  # initials and common given names come again and again
    def token(kind: Term, value: str) -> str:
        return index[kind](value)[:TOKEN_DIGITS]

    return token
