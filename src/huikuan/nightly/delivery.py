"""Where deliveries lie, and whether one is the same as before."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.check import files_hash
from huikuan.portfolio.intake.manifest import MANIFEST, contracts_delivered, manifest_read


def delivery_folder(inbox: Path, bank_code: str, business_date: date) -> Path:
    """Return the folder of a day's delivery."""
    return inbox / bank_code / business_date.isoformat()


def delivery_is_there(inbox: Path, bank_code: str, business_date: date) -> bool:
    """Tell whether the delivery is complete: its manifest, which is written last, exists."""
    return (delivery_folder(inbox, bank_code, business_date) / MANIFEST).is_file()


def delivery_first(inbox: Path, bank_code: str, until: date) -> date | None:
    """Return the earliest date up to ``until`` that has a complete delivery."""
    folder = inbox / bank_code
    dates = sorted(_date_of(path) or date.max for path in folder.iterdir()) if folder.is_dir() else []
    return next((day for day in dates if day <= until and delivery_is_there(inbox, bank_code, day)), None)


def delivery_hash_read(inbox: Path, bank_code: str, business_date: date) -> str:
    """Return the hash over the delivered files, as the load of the day records it; raises a DeliveryError."""
    folder, contracts = delivery_folder(inbox, bank_code, business_date), contracts_shipped()
    manifest = manifest_read(folder, bank_code, business_date, contracts)
    hashes = {}
    for feed, contract in contracts_delivered(manifest, contracts).items():
        file = folder / manifest.feeds[contract.file].file
        hashes[feed] = _sha256(file) if file.is_file() else "missing"
    return files_hash(hashes)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _date_of(path: Path) -> date | None:
    try:
        return date.fromisoformat(path.name)
    except ValueError:
        return None
