"""Files that hold only what changed (增量) of a feed that says all there is: parties, contracts, notes, products.

Such a file is said to be one by `delta: true` in the manifest or the mapping. The rows in force before it that it does
not name hold on: they go to the lake with the day's own rows, so that every day's file of the lake is whole, and the
book knows their keys.
"""

# ruff: noqa: S608 - names in the SQL come from checked contracts

from collections.abc import Collection, Mapping

import duckdb

from huikuan.portfolio.feed_contract import FeedContract
from huikuan.portfolio.intake.check import Delivery
from huikuan.portfolio.intake.manifest import manifest_read
from huikuan.portfolio.note_row import TERM_COLUMNS
from huikuan.portfolio.renumbering import keys_now

_NO_TERMS = ", ".join(f"null as {name}" for name in TERM_COLUMNS)
_KEYS = {"known_product": "product_code", "known_party": "party_id", "known_contract": "contract_id"}
_TERMS = {
    "product": "null as note_id, null as contract_id, product_code, terms as product_terms",
    "contract": "null as note_id, contract_id, product_code, null as product_terms",
}


def feeds_delta(delivery: Delivery, contracts: Mapping[str, FeedContract]) -> frozenset[str]:
    """Return the feeds of which a delivery holds the changed rows only. Raises ManifestError, DeliveryMissingError."""
    manifest = manifest_read(
        delivery.folder, delivery.bank_code, delivery.business_date, dict(contracts), mapped=delivery.mapped
    )
    found = {feed: manifest.feeds.get(contract.file) for feed, contract in contracts.items()}
    return frozenset(feed for feed, entry in found.items() if entry is not None and entry.delta)


def feed_delivered(delivery: Delivery, contracts: Mapping[str, FeedContract], feed: str) -> bool:
    """Tell whether a delivery has a feed. Raises ManifestError, DeliveryMissingError."""
    manifest = manifest_read(
        delivery.folder, delivery.bank_code, delivery.business_date, dict(contracts), mapped=delivery.mapped
    )
    return contracts[feed].file in manifest.feeds


def known_with(name: str, select: str, delta: Collection[str]) -> str:
    """Return the SELECT of a `known_*` relation with what the rows in force of delta feeds add to it.

    ``select`` is what the book knows by its notes; the relations `in_force_<feed>` of ``delta`` are there.
    """
    feed = name.removeprefix("known_")
    if feed in delta and name in _KEYS:
        return f"{select} union select {_KEYS[name]} from in_force_{feed}"
    if name == "known_terms":
        more = [
            f" union all by name select {_TERMS[one]}, {_NO_TERMS} from in_force_{one}"
            for one in _TERMS
            if one in delta
        ]
        return f"select * from ({select}){''.join(more)}" if more else select
    return select


def delta_rows(con: duckdb.DuckDBPyConnection, contract: FeedContract) -> int:
    """Create `carried_<feed>`, the rows in force that a delta file leaves as they are; return how many there are.

    A row that was rejected is left as it was too, but a note: it is not carried, so that the book marks it stale. A
    line whose key cannot be read changes nothing.
    """
    feed = contract.feed
    names = [f'"{contract.field(name).column}"' for name in contract.key]
    same = " and ".join(f"t.{name} = p.{name}" for name in names)
    bad = keys_now(contract.key, f"select * from checked_{feed} where len(reasons) > 0")
    refused = f" and not exists (select 1 from ({bad}) as t where {same})"
    con.execute(
        f"create or replace temp table carried_{feed} as select * from in_force_{feed} as p "
        f"where not exists (select 1 from accepted_{feed} as t where {same}){refused if feed == 'note' else ''}"
    )
    found = con.execute(f"select count(*) from carried_{feed}").fetchone()
    return 0 if found is None else int(found[0])
