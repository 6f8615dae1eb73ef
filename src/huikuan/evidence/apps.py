"""Django application of the evidence."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Event log and approvals."""

    name = "huikuan.evidence"
    label = "evidence"
