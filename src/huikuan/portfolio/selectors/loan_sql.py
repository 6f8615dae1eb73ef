"""The SQL of the list of loans: conditions, order and place in the order, composed from a LoanQuery.

Every value is a parameter; what stands in the text comes from the constants of this module. The condition on arrears
is written in the words of the partial indexes (models/desk.py), or PostgreSQL would not use them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from huikuan.portfolio.facts import ClassFloor
from huikuan.portfolio.rules.loan_query import DATED_SORTS, LoanCursor, LoanFilter, LoanQuery, LoanSort

IN_ARREARS: Final = "not (d.bucket in ('M0', 'settled'))"
NOT_SETTLED: Final = "d.bucket <> 'settled'"
OVERDUE: Final = "d.dpd > 0 and not (d.bucket in ('settled', 'charged_off'))"  # as stages/publish_bucket_cell.sql

NOTE_COLUMNS: Final = (
    "note_id",
    "contract_id",
    "party_id",
    "party_kind",
    "institution_code",
    "product_code",
    "officer_code",
    "officer_name",
    "department_code",
    "dpd",
    "dpd_principal",
    "dpd_interest",
    "bucket",
    "class_floor",
    "core_class",
    "core_dpd",
    "balance_minor",
    "principal_minor",
    "overdue_minor",
    "arrears_minor",
    "overdue_principal_minor",
    "overdue_interest_minor",
    "penalty_minor",
    "compound_minor",
    "delay_minor",
    "costs_due_minor",
    "matures_on",
    "region",
    "secured",
    "account_balance_minor",
    "last_failure",
    "overdue_since",
    "stale_since",
)

_SORT_COLUMNS: Final = {
    LoanSort.DPD: "overdue_since",
    LoanSort.ARREARS: "arrears_minor",
    LoanSort.BALANCE: "balance_minor",
    LoanSort.MATURES: "matures_on",
}
_LISTED: Final = {
    "product": "product_code",
    "bucket": "bucket",
    "class_floor": "class_floor",
    "officer": "officer_code",
    "department": "department_code",
    "region": "region",
    "party_kind": "party_kind",
    "secured": "secured",
    "core_class": "core_class",
    "last_failure": "last_failure",
}
_RANGED: Final = {
    "dpd_min": "dpd >=",
    "dpd_max": "dpd <=",
    "overdue_min": "overdue_minor >=",
    "overdue_max": "overdue_minor <=",
    "balance_min": "balance_minor >=",
    "balance_max": "balance_minor <=",
    "matures_from": "matures_on >=",
    "matures_to": "matures_on <=",
}
_MILDEST_FIRST: Final = "array[" + ", ".join(f"'{name}'" for name in ClassFloor) + "]"
_DIFFERS: Final = (
    "(coalesce(d.core_dpd <> d.dpd, false) or (d.core_class <> '' and "
    f"array_position({_MILDEST_FIRST}, d.core_class::text) < array_position({_MILDEST_FIRST}, d.class_floor::text)))"
)

PAGE: Final = """
with page as materialized (
    select d.bank_id, {columns}
    from portfolio_desk_note d
    where {where}
    order by {order}
    limit %(limit)s
)
select {shown}, p.name,
    coalesce(t.ids, '{{}}') as tag_ids, coalesce(t.names, '{{}}') as tag_names
from page d
join portfolio_party p on p.bank_id = d.bank_id and p.party_id = d.party_id
left join lateral (
    select array_agg(g.id order by g.name) as ids, array_agg(g.name order by g.name) as names
    from portfolio_note_tag n join portfolio_tag g on g.bank_id = n.bank_id and g.id = n.tag_id
    where n.bank_id = d.bank_id and n.note_id = d.note_id
) t on true
order by {order}
"""

SUMMARY: Final = """
select count(*), count(*) filter (where {overdue}), count(*) filter (where d.bucket = 'charged_off'),
    count(distinct d.party_id),
    coalesce(sum(d.overdue_minor), 0)::bigint, coalesce(sum(d.balance_minor), 0)::bigint
from portfolio_desk_note d
where {where}
"""

FACETS: Final = """
select
    case when grouping(d.officer_code) = 0 then 'officer' when grouping(d.department_code) = 0 then 'department'
        when grouping(d.region) = 0 then 'region' else 'product' end,
    coalesce(d.officer_code, d.department_code, d.region, d.product_code),
    coalesce(max(d.officer_name) filter (where d.officer_name <> ''), ''),
    count(*)
from portfolio_desk_note d
where {where}
group by grouping sets ((d.officer_code), (d.department_code), (d.region), (d.product_code))
"""

Parameters = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Conditions:
    """A condition as SQL text with its parameters."""

    text: str
    parameters: Parameters


def conditions(*, bank_id: int, institution_codes: Sequence[str] | None, wanted: LoanFilter) -> Conditions:
    """Return what a note must fulfil; ``institution_codes`` as ``loan_scope`` gives them, None for the whole bank."""
    parts = ["d.bank_id = %(bank)s"]
    values: Parameters = {"bank": bank_id}
    if institution_codes is not None:
        parts.append("d.institution_code = any(%(institutions)s::text[])")
        values["institutions"] = list(institution_codes)
    if not wanted.bucket:
        parts.append(NOT_SETTLED if wanted.stale else IN_ARREARS)
    for name, column in _LISTED.items():
        if listed := getattr(wanted, name):
            parts.append(f"d.{column} = any(%({name})s::text[])")
            values[name] = [str(one) for one in listed]
    for name, comparison in _RANGED.items():
        if (limit := getattr(wanted, name)) is not None:
            parts.append(f"d.{comparison} %({name})s")
            values[name] = limit
    if wanted.stale is not None:
        parts.append(f"d.stale_since is {'not ' if wanted.stale else ''}null")
    if wanted.core_differs is not None:
        parts.append(_DIFFERS if wanted.core_differs else f"not {_DIFFERS}")
    if wanted.tag:
        parts.append(
            "exists (select from portfolio_note_tag g where g.bank_id = d.bank_id and g.note_id = d.note_id "
            "and g.tag_id = any(%(tags)s::bigint[]))"
        )
        values["tags"] = list(wanted.tag)
    return Conditions("\n    and ".join(parts), values)


def segments(query: LoanQuery, base: Conditions, after: LoanCursor | None) -> list[tuple[str, Parameters]]:
    """Return the statements that give a page one after another, each with the parameter ``limit`` still open.

    Notes without a sort value come last in both directions: a second statement, because one that mixes both would
    not follow an index. It is run only where the first gives less than a page.
    """
    # the most days past due are the earliest day since which
    down = query.descending is not (query.sort is LoanSort.DPD)
    sign, way = ("<", "desc") if down else (">", "asc")
    column = _SORT_COLUMNS.get(query.sort)
    by_key = f"d.note_id {way}"
    past_key = [] if after is None else [f"d.note_id {sign} %(after_note)s"]
    if column is None:
        return [_page(base, past_key, by_key, after)]
    by_value = f"d.{column} {way}, {by_key}"
    past_value = [] if after is None else [f"(d.{column}, d.note_id) {sign} (%(after_value)s, %(after_note)s)"]
    if query.sort not in DATED_SORTS:
        return [_page(base, past_value, by_value, after)]
    without = _page(base, [f"d.{column} is null", *(past_key if after and after.value is None else [])], by_key, after)
    if after is not None and after.value is None:
        return [without]
    return [_page(base, [f"d.{column} is not null", *past_value], by_value, after), without]


def _page(base: Conditions, further: list[str], order: str, after: LoanCursor | None) -> tuple[str, Parameters]:
    columns = ", ".join(f"d.{name}" for name in NOTE_COLUMNS)
    where = "\n    and ".join([base.text, *further])
    place = {} if after is None else {"after_value": after.value, "after_note": after.note_id}
    return PAGE.format(columns=columns, where=where, order=order, shown=columns), {**base.parameters, **place}
