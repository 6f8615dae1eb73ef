"""A delivery, checked: files in, accepted rows and rejects out, as relations of a DuckDB connection.

Nothing is written and no clock is read. The caller (the night's stage *ingest*, or `huikuan feed check`) opens the
connection, creates the `known_*` relations of yesterday's book (`references`), and afterwards finds

    accepted_<feed>   the typed rows of every delivered feed, columns as in `lake_tables`, personal values in clear
    intake_reject     feed, line, reasons (JSON: {code, field, expected, got}), raw (JSON, personal values masked),
                      source_file and source_line (of mapped files: the place in the bank's own)
"""

# ruff: noqa: S608 - names in the SQL come from checked contracts, texts are quoted by sql_text

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from huikuan.portfolio.errors import ControlTotalError, RejectLimitError
from huikuan.portfolio.feed_contract import FeedContract
from huikuan.portfolio.intake.compile import MASK, NO_REASONS, decimal_sql, reasons_list, typed_feed
from huikuan.portfolio.intake.manifest import ManifestFeed, Origin, contracts_delivered, manifest_read
from huikuan.portfolio.intake.read import GivenFile, ReadFile, file_open, file_read, mapped_open
from huikuan.portfolio.intake.references import feeds_check, known_empty
from huikuan.portfolio.intake.rules import Bundles
from huikuan.portfolio.intake_policies import reject_floor
from huikuan.portfolio.product_policies import products_load
from huikuan.portfolio.rules.reject_limit import rejects_refuse
from huikuan.portfolio.rules.schedule import IsWorkday

CONTROL_DIGITS = 4  # no currency has more
_LINES_LISTED = 100


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a delivery lies and what it must be. ``minor_digits`` are those of the bank's currency.

    ``mapped`` says that its files were made here from the bank's own by a mapping (`portfolio.mapping`). ``bundles``
    are the product bundles that the bank may name; without its own ones those that ship. ``is_workday`` is its business
    calendar: without one no due date can be moved. ``reject_floor`` are the rejected rows of a file that are borne
    whatever its size; without the bank's own number the shipped one.
    """

    folder: Path
    bank_code: str
    business_date: date
    minor_digits: int
    mapped: bool = False
    bundles: Bundles = field(default_factory=products_load)
    is_workday: IsWorkday | None = None
    reject_floor: int | None = None

    @property
    def rows_borne(self) -> int:
        """How many rejected rows of a file are borne, whatever its size."""
        return reject_floor(self.business_date) if self.reject_floor is None else self.reject_floor


@dataclass(frozen=True, slots=True)
class Control:
    """A control total as stated by the sender and as counted here, exact decimal text.

    ``stated`` is empty where a sender of mapped files states none.
    """

    name: str
    stated: str
    counted: str
    ok: bool


@dataclass(frozen=True, slots=True)
class CheckedFeed:
    """What came of one file; ``rows`` = ``accepted`` + ``rejected``. ``in_order``: rows came in order of their keys."""

    feed: str
    file_name: str
    sha256: str
    rows: int
    accepted: int
    rejected: int
    controls: tuple[Control, ...]
    in_order: bool = False


@dataclass(frozen=True, slots=True)
class TypedFile:
    """A file whose values were read; ``suspect``: some row of it has a reason already."""

    file: ReadFile
    suspect: bool
    in_order: bool


@dataclass(frozen=True, slots=True)
class CheckedDelivery:
    """A delivery that may be loaded: manifest complete, control totals exact, rejects within the contracts' limits.

    ``delivery_hash`` is over the hashes of the files' bytes: the same hash is the same delivery.
    """

    business_date: date
    delivery_hash: str
    feeds: Mapping[str, CheckedFeed]


def intake_check(
    delivery: Delivery, contracts: Mapping[str, FeedContract], con: duckdb.DuckDBPyConnection
) -> CheckedDelivery:
    """Check a delivery against its contracts and yesterday's book.

    Raises a DeliveryError for anything that refuses the whole day: a missing or unreadable file, other columns, a
    control total that is off by the smallest unit, more rejects than a contract allows.
    """
    return delivery_judge(delivery, delivery_read(delivery, contracts, con), contracts, con)


def delivery_judge(
    delivery: Delivery,
    feeds: Mapping[str, CheckedFeed],
    contracts: Mapping[str, FeedContract],
    con: duckdb.DuckDBPyConnection,
) -> CheckedDelivery:
    """Return a delivery that was read as one that may be loaded; raises ControlTotalError or RejectLimitError."""
    for checked in feeds.values():
        for control in checked.controls:
            if not control.ok:
                raise ControlTotalError(checked.file_name, control.name, control.stated, control.counted)
        limit_ppm = contracts[checked.feed].reject_limit_ppm
        if rejects_refuse(
            rejected=checked.rejected, rows=checked.rows, limit_ppm=limit_ppm, floor_rows=delivery.rows_borne
        ):
            raise RejectLimitError(
                checked.file_name, checked.rejected, checked.rows, limit_ppm, first_reason(con, checked.feed)
            )
    return CheckedDelivery(delivery.business_date, delivery_hash(feeds), feeds)


def delivery_read(
    delivery: Delivery, contracts: Mapping[str, FeedContract], con: duckdb.DuckDBPyConnection
) -> dict[str, CheckedFeed]:
    """Read and check every file without judging totals and limits, so that a report can show all of them."""
    manifest = manifest_read(
        delivery.folder, delivery.bank_code, delivery.business_date, dict(contracts), mapped=delivery.mapped
    )
    by_feed = contracts_delivered(manifest, contracts)
    opened = {feed: _open(con, delivery.folder, manifest.feeds[one.file], one) for feed, one in by_feed.items()}
    known_empty(con)
    typed = {feed: feed_typed(con, contract, delivery, opened[feed]) for feed, contract in by_feed.items()}
    files = {feed: one.file for feed, one in typed.items()}
    suspects = {feed for feed, one in typed.items() if one.suspect or one.file.ragged}
    suspects = feeds_check(con, by_feed, suspects, delivery.bundles, delivery.is_workday, delivery.business_date)
    rejected = _rejects(con, [by_feed[feed] for feed in by_feed if feed in suspects], mapped=delivery.mapped)
    return {
        feed: CheckedFeed(
            feed,
            files[feed].name,
            files[feed].sha256,
            files[feed].rows,
            files[feed].rows - rejected.get(feed, 0),
            rejected.get(feed, 0),
            _controls(con, contract, files[feed], manifest.feeds[contract.file], delivery.minor_digits),
            in_order=typed[feed].in_order,
        )
        for feed, contract in by_feed.items()
    }


def _open(con: duckdb.DuckDBPyConnection, folder: Path, entry: ManifestFeed, contract: FeedContract) -> GivenFile:
    if entry.origin is not None:
        return mapped_open(con, folder, entry.file, contract, entry.origin)
    return file_open(con, folder, entry.file, contract)


def feed_typed(
    con: duckdb.DuckDBPyConnection, contract: FeedContract, delivery: Delivery, given: GivenFile
) -> TypedFile:
    """Read an opened file: create `typed_<feed>` (line, typed columns, reasons so far).

    Texts are read again for the few rows that have reasons (`suspect_<feed>`); planning the SQL of the reasons takes
    longer than checking a small file, so it is only done if there are any. Raises FileUnreadableError.
    """
    feed = contract.feed
    typed = typed_feed(
        contract, minor_digits=delivery.minor_digits, business_date=delivery.business_date, types=given.types
    )
    file = file_read(con, contract, given, typed.source)
    in_order = keys_doubled(con, feed, contract.key)
    keys = " and ".join(f't."{name}" = d."{name}"' for name in contract.key)
    unmapped = f"select line as mapped_line, mapped_reasons from mapped_{feed} where len(mapped_reasons) > 0"
    con.execute(
        f"create or replace temp table suspect_{feed} as select line from text_{feed} where suspect "
        f"union select t.line from text_{feed} as t join doubled_{feed} as d on {keys}"
        + (f" union select mapped_line from ({unmapped})" if delivery.mapped else "")
    )
    found = _count(con, f"suspect_{feed}") > 0
    select = f"select line, {typed.columns}, {NO_REASONS} as reasons from text_{feed}"
    if found:
        con.execute(
            f"create or replace temp table suspect_text_{feed} as select * from raw_{feed} {lines_where(con, feed)}"
        )
        reasons, source = reasons_list(typed.findings), f"({typed.suspects}) as t"
        if delivery.mapped:
            source += f" left join ({unmapped}) on mapped_line = t.line"
            reasons = _with_unmapped(reasons)
        con.execute(f"create or replace temp table bad_{feed} as select line, {reasons} as reasons from {source}")
        select = (
            f"select t.line, {typed.columns}, coalesce(b.reasons, {NO_REASONS}) as reasons "
            f"from text_{feed} as t left join bad_{feed} as b on b.line = t.line"
        )
    con.execute(f"create or replace temp view typed_{feed} as {select}")
    return TypedFile(file, found, in_order)


def keys_doubled(con: duckdb.DuckDBPyConnection, feed: str, key: Sequence[str]) -> bool:
    """Create `doubled_<feed>` (key, copies) from `text_<feed>`; return whether rows come in order of their keys.

    Rows whose keys only grow from one to the next, as files mostly come, need one look. Else hashes are counted first,
    which takes less memory than keys, and the keys only where hashes agree.
    """
    names = ", ".join(map(_quoted, key))
    again = f"select hash({names}) from text_{feed} group by 1 having count(*) > 1"
    complete = " and ".join(f'"{name}" is not null' for name in key)
    in_order = _count(con, f"({_not_growing(feed, key)})") <= 1  # the first row grows from nothing
    con.execute(
        f"create or replace temp table doubled_{feed} as select {names}, count(*) as copies from text_{feed} "
        f"where {'false and' if in_order else ''} hash({names}) in ({again}) and {complete} "
        "group by all having count(*) > 1"
    )
    return in_order


def _not_growing(feed: str, key: Sequence[str]) -> str:
    """Return the SELECT of the first two rows of a feed whose key is not greater than that of the row before."""
    before = ", ".join(f'lag("{name}") over () as "before {name}"' for name in key)
    grows = " or ".join(
        " and ".join([*(f'"{same}" = "before {same}"' for same in key[:place]), f'"{name}" > "before {name}"'])
        for place, name in enumerate(key)
    )
    rows = f"select {', '.join(map(_quoted, key))}, {before} from text_{feed}"
    return f"select 1 from ({rows}) where not coalesce({grows}, false) limit 2"


def _quoted(name: str) -> str:
    return f'"{name}"'


def lines_where(con: duckdb.DuckDBPyConnection, feed: str, lines: str = "suspect") -> str:
    """Return the WHERE clause of the lines of a relation; a few are listed, so that a view reads only these."""
    found = con.execute(f"select line from {lines}_{feed} limit {_LINES_LISTED + 1}").fetchall()
    if len(found) > _LINES_LISTED:
        return f"where line in (select line from {lines}_{feed})"
    return f"where list_contains([{', '.join(str(line) for (line,) in found)}]::bigint[], line)"


def _with_unmapped(reasons: str) -> str:
    """Return the SQL of all reasons of a mapped row: what could not be mapped comes first.

    What the contract says of the same field is left out, and all of it where the whole line is broken: it would only
    say that the value is not there.
    """
    fields = "list_transform(mapped_reasons, r -> r.field)"
    return (
        f"case when mapped_reasons is null then {reasons} else mapped_reasons || list_filter({reasons}, "
        f"r -> not list_contains({fields}, r.field) and not list_contains({fields}, '')) end"
    )


def delivery_hash(feeds: Mapping[str, CheckedFeed]) -> str:
    """Return the SHA-256 over feeds and the hashes of their files."""
    return files_hash({feed: checked.sha256 for feed, checked in feeds.items()})


def files_hash(sha256_by_feed: Mapping[str, str]) -> str:
    """Return the delivery hash from the SHA-256 of each feed's file."""
    text = "\n".join(f"{feed} {sha256_by_feed[feed]}" for feed in sorted(sha256_by_feed))
    return hashlib.sha256(text.encode()).hexdigest()


def first_reason(con: duckdb.DuckDBPyConnection, feed: str) -> str:
    """Return the first reject of a feed as one line of text; empty without rejects."""
    row = con.execute(
        "select coalesce(source_line, line), coalesce(nullif(reasons->0->>'field', ''), 'row'), "
        "reasons->0->>'expected', reasons->0->>'got' "
        "from intake_reject where feed = $1 order by line limit 1",
        [feed],
    ).fetchone()
    return "" if row is None else f"line {row[0]}, {row[1]}: expected {row[2]}, got {row[3]}."


def _rejects(con: duckdb.DuckDBPyConnection, contracts: Sequence[FeedContract], *, mapped: bool) -> dict[str, int]:
    """Create `intake_reject` from rows with reasons and lines that could not be split; return counts by feed."""
    parts = [
        "select '' as feed, cast(0 as bigint) as line, '[]'::json as reasons, '{}'::json as raw, "
        "'' as source_file, cast(null as bigint) as source_line where false"
    ]
    place = "m.source_file, m.source_line" if mapped else "'', null"
    for contract in contracts:
        feed = contract.feed
        raw = ", ".join(
            f"'{field.name}': "
            + (f"case when r.\"{field.name}\" is not null then '{MASK}' end" if field.personal else f'r."{field.name}"')
            for field in contract.fields
        )
        con.execute(
            f"create or replace temp table rejected_{feed} as "
            f"select line, reasons from checked_{feed} where len(reasons) > 0"
        )
        parts.append(
            f"select '{feed}', c.line, to_json(c.reasons), to_json({{{raw}}}), {place} from rejected_{feed} as c "
            f"join (select * from raw_{feed} {lines_where(con, feed, 'rejected')}) as r on r.line = c.line "
            + (f"join mapped_{feed} as m on m.line = c.line" if mapped else "")
        )
        parts.append(
            f"select '{feed}', line, "
            "to_json([{'code': code, 'field': '', 'expected': expected, 'got': 'a broken line'}]), "
            f"to_json({{'line': '{MASK}'}}), '', null from ragged_{feed}"
        )
    con.execute(f"create or replace temp table intake_reject as {' union all '.join(parts)}")
    return dict(con.execute("select feed, count(*) from intake_reject group by feed").fetchall())


def _controls(
    con: duckdb.DuckDBPyConnection, contract: FeedContract, file: ReadFile, stated: ManifestFeed, minor_digits: int
) -> tuple[Control, ...]:
    """Return rows and sums; sums are exact, of integers.

    Usually every text was read and the typed column is summed; otherwise the numbers among the texts are, with more
    decimals than any currency has.
    """
    found = [Control("rows", str(stated.rows), str(file.rows), stated.rows == file.rows)]
    suspect = _count(con, f"suspect_{contract.feed}") > 0
    for name in contract.sums:
        column = contract.field(name).column
        (total,) = _row(con, f'select sum("{column}") from text_{contract.feed}')
        digits = minor_digits
        if suspect and _unread(con, contract.feed, name, column):
            digits, text = CONTROL_DIGITS, f'"{name}"'
            (total,) = _row(con, f"select sum({decimal_sql(text, digits)}) from raw_{contract.feed}")
        counted = Decimal(int(total or 0)).scaleb(-digits)
        ok = counted == Decimal(stated.sums[name])
        shown = stated.sums[name] if ok else f"{counted.normalize():f}"
        found.append(Control(name, stated.sums[name], shown, ok))
    if stated.origin is not None and all(control.ok for control in found):
        return _stated_by_sender(stated.origin, file.rows)
    return tuple(found)


def _unread(con: duckdb.DuckDBPyConnection, feed: str, name: str, column: str) -> bool:
    """Tell whether any text of a field is not of its type."""
    texts = f'(select line, "{name}" as given from suspect_text_{feed})'
    rows = f'{texts} as r join text_{feed} as t on t.line = r.line where r.given is not null and t."{column}" is null'
    return bool(_row(con, f"select exists (select 1 from {rows})")[0])


def _stated_by_sender(origin: Origin, rows: int) -> tuple[Control, ...]:
    """Return the control totals of mapped files: those of their sender, or that it states none."""
    if not origin.controls:
        return (Control("rows", "", str(rows), ok=True),)
    return tuple(Control(one.name, one.stated, one.counted, one.stated == one.counted) for one in origin.controls)


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(_row(con, f"select count(*) from {table}")[0])


def _row(con: duckdb.DuckDBPyConnection, select: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = con.execute(select).fetchone()
    return row or ()
