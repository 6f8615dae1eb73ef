"""Tables of the night: the run ledger."""

from huikuan.nightly.models.request import NightRequest, PendingFile
from huikuan.nightly.models.run import Run, StageRun

__all__ = ["NightRequest", "PendingFile", "Run", "StageRun"]
