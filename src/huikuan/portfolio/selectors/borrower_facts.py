"""The rows that one answer about a borrower is made of: a constant number of reads, however many notes there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from huikuan.portfolio.book_tables import NOTE_CLASS
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.selectors.book_read import BookReader, Row
from huikuan.portfolio.selectors.note import NoteOfBook, notes_of_book, notes_registered

NOTES_MAX: Final = 60
Rows = defaultdict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class BorrowerFacts:
    """All rows of one answer."""

    contracts: dict[str, Row]
    elsewhere: int
    notes: dict[str, NoteOfBook]
    notes_left_out: int
    classes: dict[str, Row]
    months: dict[str, dict[date, Row]]
    statuses: dict[str, dict[date, Row]]
    by_note: dict[str, dict[str, Row]]  # feed -> note -> row
    roles: Rows
    guarantees: Rows
    collaterals: Rows
    relations: list[Row]
    delivered_on: dict[str, date | None]


def borrower_facts(
    reader: BookReader, keys: tuple[str, ...], codes: frozenset[str] | None, days: list[date]
) -> BorrowerFacts:
    feeds = feed_tables()
    roled = {
        row["contract_id"]
        for feed, key in (
            ("guarantee", "guarantor_party_id"), ("collateral", "owner_party_id"), ("contract_party", "party_id"),
        )
        for row in reader.rows(feeds[feed], key, keys)
    }  # fmt: skip
    registered = notes_registered(bank_id=reader.day.bank_id, party_ids=keys, contract_ids=roled)
    wanted = roled | {note.contract_id for note in registered}
    delivered = reader.rows(feeds["contract"], "party_id", keys)
    rest = wanted - {row["contract_id"] for row in delivered}
    contracts = {row["contract_id"]: row for row in [*delivered, *reader.rows(feeds["contract"], "contract_id", rest)]}
    for note in registered:  # a contract that is no longer delivered is known by its notes
        known = {
            "party_id": note.party_id,
            "institution_code": note.institution_code,
            "product_code": note.product_code,
        }
        contracts.setdefault(note.contract_id, {"contract_id": note.contract_id, **known})
    shown = {key: row for key, row in contracts.items() if codes is None or row["institution_code"] in codes}
    note_ids = [note.note_id for note in registered if note.contract_id in shown]
    classes = {row["note_id"]: row for row in reader.rows(NOTE_CLASS, "note_id", note_ids)}
    taken = sorted(classes, key=lambda note_id: (-classes[note_id]["dpd"], note_id))[:NOTES_MAX]
    months: defaultdict[str, dict[date, Row]] = defaultdict(dict)
    for row in reader.rows_on(NOTE_CLASS, ("note_id", "bucket", "dpd", "balance_minor"), taken, days):
        months[row["note_id"]][row["on"]] = row
    statuses: defaultdict[str, dict[date, Row]] = defaultdict(dict)
    for row in reader.rows_latest(feeds["monthly_status"], "account_id", taken):
        statuses[row["account_id"]][row["month"]] = row
    note_feeds = ("management", "core_figure", "repayment_account")
    relation = feeds["party_relation"]
    return BorrowerFacts(
        contracts=shown,
        elsewhere=len(contracts) - len(shown),
        notes=notes_of_book(reader, taken),
        notes_left_out=len(classes) - len(taken),
        classes=classes,
        months=months,
        statuses=statuses,
        by_note={
            feed: {row["note_id"]: row for row in reader.rows(feeds[feed], "note_id", taken)} for feed in note_feeds
        },
        roles=_grouped(reader.rows(feeds["contract_party"], "contract_id", shown)),
        guarantees=_grouped(reader.rows(feeds["guarantee"], "contract_id", shown)),
        collaterals=_grouped(reader.rows(feeds["collateral"], "contract_id", shown)),
        relations=[
            *reader.rows(relation, "party_id", keys),
            *(row for row in reader.rows(relation, "other_party_id", keys) if row["party_id"] not in keys),
        ],
        delivered_on=reader.delivered_on,
    )


def _grouped(rows: Iterable[Row]) -> Rows:
    found: Rows = defaultdict(list)
    for row in rows:
        found[row["contract_id"]].append(row)
    return found
