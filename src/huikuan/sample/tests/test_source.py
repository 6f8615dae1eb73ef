"""The shipped rows against another copy of the published set, where one lies beside the repository."""

import os
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from huikuan.sample.source import lender_loans

OTHER_COPY = Path(os.environ.get("HUIKUAN_REAL_DATA", "")) / "lendingclub" / "inflight_2018Q1_openintro.parquet"
COLUMNS = (
    "state, loan_purpose, loan_amount, term, interest_rate, installment, issue_month, loan_status, balance, "
    "application_type, paid_principal, paid_interest, paid_late_fees"
)
MONTHS = {"Jan-2018": 1, "Feb-2018": 2, "Mar-2018": 3}


def _minor(amount: float) -> int:
    return int((Decimal(repr(amount)) * 100).to_integral_value())


@pytest.mark.skipif(not OTHER_COPY.is_file(), reason="HUIKUAN_REAL_DATA names no folder with the set")
def test_shipped_rows_are_those_of_another_copy_of_the_set() -> None:
    there = duckdb.execute(f"select {COLUMNS} from read_parquet($1)", [str(OTHER_COPY)]).fetchall()
    ours = lender_loans()
    assert len(ours) == len(there) == 10_000
    for loan, row in zip(ours, there, strict=True):
        state, purpose, amount, term, rate, instalment, issued, status, balance, applied, *paid = row
        assert loan.joint == (applied == "joint")
        assert (loan.state, loan.purpose, loan.status.value, loan.issued_month) == (
            state,
            purpose,
            status,
            MONTHS[issued],
        )
        assert (loan.principal_minor, loan.term_months, loan.instalment_minor) == (
            amount * 100,
            term,
            _minor(instalment),
        )
        assert loan.annual_rate_ppm == int((Decimal(repr(rate)) * 10_000).to_integral_value())
        found = (loan.balance_minor, loan.paid_principal_minor, loan.paid_interest_minor, loan.paid_late_fees_minor)
        assert found == tuple(map(_minor, (balance, *paid))), loan.row
