"""Tables of the kernel."""

from huikuan.kernel.models.bank import Bank
from huikuan.kernel.models.calendar import CalendarDay
from huikuan.kernel.models.institution import Institution, InstitutionMove
from huikuan.kernel.models.user import RoleGrant, TotpDevice, User, UserManager

__all__ = ["Bank", "CalendarDay", "Institution", "InstitutionMove", "RoleGrant", "TotpDevice", "User", "UserManager"]
