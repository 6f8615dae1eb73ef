"""Django application of the reconciliation."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    """Differences to the core system, declarations, sign-off."""

    name = "huikuan.reconciliation"
    label = "reconciliation"

    def ready(self) -> None:
        """Register the payloads of the events."""
        from huikuan.reconciliation import events  # noqa: F401
