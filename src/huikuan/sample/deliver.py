"""Writes the sample bank's deliveries: the files that a core system would leave in the inbox, one folder a day.

The first delivery carries every note with its history, the officers, the co-borrowers, the guarantees and the contact
points; each later one the full parties, contracts and notes, the schedules that changed, the repayments and, if there
are any, the loan events of the day. That of the snapshot day adds the balances that the lender published for it. The
manifest is written last. Repeated calls write the same bytes.
"""

import csv
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import yaml

from huikuan.portfolio.facts import Instalment, Payer, Repayment
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.manifest import MANIFEST
from huikuan.portfolio.lake import Column, rows_load, sql_text
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.sample.facts import FIRST_DELIVERY_ON, SNAPSHOT_ON, DerivedNote
from huikuan.sample.rules.book import BANK_CODE, PRODUCTS, product_code
from huikuan.sample.rules.derive import note_derive
from huikuan.sample.rules.made import MadeLife, lives_made, schedule_delivered
from huikuan.sample.rules.people import (
    borrower_id,
    co_borrower_id,
    contact_rows,
    contract_party_rows,
    guarantee_row,
    guarantor_id,
    management_row,
    statement_rows,
)
from huikuan.sample.rules.replayed import instalments, repayment
from huikuan.sample.source import lender_loans

Rows = list[tuple[object, ...]]
_TABLES = ("parties", "contracts", "notes")  # the full feeds: Parquet
_LATER = ("settled_on", "charged_off_on", "rate_on", "rate_later")  # what becomes of a note; not delivered as such


@dataclass(frozen=True, slots=True)
class _Book:
    """Everything that is delivered, by the day on which it is."""

    notes: Sequence[DerivedNote]
    guaranteed: Sequence[DerivedNote]
    rates: dict[int, LoanEvent]  # changes of rate by row
    instalments: dict[date, Rows]
    repayments: dict[date, Rows]
    note_changes: frozenset[date]
    optional: dict[date, dict[str, Rows]]  # by day and feed: what was delivered stays in force


def sample_notes() -> tuple[DerivedNote, ...]:
    """Derive all notes of the sample; about two seconds."""
    return tuple(note_derive(loan) for loan in lender_loans())


def sample_deliver(
    inbox: Path,
    from_on: date = FIRST_DELIVERY_ON,
    to_on: date = SNAPSHOT_ON,
    *,
    notes: Sequence[DerivedNote] | None = None,
    progress: Callable[[date], None] = lambda _: None,
) -> list[Path]:
    """Write the deliveries from ``from_on`` to ``to_on`` below ``<inbox>/sample``; return their folders.

    Dates are held inside 2018-03-31 … 2018-06-30, the days for which the source says anything. The first delivery
    in the inbox carries the history up to its day. A folder that already has its manifest is left as it is.
    """
    place = inbox / BANK_CODE
    start, last = max(from_on, FIRST_DELIVERY_ON), min(to_on, SNAPSHOT_ON)
    days = [start + timedelta(n) for n in range((last - start).days + 1)]
    folders = [place / day.isoformat() for day in days]
    if all((folder / MANIFEST).exists() for folder in folders):
        return folders
    there = [date.fromisoformat(manifest.parent.name) for manifest in place.glob(f"20??-??-??/{MANIFEST}")]
    book = _book(notes or sample_notes(), min([start, *there]))
    previous: Path | None = None
    with duckdb.connect(":memory:") as con:
        _full_tables(con, book)
        for day, folder in zip(days, folders, strict=True):
            if not (folder / MANIFEST).exists():
                _day_write(con, book, folder, day, previous)
            progress(day)
            previous = folder
    return folders


def _book(notes: Sequence[DerivedNote], first_on: date) -> _Book:
    """Sort schedules, repayments and events by the day of their delivery; history goes to the first.

    What is made up is left out of a note of which any of it is not later than the first delivery: the schedule before
    an event and the one after it come in two deliveries.
    """
    schedules: dict[date, Rows] = {}
    repayments: dict[date, Rows] = {}
    for note in notes:
        first = note.schedule_on(first_on)
        for version in note.versions:
            if version is first or version.known_on > first_on:
                known_on = max(version.known_on, first_on)
                schedules.setdefault(known_on, []).extend(_instalment_rows(note, instalments(note, known_on)))
        for number, paid in enumerate(note.paid, start=1):
            row = _repayment_row(note, repayment(note, number, paid))
            repayments.setdefault(max(paid.value_on, first_on), []).append(row)
    all_made = lives_made(notes)
    guaranteed = [life.note for life in all_made if life.guaranteed]
    made = [life for life in all_made if life.first_on > first_on]
    people: dict[str, Rows] = {
        "management": [management_row(note) for note in notes],
        "contact_point": [row for note in notes for row in contact_rows(note)],
        "party_statement": [row for note in notes for row in statement_rows(note)],
        "contract_party": [row for note in notes for row in contract_party_rows(note)],
        "guarantee": [guarantee_row(note) for note in guaranteed],
    }
    optional = {first_on: people}
    apart = {life.note.loan.row for life in made}
    figures = [_core_figure_row(note) for note in notes if note.loan.row not in apart]
    optional.setdefault(SNAPSHOT_ON, {})["core_figure"] = figures
    for life in made:
        _made_add(life, schedules, repayments, optional)
    rates = {life.note.loan.row: event for life in made for event in life.events if event.kind is EventKind.RATE_CHANGE}
    ends = {day for note in notes for day in (note.settled_on, note.charged_off_on) if day}
    note_changes = frozenset(ends | {event.value_on for event in rates.values()})
    return _Book(notes, guaranteed, rates, schedules, repayments, note_changes, optional)


def _made_add(
    life: MadeLife,
    schedules: dict[date, Rows],
    repayments: dict[date, Rows],
    optional: dict[date, dict[str, Rows]],
) -> None:
    """Add what is made up for a note to what is delivered on each day."""
    for event in life.events:
        day = event.recorded_at.date()
        optional.setdefault(day, {}).setdefault("loan_event", []).append(_event_row(life.note, event))
        if event.schedule:
            rows = _instalment_rows(life.note, schedule_delivered(life.note, event))
            schedules.setdefault(day, []).extend(rows)
    for paid in life.paid:
        repayments.setdefault(paid.value_on, []).append(_repayment_row(life.note, paid))


def _repayment_row(note: DerivedNote, paid: Repayment) -> tuple[object, ...]:
    received_at = f"{paid.received_at:%Y-%m-%dT%H:%M:%SZ}"
    payer = "" if paid.payer is Payer.BORROWER else paid.payer.value
    return (_id("N", note), paid.core_ref, paid.value_on, received_at, _text(paid.amount_minor), "", payer)


def _event_row(note: DerivedNote, event: LoanEvent) -> tuple[object, ...]:
    claim = event.claim
    values: dict[str, object] = {
        "note_id": _id("N", note),
        "core_ref": event.core_ref,
        "kind": event.kind.value,
        "value_on": event.value_on,
        "recorded_at": f"{event.recorded_at:%Y-%m-%dT%H:%M:%SZ}",
        "amount": _text(event.amount_minor) if event.amount_minor else "",
        "component": event.component.value if event.component else "",
        "until_on": event.until_on or "",
        "annual_rate_pct": _percent(event.annual_rate_ppm) if event.annual_rate_ppm else "",
        "names_ref": event.names_ref or "",
        "reverses": event.reverses or "",
    }
    if claim is not None:
        for part in ("principal", "interest", "penalty", "compound", "costs"):
            values[f"claim_{part}"] = _text(getattr(claim, f"{part}_minor"))
    return tuple(values.get(column, "") for column in contracts_shipped()["loan_event"].columns)


def _core_figure_row(note: DerivedNote) -> tuple[object, ...]:
    """Principal outstanding as published; the lender published no other figure of the feed."""
    figures = {"note_id": _id("N", note), "as_of_on": SNAPSHOT_ON, "principal": _text(note.loan.balance_minor)}
    return tuple(figures.get(column, "") for column in contracts_shipped()["core_figure"].columns_needed)


def _instalment_rows(note: DerivedNote, rows: Iterable[Instalment]) -> Rows:
    note_id = _id("N", note)
    return [
        (note_id, row.seq, row.due_on, _text(row.principal_minor), _text(row.interest_minor), _text(row.costs_minor))
        for row in rows
    ]


def _day_write(con: duckdb.DuckDBPyConnection, book: _Book, folder: Path, day: date, previous: Path | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    feeds: dict[str, dict[str, object]] = {}
    products = [(p.code, p.name_zh, p.name_en, p.kind, "true", "true") for p in PRODUCTS]
    feeds["products"] = _csv_write(folder, "product", products)
    for name in _TABLES:
        file = f"{name}.parquet"
        if previous is None or (name == "notes" and day in book.note_changes):
            _parquet_write(con, name, folder / file, day)
        else:
            shutil.copyfile(previous / file, folder / file)
        feeds[name] = {"file": file, "rows": _count(con, name)}
    feeds["notes"]["sums"] = {"principal": _text(sum(note.loan.principal_minor for note in book.notes))}
    feeds["instalments"] = _csv_write(folder, "instalment", book.instalments.get(day, []))
    feeds["repayments"] = _csv_write(folder, "repayment", book.repayments.get(day, []))
    for feed, rows in book.optional.get(day, {}).items():
        feeds[contracts_shipped()[feed].file] = _csv_write(folder, feed, rows)
    manifest = {"bank": BANK_CODE, "business_date": day.isoformat(), "feeds": feeds}
    part = folder / f".{MANIFEST}"
    part.write_text(yaml.safe_dump(manifest, sort_keys=False), encoding="utf-8")
    part.replace(folder / MANIFEST)


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"select count(*) from {table}").fetchone()  # noqa: S608
    return 0 if row is None else int(row[0])


def _csv_write(folder: Path, feed: str, rows: Sequence[Sequence[object]]) -> dict[str, object]:
    """Write a CSV file of a feed; return its entry in the manifest."""
    contract = contracts_shipped()[feed]
    file = f"{contract.file}.csv"
    with (folder / file).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(contract.columns if feed == "repayment" else contract.columns_needed)  # who paid
        writer.writerows(rows)
    places = {name: contract.columns_needed.index(name) for name in contract.sums}
    sums = {
        name: str(sum((Decimal(str(row[place] or 0)) for row in rows), Decimal("0.00")))
        for name, place in places.items()
    }
    return {"file": file, "rows": len(rows), **({"sums": sums} if sums else {})}


def _full_tables(con: duckdb.DuckDBPyConnection, book: _Book) -> None:
    """Create the tables of the full feeds; `notes` with the days on which status and rate change."""
    notes = book.notes
    parties = [(borrower_id(n.loan.row), "person", f"Borrower {n.loan.row:05d}", "", "", n.loan.state) for n in notes]
    parties += [
        (co_borrower_id(n.loan.row), "person", f"Co-borrower {n.loan.row:05d}", "", "", n.loan.state)
        for n in notes
        if n.loan.joint
    ]
    parties += [
        (guarantor_id(n.loan.row), "person", f"Guarantor {n.loan.row:05d}", "", "", n.loan.state)
        for n in book.guaranteed
    ]
    contracts = [
        (
            _id("C", n),
            borrower_id(n.loan.row),
            n.loan.state,
            product_code(n.loan.purpose, n.loan.term_months),
            _text(n.loan.principal_minor),
            n.disbursed_on,
            _matures_on(n),
        )
        for n in notes
    ]
    rows = [_note_row(n, book.rates.get(n.loan.row)) for n in notes]
    for name, feed, content, extra in (
        ("parties", "party", parties, ()),
        ("contracts", "contract", contracts, ()),
        ("notes", "note", rows, ("annual_rate_at_start_pct", *_LATER)),
    ):
        columns = [Column(column, "VARCHAR") for column in (*contracts_shipped()[feed].columns_needed, *extra)]
        rows_load(con, name, columns, content)


def _note_row(note: DerivedNote, rate: LoanEvent | None) -> tuple[object, ...]:
    loan = note.loan
    return (
        _id("N", note),
        _id("C", note),
        _text(loan.principal_minor),
        note.disbursed_on,
        _matures_on(note),
        _percent(loan.annual_rate_ppm),
        "given",
        loan.term_months,
        note.versions[0].rows[0].due_on,
        "0",  # the lender charges no penalty interest
        "none",
        "active",
        _percent(loan.annual_rate_ppm) if rate else "",
        note.settled_on,
        note.charged_off_on,
        rate.value_on if rate else None,
        _percent(rate.annual_rate_ppm or 0) if rate else None,
    )


def _parquet_write(con: duckdb.DuckDBPyConnection, name: str, file: Path, day: date) -> None:
    status = (
        f"case when settled_on <= '{day}' then 'settled' "
        f"when charged_off_on <= '{day}' then 'charged_off' else core_status end"
    )
    rate = f"case when rate_on <= '{day}' then rate_later else annual_rate_pct end"
    today = f"* exclude ({', '.join(_LATER)}) replace ({status} as core_status, {rate} as annual_rate_pct)"
    columns = today if name == "notes" else "*"
    con.execute(
        f"copy (select {columns} from {name} order by 1) to {sql_text(str(file))} (format parquet, compression zstd)"  # noqa: S608
    )


def _matures_on(note: DerivedNote) -> date:
    return note.versions[0].rows[-1].due_on


def _id(letter: str, note: DerivedNote) -> str:
    return f"{letter}{note.loan.row:05d}"


def _text(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _percent(ppm: int) -> str:
    return f"{ppm // 10_000}.{ppm % 10_000:04d}"
