"""Writes the feeds of days from the journal, as the core system of the bank would leave them in the inbox.

The first delivery says all there is, with the history of its notes; each later one the parties, contracts and notes
that are new or changed (``delta: true``), the repayments and events of its day, and at the first of a month what feeds
say anew in whole. The manifest is written last; a folder that has one is left as it is.
"""

# ruff: noqa: S608 - all that is put into the SQL are words of this package and whole numbers

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import yaml

from huikuan.lab.feed_tables import CHANGES, FIGURES, STANDING
from huikuan.lab.happened import TRUTHS
from huikuan.lab.journal import DEFECTS, TABLES
from huikuan.lab.places import BANK_CODE, officer_code, officer_name, outlets
from huikuan.lab.rules.accounts import PATTERNS
from huikuan.lab.rules.calendar import Occupation
from huikuan.lab.rules.days import date_of
from huikuan.lab.rules.people import OFFICERS_AN_OUTLET, OUTLETS, PHONE_HOURS, SPECIAL
from huikuan.lab.rules.products import CIRCLE_LOAN, MICRO, PRODUCTS
from huikuan.portfolio.feed_contract import FEED_ORDER, Mode, contracts_shipped
from huikuan.portfolio.intake.manifest import MANIFEST

_MEMORY: Final = "2GB"
_LINE_DAYS: Final = 1_096  # a revolving line is open for three years
OCCUPATIONS: Final = tuple(one.name.lower() for one in Occupation)
_STATIC: Final = ("person", "note", "instalment")
Entry = dict[str, object]


@dataclass(frozen=True, slots=True)
class Span:
    """Days whose deliveries are written, as numbers; ``start`` is the first delivery of the bank."""

    start: int
    first: int
    last: int


def journal_open(journal: Path, start: int, *, threads: int = 1) -> duckdb.DuckDBPyConnection:
    """Open a journal: its tables, and from which day the bank's deliveries know each note, contract and party."""
    con = duckdb.connect(":memory:", config={"threads": threads, "memory_limit": _MEMORY})
    con.execute("set enable_progress_bar = false")
    con.execute(f"set temp_directory = '{_quoted(journal / f'.spill-{os.getpid()}')}'")
    for name in (*_STATIC, *TABLES):
        con.execute(f"create view {name} as select * from read_parquet('{_quoted(journal / name)}/*.parquet')")
    towns = [(place, code, name_zh[:2]) for place, (code, _, name_zh, _) in enumerate(outlets())]
    con.execute(
        "create table outlet as select unnest(?) as outlet, unnest(?) as code, unnest(?) as town",
        [list(column) for column in zip(*towns, strict=True)],
    )
    staff = [(o, n, officer_code(o, n), officer_name(o, n)) for o in range(OUTLETS) for n in range(OFFICERS_AN_OUTLET)]
    con.execute(
        "create table officer as "
        "select unnest(?) as outlet, unnest(?) as officer, unnest(?) as code, unnest(?) as name",
        [list(column) for column in zip(*staff, strict=True)],
    )
    con.execute(
        f"create table note_known as select note, day, greatest(day, {start}) as feed_day from drawn order by note"
    )
    limits = [one.amounts[1] * (200 if place == MICRO else 100) for place, one in enumerate(PRODUCTS)]  # two notes
    con.execute(f"""
        create table contract_known as
        with first_note as (
            select contract, min(number) as number, min(product) as product, min(feed_day) as feed_day,
                arg_min(principal, note) as principal, arg_min(disbursed, note) as signed,
                arg_min(matures, note) as matures
            from note_known join note using (note) group by contract
        )
        select contract, number, product, feed_day, signed,
            case when product in ({MICRO}, {CIRCLE_LOAN}) then {limits}[product + 1] else principal end as amount,
            case when product in ({MICRO}, {CIRCLE_LOAN}) then signed + {_LINE_DAYS} else matures end as expires
        from first_note order by contract""")
    con.execute("""
        create table party_known as select number, min(feed_day) as feed_day, min(signed) as since
        from contract_known group by number order by number""")
    return con


@dataclass(frozen=True, slots=True)
class _Told:
    """A relation whose rows are told on their day (``feed_day``): its columns, and rows and sums of each day."""

    relation: str
    columns: tuple[str, ...]
    totals: dict[int, tuple[int, dict[str, str]]]


def days_write(
    con: duckdb.DuckDBPyConnection, inbox: Path, span: Span, *, progress: Callable[[int], None] = lambda _: None
) -> None:
    """Write the deliveries of a span of days below ``<inbox>/qinghe``."""
    bounds = {"start": span.start, "first": span.first, "last": span.last}
    told = {feed: _told(con, feed, select.format(**bounds)) for feed, select in CHANGES.items()}
    for day in range(span.first, span.last + 1):
        manifest = _manifest(inbox, day)
        if not manifest.exists():
            _day_write(con, manifest.parent, day, told, first=day == span.start)
        progress(day)


def days_are_ours(con: duckdb.DuckDBPyConnection, inbox: Path, span: Span) -> bool:
    """Whether the deliveries of a span that are there are those of this journal: same rows, same sums of changes."""
    days = [day for day in range(span.first, span.last + 1) if _manifest(inbox, day).exists()]
    theirs = {day: yaml.safe_load(_manifest(inbox, day).read_text(encoding="utf-8"))["feeds"] for day in days}
    bounds = {"start": span.start, "first": span.first, "last": span.last}
    for feed, select in CHANGES.items() if days else ():
        contract, told = contracts_shipped()[feed], _told(con, feed, select.format(**bounds))
        nothing = (0, dict.fromkeys(contract.sums, "0.00"))
        for day in days:
            found = theirs[day].get(contract.file, {"rows": 0, "sums": nothing[1]})
            if (found.get("rows"), found.get("sums", {})) != told.totals.get(day, nothing):
                return False
    return True


def _manifest(inbox: Path, day: int) -> Path:
    return inbox / BANK_CODE / date_of(day).isoformat() / MANIFEST


def _told(con: duckdb.DuckDBPyConnection, feed: str, select: str) -> _Told:
    """Compute what a feed tells, once for all days of the span."""
    relation = f"told_{feed}"
    con.execute(f"create or replace temp table {relation} as {select}")
    columns = tuple(str(name) for name, *_ in con.execute(f"describe {relation}").fetchall())
    sums = contracts_shipped()[feed].sums
    totals = "".join(f", sum({name})" if name in columns else ", null" for name in sums)
    found = con.execute(f"select feed_day, count(*){totals} from {relation} group by feed_day").fetchall()
    return _Told(
        relation,
        columns[1:],
        {
            day: (rows, {name: str(one or "0.00") for name, one in zip(sums, of, strict=True)})
            for day, rows, *of in found
        },
    )


def _day_write(con: duckdb.DuckDBPyConnection, folder: Path, day: int, told: dict[str, _Told], *, first: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    standing = dict(STANDING) if first or date_of(day).day == 1 else {}
    if first or date_of(day + 1).day == 1:
        standing["core_figure"] = FIGURES
    today = told | {
        feed: _told(con, feed, f"select {day} as feed_day, * from ({select.format(day=day)})")
        for feed, select in standing.items()
    }
    feeds: dict[str, Entry] = {}
    for feed in FEED_ORDER:
        contract = contracts_shipped()[feed]
        if feed == "product":
            feeds[contract.file] = _products_write(folder)
        elif feed in today and (entry := _feed_write(con, folder, feed, today[feed], day)) is not None:
            if contract.mode is Mode.FULL and not first:
                entry["delta"] = True
            feeds[contract.file] = entry
    manifest = {"bank": BANK_CODE, "business_date": date_of(day).isoformat(), "feeds": feeds}
    part = folder / f".{MANIFEST}"
    part.write_text(yaml.safe_dump(manifest, sort_keys=False), encoding="utf-8")
    part.replace(folder / MANIFEST)


def _feed_write(con: duckdb.DuckDBPyConnection, folder: Path, feed: str, told: _Told, day: int) -> Entry | None:
    """Write one file; None for an optional feed that has nothing to say today."""
    contract = contracts_shipped()[feed]
    rows, sums = told.totals.get(day, (0, dict.fromkeys(contract.sums, "0.00")))
    if not rows and contract.optional:
        return None
    there = told.columns
    columns = [name for name in contract.columns if name in there or name in contract.columns_needed]
    if rows:
        file = f"{contract.file}.parquet"
        wanted = ", ".join(name if name in there else f"null::varchar as {name}" for name in columns)
        select = f"select {wanted} from {told.relation} where feed_day = {day}"
        con.execute(f"copy ({select}) to '{_quoted(folder / file)}' (format parquet, compression zstd)")
    else:
        file = f"{contract.file}.csv"
        (folder / file).write_text(",".join(columns) + "\n", encoding="utf-8")
    return {"file": file, "rows": rows} | ({"sums": sums} if sums else {})


def _products_write(folder: Path) -> Entry:
    rows = [
        (one.code, one.name_zh, one.name_en, one.kind, str(one.retail).lower(), str(one.monthly).lower())
        for one in PRODUCTS
    ]
    lines = [contracts_shipped()["product"].columns_needed, *rows]
    text = "".join(",".join(line) + "\n" for line in lines)
    (folder / "products.csv").write_text(text, encoding="utf-8")
    return {"file": "products.csv", "rows": len(rows)}


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def truth_write(journal: Path, folder: Path, start: int) -> None:
    """Write what is true and no delivery says, below ``folder``: persons, notes, events and accounts as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = "[" + ", ".join(f"'{kind}'" for kind in TRUTHS) + "]"
    selects: Iterable[tuple[str, str]] = (
        (
            "persons",
            f"select * replace ({list(OCCUPATIONS)}[occupation + 1] as occupation, "
            f"{list(SPECIAL)}[special + 1] as special, {list(PHONE_HOURS)}[phone_hours + 1] as phone_hours) "
            "from person order by number",
        ),
        (
            "notes",
            "select note, n.number, contract, product, stolen = 1 as stolen, ring = 1 as ring, "
            "case when stops_on < 1000000 then date '1970-01-01' + stops_on::integer end as stops_on, "
            f"{list(DEFECTS)}[defect + 1] as defect "
            "from note_known join note as n using (note) join person as p on p.number = n.number order by note",
        ),
        (
            "events",
            f"select date '1970-01-01' + day::integer as day, {kinds}[kind + 1] as kind, who, what from truth "
            "order by day, kind, who, what",
        ),
        (
            "accounts",
            f"select date_trunc('month', date '1970-01-01' + day::integer)::date as month, number, income, spending, "
            f"{list(PATTERNS)}[pattern + 1] as pattern from account order by day, number",
        ),
    )
    with journal_open(journal, start) as con:
        for name, select in selects:
            part = folder / f".{name}.parquet"  # without its dot once it is whole
            con.execute(f"copy ({select}) to '{_quoted(part)}' (format parquet, compression zstd)")
            part.replace(folder / f"{name}.parquet")
