"""Errors of the evidence package."""

from __future__ import annotations

from huikuan.kernel.errors import DomainError


class EventTimeNaiveError(DomainError):
    """An event was given a time without a zone."""

    code = "evidence.event_time_naive"
    status = 500

    def __init__(self, name: str) -> None:
        super().__init__(f"The event {name} was given a time without a zone; pass an aware datetime.")


class ApprovalKindUnknownError(DomainError):
    """No package registered this kind of approval."""

    code = "evidence.approval_kind_unknown"
    status = 500

    def __init__(self, kind: str) -> None:
        super().__init__(f"No package has registered approvals of the kind {kind!r}.")


class ApprovalOwnError(DomainError):
    """A person tried to decide the own request."""

    code = "evidence.approval_own"
    status = 403

    def __init__(self) -> None:
        super().__init__("You made this request yourself; another person with the right to approve has to decide it.")


class ApprovalDecidedError(DomainError):
    """The request was decided before."""

    code = "evidence.approval_decided"
    status = 409

    def __init__(self, state: str) -> None:
        super().__init__(f"This request is already {state}. Reload the list to see the present state.")


class ApprovalReasonMissingError(DomainError):
    """A refusal came without a reason."""

    code = "evidence.approval_reason_missing"
    status = 422

    def __init__(self) -> None:
        super().__init__("A refusal needs a reason, so that the person who asked knows what to change.")
