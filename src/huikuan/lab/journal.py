"""The journal: what happened, in whole numbers, as Parquet files from which feeds and truth are written.

``<journal>/<table>/<part>.parquet``; a part is a block of borrowers over a span of days. Nothing in it depends on how
the work was cut: whoever reads it sorts by day and note.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import duckdb
import numpy as np

from huikuan.lab.happened import TRUTHS, Happened
from huikuan.lab.rules.accounts import YEARLY_MINOR, accounts_month
from huikuan.lab.rules.days import month_of
from huikuan.lab.rules.draw import Integers, between, draw, happens
from huikuan.lab.rules.identity import RELATED, card_numbers, credit_codes, mobile_numbers
from huikuan.lab.rules.paying import DECIDES_BEFORE
from huikuan.lab.rules.products import BESIDE, CIRCLE_LOAN, MICRO, OLD
from huikuan.lab.rules.schedules import GIVEN
from huikuan.lab.world import ACTIVE, CHARGED_OFF, OLD_CHARGED_OFF_ON, SETTLED, World, outstanding

Columns = Mapping[str, Integers]
TABLES: Final[dict[str, tuple[str, ...]]] = {
    "drawn": ("day", "note"),
    "paid": ("day", "note", "amount", "payer", "second"),
    "ended": ("day", "note", "status"),
    "truth": ("day", "kind", "who", "what"),
    "figure": ("day", "note", "principal", "overdue_principal", "overdue_interest", "penalty", "compound"),
    "card": ("day", "number", "bucket", "balance"),
    "account": ("day", "number", "income", "spending", "pattern"),
}
DEFECTS: Final = ("contract_lost", "no_demand_for_years", "signature_of_another", "guarantor_never_asked", "none")
"""Defects of evidence of old loans; no feed has a place for them."""
_FAILED_DEBIT: Final = TRUTHS.index("failed_debit")
_CARD_NEWER_PPM: Final = (700_000, 30_000)  # the card system has the newer number: of wrong ones, of others
_STATED_PERCENT: Final = (70, 135)  # of the income, as the bureau has it; two grades differ by 7 to 14 %
_CONTRACT_NOTES: Final = 3  # notes under one contract of a revolving line


class Journal:
    """Collects what happens to a block and writes it as one part of each table."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._parts: dict[str, list[tuple[Integers, ...]]] = {name: [] for name in TABLES}

    def add(self, world: World, happened: Happened) -> None:
        """Take down a day."""
        key = world.notes.key
        for at in happened.drawn:
            self._add("drawn", happened.day, key[at])
        for at, amount, payer, second in happened.paid:
            self._add("paid", happened.day, key[at], amount, payer, second)
        for status, ends in ((SETTLED, happened.settled), (CHARGED_OFF, happened.charged_off)):
            for at in ends:
                self._add("ended", happened.day, key[at], np.full_like(at, status))
        for kind, who, what in happened.truth:
            day = happened.day + DECIDES_BEFORE * (kind == _FAILED_DEBIT)  # it fails on the due day
            self._add("truth", day, np.full_like(who, kind), who, what)
        for number, bucket, balance in happened.cards:
            self._add("card", happened.day, number, bucket, balance)

    def add_accounts(self, world: World) -> None:
        """Take down what went through the accounts in the month that ends today."""
        month = int(month_of(np.array([world.day]))[0])
        odds = world.state.shocks_of.odds_ppm
        self._add("account", world.day, world.people.number, *accounts_month(world.seed, world.people, odds, month))

    def add_old(self, world: World) -> None:
        """Take down the notes that were there before the world began."""
        at = np.flatnonzero(world.notes.product == OLD)
        off = at[world.state.status[at] == CHARGED_OFF]
        self._add("drawn", world.day, world.notes.key[at])
        self._add("ended", OLD_CHARGED_OFF_ON, world.notes.key[off], np.full_like(off, CHARGED_OFF))

    def add_figures(self, world: World) -> None:
        """Take down what the core reports of every note on the books at the close of the day."""
        state, debts = world.state, world.state.debts
        at = np.flatnonzero((state.status == ACTIVE) | (state.status == CHARGED_OFF))
        # what falls due today is not past due yet
        last = np.maximum(state.next_row[at] - 1, 0)
        today = (state.next_row[at] > world.rows.start[at]) & (world.rows.due[last] == world.day)
        principal = np.where(today, np.minimum(world.rows.principal[last], debts.principal[at]), 0)
        interest = np.where(today, np.minimum(world.rows.interest[last], debts.interest[at]), 0)
        self._add(
            "figure", world.day, world.notes.key[at], outstanding(world, at), debts.principal[at] - principal,
            debts.interest[at] - interest, *debts.shown(at),
        )  # fmt: skip

    def write(self, folder: Path, part: str) -> None:
        """Write one part of each table."""
        with duckdb.connect(":memory:", config={"threads": 1}) as con:
            for name, columns in TABLES.items():
                parts = self._parts[name]
                arrays = [np.concatenate(one) for one in zip(*parts, strict=True)] if parts else []
                found = arrays or [np.zeros(0, dtype=np.int64) for _ in columns]
                table_write(con, folder / name, part, dict(zip(columns, found, strict=True)), order=columns[:2])

    def _add(self, table: str, day: int, *columns: Integers) -> None:
        if columns[0].size:
            self._parts[table].append((np.full_like(columns[0], day), *columns))


def table_write(
    con: duckdb.DuckDBPyConnection, folder: Path, part: str, columns: Columns, order: Iterable[str] = ()
) -> None:
    """Write columns of equal length as one Parquet file."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = dict(columns)
    con.register("rows_given", rows)
    by = f" order by {', '.join(order)}" if order else ""
    file = folder / f".{part}.parquet"  # without its dot once it is whole
    target = str(file).replace("'", "''")
    con.execute(f"copy (select * from rows_given{by}) to '{target}' (format parquet, compression zstd)")  # noqa: S608
    con.unregister("rows_given")
    file.replace(folder / f"{part}.parquet")


def static_write(world: World, folder: Path, part: str) -> None:
    """Write who the people are, and the terms of the notes that they may draw."""
    with duckdb.connect(":memory:", config={"threads": 1}) as con:
        table_write(con, folder / "person", part, _people(world))
        table_write(con, folder / "note", part, _notes(world))
        table_write(con, folder / "instalment", part, _instalments(world))


def _people(world: World) -> dict[str, Integers]:
    people = world.people
    card, card_check = card_numbers(people.number, people.born)
    code, code_check = credit_codes(people.number)
    related = people.number + RELATED
    related_card, related_check = card_numbers(related, people.born + 400)
    # what other systems say is a hint of what is true, never the truth itself
    other = np.where(people.wrong_number, *_CARD_NEWER_PPM)
    year = np.asarray(YEARLY_MINOR, dtype=np.int64)[people.occupation] // 100
    noise = between(draw(world.seed, "stated-income", people.number), *_STATED_PERCENT)
    return {name: np.asarray(getattr(people, name)).astype(np.int64) for name in type(people).__dataclass_fields__} | {
        "identity": np.where(people.enterprise, code, card),
        "identity_check": np.where(people.enterprise, code_check, card_check),
        "related_identity": related_card,
        "related_check": related_check,
        "mobile": mobile_numbers(np.where(people.ring, people.circle * 5 + 1, people.number)),
        "mobile_next": mobile_numbers(people.number, 1),
        "related_mobile": mobile_numbers(related),
        "odds_ppm": world.traits_ppm,
        "card_mobile_next": happens(draw(world.seed, "card-mobile", people.number), other).astype(np.int64),
        "stated_income": year * (16 - people.ability) * noise // (12 * 10 * 100) // 100 * 100,
    }


def _notes(world: World) -> dict[str, Integers]:
    notes, terms = world.notes, world.notes.terms
    slot = notes.key % 100
    revolving = np.isin(notes.product, (MICRO, CIRCLE_LOAN))
    line = np.where(revolving, slot % BESIDE // _CONTRACT_NOTES, slot)
    defect = between(draw(world.seed, "defect", notes.key), 0, len(DEFECTS) - 1)
    return {
        "note": notes.key,
        "number": world.people.number[notes.borrower],
        "contract": notes.key // 100 * 100 + line,
        "product": notes.product,
        "penalty_ppm": notes.penalty_ppm,
        "compounds": notes.compounds.astype(np.int64),
        "stolen": world.planted.stolen.astype(np.int64),
        "stops_on": world.planted.stops_on,
        "defect": np.where(notes.product == OLD, defect, len(DEFECTS) - 1),
        **{name: getattr(terms, name) for name in type(terms).__dataclass_fields__},
    }


def _instalments(world: World) -> dict[str, Integers]:
    """Schedules that the core delivers: of the notes that are repaid by the harvest."""
    at = np.flatnonzero(world.notes.terms.method == GIVEN)
    count = world.notes.terms.count[at]
    note = np.repeat(at, count)
    seq = np.arange(note.size) - np.repeat(np.cumsum(count) - count, count)
    row = world.rows.start[note] + seq
    rows = world.rows
    return {
        "note": world.notes.key[note],
        "seq": seq + 1,
        "due": rows.due[row],
        "principal": rows.principal[row],
        "interest": rows.interest[row],
    }
