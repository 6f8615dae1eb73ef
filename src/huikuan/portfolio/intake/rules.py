"""What the pure rules refuse of a delivery, row by row: terms of notes, combinations that their product does not
declare, loan events that do not fit.

Notes with the default conventions and the terms that every bank has are checked in SQL (`references`). Here come only
the others, and of them only those that differ from the book: `rule_note` and `rule_loan_event` have the rows that are
refused (line, code, field, expected, got).
"""

# ruff: noqa: S608 - names in the SQL are constants and names of checked contracts

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import duckdb

from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT
from huikuan.portfolio.facts import FactInvalid, Instalment
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.note_row import TERM_COLUMNS, event_of, terms_of
from huikuan.portfolio.product_policies import combinations_load
from huikuan.portfolio.rules.events_check import FIELDS, event_check
from huikuan.portfolio.rules.products import ProductBundle, product_check
from huikuan.portfolio.rules.schedule import IsWorkday, schedule_build, terms_check

Bundles = Mapping[str, ProductBundle]
Refusal = tuple[int, str, str, str, str]

_COLUMNS: Final = (
    Column("line", "BIGINT"),
    Column("code", "VARCHAR"),
    Column("field", "VARCHAR"),
    Column("expected", "VARCHAR"),
    Column("got", "VARCHAR"),
)
_PLAIN_METHODS: Final = "('equal_instalment', 'equal_principal', 'interest_first', 'bullet', 'given')"
_MORE: Final = TERM_COLUMNS[9:]  # terms that a note of a plain book has not
_CONTRACT_PRODUCT: Final = (
    "select contract_id, product_code from accepted_contract union all "
    "select contract_id, min(product_code) from known_terms "
    "where contract_id not in (select contract_id from accepted_contract) group by contract_id"
)
_PRODUCT_TERMS: Final = (
    "select product_code, terms as product_terms from accepted_product union all "
    "select product_code, min(product_terms) from known_terms "
    "where product_code not in (select product_code from accepted_product) group by product_code"
)


def _special(con: duckdb.DuckDBPyConnection) -> None:
    """Create `special_note` (line, product_terms): notes with other conventions or terms than every bank has."""
    more = " or ".join(f"{name} is not null" for name in _MORE)
    con.execute(
        "create or replace temp table special_note as with product as "
        f"(select c.contract_id, p.product_terms from ({_CONTRACT_PRODUCT}) as c "
        f"join ({_PRODUCT_TERMS}) as p on p.product_code = c.product_code where p.product_terms is not null) "
        "select t.line, p.product_terms from typed_note as t left join product as p on p.contract_id = t.contract_id "
        f"where len(t.reasons) = 0 and (p.product_terms is not null or {more} "
        f"or t.repayment_method not in {_PLAIN_METHODS})"
    )


def notes_judge(con: duckdb.DuckDBPyConnection, bundles: Bundles, is_workday: IsWorkday | None) -> None:
    """Create `rule_note`: special notes that are new or differ from the book and that the rules refuse."""
    _special(con)
    same = " and ".join(f"k.{name} is not distinct from t.{name}" for name in TERM_COLUMNS)
    rows = _named(
        con,
        f"select t.line, {', '.join(f't.{name}' for name in TERM_COLUMNS)}, s.product_terms, "
        "coalesce(d.instalments, 0) as delivered, coalesce(n.schedule_delivered, false) as known_delivered "
        "from special_note as s join typed_note as t on t.line = s.line "
        "left join (select note_id, count(*) as instalments from typed_instalment group by note_id) as d "
        "on d.note_id = t.note_id left join known_note as n on n.note_id = t.note_id "
        f"left join known_terms as k on k.note_id = t.note_id and {same} "
        "and k.product_terms is not distinct from s.product_terms "
        "where k.note_id is null or d.instalments is not null order by t.line",
    )
    rows_load(con, "rule_note", _COLUMNS, [refusal for row in rows for refusal in _note(row, bundles, is_workday)])


def events_judge(con: duckdb.DuckDBPyConnection, bundles: Bundles) -> None:
    """Create `rule_loan_event`: the events delivered today that do not fit their kind, their note or its product."""
    rows = _named(con, "select * from typed_loan_event where len(reasons) = 0 order by line")
    if not rows:
        rows_load(con, "rule_loan_event", _COLUMNS, [])
        return
    con.execute(
        "create or replace temp table event_note as with product as "
        f"(select c.contract_id, p.product_terms from ({_CONTRACT_PRODUCT}) as c "
        f"join ({_PRODUCT_TERMS}) as p on p.product_code = c.product_code), "
        "asked as (select distinct note_id from typed_loan_event) "
        "select t.note_id, t.disbursed_on, t.annual_rate_at_start_ppm, t.penalty_rate_at_start_ppm, p.product_terms "
        "from accepted_note as t join asked on asked.note_id = t.note_id "
        "left join product as p on p.contract_id = t.contract_id union all "
        "select k.note_id, k.disbursed_on, k.annual_rate_at_start_ppm, k.penalty_rate_at_start_ppm, k.product_terms "
        "from known_terms as k join asked on asked.note_id = k.note_id "
        "where k.note_id not in (select note_id from accepted_note)"
    )
    judge = _Events(con, bundles)
    rows_load(con, "rule_loan_event", _COLUMNS, [refusal for row in rows for refusal in judge.refusals(row)])


class _Events:
    """What there is to hold the events of a day to."""

    def __init__(self, con: duckdb.DuckDBPyConnection, bundles: Bundles) -> None:
        self.bundles = bundles
        self.notes = {row["note_id"]: row for row in _named(con, "select * from event_note")}
        of_notes = "note_id in (select note_id from event_note)"
        self.schedules: defaultdict[str, list[Instalment]] = defaultdict(list)
        for row in _named(con, f"select * from accepted_instalment where {of_notes} order by note_id, seq"):
            amounts = (row["principal_minor"], row["interest_minor"], row["costs_minor"])
            self.schedules[row["note_id"]].append(Instalment(row["seq"], row["due_on"], *amounts))
        named = "select core_ref, note_id, kind, reverses from"
        events = con.execute(
            f"{named} typed_loan_event where len(reasons) = 0 union all {named} known_loan_event where {of_notes}"
        ).fetchall()
        self.kinds = {(note_id, ref): (kind, reverses) for ref, note_id, kind, reverses in events}
        self.reversals: defaultdict[tuple[str, str | None], int] = defaultdict(int)
        for _, note_id, _, reverses in events:
            self.reversals[note_id, reverses] += 1
        paid = "select core_ref, note_id, amount_minor from"
        self.paid = {
            (note_id, ref): amount
            for ref, note_id, amount in con.execute(
                f"{paid} accepted_repayment where reverses is null and {of_notes} union all "
                f"{paid} known_repayment where reverses is null and {of_notes}"
            ).fetchall()
        }

    def refusals(self, row: Mapping[str, Any]) -> Iterator[Refusal]:
        note = self.notes.get(row["note_id"])
        if note is None:
            return  # its reference is refused
        takes = "schedule" in {field for fields in FIELDS[EventKind(row["kind"])] for field in fields}
        event = event_of(row, self.schedules[row["note_id"]] if takes else ())
        try:
            self._judge(row["note_id"], event, note)
        except FactInvalid as error:
            field = _EVENT_FIELDS.get(error.field, error.field)
            yield row["line"], "event.rules", field, error.expected, error.got

    def _judge(self, note_id: str, event: LoanEvent, note: Mapping[str, Any]) -> None:
        if event.value_on < note["disbursed_on"]:
            raise FactInvalid("", "value_on", "on or after the pay-out of the note", event.value_on)
        if event.reverses is not None:
            named = self.kinds.get((note_id, event.reverses))
            if named is None or named[1] is not None or named[0] != event.kind:
                raise FactInvalid("", "reverses", f"the reference of an event {event.kind} of the note", event.reverses)
            if self.reversals[note_id, event.reverses] > 1:
                raise FactInvalid("", "reverses", "an event that is not reversed yet", event.reverses)
            return
        event_check(event)
        if event.kind is EventKind.RATE_CHANGE:
            for name in ("annual_rate", "penalty_rate"):
                if getattr(event, f"{name}_ppm") is not None and note[f"{name}_at_start_ppm"] is None:
                    raise FactInvalid("", f"{name}_ppm", f"a note that states its {name}_at_start_pct", "none")
        bundle = self.bundles.get(note["product_terms"] or "")
        conventions = CONVENTIONS_DEFAULT if bundle is None else bundle.conventions
        if event.kind is EventKind.RE_AGE and not conventions.re_ageing:
            raise FactInvalid("", "kind", "an event that the product declares", event.kind)
        if event.kind is EventKind.CHARGE_BACK:
            amount = self.paid.get((note_id, event.names_ref or ""))
            if amount is None:
                raise FactInvalid("", "names_ref", "the reference of a repayment of the note", event.names_ref)
            if event.amount_minor > amount:
                raise FactInvalid("", "amount", f"at most {amount}, the repayment, in minor units", event.amount_minor)


_EVENT_FIELDS: Final = {
    "amount_minor": "amount",
    "annual_rate_ppm": "annual_rate_pct",
    "penalty_rate_ppm": "penalty_rate_pct",
    "schedule": "instalments",
    "claim": "claim_principal",
}


def _note(row: Mapping[str, Any], bundles: Bundles, is_workday: IsWorkday | None) -> Iterator[Refusal]:
    """The first refusal of a note, if any. Misuse is not delivered: a penalty rate may be that of a misused loan."""
    terms, bundle = terms_of(row), bundles.get(row["product_terms"] or "")
    delivered = row["delivered"] or (terms.instalment_count if row["known_delivered"] else 0)
    try:
        if bundle is not None:
            limit = replace(bundle.markup_ppm, high=bundle.misuse_markup_ppm.high)
            product_check(
                replace(bundle, markup_ppm=limit),
                bundle.conventions,
                terms,
                delivered_count=delivered,
                combinations=combinations_load(),
            )
        if delivered:
            terms_check(terms)
            return
        conventions = CONVENTIONS_DEFAULT if bundle is None else bundle.conventions
        schedule_build(terms, conventions=conventions, is_workday=is_workday)
    except FactInvalid as error:
        code = "note.product" if error.code.startswith(("product.", "convention.")) else "note.terms"
        yield row["line"], code, error.field.removeprefix("note."), error.expected, error.got


def _named(con: duckdb.DuckDBPyConnection, select: str) -> list[dict[str, Any]]:
    rows = con.execute(select).fetchall()
    names = [column[0] for column in con.description or ()]
    return [dict(zip(names, row, strict=True)) for row in rows]
