"""Deliveries of random books as the files that a bank would send, and a bank to send them to."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import yaml

from huikuan.kernel.models import Bank
from huikuan.kernel.tests.builders import a_bank, an_institution
from huikuan.nightly.facts import BankFact
from huikuan.nightly.tests.books import Note
from huikuan.portfolio.facts import Instalment
from huikuan.portfolio.feed_contract import contracts_shipped

PRODUCTS = (
    ("consumer", "个人消费贷", "Consumer loan", "consumer", "true", "true"),
    ("farm", "惠农贷", "Farm loan", "agricultural", "true", "false"),
)
BRANCHES = ("east", "west")
HEADERS = {
    "products": ("product_code", "name_zh", "name_en", "kind", "retail", "monthly_instalment"),
    "parties": ("party_id", "party_kind", "name", "identity_kind", "identity_number", "region"),
    "contracts": (
        "contract_id", "party_id", "institution_code", "product_code", "amount", "signed_on", "expires_on",
    ),
    "notes": (
        "note_id", "contract_id", "principal", "disbursed_on", "matures_on", "annual_rate_pct", "repayment_method",
        "instalment_count", "first_due_on", "penalty_rate_pct", "compound", "core_status",
    ),
    "instalments": ("note_id", "seq", "due_on", "principal", "interest", "costs"),
    "repayments": ("note_id", "core_ref", "value_on", "received_at", "amount", "reverses"),
    **{contract.file: tuple(contract.columns_needed) for contract in contracts_shipped().values() if contract.optional},
}  # fmt: skip
SUMS = {contract.file: contract.sums for contract in contracts_shipped().values()}
Row = tuple[object, ...]


def a_bank_with_branches(code: str = "") -> tuple[Bank, BankFact]:
    """A bank with two branches, and the fact that the night works with."""
    bank = a_bank(code=code)
    for branch in BRANCHES:
        an_institution(bank, code=branch)
    return bank, BankFact(bank.id, bank.code, bank.time_zone, bank.minor_digits)


def delivery_write(
    inbox: Path, bank_code: str, notes: Sequence[Note], day: date, *, more: dict[str, list[Row]] | None = None
) -> Path:
    """Write the delivery of a day for all notes that are seen by then; return its folder. ``more``: optional feeds."""
    present = [(number, note) for number, note in enumerate(notes) if note.present_on(day)]
    feeds: dict[str, list[Row]] = {
        "products": list(PRODUCTS),
        "parties": [_party(number, note) for number, note in present],
        "contracts": [_contract(number, note) for number, note in present],
        "notes": [_note(note, day) for _, note in present],
        "instalments": [row for _, note in present for row in _instalments(note, day)],
        "repayments": [row for note in notes for row in _repayments(note, day)],
        **(more or {}),
    }
    return feeds_write(inbox / bank_code / day.isoformat(), bank_code, day, feeds)


def feeds_write(folder: Path, bank_code: str, day: date, feeds: dict[str, list[Row]]) -> Path:
    """Write feeds as CSV files, then their manifest with the true control totals."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest: dict[str, object] = {}
    for feed, rows in feeds.items():
        with (folder / f"{feed}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(HEADERS[feed])
            writer.writerows([["" if value is None else value for value in row] for row in rows])
        manifest[feed] = {"file": f"{feed}.csv", "rows": len(rows), "sums": dict(_sums(feed, rows))}
    text = yaml.safe_dump({"bank": bank_code, "business_date": day, "feeds": manifest})
    (folder / "manifest.yaml").write_text(text, encoding="utf-8")
    return folder


def _sums(feed: str, rows: Sequence[Row]) -> Iterable[tuple[str, str]]:
    for name in SUMS[feed]:
        place = HEADERS[feed].index(name)
        yield name, f"{sum((Decimal(str(row[place] or 0)) for row in rows), Decimal(0)):f}"


def people_feeds(notes: Sequence[Note], day: date) -> dict[str, list[Row]]:
    """Optional feeds around the notes of a day: every note's officer, account, guarantor and collateral, by its number.

    Figures and officers change with the day. The borrower of the next note guarantees.
    """
    present = [(number, note.note_id) for number, note in enumerate(notes) if note.present_on(day)]
    ids = [note_id for _, note_id in present]
    following = dict(zip(ids, [*ids[1:], *ids[:1]], strict=True))
    mobiles: list[Row] = [
        (f"K-{n}", f"P-{n}", "mobile", f"138{number:08d}", "own", "application", "contract", "2024-01-01", "false")
        for number, n in present
    ]
    mails: list[Row] = [
        (f"E-{n}", f"P-{n}", "email", f"b{number}@example.com", "own", "borrower", "consent", "2024-01-01", "true")
        for number, n in present
    ]
    return {
        "management": [(n, f"M{number % 3}", f"Officer {day.day}", BRANCHES[number % 2]) for number, n in present],
        "contact_points": [*mobiles, *mails],
        "guarantees": [
            (f"G-{n}", f"C-{n}", f"P-{following[n]}", "joint", "false", "100.00", "", "2024-01-01", "2030-01-01")
            for number, n in present
            if number % 3 == 0
        ],
        "collaterals": [
            (f"B-{n}", f"C-{n}", f"P-{n}", "land", "false", "false", "90.00", "", "", "", 1)
            for number, n in present
            if number % 4 == 0
        ],
        "repayment_accounts": [
            (n, f"6217{number:015d}", f"{day.day}.00", f"{day}T20:00:00+08:00", "insufficient") for number, n in present
        ],
        "core_figures": [
            (n, day, "10.00", "", "", "", "", "", "", "", day.day, number, "special_mention") for number, n in present
        ],
    }


def _major(minor: int) -> str:
    return f"{Decimal(minor).scaleb(-2):f}"


def _pct(ppm: int) -> str:
    return f"{Decimal(ppm).scaleb(-4):f}"


def _party(number: int, note: Note) -> Row:
    return (f"P-{note.note_id}", "person", f"Borrower {number}", "passport", f"X{number:07d}", "east")


def _contract(number: int, note: Note) -> Row:
    branch, product = BRANCHES[number % 2], PRODUCTS[number // 2 % 2][0]
    amount, signed_on = _major(note.terms.principal_minor), note.terms.disbursed_on
    return (f"C-{note.note_id}", f"P-{note.note_id}", branch, product, amount, signed_on, note.terms.matures_on)


def _note(note: Note, day: date) -> Row:
    terms = note.terms_on(day)
    return (
        note.note_id,
        f"C-{note.note_id}",
        _major(terms.principal_minor),
        terms.disbursed_on,
        terms.matures_on,
        _pct(terms.annual_rate_ppm),
        terms.method,
        terms.instalment_count,
        terms.first_due_on,
        _pct(terms.penalty_rate_ppm),
        terms.compound,
        note.status_on(day),
    )


def _instalments(note: Note, day: date) -> list[Row]:
    """The whole schedule when it is new or has changed since the note's last row."""
    if not note.delivers_schedule:
        return []
    schedule: tuple[Instalment, ...] = note.schedule_on(day)
    if day != note.first_seen_on:
        before = day.fromordinal(day.toordinal() - 1)
        if note.schedule_on(note.last_present_on(before)) == schedule:
            return []
    return [
        (note.note_id, i.seq, i.due_on, _major(i.principal_minor), _major(i.interest_minor), _major(i.costs_minor))
        for i in schedule
    ]


def _repayments(note: Note, day: date) -> list[Row]:
    return [
        (note.note_id, row.core_ref, row.value_on, row.received_at.isoformat(), _major(row.amount_minor), row.reverses)
        for row in note.repayments.get(day, ())
    ]
