"""Explain a debt over HTTP: the loan file of the command line in, its JSON out. Nothing is read or kept."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja.decorators import decorate_view

from huikuan.kernel.api.problems import problem
from huikuan.kernel.api.routing import SecureRouter, needs
from huikuan.portfolio.explain.loan import loan_explain
from huikuan.portfolio.explain.output import ExplanationOut, explanation_output
from huikuan.portfolio.loan_file import BYTES_MAX, LoanFile, loan_of_file

router = SecureRouter(tags=["loans"])
NAME: Final = "loan"  # what messages call the file


def _body_limited(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse a body that is larger than a loan file may be before anything of it is read."""

    @wraps(run)
    def limited(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        size = request.META.get("CONTENT_LENGTH") or "0"
        if not size.isdigit() or int(size) > BYTES_MAX:
            detail = f"{NAME}: expected at most {BYTES_MAX} bytes, got {size[:20]}. Send a smaller loan file."
            return problem(status=413, code="loan.too_large", detail=detail)
        return run(request, *arguments, **named)

    return limited


@router.post("/loans/explain", auth=needs("loan.explain"), response=ExplanationOut, by_alias=True)
@decorate_view(_body_limited)
def explain(request: HttpRequest, as_of: date, loan: LoanFile) -> ExplanationOut:
    """Explain what a loan owes at the close of a day, and why; the text is in Chinese and English.

    The body is a loan file `huikuan.loan/1`: at most 1,200 instalments, 5,000 repayments and 2,000,000 bytes.
    """
    facts = loan_of_file(loan, NAME)
    return explanation_output(facts, loan_explain(facts, as_of, file=NAME))
