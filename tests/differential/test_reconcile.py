"""The stage *reconcile* against the pure rule: random books and figures of the core, several days in a row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

import duckdb
import pytest

from huikuan.nightly.stages.reconcile import parameters_load
from huikuan.nightly.steps import night_load, rows_named, rows_of, step_text, steps_run, steps_view
from huikuan.portfolio.book_tables import DIFFERENCE, NOTE, NOTE_CLASS, SCHEDULE, SCHEDULE_IN_FORCE
from huikuan.portfolio.facts import ClassFloor
from huikuan.portfolio.lake import LakeTable, rows_load
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.reconciliation.facts import Component, Declaration, Tolerances
from huikuan.reconciliation.rules.compare import compare, in_force, open_since

FIRST = date(2024, 1, 30)
DAYS = 4
PRODUCTS = ("P1", "P2", "P3")
TOLERANCES = Tolerances(
    FIRST,
    {component: 0 if component.value.startswith(("days", "next_due_on")) else 1 for component in Component}
    | {Component.CLASS: 0},
    {"P2": {Component.PENALTY: 5, Component.DAYS_PRINCIPAL: 3}, "P3": {Component.PRINCIPAL: 0}},
    frozenset(Component) - {Component.CLASS, Component.NEXT_DUE_ON},
)
PLAIN: dict[str, Any] = {"VARCHAR": "", "BIGINT": 0, "INTEGER": 0, "BOOLEAN": False, "DATE": None}
# Component, column of note_class, column of the feed
PLACES = (
    (Component.PRINCIPAL, "balance_minor", "principal_minor"),
    (Component.OVERDUE_PRINCIPAL, "overdue_principal_minor", "overdue_principal_minor"),
    (Component.OVERDUE_INTEREST, "overdue_interest_minor", "overdue_interest_minor"),
    (Component.PENALTY, "penalty_minor", "penalty_minor"),
    (Component.COMPOUND, "compound_minor", "compound_minor"),
    (Component.COSTS_DUE, "costs_due_minor", "costs_due_minor"),
    (Component.DAYS_PRINCIPAL, "dpd_principal", "days_principal"),
    (Component.DAYS_INTEREST, "dpd_interest", "days_interest"),
)
Row = dict[str, Any]


class Figure(NamedTuple):
    """A difference as the book has it."""

    difference: int
    tolerance: int
    verdict: str
    declaration_id: int | None
    held: bool
    compared_on: date
    open_since: date | None
    ours: int
    core: int


Book = dict[tuple[str, Component], Figure]


@dataclass
class Day:
    """What the stage reads of a day."""

    on: date
    classes: list[Row]
    figures: list[Row]
    schedule: list[Row]
    changed: list[Row]


def _load(con: duckdb.DuckDBPyConnection, table: LakeTable, rows: list[Row], name: str = "") -> None:
    """Make a table of these rows; columns that a row does not name get the plain value of their type."""
    nothing = dict.fromkeys(column.name for column in table.columns)
    plain = nothing if table.name == "feed_core_figure" else {c.name: PLAIN[c.duckdb_type] for c in table.columns}
    values = [tuple({**plain, **row}[column.name] for column in table.columns) for row in rows]
    rows_load(con, name or table.name, table.columns, values)


def _day(random: Random, on: date, notes: int) -> Day:
    """Figures of which most are equal or near each other; some are missing, some are of the day before."""
    day = Day(on, [], [], [], [])
    for number in range(notes):
        key, product = f"N{number:03d}", PRODUCTS[number % 3]
        ours: Row = {"note_id": key, "product_code": product, "party_id": f"P{number}"}
        core: Row = {"note_id": key, "as_of_on": on if random.random() < 0.9 else on - timedelta(days=1)}
        for _, column, feed in PLACES:
            ours[column] = random.choice((0, 1, 90, 10**6))
            if random.random() < 0.8:
                core[feed] = max(0, ours[column] + random.choice((0, 0, 0, 0, 1, -1, 2, 5, -6, 10**4)))
        ours["bucket"] = random.choice(("M0", "M1", "M3", "settled"))
        ours["class_floor_borrower"] = random.choice(list(ClassFloor)).value
        if random.random() < 0.8:
            core["class"] = random.choice(list(ClassFloor)).value
        for step in range(random.randrange(3)):
            due = {"note_id": key, "seq": step + 1, "due_on": on + timedelta(days=random.choice((-3, 0, 1, 2, 9)))}
            day.schedule.append({**due, "schedule_on": FIRST, "principal_minor": 100, "interest_minor": 7})
            if number % 5 == 0:
                day.changed.append({**due, "principal_minor": 40})
        if random.random() < 0.7:
            core["next_due_on"] = on + timedelta(days=random.choice((1, 2, 9)))
            core["next_due_amount_minor"] = random.choice((107, 214, 40, 108))
        day.classes.append(ours)
        if random.random() < 0.9:
            day.figures.append(core)
    return day


def _next_due(day: Day, note_id: str) -> tuple[date, int] | None:
    changed = {row["note_id"] for row in day.changed}
    rows = [row for row in (day.changed if note_id in changed else day.schedule) if row["note_id"] == note_id]
    coming = sorted(row["due_on"] for row in rows if row["due_on"] > day.on)
    if not coming:
        return None
    due = [row for row in rows if row["due_on"] == coming[0]]
    return coming[0], sum(row["principal_minor"] + row.get("interest_minor", 0) for row in due)


def _pairs(day: Day) -> dict[tuple[str, Component], tuple[int, int]]:
    """Figures that both sides have."""
    classes = {row["note_id"]: row for row in day.classes}
    found: dict[tuple[str, Component], tuple[int, int]] = {}
    order = [floor.value for floor in ClassFloor]
    for core in day.figures:
        if core["as_of_on"] != day.on:
            continue
        key, ours = core["note_id"], classes[core["note_id"]]
        for component, column, feed in PLACES:
            if core.get(feed) is not None:
                found[key, component] = (ours[column], core[feed])
        if "class" in core:
            found[key, Component.CLASS] = (order.index(ours["class_floor_borrower"]), order.index(core["class"]))
        due = _next_due(day, key) if ours["bucket"] != "settled" else None
        if "next_due_on" in core and due is not None:
            found[key, Component.NEXT_DUE_ON] = ((due[0] - day.on).days, (core["next_due_on"] - day.on).days)
            found[key, Component.NEXT_DUE_AMOUNT] = (due[1], core["next_due_amount_minor"])
    return found


def _expected(day: Day, before: Book, declarations: list[Declaration]) -> Book:
    pairs = {key: (*pair, day.on) for key, pair in _pairs(day).items()}
    classes = {row["note_id"]: row for row in day.classes}
    for (note_id, component), old in before.items():
        if classes[note_id]["bucket"] != "settled":
            pairs.setdefault((note_id, component), (old.ours, old.core, old.compared_on))
    book: Book = {}
    for (note_id, component), (ours, core, compared_on) in pairs.items():
        product = classes[note_id]["product_code"]
        found = compare(
            note_id=note_id, product_code=product, component=component, ours=ours, core=core, tolerances=TOLERANCES,
            declarations=declarations, on=day.on,
        )  # fmt: skip
        if found.difference:
            old_since = before[note_id, component].open_since if (note_id, component) in before else None
            since = open_since(old_since, found.verdict, day.on)
            book[note_id, component] = Figure(
                found.difference, found.tolerance, found.verdict.value, found.declaration_id, found.held, compared_on,
                since, ours, core,
            )  # fmt: skip
    return book


def _declarations(random: Random, notes: int) -> list[Declaration]:
    made = []
    for number in range(40):
        of_note = random.random() < 0.7
        start = FIRST + timedelta(days=random.randrange(DAYS))
        made.append(
            Declaration(
                number + 1,
                random.choice(list(Component)),
                f"N{random.randrange(notes):03d}" if of_note else "",
                "" if of_note else random.choice(PRODUCTS),
                random.choice((2, 5, 6, 10**4)),
                start,
                start + timedelta(days=random.randrange(3)),
            )
        )
    return made


def _in_sql(con: duckdb.DuckDBPyConnection, day: Day, declarations: list[Declaration]) -> tuple[Book, list[Row]]:
    """Run the steps of the stage as it does; ``prev_difference`` is there from the day before."""
    notes = [{"note_id": row["note_id"], "schedule_on": FIRST} for row in day.classes]
    _load(con, NOTE, notes)
    _load(con, NOTE_CLASS, day.classes)
    _load(con, SCHEDULE, day.schedule, "schedule_version")
    _load(con, SCHEDULE_IN_FORCE, day.changed)
    _load(con, feed_tables()["core_figure"], day.figures)
    night_load(con, day.on)
    parameters_load(con, TOLERANCES, [one for one in declarations if in_force(one, day.on)])
    steps_run(con, ("reconcile_due", "reconcile_pair"))
    steps_view(con, ("reconcile_value", "reconcile_carried"))
    con.execute(f"create or replace temp table difference as {step_text('reconcile_difference')}")
    rows = rows_named(con, "select * from difference")
    cells = rows_named(con, step_text("reconcile_reconciled"))
    con.execute("create or replace temp table prev_difference as select * from difference")
    return {
        (row["note_id"], Component(row["component"])): Figure(*(row[name] for name in Figure._fields)) for row in rows
    }, cells


@pytest.mark.parametrize("seed", range(6))
def test_stage_equals_the_pure_rule_day_after_day(seed: int) -> None:
    random, notes = Random(seed), 120
    declarations = _declarations(random, notes)
    con = duckdb.connect(":memory:")
    con.execute(f"create temp table prev_difference as {DIFFERENCE.empty_select()}")
    before: Book = {}
    seen: Counter[str] = Counter()
    for number in range(DAYS):
        day = _day(random, FIRST + timedelta(days=number), notes)
        found, cells = _in_sql(con, day, declarations)
        expected = _expected(day, before, declarations)
        assert found == expected, day.on
        compared = Counter(component for _, component in _pairs(day))
        assert sum(cell["compared"] for cell in cells) == compared.total()
        for name in ("tolerated", "declared", "different"):
            assert sum(cell[name] for cell in cells) == sum(row.verdict == name for row in found.values())
        assert sum(cell["held"] for cell in cells) == sum(row.held for row in found.values())
        fresh = [row for row in found.values() if row.compared_on == day.on]
        assert sum(cell["equal"] for cell in cells) == compared.total() - len(fresh)
        assert sum(cell["difference"] for cell in cells) == sum(row.difference for row in fresh)
        seen.update(row.verdict for row in found.values())
        seen["carried"] += len(found) - len(fresh)
        before = found
    assert min(seen[name] for name in ("tolerated", "declared", "different", "carried")) > 20, seen
    assert rows_of(con, "select count(*) from difference")[0][0] == len(before)
