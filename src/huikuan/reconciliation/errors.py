"""Errors of the reconciliation that a person can act on."""

from __future__ import annotations

from datetime import date

from huikuan.kernel.errors import ConflictError
from huikuan.reconciliation.rules.sign_off import Refusal

_SAYS = {
    Refusal.SUPERSEDED: "was run again since: read the new comparison, then sign it",
    Refusal.SIGNED: "is signed already",
    Refusal.OWN_DECLARATION: (
        "cannot be signed by you: you declared or withdrew a difference for it; have a colleague of accounting sign"
    ),
    Refusal.REMARK: "has open differences: write in the remark what is done about them, then sign",
}


class SignOffRefusedError(ConflictError):
    """The day cannot be signed by this person now; ``reason`` says why."""

    code = "reconciliation.sign_off_refused"

    def __init__(self, business_date: date, reason: Refusal) -> None:
        self.reason = reason
        super().__init__(f"The reconciliation of {business_date} {_SAYS[reason]}.")


class DeclarationEndedError(ConflictError):
    """The declaration was withdrawn before."""

    code = "reconciliation.declaration_ended"

    def __init__(self, declaration_id: int) -> None:
        super().__init__(f"Declaration {declaration_id} was withdrawn already. Reload the page.")


class TooManyDifferencesError(ConflictError):
    """More differences than a file may hold."""

    code = "reconciliation.too_many"

    def __init__(self, rows: int, most: int) -> None:
        super().__init__(f"{rows} differences are more than the {most} of one file. Narrow the filter.")
