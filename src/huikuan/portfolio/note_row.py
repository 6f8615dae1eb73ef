"""Rows of the lake as facts: terms of a note, loan events, repayments. No Django.

A column that a file lacks because it is older is None, and then means what the contracts say an empty value means.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, Final

from huikuan.portfolio.conventions import Component
from huikuan.portfolio.facts import Compound, Frequency, Instalment, NoteTerms, Payer, Repayment, RepaymentMethod
from huikuan.portfolio.loan_events import Claim, EventKind, LoanEvent

Row = Mapping[str, Any]

TERM_COLUMNS: Final = (
    "principal_minor",
    "disbursed_on",
    "matures_on",
    "first_due_on",
    "annual_rate_ppm",
    "penalty_rate_ppm",
    "compound",
    "repayment_method",
    "instalment_count",
    "frequency",
    "penalty_markup_ppm",
    "instalment_amount_minor",
    "interest_only_count",
    "interest_grace_count",
    "interest_free_count",
    "balloon_minor",
    "principal_share_ppm",
    "annual_rate_at_start_ppm",
    "penalty_rate_at_start_ppm",
)
"""Columns of a note, in the feed and in the book, that make its terms."""

_CLAIM: Final = ("claim_principal", "claim_interest", "claim_penalty", "claim_compound", "claim_costs")


def terms_of(row: Row) -> NoteTerms:
    """Terms of a note as a replay starts from: its rates at the start, or those of today where it states none."""
    frequency, at_start = row["frequency"], (row["annual_rate_at_start_ppm"], row["penalty_rate_at_start_ppm"])
    return NoteTerms(
        principal_minor=row["principal_minor"],
        disbursed_on=row["disbursed_on"],
        matures_on=row["matures_on"],
        first_due_on=row["first_due_on"],
        annual_rate_ppm=row["annual_rate_ppm"] if at_start[0] is None else at_start[0],
        penalty_rate_ppm=row["penalty_rate_ppm"] if at_start[1] is None else at_start[1],
        compound=Compound(row["compound"]),
        method=RepaymentMethod(row["repayment_method"]),
        instalment_count=row["instalment_count"],
        frequency=Frequency.MONTHLY if frequency is None else Frequency(frequency),
        penalty_markup_ppm=row["penalty_markup_ppm"],
        instalment_minor=row["instalment_amount_minor"],
        interest_only_count=row["interest_only_count"] or 0,
        interest_grace_count=row["interest_grace_count"] or 0,
        interest_free_count=row["interest_free_count"] or 0,
        balloon_minor=row["balloon_minor"] or 0,
        principal_share_ppm=row["principal_share_ppm"],
    )


def repayment_of(row: Row) -> Repayment:
    """A repayment or reversal as delivered."""
    payer = row["payer"]
    return Repayment(
        core_ref=row["core_ref"],
        value_on=row["value_on"],
        received_at=row["received_at"].replace(tzinfo=UTC),
        amount_minor=row["amount_minor"],
        reverses=row["reverses"],
        payer=Payer.BORROWER if payer is None else Payer(payer),
    )


def event_of(row: Row, schedule: Sequence[Instalment] = ()) -> LoanEvent:
    """A loan event as delivered; of ``schedule``, the whole one that came with it, the rows from its day on count."""
    claim = [row[f"{name}_minor"] for name in _CLAIM]
    return LoanEvent(
        core_ref=row["core_ref"],
        kind=EventKind(row["kind"]),
        value_on=row["value_on"],
        recorded_at=row["recorded_at"].replace(tzinfo=UTC),
        amount_minor=row["amount_minor"] or 0,
        component=None if row["component"] is None else Component(row["component"]),
        until_on=row["until_on"],
        annual_rate_ppm=row["annual_rate_ppm"],
        penalty_rate_ppm=row["penalty_rate_ppm"],
        schedule=tuple(part for part in schedule if part.due_on >= row["value_on"]),
        claim=None if None in claim else Claim(*claim),
        names_ref=row["names_ref"],
        reverses=row["reverses"],
    )
