"""How many rows a person may take out of the system in one file.

Policy of the installation, not law: the fewer customers a role works on, the fewer rows. Above the limit an export is
refused before it starts; it is never cut. The sheet of a workbook holds 1,048,576 rows, which no limit reaches.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from huikuan.kernel.facts import GrantFact, Role

LOAN_ROWS_MAX: Final[dict[Role, int]] = {
    Role.ACCOUNT_OFFICER: 2_000,
    Role.COLLECTOR: 2_000,
    Role.TEAM_LEAD: 10_000,
    Role.LEGAL_OFFICER: 10_000,
    Role.BRANCH_MANAGER: 50_000,
    Role.SPECIAL_ASSETS: 100_000,
    Role.COMPLIANCE_OFFICER: 500_000,
    Role.ACCOUNTING: 500_000,
}
"""Rows of loans by role; a role that is not listed exports none."""

REJECT_ROWS_MAX: Final = 500_000
"""Rejected rows of a night: whoever may read them may take them to the one who delivered them."""


def loan_rows_max(grants: Iterable[GrantFact]) -> int:
    """Return the largest limit of a person's grants; 0 for none.

    Who reaches the whole bank with one role has that role's limit: a wider one held at a branch does not count.
    """
    exporting = [grant for grant in grants if grant.role in LOAN_ROWS_MAX]
    widest = [grant for grant in exporting if grant.at_root] or exporting
    return max((LOAN_ROWS_MAX[grant.role] for grant in widest), default=0)
