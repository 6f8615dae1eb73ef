"""Where deliveries lie, whether one is complete, and whether it is the same as before.

A bank delivers canonical files with a manifest, or files of its own that its mapping (`<home>/mappings/<bank>/`, beside
the inbox) turns into those. A manifest in a day's folder always counts; without one the mapping does, if there is one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.check import Delivery, files_hash
from huikuan.portfolio.intake.manifest import MANIFEST, contracts_delivered, manifest_read
from huikuan.portfolio.mapping.dates import day_of_name, name_of_day
from huikuan.portfolio.mapping.read import DELIVERY_FILE, BankMapping, mapping_read
from huikuan.portfolio.mapping.run import delivery_map, feed_is_absent, feed_sha256

MAPPINGS = "mappings"
_MAPPED = "mapped"


@dataclass(frozen=True, slots=True)
class DeliveryPlace:
    """The folder of a day's delivery, and the mapping that its files need; None for canonical files."""

    folder: Path
    mapping: BankMapping | None


def mapping_of_bank(inbox: Path, bank_code: str) -> BankMapping | None:
    """Return the mapping of a bank, None if it has none; raises MappingError for one that is wrong."""
    folder = inbox.parent / MAPPINGS / bank_code
    if not (folder / DELIVERY_FILE).is_file():
        return None
    files = tuple(sorted((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in folder.glob("*.yaml")))
    return _mapping(folder, files)


@lru_cache(maxsize=16)
def _mapping(folder: Path, _files: tuple[tuple[str, int, int], ...]) -> BankMapping:
    """Read a mapping once for as long as its files stay as they are."""
    return mapping_read(folder, contracts_shipped())


def delivery_place(inbox: Path, bank_code: str, business_date: date) -> DeliveryPlace:
    """Return where a day's delivery lies, or would lie, and how it is to be read."""
    folder = inbox / bank_code / business_date.isoformat()
    mapping = None if (folder / MANIFEST).is_file() else mapping_of_bank(inbox, bank_code)
    if mapping is not None:
        folder = inbox / bank_code / name_of_day(mapping.delivery.folder, business_date)
    return DeliveryPlace(folder, mapping)


def delivery_folder(inbox: Path, bank_code: str, business_date: date) -> Path:
    """Return the folder of a day's delivery."""
    return delivery_place(inbox, bank_code, business_date).folder


def delivery_is_there(inbox: Path, bank_code: str, business_date: date) -> bool:
    """Tell whether the delivery is complete: its manifest, or the bank's own flag files, are written last."""
    place = delivery_place(inbox, bank_code, business_date)
    last = [MANIFEST]
    if place.mapping is not None:
        last = [name_of_day(flag, business_date) for flag in place.mapping.delivery.flags]
    return all((place.folder / name).is_file() for name in last)


def delivery_first(inbox: Path, bank_code: str, until: date) -> date | None:
    """Return the earliest date up to ``until`` that has a complete delivery."""
    folder = inbox / bank_code
    if not folder.is_dir():
        return None
    mapping = mapping_of_bank(inbox, bank_code)
    pattern = "" if mapping is None else mapping.delivery.folder
    days = {day for path in folder.iterdir() if (day := _date_of(path) or day_of_name(pattern, path.name)) is not None}
    return next((day for day in sorted(days) if day <= until and delivery_is_there(inbox, bank_code, day)), None)


def delivery_hash_read(inbox: Path, bank_code: str, business_date: date) -> str:
    """Return the hash over the delivered files, as the load of the day records it; raises a DeliveryError."""
    place, contracts = delivery_place(inbox, bank_code, business_date), contracts_shipped()
    hashes = {}
    if place.mapping is not None:
        for feed in contracts:
            parts = place.mapping.of_feed(feed)
            here = [part for part in parts if not feed_is_absent(part, place.folder, business_date)]
            if here and not (contracts[feed].optional and all(part.mapping.nothing for part in here)):
                hashes[feed] = feed_sha256(place.mapping, feed, place.folder, business_date)
        return files_hash(hashes)
    manifest = manifest_read(place.folder, bank_code, business_date, contracts)
    for feed, contract in contracts_delivered(manifest, contracts).items():
        file = place.folder / manifest.feeds[contract.file].file
        hashes[feed] = _sha256(file) if file.is_file() else "missing"
    return files_hash(hashes)


def delivery_canonical(
    place: DeliveryPlace, *, bank_code: str, business_date: date, minor_digits: int, scratch: Path, threads: int = 2
) -> Delivery:
    """Return the delivery that intake reads; the bank's own files are mapped into ``scratch`` first.

    Raises DeliveryError, MappingError.
    """
    if place.mapping is None:
        return Delivery(place.folder, bank_code, business_date, minor_digits)
    out = scratch / _MAPPED
    delivery_map(
        place.mapping,
        contracts_shipped(),
        place.folder,
        out,
        bank_code=bank_code,
        business_date=business_date,
        threads=threads,
    )
    return Delivery(out, bank_code, business_date, minor_digits, mapped=True)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _date_of(path: Path) -> date | None:
    try:
        return date.fromisoformat(path.name)
    except ValueError:
        return None
