"""Tables of the evidence."""

from huikuan.evidence.models.approval import Approval
from huikuan.evidence.models.event import Event, Subject

__all__ = ["Approval", "Event", "Subject"]
