"""Django application of the evidence."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Event log and approvals."""

    name = "huikuan.evidence"
    label = "evidence"

    def ready(self) -> None:
        """Plug the event log and the approvals into the kernel, and the kernel's kinds into the approvals."""
        from huikuan.evidence.services.append import event_append
        from huikuan.evidence.services.approval import Approved, approval_kind_register, approval_request
        from huikuan.kernel.ports import evidence_register
        from huikuan.kernel.services.calendar import CALENDAR_CHANGE, calendar_change_apply

        def calendar_change(approved: Approved) -> None:
            calendar_change_apply(
                bank_id=approved.bank_id, request=approved.request, approval_id=approved.approval_id, by=approved.by,
                at=approved.at,
            )  # fmt: skip

        evidence_register(event_append, approval_request)
        approval_kind_register(CALENDAR_CHANGE, calendar_change)
