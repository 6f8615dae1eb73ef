"""Terms of a note from a row of a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from huikuan.portfolio.facts import Compound, NoteTerms, RepaymentMethod


def terms_of(row: Sequence[Any]) -> NoteTerms:
    """Read the terms from a row of ``replay_terms`` or ``snapshot_schedule_wanted``, whose first column is the key."""
    return NoteTerms(
        principal_minor=row[1],
        disbursed_on=row[2],
        matures_on=row[3],
        first_due_on=row[4],
        annual_rate_ppm=row[5],
        penalty_rate_ppm=row[6],
        compound=Compound(row[7]),
        method=RepaymentMethod(row[8]),
        instalment_count=row[9],
    )
