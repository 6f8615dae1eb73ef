"""Where deliveries lie, whether one is complete, and whether it is the same as before.

A business date may be delivered more than once, as on the last days of a year: `<folder>`, `<folder>-2`, `<folder>-3` …
The last complete one counts; earlier ones stay where they are.

A bank delivers canonical files with a manifest, or files of its own that its mapping (`<home>/mappings/<bank>/`, beside
the inbox) turns into those. A manifest in a day's folder always counts; without one the mapping does, if there is one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from glob import escape
from pathlib import Path

from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.check import Delivery, files_hash
from huikuan.portfolio.intake.manifest import MANIFEST, contracts_delivered, manifest_read
from huikuan.portfolio.mapping.dates import day_of_name, name_of_day
from huikuan.portfolio.mapping.read import DELIVERY_FILE, BankMapping, delivery_read, mapping_read
from huikuan.portfolio.mapping.run import delivery_map, feed_is_absent, feed_sha256

MAPPINGS = "mappings"
_MAPPED = "mapped"


@dataclass(frozen=True, slots=True)
class DeliveryPlace:
    """The folder of a delivery of a day, the mapping that its files need (None for canonical files), and which of the
    day's deliveries it is, from 1.
    """

    folder: Path
    mapping: BankMapping | None
    sequence: int = 1

    def complete_at(self, business_date: date) -> datetime | None:
        """Return when the last of the files was written whose presence says that all are there; None before that."""
        last = [MANIFEST]
        if self.mapping is not None:
            last = [name_of_day(flag, business_date) for flag in self.mapping.delivery.flags]
        files = [self.folder / name for name in last]
        if not all(file.is_file() for file in files):
            return None
        return datetime.fromtimestamp(max(file.stat().st_mtime for file in files), UTC)


def mapping_of_bank(inbox: Path, bank_code: str) -> BankMapping | None:
    """Return the mapping of a bank, None if it has none; raises MappingError for one that is wrong.

    A bank with canonical files may have the one file that says when they are expected.
    """
    folder = inbox.parent / MAPPINGS / bank_code
    files = _files(folder)
    if DELIVERY_FILE not in {name for name, _, _ in files} or len(files) == 1:
        return None
    return _mapping(folder, files)


def delivery_expected_by(inbox: Path, bank_code: str) -> str | None:
    """Return the time of day by which deliveries of a bank are expected, HH:MM; None where none is set."""
    file = inbox.parent / MAPPINGS / bank_code / DELIVERY_FILE
    return delivery_read(file).expected_by if file.is_file() else None


def _files(folder: Path) -> tuple[tuple[str, int, int], ...]:
    return tuple(sorted((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in folder.glob("*.yaml")))


@lru_cache(maxsize=16)
def _mapping(folder: Path, _files: tuple[tuple[str, int, int], ...]) -> BankMapping:
    """Read a mapping once for as long as its files stay as they are."""
    return mapping_read(folder, contracts_shipped())


def delivery_places(inbox: Path, bank_code: str, business_date: date) -> list[DeliveryPlace]:
    """Return where the deliveries of a day lie, in their order; the first one also where it would lie."""
    mapping = mapping_of_bank(inbox, bank_code)
    own = business_date.isoformat()
    by_manifest = (inbox / bank_code / own / MANIFEST).is_file()
    name = own if mapping is None or by_manifest else name_of_day(mapping.delivery.folder, business_date)
    first = inbox / bank_code / name
    again = {
        int(number): path
        for path in first.parent.glob(f"{escape(first.name)}-*")
        if (number := path.name.removeprefix(f"{first.name}-")).isdecimal() and int(number) > 1 and path.is_dir()
    }
    return [
        DeliveryPlace(folder, None if (folder / MANIFEST).is_file() else mapping, number)
        for number, folder in sorted({1: first, **again}.items())
    ]


def delivery_place(inbox: Path, bank_code: str, business_date: date) -> DeliveryPlace:
    """Return the delivery of a day that counts, the last complete one; the first while none is complete."""
    places = delivery_places(inbox, bank_code, business_date)
    complete = [place for place in places if place.complete_at(business_date) is not None]
    return complete[-1] if complete else places[0]


def delivery_folder(inbox: Path, bank_code: str, business_date: date) -> Path:
    """Return the folder of a day's delivery."""
    return delivery_place(inbox, bank_code, business_date).folder


def delivery_is_there(inbox: Path, bank_code: str, business_date: date) -> bool:
    """Tell whether the delivery is complete: its manifest, or the bank's own flag files, are written last."""
    return delivery_place(inbox, bank_code, business_date).complete_at(business_date) is not None


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
    """Return the hash over the files of the delivery that counts, as the load of the day records it; raises a
    DeliveryError.
    """
    return _hash(delivery_place(inbox, bank_code, business_date), bank_code, business_date)


def delivery_was_earlier(inbox: Path, bank_code: str, business_date: date, delivery_hash: str) -> bool:
    """Tell whether a hash is that of a complete delivery of the day after which another one came; they are read."""
    places = delivery_places(inbox, bank_code, business_date)
    complete = [place for place in places if place.complete_at(business_date) is not None]
    return any(_hash(place, bank_code, business_date) == delivery_hash for place in complete[:-1])


def _hash(place: DeliveryPlace, bank_code: str, business_date: date) -> str:
    contracts, hashes = contracts_shipped(), {}
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
