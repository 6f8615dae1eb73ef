"""Contagion in the stage *classify* against the pure rule, on random books of debtors with several notes."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import duckdb
import pytest

from huikuan.nightly.stages.classify import OBSERVED, parameters_load
from huikuan.nightly.steps import rows_of, steps_run
from huikuan.portfolio.book_tables import NOTE, NOTE_STATE
from huikuan.portfolio.borrower_policies import contagion_policies_load
from huikuan.portfolio.facts import Bucket, ClassFloor, CoreStatus
from huikuan.portfolio.lake import LakeTable, rows_load
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.policies import class_policies_load
from huikuan.portfolio.rules.classification import class_floor, class_policy_on
from huikuan.portfolio.rules.contagion import (
    ClaimOnDebtor,
    Contagion,
    class_with_contagion,
    contagion_of,
    contagion_policy_on,
)

DAY = date(2024, 1, 31)
PLAIN: dict[str, Any] = {"VARCHAR": "", "BIGINT": 0, "INTEGER": 0, "BOOLEAN": False, "DATE": None}
PRODUCTS = {"retail": True, "firm": False, "project": False}
Row = dict[str, Any]


def _load(con: duckdb.DuckDBPyConnection, table: LakeTable, rows: list[Row]) -> None:
    """Make a table of these rows; columns that a row does not name get the plain value of their type."""
    plain = {column.name: PLAIN[column.duckdb_type] for column in table.columns}
    values = [tuple({**plain, **row}[column.name] for column in table.columns) for row in rows]
    rows_load(con, table.name, table.columns, values)


def _book(random: Random, debtors: int) -> list[Row]:
    """Debtors with 1 to 12 notes; many shares lie on either side of a tenth, or on it."""
    rows = []
    for number in range(debtors):
        unit = random.choice((1, 7, 10**6, 10**11))
        for place in range(random.randrange(1, 13)):
            rows.append(
                {
                    "note_id": f"N{number:04d}-{place}",
                    "party_id": f"P{number}",
                    "product_code": random.choice((*PRODUCTS, "firm", "firm", "gone")),
                    "core_status": random.choice((*CoreStatus, CoreStatus.ACTIVE, CoreStatus.ACTIVE)),
                    "closed": random.random() < 0.05,
                    "principal_outstanding_minor": unit * random.choice((0, 1, 1, 1, 2, 9)) + random.choice((0, 0, 1)),
                    "dpd_principal": random.choice((0, 0, 0, 0, 1, 90, 91, 271, 361)),
                }
            )
    return rows


def _expected(rows: list[Row], on: date) -> dict[str, tuple[ClassFloor, ClassFloor, Contagion | None]]:
    policy, floors = contagion_policy_on(contagion_policies_load(), on), class_policy_on(class_policies_load(), on)
    claims = [
        ClaimOnDebtor(
            row["note_id"],
            row["party_id"],
            retail=PRODUCTS.get(row["product_code"], True),
            ended=row["core_status"] is not CoreStatus.ACTIVE or row["closed"],
            balance_minor=row["principal_outstanding_minor"],
            class_floor=class_floor(row["dpd_principal"], floors),
        )
        for row in rows
    ]
    findings = contagion_of(claims, policy)
    return {claim.note_id: (claim.class_floor, *class_with_contagion(claim, findings, policy)) for claim in claims}


@pytest.mark.parametrize("seed", range(6))
def test_contagion_in_sql_equals_the_pure_rule(seed: int) -> None:
    rows = _book(Random(seed), 400)
    con = duckdb.connect(":memory:")
    for table in (NOTE, NOTE_STATE):
        _load(con, table, rows)
    _load(con, feed_tables()["product"], [{"product_code": key, "retail": retail} for key, retail in PRODUCTS.items()])
    parameters_load(con, DAY)
    rows_load(con, "observed", OBSERVED, [])
    steps_run(con, ["classify_note_class"])
    select = "select note_id, class_floor, class_floor_borrower, contagion, bucket from classify_note_class"
    found = {row[0]: row[1:] for row in rows_of(con, select)}
    expected = _expected(rows, DAY)
    assert {key: row[:3] for key, row in found.items()} == expected
    spread = [row for row in found.values() if row[2] is not None]
    assert len(spread) > 50 and len(spread) < len(found) / 2, "books on which contagion happens, and does not"
    assert not any(row[3] in (Bucket.SETTLED, Bucket.CHARGED_OFF) for row in spread)
