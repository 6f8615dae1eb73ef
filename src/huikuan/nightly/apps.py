"""Django application of the night."""

from django.apps import AppConfig


class NightlyConfig(AppConfig):
    """The run ledger."""

    name = "huikuan.nightly"
    label = "nightly"

    def ready(self) -> None:
        """Register the payloads of the night's events, and what the approval of a correction does."""
        from huikuan.evidence.services.approval import Approved, approval_kind_register
        from huikuan.nightly import events  # noqa: F401

        def correct(approved: Approved) -> None:
            from huikuan.nightly.services.ask import night_correct_approved  # heavy, and seldom needed

            night_correct_approved(approved)

        approval_kind_register("nightly.correct", correct)
