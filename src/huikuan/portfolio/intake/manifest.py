"""The manifest of a delivery: which files belong to it, and the control totals that the sender counted.

    bank: sample
    business_date: 2018-06-30
    feeds:
      notes: {file: notes.csv, rows: 10000, sums: {principal: "163619225.00"}}

It is written last, so its presence says that the delivery is complete. Every feed has an entry, but for the optional
ones: without an entry what was delivered last stays in force. A feed with nothing to say has a file with a header line
only. An entry with `delta: true` is of a file that holds the changed rows only (`intake.delta`). A sum is exact decimal
text over every row of the file whose value is a decimal number with at most 14 characters before the point and 4 after
it, whether the row is accepted or not.

A manifest that a mapping made names by ``origin`` the bank's own files and what their sender stated; one that was
delivered may not: it would vouch for files that are not there.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from huikuan.kernel.model_words import refused
from huikuan.portfolio.errors import DeliveryMissingError, ManifestError
from huikuan.portfolio.feed_contract import FeedContract, Mode
from huikuan.portfolio.yaml_strict import yaml_load, yaml_problem

MANIFEST = "manifest.yaml"
_MANIFEST_BYTES_MAX = 100_000

_Sum = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StatedTotal(_Strict):
    """A total that the sender states of its own file, and what was counted there; exact decimal text."""

    name: str
    stated: str
    counted: str


class Origin(_Strict):
    """The bank's files that a mapped file comes from: their names, a hash over their bytes, their control totals."""

    files: tuple[str, ...] = Field(min_length=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    controls: tuple[StatedTotal, ...] = ()


class ManifestFeed(_Strict):
    """One file of the delivery and what the sender counted in it."""

    file: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\.(csv|parquet)$")
    rows: int = Field(ge=0)
    sums: dict[str, _Sum] = {}
    delta: bool = False
    origin: Origin | None = None


class Manifest(_Strict):
    """The whole manifest; ``feeds`` is keyed by the name of the file without its ending (notes, parties …)."""

    bank: str
    business_date: date
    feeds: dict[str, ManifestFeed]


def manifest_read(
    folder: Path, bank_code: str, business_date: date, contracts: dict[str, FeedContract], *, mapped: bool = False
) -> Manifest:
    """Read the manifest of a delivery and see that it is of this bank and date and names every feed and sum.

    ``mapped`` says that this installation made it by a mapping.
    Raises DeliveryMissingError without folder or manifest, ManifestError for anything else.
    """
    path = folder / MANIFEST
    if not folder.is_dir():
        raise DeliveryMissingError(f"The delivery of {business_date}", folder)
    if folder.is_symlink() or path.is_symlink():
        raise ManifestError("file", "the folder and the manifest themselves", "a symbolic link")
    if not path.is_file():
        raise DeliveryMissingError("The manifest", path)
    if path.stat().st_size > _MANIFEST_BYTES_MAX:
        raise ManifestError("size", f"at most {_MANIFEST_BYTES_MAX} bytes", path.stat().st_size)
    try:
        text = path.read_text(encoding="utf-8")
        manifest = _manifest(text)
    except UnicodeDecodeError as error:
        raise ManifestError("text", "YAML in UTF-8", f"other text at byte {error.start + 1}") from error
    except yaml.YAMLError as error:
        problem, line = yaml_problem(error)
        where = f"line {line}" if line else "text"
        raise ManifestError(where, "plain YAML", problem) from error
    except ValidationError as error:
        found = refused(error, yaml_load(text))
        raise ManifestError(found.place or "content", found.expected, found.got) from error
    _belongs(manifest, bank_code, business_date, contracts)
    for name, feed in manifest.feeds.items():
        if (feed.origin is not None) != mapped:
            raise ManifestError(f"feeds.{name}.origin", "an origin" if mapped else "none", "the contrary")
    return manifest


@lru_cache(maxsize=16)
def _manifest(text: str) -> Manifest:
    """Return what a manifest says; a night asks several times, and the text is the same."""
    return Manifest.model_validate(yaml_load(text))


def contracts_delivered(manifest: Manifest, contracts: Mapping[str, FeedContract]) -> dict[str, FeedContract]:
    """Return the contracts of the feeds that the manifest names, in their order."""
    return {feed: contract for feed, contract in contracts.items() if contract.file in manifest.feeds}


def _belongs(manifest: Manifest, bank_code: str, business_date: date, contracts: dict[str, FeedContract]) -> None:
    if manifest.bank != bank_code:
        raise ManifestError("bank", bank_code, manifest.bank)
    if manifest.business_date != business_date:
        raise ManifestError("business_date", str(business_date), manifest.business_date)
    wanted = {contract.file: contract for contract in contracts.values()}
    if unknown := sorted(set(manifest.feeds) - set(wanted)):
        raise ManifestError("feeds", f"only {', '.join(wanted)}", unknown[0])
    for name, contract in wanted.items():
        if name not in manifest.feeds:
            if contract.optional:
                continue
            raise ManifestError("feeds", f"an entry {name}", "none")
        if manifest.feeds[name].delta and contract.mode is not Mode.FULL:
            raise ManifestError(
                f"feeds.{name}.delta", "false: only a feed that says all there is may be a delta", "true"
            )
        stated = sorted(manifest.feeds[name].sums)
        if stated != sorted(contract.sums):
            raise ManifestError(
                f"feeds.{name}.sums", ", ".join(sorted(contract.sums)) or "none", ", ".join(stated) or "none"
            )
