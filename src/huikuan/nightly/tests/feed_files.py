"""Further feeds and columns of a delivery that is already written."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from huikuan.portfolio.feed_contract import contracts_shipped

_CONTRACTS = {contract.file: contract for contract in contracts_shipped().values()}


def feed_add(folder: Path, file: str, rows: Sequence[dict[str, Any]]) -> None:
    """Add rows to a feed of a delivery, or the feed itself; columns that a row does not name are empty."""
    contract = _CONTRACTS[file]
    path, manifest = folder / f"{file}.csv", folder / "manifest.yaml"
    names = [field.name for field in contract.fields]
    found: list[dict[str, Any]] = []
    if path.exists():
        with path.open(encoding="utf-8", newline="") as stream:
            found = list(csv.DictReader(stream))
    found += [{name: "" if row.get(name) is None else row[name] for name in names} for row in rows]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
    stated = yaml.safe_load(manifest.read_text(encoding="utf-8"))
    sums = {name: f"{sum(Decimal(str(row[name] or 0)) for row in found):f}" for name in contract.sums}
    stated["feeds"][file] = {"file": path.name, "rows": len(found), "sums": sums}
    manifest.write_text(yaml.safe_dump(stated), encoding="utf-8")


def columns_set(folder: Path, file: str, key: str, values: Mapping[str, Mapping[str, str]]) -> None:
    """Set columns of rows of a delivered file, which may be columns that it did not have."""
    path = folder / f"{file}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row.update(dict.fromkeys({name for each in values.values() for name in each} - row.keys(), ""))
        row.update(values.get(row[key], {}))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
