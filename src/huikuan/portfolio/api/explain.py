"""Explain a debt over HTTP: the loan file of the command line in, its JSON out. Nothing is read or kept."""

from datetime import date
from typing import Final

from django.http import HttpRequest

from huikuan.kernel.api.routing import SecureRouter, actor_of, needs
from huikuan.portfolio.explain.answer import explanation_output
from huikuan.portfolio.explain.loan import loan_explain
from huikuan.portfolio.explain.output import ExplanationOut
from huikuan.portfolio.loan_file import LoanFile, loan_of_file
from huikuan.portfolio.selectors.bundle import bundles_of_bank

router = SecureRouter(tags=["loans"])
NAME: Final = "loan"  # what messages call the file


@router.post("/loans/explain", auth=needs("explanation.read"), response=ExplanationOut, by_alias=True)
def explain(request: HttpRequest, as_of: date, loan: LoanFile) -> ExplanationOut:
    """Explain what a loan owes at the close of a day, and why; the text is in Chinese and English.

    The body is a loan file `huikuan.loan/2` or `/1`; `product.code` may name a bundle of the bank's own. The server's
    limit of a request is smaller than that of a file: what does not fit is explained by the command
    `huikuan loan explain`.
    """
    facts = loan_of_file(loan, NAME, bundles_of_bank(bank_id=actor_of(request).bank_id))
    return explanation_output(facts, loan_explain(facts, as_of, file=NAME))
