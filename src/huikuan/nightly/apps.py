"""Django application of the night."""

from django.apps import AppConfig


class NightlyConfig(AppConfig):
    """The run ledger."""

    name = "huikuan.nightly"
    label = "nightly"

    def ready(self) -> None:
        """Register the payloads of the night's events."""
        from huikuan.nightly import events  # noqa: F401
