"""What stands in the database in place of what is searched for or compared: tokens of names, blind indexes."""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Final

from huikuan.kernel.crypto import Vault
from huikuan.kernel.vault import vault_of
from huikuan.portfolio.rules.contact import INDEXED, contact_normalised
from huikuan.portfolio.rules.identity_numbers import born_on
from huikuan.portfolio.rules.search_terms import Term, joined

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


def contact_index(vault: Vault, kind: str, value: str) -> str:
    """Return the blind index by which a contact point is found; empty for kinds that nobody compares."""
    domain = INDEXED.get(kind)
    return "" if domain is None else vault.blind_index(domain, contact_normalised(kind, value))


def statement_index(vault: Vault, field: str, value: str) -> str:
    """Return the blind index by which what several sources say of a party is compared.

    An identity number, telephone or address has the index that it has at the party or contact point.
    """
    if field == "identity_number":
        return vault.blind_index("identity", value)
    if field == "monthly_income":
        return vault.blind_index("income", f"{Decimal(value):.2f}")
    return contact_index(vault, field, value)


def person_index(vault: Vault, party_kind: str, name: str, identity_kind: str, identity: str | None) -> str:
    """Return the index over name and date of birth together; empty unless the number of a card says when.

    One index of both: neither who has the same birthday nor who has the same name can be told from it.
    """
    if party_kind != "person" or identity_kind != "id_card" or not identity:
        return ""
    born = born_on(identity)
    return "" if born is None else vault.fingerprint("person", (joined(name), born.isoformat()))
