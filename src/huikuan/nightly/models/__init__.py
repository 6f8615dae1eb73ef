"""Tables of the night: the run ledger."""

from huikuan.nightly.models.run import Run, StageRun

__all__ = ["Run", "StageRun"]
