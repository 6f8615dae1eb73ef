"""Reads the published rows that ship with the package (`data/README.md` says where they come from)."""

import csv
import gzip
from decimal import Decimal
from functools import cache
from importlib.resources import files

from huikuan.sample.facts import LenderLoan, LenderStatus

DATA = "lendingclub_2018q1.csv.gz"


def _minor(text: str) -> int:
    return int(Decimal(text).scaleb(2))


@cache
def lender_loans() -> tuple[LenderLoan, ...]:
    """Return all rows of the source, in its order."""
    packed = files("huikuan.sample").joinpath("data", DATA).read_bytes()
    rows = csv.DictReader(gzip.decompress(packed).decode().splitlines())
    return tuple(
        LenderLoan(
            row=int(row["row"]),
            state=row["state"],
            purpose=row["loan_purpose"],
            principal_minor=_minor(row["loan_amount"]),
            term_months=int(row["term_months"]),
            annual_rate_ppm=int(Decimal(row["interest_rate_pct"]).scaleb(4)),
            instalment_minor=_minor(row["installment"]),
            issued_year=int(row["issue_month"][:4]),
            issued_month=int(row["issue_month"][5:]),
            status=LenderStatus(row["loan_status"]),
            balance_minor=_minor(row["balance"]),
            paid_principal_minor=_minor(row["paid_principal"]),
            paid_interest_minor=_minor(row["paid_interest"]),
            paid_late_fees_minor=_minor(row["paid_late_fees"]),
            joint=row["application_type"] == "joint",
        )
        for row in rows
    )
