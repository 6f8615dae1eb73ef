"""A delivery through its mapping: the bank's files → canonical Parquet and a manifest in another folder.

The Parquet of a feed has the feed's columns as text, and beside them where each row stands in the bank's own files
and what could not be mapped; intake turns the latter into rejects. The manifest says by `origin` that it was made
here: from which files, and what their sender stated (nothing, where a bank has no control totals).
"""

# ruff: noqa: S608 - names in the SQL are of checked contracts and tables made here, texts are quoted

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import yaml

from huikuan.portfolio.feed_contract import FeedContract
from huikuan.portfolio.intake.check import CONTROL_DIGITS
from huikuan.portfolio.intake.compile import NO_REASONS, decimal_sql
from huikuan.portfolio.intake.manifest import MANIFEST, Origin
from huikuan.portfolio.lake import sql_text
from huikuan.portfolio.mapping.compile import columns_used, lookup_condition, mapped_select
from huikuan.portfolio.mapping.connection import mapping_connect
from huikuan.portfolio.mapping.control import SenderControl, control_columns, control_totals
from huikuan.portfolio.mapping.dates import name_of_day
from huikuan.portfolio.mapping.errors import ExpressionError, LookupKeyError, MappingError
from huikuan.portfolio.mapping.model import FeedMapping, Lookup, Source
from huikuan.portfolio.mapping.read import BankMapping, Part
from huikuan.portfolio.mapping.source import SourceTable, source_read


@dataclass(frozen=True, slots=True)
class MappedFeed:
    """A feed that was mapped: the canonical file, the rows in it, and what its sender stated."""

    feed: str
    file: str
    rows: int
    controls: tuple[SenderControl, ...]


def delivery_map(
    mapping: BankMapping,
    contracts: Mapping[str, FeedContract],
    folder: Path,
    out: Path,
    *,
    bank_code: str,
    business_date: date,
    threads: int = 2,
) -> list[MappedFeed]:
    """Map the delivery in ``folder`` into ``out`` (made if need be), manifest last; return the feeds.

    Raises DeliveryError for a file that is missing or not as the mapping says, MappingError for a mapping that does not
    fit the columns of the files.
    """
    out.mkdir(parents=True, exist_ok=True)
    found, entries = [], {}
    con = mapping_connect([folder, out], threads=threads, spill=out)
    try:
        run = _Run(con, mapping, folder, out, business_date)
        for feed, contract in contracts.items():
            mapped = run.feed(feed, contract)
            if mapped is None:
                continue
            found.append(mapped)
            files = feed_files(mapping, feed, folder, business_date)
            entries[contract.file] = {
                "file": mapped.file,
                "rows": mapped.rows,
                **({"delta": True} if any(part.mapping.delta for part in mapping.of_feed(feed)) else {}),
                **({"sums": run.sums(contract)} if contract.sums else {}),
                "origin": {
                    "files": [path.name for path in files] or [part.file for part in mapping.of_feed(feed)],
                    "sha256": feed_sha256(mapping, feed, folder, business_date),
                    "controls": [
                        {"name": one.name, "stated": one.stated, "counted": one.counted} for one in mapped.controls
                    ],
                },
            }
    finally:
        con.close()
    manifest = {"bank": bank_code, "business_date": business_date.isoformat(), "feeds": entries}
    (out / MANIFEST).write_text(yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return found


def file_map(
    mapping: BankMapping,
    parts: Sequence[Part],
    contract: FeedContract,
    file: Path,
    out: Path,
    *,
    business_date: date,
) -> tuple[str, Origin]:
    """Map one file by the parts of one feed that read it; return the canonical file's name and its origin.

    What its sender states is not looked at, and the other files of the feed are not needed, but for lookups.
    Raises DeliveryError, MappingError.
    """
    alone = tuple(Part(part.file, part.mapping.model_copy(update={"control": None})) for part in parts)
    only = replace(mapping, parts=alone)
    con = mapping_connect([file.parent, out], spill=out)
    try:
        mapped = _Run(con, only, file.parent, out, business_date).feed(contract.feed, contract)
    finally:
        con.close()
    name = contract.file if mapped is None else mapped.file
    return name, Origin(files=(file.name,), sha256=feed_sha256(only, contract.feed, file.parent, business_date))


def feed_files(mapping: BankMapping, feed: str, folder: Path, business_date: date) -> list[Path]:
    """Return the files of a delivery that a feed is made of, lookups after sources, each once."""
    names: dict[str, None] = {}
    for part in mapping.of_feed(feed):
        for source in (part.mapping.source, *(lookup.source for lookup in part.mapping.lookups.values())):
            if source is not None:
                names[name_of_day(source.file, business_date)] = None
    return [folder / name for name in names]


def feed_sha256(mapping: BankMapping, feed: str, folder: Path, business_date: date) -> str:
    """Return the hash of what a feed is made of: of the one file's bytes, or over the names and hashes of several."""
    files = feed_files(mapping, feed, folder, business_date)
    hashes = [(path.name, _file_sha256(path)) for path in files]
    if len(hashes) == 1:
        return hashes[0][1]
    rows = [part.mapping.rows for part in mapping.of_feed(feed) if part.mapping.rows is not None]
    return hashlib.sha256(json.dumps([hashes, rows], ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _file_sha256(path: Path) -> str:
    if not path.is_file():
        return "missing"
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def member_of_day(source: Source, business_date: date) -> str | None:
    """Return the name of the file to read in an archive; None where the file is none."""
    return None if source.member is None else name_of_day(source.member, business_date)


def feed_is_absent(part: Part, folder: Path, business_date: date) -> bool:
    """Whether the file of a part is away on a day on which it may be."""
    source = part.mapping.source
    return (
        source is not None
        and part.mapping.may_be_absent
        and not (folder / name_of_day(source.file, business_date)).is_file()
    )


@dataclass(slots=True)
class _Run:
    """One run: files are read once, however many parts use them."""

    con: duckdb.DuckDBPyConnection
    mapping: BankMapping
    folder: Path
    out: Path
    business_date: date
    _tables: dict[str, SourceTable] = field(default_factory=dict)
    _wanted: dict[str, set[str]] = field(default_factory=dict)
    _parts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Note which columns of each file the parts need together."""
        for part in self.mapping.parts:
            mapping = part.mapping
            if mapping.source is None:
                continue
            used = columns_used(mapping)
            self._want(mapping.source, used[""])
            for name, lookup in mapping.lookups.items():
                self._want(lookup.source, used[name])
            if mapping.stated is not None:
                self._want(mapping.stated.source, control_columns(mapping.stated))

    def _want(self, source: Source, names: Sequence[str]) -> None:
        self._wanted.setdefault(source.model_dump_json(), set()).update(names)

    def feed(self, feed: str, contract: FeedContract) -> MappedFeed | None:
        """Write the canonical file of a feed; None if the bank delivers nothing of it today."""
        parts = [p for p in self.mapping.of_feed(feed) if not feed_is_absent(p, self.folder, self.business_date)]
        silent = not parts or all(part.mapping.nothing for part in parts)
        if silent and contract.optional:
            return None
        selects, controls = [], []
        for part in parts:
            select, stated = self._part(part, contract)
            selects.append(select)
            controls += [one for one in stated if one not in controls]
        file = f"{contract.file}.parquet"
        target = sql_text(str(self.out / file))
        self.con.execute(f"copy ({' union all '.join(selects)}) to {target} (format parquet, compression snappy)")
        row = self.con.execute(f"select count(*) from read_parquet({target})").fetchone()
        return MappedFeed(feed, file, int(row[0]) if row is not None else 0, tuple(controls))

    def sums(self, contract: FeedContract) -> dict[str, str]:
        """Return the sums of a canonical file as the manifest states them."""
        target = sql_text(str(self.out / f"{contract.file}.parquet"))
        totals = ", ".join(
            f"sum({decimal_sql(quoted_field, CONTROL_DIGITS)})" for quoted_field in _quoted(contract.sums)
        )
        row = self.con.execute(f"select {totals} from read_parquet({target})").fetchone() or ()
        return {
            name: f"{Decimal(int(total or 0)).scaleb(-CONTROL_DIGITS):f}"
            for name, total in zip(contract.sums, row, strict=True)
        }

    def _part(self, part: Part, contract: FeedContract) -> tuple[str, list[SenderControl]]:
        """Return the SELECT of one mapping file and what its sender stated."""
        mapping = part.mapping
        if mapping.source is None:
            return _rows_select(contract, mapping.rows or (), part.file), []
        source = self._read(mapping.source)
        lookups = {name: self._lookup(mapping, name) for name in mapping.lookups}
        try:
            compiled = mapped_select(
                mapping,
                contract,
                source,
                lookups,
                business_date=self.business_date,
                offset=self.mapping.delivery.offset,
            )
        except ExpressionError as error:
            raise MappingError(part.file, "an expression", "columns of the delivered files", str(error)) from error
        table = f"mapped_{len(self._parts)}"
        self._parts.append(table)
        try:
            self.con.execute(f"create or replace temp table {table} as {compiled.rows}")
        except (duckdb.DataError, duckdb.InvalidInputException) as error:
            got = f"one that fails whatever the row says ({type(error).__name__})"
            raise MappingError(
                part.file, "an expression", "one that every row can compute or be rejected by", got
            ) from (error)
        suspect = self.con.execute(compiled.suspect(table)).fetchone() is not None
        select = compiled.select(table, reasons=suspect)
        if mapping.distinct:
            fields = ", ".join(_quoted([one.name for one in contract.fields]))
            select = f"select * from ({select}) qualify row_number() over (partition by {fields} order by src_line) = 1"
        return f"select * from ({select} order by src_line)", self._controls(mapping, source)

    def _controls(self, mapping: FeedMapping, source: SourceTable) -> list[SenderControl]:
        control = mapping.stated
        if control is None:
            return []
        return control_totals(self.con, control, self._read(control.source), source)

    def _read(self, source: Source) -> SourceTable:
        """Read what is wanted of a file, once for all parts that read it in the same form."""
        path = self.folder / name_of_day(source.file, self.business_date)
        key = source.model_dump_json()
        if key not in self._tables:
            table, wanted = f"source_{len(self._tables)}", sorted(self._wanted[key])
            member = member_of_day(source, self.business_date)
            self._tables[key] = source_read(
                self.con, path, source, table=table, scratch=self.out, member=member, wanted=wanted
            )
        return self._tables[key]

    def _lookup(self, mapping: FeedMapping, name: str) -> SourceTable:
        lookup = mapping.lookups[name]
        view = f"lookup_{len(self._parts)}_{name}"
        return _lookup_rows(self.con, lookup, name, self._read(lookup.source), view, self.business_date)


def lookup_read(
    con: duckdb.DuckDBPyConnection,
    lookup: Lookup,
    name: str,
    wanted: Sequence[str],
    folder: Path,
    scratch: Path,
    business_date: date,
) -> SourceTable:
    """Read the file of one lookup by itself; raises LookupKeyError."""
    path = folder / name_of_day(lookup.source.file, business_date)
    member = member_of_day(lookup.source, business_date)
    table = source_read(con, path, lookup.source, table=f"source_{name}", scratch=scratch, member=member, wanted=wanted)
    return _lookup_rows(con, lookup, name, table, f"lookup_{name}", business_date)


def _lookup_rows(
    con: duckdb.DuckDBPyConnection, lookup: Lookup, name: str, table: SourceTable, view: str, on: date
) -> SourceTable:
    """Return the rows of a file that a lookup may find, each key once; raises LookupKeyError."""
    condition = lookup_condition(lookup, table.place, table.columns, on)
    if condition is not None:
        sql = condition.value.sql
        con.execute(f"create or replace temp view {view} as select * from {table.table} where try({sql})")
        table = replace(table, table=view)
    keys = ", ".join(table.place(column) for column in lookup.key)
    twice = con.execute(
        f"select count(*), min(src_line) from {table.table} where src_broken is null group by {keys} "
        "having count(*) > 1 order by 2 limit 1"
    ).fetchone()
    if twice is not None:
        raise LookupKeyError(table.file, name, ", ".join(lookup.key), twice[0], twice[1])
    return table


def _quoted(names: Sequence[str]) -> list[str]:
    return [f'"{name}"' for name in names]


def _rows_select(contract: FeedContract, rows: Sequence[Mapping[str, str]], file: str) -> str:
    """Return the SELECT of rows that stand in the mapping itself; none for a feed that has nothing."""
    parts = []
    for number, row in enumerate(rows, start=1):
        values = ", ".join(
            f'{sql_text(row[one.name]) if one.name in row else "cast(null as varchar)"} as "{one.name}"'
            for one in contract.fields
        )
        parts.append(
            f"select {sql_text(file)} as src_file, cast({number} as bigint) as src_line, {values}, "
            f"{NO_REASONS} as mapped_reasons"
        )
    empty = ", ".join(f'cast(null as varchar) as "{one.name}"' for one in contract.fields)
    nothing = (
        f"select cast(null as varchar) as src_file, cast(null as bigint) as src_line, {empty}, "
        f"{NO_REASONS} as mapped_reasons where false"
    )
    return " union all ".join([*parts, nothing])
