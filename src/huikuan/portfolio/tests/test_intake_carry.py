"""What goes to the lake of a current feed: today's good rows, and rejected ones as they were."""

from datetime import date

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.carry import carried_rows, lake_select
from huikuan.portfolio.intake.renumber import renumbering_empty
from huikuan.portfolio.lake import rows_load
from huikuan.portfolio.lake_tables import feed_table

DAY, EARLIER = date(2026, 3, 31), date(2026, 3, 1)
CONTRACT = contracts_shipped()["party_relation"]
KEYS = [(party, other, relation) for party in "ab" for other in "xy" for relation in ("spouse", "partner")]
keys = st.sets(st.sampled_from(KEYS))


def lake_of(
    before: dict[tuple[str, ...], date | None], good: set[tuple[str, ...]], bad: set[tuple[str, ...]], *, hidden: bool
) -> dict[tuple[str, ...], date | None]:
    """Stale day by key of what is written when ``before`` was in force; ``hidden``: a line whose key is unknown."""
    columns = feed_table(CONTRACT).columns
    with duckdb.connect() as con:
        renumbering_empty(con)
        rows_load(con, "in_force_party_relation", columns, [(*key, None, stale) for key, stale in before.items()])
        rows_load(con, "accepted_party_relation", columns[:-1], [(*key, None) for key in good])
        rows_load(con, "rows", columns[:-1], [(*key, None) for key in bad])
        con.execute("create temp table checked_party_relation as select *, ['a reason'] as reasons from rows")
        con.execute(f"create temp table ragged_party_relation as select 1 as line where {hidden}")
        carried_rows(con, CONTRACT, DAY, rejected=len(bad) + hidden)
        rows = con.execute(
            f"select party_id, other_party_id, relation, stale_since from ({lake_select(CONTRACT)})"
        ).fetchall()
    found = {row[:3]: row[3] for row in rows}
    assert len(found) == len(rows), "a key stands once"
    return found


@given(before=st.dictionaries(st.sampled_from(KEYS), st.sampled_from([None, EARLIER])), good=keys, bad=keys)
def test_written_are_the_good_rows_and_of_the_rejected_those_that_were_in_force(
    before: dict[tuple[str, ...], date | None], good: set[tuple[str, ...]], bad: set[tuple[str, ...]]
) -> None:
    kept = {key: before[key] or DAY for key in before if key in bad - good}
    assert lake_of(before, good, bad, hidden=False) == dict.fromkeys(good) | kept


@given(before=st.dictionaries(st.sampled_from(KEYS), st.sampled_from([None, EARLIER])), good=keys, bad=keys)
def test_line_without_a_key_keeps_all_that_was_in_force(
    before: dict[tuple[str, ...], date | None], good: set[tuple[str, ...]], bad: set[tuple[str, ...]]
) -> None:
    kept = {key: stale or DAY for key, stale in before.items() if key not in good}
    assert lake_of(before, good, bad, hidden=True) == dict.fromkeys(good) | kept


def test_missing_key_has_ended_when_every_line_was_good() -> None:
    assert lake_of(dict.fromkeys(KEYS), set(KEYS[:2]), set(), hidden=False) == dict.fromkeys(KEYS[:2])
