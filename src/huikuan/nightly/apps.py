"""Django application of the night."""

from collections.abc import Collection, Mapping
from datetime import date

from django.apps import AppConfig


class NightlyConfig(AppConfig):
    """The run ledger."""

    name = "huikuan.nightly"
    label = "nightly"

    def ready(self) -> None:
        """Register the payloads of the night's events, what approving a correction does, and who knows the inbox."""
        from huikuan.evidence.services.approval import Approved, approval_kind_register
        from huikuan.nightly import events  # noqa: F401
        from huikuan.portfolio.arrivals import Arrival, arrivals_register

        def arrivals(bank_id: int, dates: Collection[date]) -> Mapping[date, Arrival]:
            from huikuan.nightly.selectors.arrivals import arrivals_known  # its models are not ready yet

            return arrivals_known(bank_id, dates)

        arrivals_register(arrivals)

        def correct(approved: Approved) -> None:
            from huikuan.nightly.services.ask import night_correct_approved  # heavy, and seldom needed

            night_correct_approved(approved)

        approval_kind_register("nightly.correct", correct)
