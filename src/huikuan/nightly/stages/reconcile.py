"""Stage *reconcile*: the core's figures of the day beside ours, note by note and component by component.

What may differ comes from the bank's dated tolerances, what is known from the declarations of its people: the one thing
of the desk that goes into the book. The rows name the declaration that was applied, so that a later look at the file
says why a difference was not open. Everything else of the stage follows from the book of the day and the day before.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
from django.conf import settings

from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.facts import StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.steps import count_of, night_load, rows_of, steps_run, steps_view
from huikuan.portfolio.book_tables import DIFFERENCE, NOTE, NOTE_CLASS, RECONCILED, SCHEDULE, SCHEDULE_IN_FORCE
from huikuan.portfolio.facts import ClassFloor
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.renumbering import keys_now
from huikuan.reconciliation.facts import Component, Declaration, Tolerances
from huikuan.reconciliation.policies import tolerances_of_bank
from huikuan.reconciliation.rules.compare import tolerances_on
from huikuan.reconciliation.selectors.declarations import declarations_in_force

_CLASS = (Column("class_name", "VARCHAR"), Column("grade", "BIGINT"))
_USUAL = (Column("component", "VARCHAR"), Column("tolerance", "BIGINT"), Column("holds", "BOOLEAN"))
_PRODUCT = (Column("product_code", "VARCHAR"), Column("component", "VARCHAR"), Column("tolerance", "BIGINT"))
_DECLARATION = (
    Column("declaration_id", "BIGINT"),
    Column("component", "VARCHAR"),
    Column("note_id", "VARCHAR"),
    Column("product_code", "VARCHAR"),
    Column("up_to", "BIGINT"),
)


def reconcile_stage(night: Night) -> StageOutput:
    """Compare every figure that the core reports of the business date."""
    con, day = night.con, night.business_date
    night.view_today(NOTE, NOTE_CLASS, SCHEDULE_IN_FORCE)
    night.view_yesterday(DIFFERENCE)
    night.view_history(SCHEDULE, "schedule_version")
    night.view_in_force(feed_tables()["core_figure"], day)
    night_load(con, day)
    tolerances = tolerances_on(tolerances_of_bank(settings.HOME, night.bank.code), day)
    with bank_scope(night.bank.id):
        known = declarations_in_force(bank_id=night.bank.id, on=day)
    parameters_load(con, tolerances, known)
    if night.renumbered_until() is not None:
        present = keys_now(("note_id",), "select * from declaration")
        con.execute(f"create or replace temp table declaration as {present}")
    steps_run(con, ("reconcile_due", "reconcile_pair"))
    steps_view(con, ("reconcile_value", "reconcile_carried"))
    differences = night.write_step(DIFFERENCE, "reconcile_difference")
    night.view_written(DIFFERENCE)
    reconciled = night.write_step(RECONCILED, "reconcile_reconciled")
    night.view_written(RECONCILED)
    names = ("compared", "equal", "tolerated", "declared", "different", "held", "carried")
    sums = rows_of(con, f"select {', '.join(f'coalesce(sum({name}), 0)' for name in names)} from reconciled")[0]  # noqa: S608
    return StageOutput(
        rows_in=count_of(con, "reconcile_pair"),
        rows_out=differences.rows,
        files=(differences, reconciled),
        totals={name: int(value) for name, value in zip(names, sums, strict=True)},
    )


def parameters_load(con: duckdb.DuckDBPyConnection, tolerances: Tolerances, known: Sequence[Declaration]) -> None:
    """Fill difference_class, tolerance_usual, tolerance_product and declaration with what is in force."""
    rows_load(con, "difference_class", _CLASS, [(floor.value, grade) for grade, floor in enumerate(ClassFloor)])
    usual = [(name.value, tolerances.usual[name], name in tolerances.holds) for name in Component]
    rows_load(con, "tolerance_usual", _USUAL, usual)
    own = [(code, name.value, size) for code, part in tolerances.products.items() for name, size in part.items()]
    rows_load(con, "tolerance_product", _PRODUCT, own)
    rows = [(one.id, one.component.value, one.note_id or None, one.product_code or None, one.up_to) for one in known]
    rows_load(con, "declaration", _DECLARATION, rows)
