"""The writers of a delivery: loads, rejects, the vaults of parties and contact points, the product catalogue.

Everything here runs inside the transaction of the stage *ingest*: the day is loaded completely, or not at all.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

import duckdb
from django.db import connection

from huikuan.evidence.services.append import event_append
from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_required
from huikuan.kernel.vault import Place, vault_of
from huikuan.portfolio.events import DeliveryLoaded
from huikuan.portfolio.intake.check import CheckedDelivery
from huikuan.portfolio.intake.tokens import Tokenise
from huikuan.portfolio.models import Load, Party, Product, Reject
from huikuan.portfolio.rules.quality import FieldMeasure
from huikuan.portfolio.search_token import person_index
from huikuan.portfolio.services.conflicts import conflicts_write
from huikuan.portfolio.services.contact import contacts_write
from huikuan.portfolio.services.duplicates import duplicates_write
from huikuan.portfolio.services.findings import findings_write
from huikuan.portfolio.services.merges import merges_renumber
from huikuan.portfolio.services.quality import measures_repeat, measures_write
from huikuan.portfolio.services.renumbering import Former, vault_renumber
from huikuan.portfolio.services.rows import BATCH_ROWS, rows_copy, rows_read
from huikuan.portfolio.services.search_tokens import search_tokens_write

COPY_ROWS = 50_000
_PARTIES_FEW = 1_000
_PARTY_TABLE = Party._meta.db_table


def tokeniser(bank_id: int) -> Tokenise:
    """Return the function that gives tokens of one bank's personal values (`intake.tokens`)."""
    vault = vault_of(bank_id)

    def token(field: str, value: str) -> str:
        if field == "identity_number":
            return vault.blind_index("identity", value)
        return vault.fingerprint(field, (value,))

    return token


def intake_commit(
    *,
    bank_id: int,
    run_id: uuid.UUID,
    checked: CheckedDelivery,
    con: duckdb.DuckDBPyConnection,
    known_at: datetime,
    by: Who,
    newer: frozenset[str] = frozenset(),
    measures: Sequence[FieldMeasure] = (),
    former: Former = (),
) -> None:
    """Write a checked delivery: loads and rejects, measures, changed parties (sealed), products, and the event.

    ``con`` holds the relations of `intake_check`, `feed_tokens` and `carried_rows`; runs in ``bank_scope(bank_id)``.
    ``newer`` are feeds that later nights have delivered already (in a correction): what the vault holds of them is
    newer and stays; parties and products that it lacks are added all the same. ``former`` are the keys that
    change today.
    """
    bank_required(bank_id, "Loading a delivery")
    if former:
        vault_renumber(bank_id=bank_id, former=former, at=known_at)
        merges_renumber(bank_id=bank_id, now={old: now for kind, old, now in former if kind == "party"})
    loads = _loads_write(bank_id, run_id, checked, known_at)
    _rejects_write(bank_id, run_id, loads, con)
    measures_write(bank_id=bank_id, run_id=run_id, business_date=checked.business_date, measures=measures)
    _products_write(bank_id, checked.business_date, con, only_new="product" in newer)
    new, changed = _parties_write(bank_id, checked.business_date, known_at, con, only_new="party" in newer)
    contacts_changed, contacts_ended = contacts_write(
        bank_id=bank_id,
        business_date=checked.business_date,
        known_at=known_at,
        feeds=[feed for feed in checked.feeds if feed not in newer],
        con=con,
    )
    findings_write(bank_id=bank_id, checked=checked, con=con, known_at=known_at, by=by, skip=newer)
    conflicts_write(bank_id=bank_id, checked=checked, con=con, known_at=known_at, by=by, skip=newer)
    if any((former, new, changed, contacts_changed, contacts_ended)) and newer.isdisjoint({"party", "contact_point"}):
        duplicates_write(bank_id=bank_id, business_date=checked.business_date, known_at=known_at, by=by)
    feeds = checked.feeds.values()
    event_append(
        bank_id=bank_id,
        name="portfolio.delivery_loaded",
        subject_kind="delivery",
        subject_id=checked.business_date.isoformat(),
        payload=DeliveryLoaded(
            checked.business_date,
            run_id,
            checked.delivery_hash,
            sum(feed.rows for feed in feeds),
            sum(feed.accepted for feed in feeds),
            sum(feed.rejected for feed in feeds),
            new,
            changed,
            contacts_changed,
            contacts_ended,
        ),
        actor=by,
        at=known_at,
    )


def _loads_write(bank_id: int, run_id: uuid.UUID, checked: CheckedDelivery, known_at: datetime) -> dict[str, uuid.UUID]:
    """Write one load a feed; return their ids by feed."""
    ids = {feed: uuid.uuid4() for feed in checked.feeds}
    Load.objects.bulk_create(
        Load(
            bank_id=bank_id,
            id=ids[feed],
            run_id=run_id,
            business_date=checked.business_date,
            feed=feed,
            file_name=file.file_name,
            sha256=file.sha256,
            delivery_hash=checked.delivery_hash,
            rows=file.rows,
            accepted=file.accepted,
            rejected=file.rejected,
            controls=[{"name": c.name, "stated": c.stated, "counted": c.counted, "ok": c.ok} for c in file.controls],
            known_at=known_at,
        )
        for feed, file in checked.feeds.items()
    )
    return ids


def loads_repeat(*, bank_id: int, former_run_id: uuid.UUID, run_id: uuid.UUID, known_at: datetime) -> None:
    """Enter for a run of a correction the loads whose accepted rows it has handed on; none of them had rejects."""
    loads = list(Load.objects.filter(bank_id=bank_id, run_id=former_run_id))
    for load in loads:
        load.id, load.run_id, load.known_at = uuid.uuid4(), run_id, known_at
    Load.objects.bulk_create(loads)
    measures_repeat(bank_id=bank_id, former_run_id=former_run_id, run_id=run_id)


def _rejects_write(
    bank_id: int, run_id: uuid.UUID, loads: dict[str, uuid.UUID], con: duckdb.DuckDBPyConnection
) -> None:
    columns = "feed, line, reasons, raw, source_file, source_line"
    for batch in _batches(con, f"select {columns} from intake_reject order by feed, line"):  # noqa: S608
        Reject.objects.bulk_create(
            Reject(
                bank_id=bank_id,
                load_id=loads[feed],
                line=line,
                run_id=run_id,
                feed=feed,
                reasons=json.loads(reasons),
                raw=json.loads(raw),
                source_file=source_file[:200],
                source_line=source_line,
            )
            for feed, line, reasons, raw, source_file, source_line in batch
        )


def _products_write(bank_id: int, business_date: date, con: duckdb.DuckDBPyConnection, *, only_new: bool) -> None:
    """Write products that are new or differ; one that is no longer delivered stays, its notes may still live."""
    columns = ("product_code", "name_zh", "name_en", "kind", "retail", "monthly_instalment")
    known = {row[0]: row for row in Product.objects.filter(bank_id=bank_id).values_list(*columns)}
    delivered = con.execute(f"select {', '.join(columns)} from accepted_product order by product_code").fetchall()  # noqa: S608
    Product.objects.bulk_create(
        [
            Product(bank_id=bank_id, changed_on=business_date, **dict(zip(columns, row, strict=True)))
            for row in delivered
            if (row[0] not in known if only_new else known.get(row[0]) != row)
        ],
        update_conflicts=True,
        unique_fields=["bank_id", "product_code"],
        update_fields=[*columns[1:], "changed_on"],
    )


def _parties_write(
    bank_id: int, business_date: date, known_at: datetime, con: duckdb.DuckDBPyConnection, *, only_new: bool
) -> tuple[int, int]:
    """Seal and upsert parties whose fingerprint is new or different, with search tokens; return (new, changed).

    A ciphertext differs at every encryption, so change is seen by the fingerprint. The vault's fingerprints come to
    the delivery, because reading them costs PostgreSQL less than taking in those of the delivery.
    """
    vault = vault_of(bank_id)
    with connection.cursor() as cursor:
        _known_parties_load(cursor, bank_id, con)
        con.execute(_PARTY_WANTED, [only_new])
        new, changed = _counted(con, "select count(*) filter (is_new), count(*) filter (not is_new) from party_wanted")
        if new or changed:
            cursor.execute(_PARTY_TEMP)
            sealed = (_sealed(vault, row, bank_id, business_date, known_at) for row in rows_read(con, _PARTY_CLEAR))
            rows_copy(cursor, "party_new", sealed)
            cursor.execute(_PARTY_UPSERT)
            search_tokens_write(bank_id=bank_id, parties=rows_read(con, _PARTY_NAMES))
            cursor.execute("drop table party_new")
    return new, changed


def _known_parties_load(cursor: Any, bank_id: int, con: duckdb.DuckDBPyConnection) -> None:
    """Create `party_known` (party_id, fingerprint) from the vault; keys and hashes have nothing that COPY escapes.

    Of a delivery with few parties only these are read.
    """
    con.execute("create or replace temp table party_known (party_id varchar, fingerprint varchar)")
    delivered = con.execute("select party_id from party_fingerprint limit $1", [_PARTIES_FEW + 1]).fetchall()
    if not delivered:
        return
    select = "copy (select party_id, fingerprint from portfolio_party where bank_id = %s) to stdout"
    values: list[object] = [bank_id]
    if len(delivered) <= _PARTIES_FEW:
        select = select.replace("= %s)", "= %s and party_id = any(%s))")
        values.append([party_id for (party_id,) in delivered])
    with cursor.copy(select, values) as copy:
        lines = iter(copy)
        while batch := list(islice(lines, COPY_ROWS)):
            con.execute(_PARTY_KNOWN, [b"".join(batch).decode()])


def _counted(con: duckdb.DuckDBPyConnection, select: str) -> tuple[int, int]:
    (first, second), *_ = con.execute(select).fetchall()
    return int(first), int(second)


_PARTY_KNOWN = (
    "insert into party_known select split_part(line, chr(9), 1), split_part(line, chr(9), 2) "
    "from (select unnest(string_split($1, chr(10))) as line) where line <> ''"
)
_PARTY_WANTED = (
    "create or replace temp table party_wanted as select s.party_id, p.party_id is null as is_new "
    "from party_fingerprint as s left join party_known as p on p.party_id = s.party_id "
    "where p.fingerprint is distinct from s.fingerprint and (p.party_id is null or not $1)"
)
_PARTY_NAMES = (
    "select a.party_id, a.party_kind, a.name from accepted_party as a join party_wanted as w on w.party_id = a.party_id"
)
_PARTY_CLEAR = (
    "select a.party_id, a.party_kind, a.name, a.identity_kind, a.identity_number, a.region, t.identity_number_token, "
    "f.fingerprint from accepted_party as a join party_fingerprint as f on f.party_id = a.party_id "
    "join lake_party as t on t.party_id = a.party_id join party_wanted as w on w.party_id = a.party_id"
)
_PARTY_TEMP = (
    "create temp table party_new on commit drop as select bank_id, party_id, party_kind, name, "
    "identity_kind, identity, identity_index, person_index, region, fingerprint, changed_on, known_at "
    "from portfolio_party with no data"
)
_PARTY_UPSERT = (
    "insert into portfolio_party (bank_id, party_id, party_kind, name, identity_kind, identity, identity_index, "
    "person_index, region, fingerprint, changed_on, known_at) select * from party_new "
    "on conflict (bank_id, party_id) do update set "
    "party_kind = excluded.party_kind, name = excluded.name, identity_kind = excluded.identity_kind, "
    "identity = excluded.identity, identity_index = excluded.identity_index, person_index = excluded.person_index, "
    "region = excluded.region, "
    "fingerprint = excluded.fingerprint, changed_on = excluded.changed_on, known_at = excluded.known_at"
)


def _sealed(vault: Any, row: tuple[Any, ...], bank_id: int, business_date: date, known_at: datetime) -> tuple[Any, ...]:
    party_id, kind, name, identity_kind, identity, region, index, fingerprint = row
    return (
        bank_id,
        party_id,
        kind,
        vault.seal(name, Place(_PARTY_TABLE, "name", party_id)),
        identity_kind or "",
        None if identity is None else vault.seal(identity, Place(_PARTY_TABLE, "identity", party_id)),
        index or "",
        person_index(vault, kind, name, identity_kind or "", identity),
        region or "",
        fingerprint,
        business_date,
        known_at,
    )


def _batches(con: duckdb.DuckDBPyConnection, select: str) -> Iterator[list[tuple[Any, ...]]]:
    rows = rows_read(con, select)
    while batch := list(islice(rows, BATCH_ROWS)):
        yield batch
