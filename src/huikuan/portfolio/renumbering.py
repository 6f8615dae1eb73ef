"""Keys that changed at a merger: the rows of the lake stay as they were delivered, and readers see them under the new
keys.

`renumbered_step(kind, old_key, new_key, effective_on)` is what was accepted of the feed *renumbering*, the latest row
of each old key; `renumbered(kind, old_key, new_key)` follows chains to the key of a business date. A former key is
never used again (`intake.renumber` sees to it), so the same map is right for a file of whatever date.
"""

# ruff: noqa: S608 - names in the SQL are those of lake tables and constants

from collections.abc import Sequence
from datetime import date
from typing import Final

import duckdb

from huikuan.portfolio.lake import LakeTable

KEY_KINDS: Final = {
    "note_id": "note",
    "account_id": "note",
    "party_id": "party",
    "other_party_id": "party",
    "guarantor_party_id": "party",
    "owner_party_id": "party",
    "institution_code": "institution",
    "department_code": "institution",
}
"""Columns of the lake that hold a key which may be renumbered, with its kind."""
STEP_COLUMNS: Final = "kind varchar, old_key varchar, new_key varchar, effective_on date"
NO_STEPS: Final = (
    "select null::varchar as kind, null::varchar as old_key, null::varchar as new_key, null::date as effective_on "
    "where false"
)


def steps_latest(parts: Sequence[str]) -> str:
    """Return the SELECT of `renumbered_step` from one SELECT for each file of the feed, oldest first."""
    if not parts:
        return NO_STEPS
    dated = " union all by name ".join(f"select *, {place} as place from ({part})" for place, part in enumerate(parts))
    return (
        "select kind, old_key, arg_max(new_key, place) as new_key, arg_max(effective_on, place) as effective_on "
        f"from ({dated}) group by kind, old_key"
    )


def renumbered_load(con: duckdb.DuckDBPyConnection, business_date: date) -> None:
    """Create `renumbered` from `renumbered_step`: every former key with the key that it has on the business date.

    A chain has no cycle and its days never go back, or intake had refused it.
    """
    in_force = f"select kind, old_key, new_key from renumbered_step where effective_on <= date '{business_date}'"
    con.execute(
        f"create or replace temp table renumbered as with recursive step as ({in_force}), "
        "walk as (select kind, old_key, new_key, 1 as hops from step union all "
        "select w.kind, w.old_key, s.new_key, w.hops + 1 from walk as w "
        "join step as s on s.kind = w.kind and s.old_key = w.new_key) "
        "select kind, old_key, arg_max(new_key, hops) as new_key from walk group by kind, old_key"
    )


def keys_now(names: Sequence[str], select: str) -> str:
    """Return the SELECT of rows with these columns under the keys of `renumbered`; the others stay as they are."""
    moved = [name for name in names if name in KEY_KINDS]
    if not moved:
        return select
    replaced = ", ".join(f'coalesce(m{n}.new_key, t."{name}") as "{name}"' for n, name in enumerate(moved))
    return f"select t.* replace ({replaced}) from ({select}) as t {_joins(moved)}"


def _joins(moved: Sequence[str]) -> str:
    return " ".join(
        f"left join renumbered as m{n} on m{n}.kind = '{KEY_KINDS[name]}' and m{n}.old_key = t.\"{name}\""
        for n, name in enumerate(moved)
    )


def rekeyed_sql(table: LakeTable, select: str) -> str:
    """Return the SELECT of rows of a lake table under the keys of `renumbered`.

    Where two customers became one, rows that have the same key now are one: that which had the key already.
    """
    names = [column.name for column in table.columns]
    if all(KEY_KINDS.get(name) != "party" for name in table.key):
        return keys_now(names, select)
    moved = [name for name in names if name in KEY_KINDS]
    replaced = ", ".join(f'coalesce(m{n}.new_key, t."{name}") as "{name}"' for n, name in enumerate(moved))
    changed = " + ".join(f"(m{n}.new_key is not null)::integer" for n in range(len(moved)))
    keys, before = (", ".join(f'{of}"{name}"' for name in table.key) for of in ("", "t."))
    return (
        f"select * exclude (changed_keys, former_row) from (select t.* replace ({replaced}), "
        f"{changed} as changed_keys, row({before}) as former_row from ({select}) as t {_joins(moved)}) "
        f"qualify row_number() over (partition by {keys} order by changed_keys, former_row) = 1"
    )
