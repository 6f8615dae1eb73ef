"""A party with its group as debtors and guarantors of one night: rows of the book, limited to institutions in sight.

A constant number of queries and lake reads, however many notes; the group is followed over a few hops.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from huikuan.portfolio.book_tables import NOTE, NOTE_CLASS
from huikuan.portfolio.facts import Bucket
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.rules.exposure import GuaranteeTerms, NoteOwed
from huikuan.portfolio.selectors.book_read import BookReader, Row
from huikuan.portfolio.selectors.register import NotePlace, notes_of_parties

FEEDS: Final = ("guarantee", "collateral", "contract_party", "party_relation")
CONTROL: Final = ("controller", "group_head")  # relations that make a group; kinship and office do not
JOINT: Final = ("co_borrower", "joint_debtor")  # roles that owe like the borrower; an heir owes within the estate
HOPS_MAX: Final = 8
MEMBERS_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class Group:
    """Whom the party controls or who controls it, without the party; ``cut``: there are more."""

    members: tuple[str, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class DebtorFacts:
    """Rows around a party: notes in sight by key, what they owe, and what secures them."""

    party_id: str
    group: Group
    places: dict[str, NotePlace]
    elsewhere: tuple[NotePlace, ...]
    classes: dict[str, Row]
    rows: dict[str, Row]  # of table note
    owed: dict[str, NoteOwed]  # live notes only
    joint: dict[str, dict[str, str]]  # contract in sight -> party -> role, of those who owe beside the borrower
    joint_contracts: frozenset[str]  # in sight or not, on which the party owes beside the borrower
    guarantees: dict[str, Row]
    collaterals: dict[str, Row]

    def own(self) -> list[str]:
        """Live notes in sight on which the party is a debtor."""
        return [note_id for note_id, note in self.owed.items() if self.party_id in note.debtors]

    def borrowed_elsewhere(self) -> int:
        """Notes out of sight on which the party is the borrower."""
        return sum(1 for place in self.elsewhere if place.party_id == self.party_id)

    def own_elsewhere(self) -> int:
        """Notes out of sight on which the party is a debtor."""
        return sum(
            1
            for place in self.elsewhere
            if place.party_id == self.party_id or place.contract_id in self.joint_contracts
        )


def debtor_facts(reader: BookReader, party_id: str, codes: Collection[str] | None, *, with_group: bool) -> DebtorFacts:
    """Read a party's notes, guarantees and collateral; ``codes`` are the institutions in sight, None for all."""
    on, feeds = reader.day.business_date, feed_tables()
    group = _group(reader, party_id) if with_group else Group((), cut=False)
    parties = [party_id, *group.members]
    joint = reader.rows(feeds["contract_party"], "party_id", parties)
    given = reader.rows(feeds["guarantee"], "guarantor_party_id", parties) if with_group else []
    owned = reader.rows(feeds["collateral"], "owner_party_id", [party_id]) if with_group else []
    contract_ids = {row["contract_id"] for row in [*(row for row in joint if _owes(row, on)), *given, *owned]}
    registered = notes_of_parties(bank_id=reader.day.bank_id, party_ids=parties, contract_ids=contract_ids)
    places = {row.note_id: row for row in registered if codes is None or row.institution_code in codes}
    seen = {row.contract_id for row in places.values()}
    classes = _by(reader.rows(NOTE_CLASS, "note_id", places), "note_id")
    rows = _by(reader.rows(NOTE, "note_id", places), "note_id")
    owing: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in reader.rows(feeds["contract_party"], "contract_id", seen):
        if _owes(row, on):
            owing[row["contract_id"]][row["party_id"]] = row["role"]
    received = reader.rows(feeds["guarantee"], "contract_id", seen)
    secured = reader.rows(feeds["collateral"], "contract_id", seen)
    return DebtorFacts(
        party_id=party_id,
        group=group,
        places=places,
        elsewhere=tuple(row for row in registered if row.note_id not in places),
        classes=classes,
        rows=rows,
        owed={
            key: _note_owed(row, rows[key], frozenset({row["party_id"], *owing[row["contract_id"]]}))
            for key, row in classes.items()
            if row["bucket"] != Bucket.SETTLED
        },
        joint=dict(owing),
        joint_contracts=frozenset(
            row["contract_id"] for row in joint if row["party_id"] == party_id and _owes(row, on)
        ),
        guarantees=_by([*received, *(row for row in given if row["contract_id"] in seen)], "guarantee_id"),
        collaterals=_by([*secured, *(row for row in owned if row["contract_id"] in seen)], "collateral_id"),
    )


def guarantee_terms(row: Row) -> GuaranteeTerms:
    """A row of the feed of guarantees as the rules take it."""
    names = ("guarantee_id", "contract_id", "amount_minor", "maximum_amount", "fixed_on", "starts_on", "ends_on")
    return GuaranteeTerms(guarantor=row["guarantor_party_id"], **{name: row[name] for name in names})


def _note_owed(row: Row, note: Row, debtors: frozenset[str]) -> NoteOwed:
    due = row["overdue_minor"]
    return NoteOwed(
        note_id=row["note_id"],
        contract_id=row["contract_id"],
        debtors=debtors,
        disbursed_on=note["disbursed_on"],
        owed_minor=row["balance_minor"] - row["overdue_principal_minor"] + due,
        due_minor=due,
    )


def _owes(row: Row, on: date) -> bool:
    begun = row["from_on"] is None or row["from_on"] <= on
    return row["role"] in JOINT and begun and (row["to_on"] is None or on <= row["to_on"])


def _group(reader: BookReader, party_id: str) -> Group:
    """Follow control in both directions from party to party."""
    table, found, new = feed_tables()["party_relation"], {party_id}, {party_id}
    for _ in range(HOPS_MAX):
        rows = [row for key in ("party_id", "other_party_id") for row in reader.rows(table, key, new)]
        ends = {row[key] for row in rows if row["relation"] in CONTROL for key in ("party_id", "other_party_id")}
        new = ends - found
        if not new:
            return Group(tuple(sorted(found - {party_id})), cut=False)
        if len(found) + len(new) > MEMBERS_MAX:
            return Group(tuple(sorted(found - {party_id})), cut=True)
        found |= new
    return Group(tuple(sorted(found - {party_id})), cut=True)


def _by(rows: Iterable[Row], key: str) -> dict[str, Row]:
    return {row[key]: row for row in rows}
