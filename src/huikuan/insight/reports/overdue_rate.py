"""Overdue rate (逾期率) in two definitions that must never be mixed up.

    management rate = balance of all notes with days past due > 0 / balance of the book
    regulatory rate = regulatory overdue balance / balance of the book

- *Balance of the book*: unpaid principal, due or not, of notes that are neither settled nor charged off.
- *Management* (管理口径): a note with one day past due counts with its whole balance.
- *Regulatory* (监管口径): a consumer loan in monthly instalments counts with its overdue principal only, up to the
  number of days past due in ``policies/cn/overdue_rate.yaml`` (90), and with its whole balance from the day after; any
  other loan counts with its whole balance. Certainty of this reading: see that file.

Both numerators are fixed note by note in the night (``portfolio.rules.overdue``); this report only adds and divides. A
rate is in parts per million, rounded half up; without a balance there is no rate (None), not 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from huikuan.insight.facts import BucketCell
from huikuan.kernel.money import ratio_ppm


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with both of its parts in minor units, so that rates of parts can be added up again."""

    numerator_minor: int
    denominator_minor: int

    @property
    def rate_ppm(self) -> int | None:
        """The share in parts per million, half up; None without a denominator."""
        return ratio_ppm(self.numerator_minor, self.denominator_minor)


@dataclass(frozen=True, slots=True)
class OverdueRates:
    """The two definitions side by side."""

    management: Rate
    regulatory: Rate


def overdue_rates(cells: Iterable[BucketCell]) -> OverdueRates:
    """Both rates of the notes behind ``cells``."""
    management = regulatory = denominator = 0
    for cell in cells:
        management += cell.management_minor
        regulatory += cell.regulatory_minor
        denominator += cell.denominator_minor
    return OverdueRates(Rate(management, denominator), Rate(regulatory, denominator))
