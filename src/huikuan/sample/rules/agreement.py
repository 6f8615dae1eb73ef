"""Our days past due at the snapshot against the status that the lender reported."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from huikuan.sample.facts import LenderStatus


class Band(StrEnum):
    """Days past due in the lender's steps."""

    CURRENT = "0"
    GRACE = "1-15"
    LATE_16 = "16-30"
    LATE_31 = "31-120"
    OLDER = "over 120"


BANDS = {
    LenderStatus.CURRENT: Band.CURRENT,
    LenderStatus.GRACE: Band.GRACE,
    LenderStatus.LATE_16: Band.LATE_16,
    LenderStatus.LATE_31: Band.LATE_31,
}
_MERGED = frozenset({Band.GRACE, Band.LATE_16})


@dataclass(frozen=True, slots=True)
class Agreement:
    """Counts by the lender's status and our band. Terminal states (paid, charged off) are not compared.

    ``strict`` counts equal bands; ``merged`` takes 1-15 and 16-30 for one, because they differ by the day of the
    month, which was not published. ``all_current`` is what a rule would reach that calls every loan current.
    """

    table: dict[tuple[LenderStatus, Band], int]
    compared: int
    strict: int
    merged: int
    all_current: int

    def recall(self, status: LenderStatus) -> tuple[int, int]:
        """Loans that the lender gave this status: how many of them we put into its band (1-30 as one), and all."""
        wanted = BANDS[status]
        bands = _MERGED if wanted in _MERGED else frozenset({wanted})
        found = sum(count for (s, band), count in self.table.items() if s is status and band in bands)
        return found, sum(count for (s, _), count in self.table.items() if s is status)


def band_of(dpd: int) -> Band:
    """The lender's step of a number of days past due."""
    for limit, band in ((0, Band.CURRENT), (15, Band.GRACE), (30, Band.LATE_16), (120, Band.LATE_31)):
        if dpd <= limit:
            return band
    return Band.OLDER


def agreement(loans: Iterable[tuple[LenderStatus, int]]) -> Agreement:
    """Compare pairs of lender's status and our days past due."""
    table = Counter((status, band_of(dpd)) for status, dpd in loans if status in BANDS)
    strict = sum(count for (status, band), count in table.items() if BANDS[status] is band)
    merged = sum(
        count
        for (status, band), count in table.items()
        if BANDS[status] is band or (BANDS[status] in _MERGED and band in _MERGED)
    )
    current = sum(count for (status, _), count in table.items() if status is LenderStatus.CURRENT)
    return Agreement(dict(table), table.total(), strict, merged, current)
