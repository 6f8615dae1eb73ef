"""Tables of the reconciliation."""

from huikuan.reconciliation.models.day import ReconciliationCell, SignOff
from huikuan.reconciliation.models.declaration import Declared
from huikuan.reconciliation.models.difference import Difference

__all__ = ["Declared", "Difference", "ReconciliationCell", "SignOff"]
