"""Writing the tokens by which names are found: with each new or changed party, and for a whole vault anew."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from django.db import connection

from huikuan.evidence.services.append import event_append
from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.vault import Place, vault_of
from huikuan.portfolio.events import SearchTokensRebuilt
from huikuan.portfolio.models import Party
from huikuan.portfolio.rules.search_terms import party_terms
from huikuan.portfolio.search_token import TokenOf, search_tokeniser

REBUILD_BATCH_PARTIES: Final = 5_000

PartyName = tuple[str, str, str]  # party_id, party_kind, clear name


def search_tokens_write(*, bank_id: int, parties: Iterable[PartyName]) -> int:
    """Replace the tokens of these parties and return their number; inside the transaction that writes the parties.

    Rows go by COPY into a temporary table and by one statement from there, in the order of the key.
    """
    token = search_tokeniser(bank_id)
    with connection.cursor() as cursor:
        cursor.execute("create temp table search_token_new (token uuid, party_id text, kind text) on commit drop")
        with cursor.copy("copy search_token_new (token, party_id, kind) from stdin") as copy:
            for row in _token_rows(token, parties):
                copy.write_row(row)
        cursor.execute(
            # an array, so that PostgreSQL looks them up instead of reading every token of the bank
            "delete from portfolio_search_token where bank_id = %s "
            "and party_id = any(array(select distinct party_id from search_token_new))",
            [bank_id],
        )
        cursor.execute(
            "insert into portfolio_search_token (bank_id, token, party_id, kind) "
            "select %s, token, party_id, kind from search_token_new where token is not null order by token, party_id",
            [bank_id],
        )
        written: int = cursor.rowcount
        cursor.execute("drop table search_token_new")
    return written


def _token_rows(token: TokenOf, parties: Iterable[PartyName]) -> Iterator[tuple[str | None, str, str]]:
    for party_id, party_kind, name in parties:
        yield None, party_id, ""  # its old tokens go, also when the new name has none
        for kind, value in party_terms(name, enterprise=party_kind == "enterprise"):
            yield token(kind, value), party_id, kind.value


def search_rebuild(
    *, bank_id: int, by: Who, at: datetime, progress: Callable[[int], None] | None = None
) -> tuple[int, int]:
    """Write the tokens of every party of the bank anew; return (parties, tokens).

    For a vault that was filled before there were tokens, and after a change of the rules of terms. Batches of
    REBUILD_BATCH_PARTIES, one transaction each; stopped and started again it begins anew and ends with the same tokens.
    """
    vault, table = vault_of(bank_id), Party._meta.db_table
    parties = tokens = 0
    last = ""
    while True:
        with bank_scope(bank_id):
            found: list[tuple[str, str, Any]] = list(
                Party.objects.select_for_update()  # a night that changes a name writes its tokens after ours
                .filter(bank_id=bank_id, party_id__gt=last)
                .order_by("party_id")
                .values_list("party_id", "party_kind", "name")[:REBUILD_BATCH_PARTIES]
            )
            clear = ((id_, kind, vault.open(name, Place(table, "name", id_))) for id_, kind, name in found)
            tokens += search_tokens_write(bank_id=bank_id, parties=clear)
            parties += len(found)
            if len(found) < REBUILD_BATCH_PARTIES:
                _rebuilt(bank_id, parties, tokens, by, at)
                return parties, tokens
        last = found[-1][0]
        if progress is not None:
            progress(parties)


def _rebuilt(bank_id: int, parties: int, tokens: int, by: Who, at: datetime) -> None:
    event_append(
        bank_id=bank_id,
        name="portfolio.search_tokens_rebuilt",
        subject_kind="search",
        subject_id="tokens",
        payload=SearchTokensRebuilt(parties, tokens),
        actor=by,
        at=at,
    )
