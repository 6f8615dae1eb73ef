"""Conventions of the products of a night."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

import duckdb
from django.conf import settings

from huikuan.nightly.night import Night
from huikuan.nightly.steps import rows_of
from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT, Conventions, DueDay, PenaltyAs, PenaltyBase, ToleranceOn
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.policies import PolicyInvalidError
from huikuan.portfolio.product_policies import products_of_bank
from huikuan.portfolio.rules.day_count import den_of
from huikuan.portfolio.rules.engine import fold_holds

ConventionsByCode = Mapping[str, Conventions]
DEFAULT_CODE: Final = ""  # of a product that names no bundle

CONVENTION_COLUMNS: Final = (
    Column("product_terms", "VARCHAR"),
    Column("digest", "VARCHAR"),
    Column("folded", "BOOLEAN"),
    Column("den", "BIGINT"),
    Column("penalty_as_markup", "BOOLEAN"),
    Column("penalty_on_interest", "BOOLEAN"),
    Column("due_day", "INTEGER"),
    Column("tolerance_days", "INTEGER"),
    Column("tolerance_minor", "BIGINT"),
    Column("tolerance_on_note", "BOOLEAN"),
)
"""What the SQL of the night must know of a product's conventions; the exact engine knows all of them."""


def conventions_of(night: Night) -> ConventionsByCode:
    """Return the conventions of every product bundle that the bank may use, by code; "" are the default ones."""
    bundles = products_of_bank(settings.HOME, night.bank.code)
    return {DEFAULT_CODE: CONVENTIONS_DEFAULT, **{code: bundle.conventions for code, bundle in bundles.items()}}


def conventions_load(con: duckdb.DuckDBPyConnection, conventions: ConventionsByCode, notes: str = "note") -> None:
    """Fill the table ``convention``; raises PolicyInvalidError for a bundle that one of the ``notes`` follows and that
    is no longer there."""
    rows_load(con, "convention", CONVENTION_COLUMNS, [_row(code, each) for code, each in conventions.items()])
    unknown = (
        f"select distinct product_terms from {notes} "  # noqa: S608
        "where product_terms not in (select product_terms from convention)"
    )
    for (code,) in rows_of(con, unknown):
        raise PolicyInvalidError(f"{code}.yaml", "file", "is missing, and notes of the book follow it: put it back")


def _row(code: str, conventions: Conventions) -> tuple[object, ...]:
    values = json.dumps(asdict(conventions), sort_keys=True)
    return (
        code,
        hashlib.sha256(values.encode()).hexdigest(),
        fold_holds(conventions) is None,
        den_of(conventions.day_count),
        conventions.penalty_as is PenaltyAs.MARKUP,
        conventions.penalty_base is PenaltyBase.PRINCIPAL_AND_INTEREST,
        int(conventions.due_day is DueDay.DAY_1),
        conventions.tolerance_days,
        conventions.tolerance_minor,
        conventions.tolerance_on is ToleranceOn.NOTE,
    )
