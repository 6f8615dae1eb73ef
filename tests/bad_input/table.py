"""The table: every kind of bad input that is known, in the order of the page."""

from tests.bad_input.refusals import FILES, MANIFESTS, TOTALS
from tests.bad_input.refusals_more import NEW_KEYS, PARQUET, SMALL
from tests.bad_input.rejects import AMOUNTS, DATES, KEYS, LINES, RIGHT
from tests.bad_input.row import Row

GROUPS: dict[str, tuple[Row, ...]] = {
    "Files": (*FILES, *SMALL),
    "Parquet": PARQUET,
    "Control totals": TOTALS,
    "The manifest": MANIFESTS,
    "New keys at a merger": NEW_KEYS,
    "Lines": LINES,
    "Amounts": AMOUNTS,
    "Dates": DATES,
    "Keys and references": KEYS,
    "Odd and right": RIGHT,
}
CANONICAL: tuple[Row, ...] = tuple(row for rows in GROUPS.values() for row in rows)
HEAVY: tuple[Row, ...] = tuple(row for row in CANONICAL if row.heavy)
