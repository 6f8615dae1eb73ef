"""Which role may do what. Deny by default: what does not stand here is refused.

The duties of each role are those of a rural commercial bank's collections department. Separation of duties follows
the idea of 商业银行内部控制指引 [recalled, not verified against the text]: who asks does not approve, who administers
users does not see borrowers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from huikuan.kernel.facts import GrantFact, Role

PERMISSIONS: Final[dict[str, str]] = {
    "session.read": "see the own session and the frame of the application",
    "overview.read": "see figures of the book",
    "nights.read": "see nightly runs, stages and control totals",
    "rejects.read": "see rejected rows of deliveries (personal values masked)",
    "rejects.export.read": "take rejected rows of deliveries as a file (personal values masked)",
    "loan.export": "take the list of loans as a file, up to the limit of the role",
    "export.read": "see and fetch the files that one has asked for",
    "night.run": "run a night again",
    "night.correct": "propose a correction run of a night; somebody else approves it",
    "correction.read": "see which notes a correction changed and what was decided before it, and take it as a file",
    "party.read": "see a borrower with masked personal data",
    "party.reveal": "see personal data in clear, with a reason that is logged",
    "loan.read": "see the list of loans in arrears, names masked, and shared views of it",
    "loan.tag": "put tags on loans and add words to the bank's catalogue of tags",
    "view.save": "save, share and delete own views of the list of loans",
    "product.read": "see product bundles and what their conventions mean",
    "explanation.read": "see the explanation of a debt from terms and events that are sent along",
    "institution.read": "see the tree of institutions",
    "calendar.read": "see the business calendar",
    "calendar.propose": "propose a change of the business calendar",
    "approval.read": "see requests for approval",
    "approval.withdraw": "take back an own request",
    "approval.decide": "decide a request of somebody else",
    "reconciliation.read": "see how the core's figures compare with ours, and take the differences as a file",
    "reconciliation.decide": "declare differences as known, and sign the reconciliation of a day",
    "conflict.read": "see odd and contradicting values of customers, masked",
    "conflict.decide": "explain odd values and decide which of contradicting ones counts",
    "user.read": "see users and their roles",
    "event.read": "see the evidence log",
}

# These reach over the whole bank, whatever the branch: they need a grant at its root. At a branch they give nothing.
WHOLE_BANK: Final = frozenset(
    {
        "rejects.read",
        "rejects.export.read",
        "night.run",
        "night.correct",
        "correction.read",
        "calendar.propose",
        "approval.read",
        "approval.withdraw",
        "approval.decide",
        "reconciliation.read",
        "reconciliation.decide",
        "conflict.read",
        "conflict.decide",
        "user.read",
        "event.read",
    }
)

_EVERYONE: Final = frozenset({"session.read", "institution.read", "calendar.read", "product.read"})
_BOOK: Final = frozenset({"overview.read", "party.read", "loan.read"})
_OWN_VIEWS: Final = frozenset({"view.save"})  # everybody with the list, except who may write nothing
_WORK: Final = frozenset({"loan.tag"})  # who works cases
_EXPLAIN: Final = frozenset({"explanation.read"})  # who talks to customers about a debt, decides on it or checks it
_NIGHT: Final = frozenset({"nights.read", "rejects.read", "rejects.export.read", "export.read", "correction.read"})
_TAKE: Final = frozenset({"loan.export", "export.read"})  # up to the limit of rows in portfolio.rules.export_limits
_RUN: Final = frozenset({"night.run", "night.correct"})

ROLE_PERMISSIONS: Final[dict[Role, frozenset[str]]] = {
    Role.ACCOUNT_OFFICER: _EVERYONE | _EXPLAIN | _BOOK | _OWN_VIEWS | _TAKE | _WORK | {"party.reveal"},
    Role.COLLECTOR: _EVERYONE | _EXPLAIN | _BOOK | _OWN_VIEWS | _TAKE | _WORK | {"party.reveal"},
    Role.TEAM_LEAD: _EVERYONE
    | _EXPLAIN
    | _BOOK
    | _OWN_VIEWS
    | _TAKE
    | _WORK
    | {"party.reveal", "nights.read", "conflict.read", "conflict.decide"},
    Role.BRANCH_MANAGER: _EVERYONE
    | _EXPLAIN
    | _BOOK
    | _OWN_VIEWS
    | _TAKE
    | _WORK
    | {"nights.read", "approval.read", "approval.decide"},
    Role.SPECIAL_ASSETS: _EVERYONE
    | _EXPLAIN
    | _BOOK
    | _OWN_VIEWS
    | _TAKE
    | _WORK
    | {"party.reveal", "conflict.read", "conflict.decide"},
    Role.ACCOUNTING: _EVERYONE
    | _EXPLAIN
    | _BOOK
    | _OWN_VIEWS
    | _TAKE
    | _RUN
    | _NIGHT
    | {"calendar.propose", "approval.withdraw", "approval.read", "approval.decide"}
    | {"reconciliation.read", "reconciliation.decide"},
    Role.COMMITTEE: _EVERYONE | _BOOK | _OWN_VIEWS | {"approval.read", "approval.decide"},
    Role.STRATEGIST: _EVERYONE | {"overview.read", "nights.read"},
    Role.COMPLIANCE_OFFICER: _EVERYONE
    | _EXPLAIN
    | _BOOK
    | _OWN_VIEWS
    | _TAKE
    | _NIGHT
    | {"calendar.propose", "approval.withdraw", "approval.read", "approval.decide", "user.read", "event.read"}
    | {"reconciliation.read", "conflict.read", "conflict.decide"},
    Role.QUALITY_REVIEWER: _EVERYONE | _EXPLAIN | {"overview.read"},
    Role.LEGAL_OFFICER: _EVERYONE | _EXPLAIN | _BOOK | _OWN_VIEWS | _TAKE | _WORK | {"party.reveal"},
    Role.AGENCY_USER: frozenset({"session.read", "calendar.read"}),
    Role.TRAINER: _EVERYONE,
    Role.AUDITOR: _EVERYONE
    | _EXPLAIN
    | _BOOK
    | _NIGHT
    | {"approval.read", "user.read", "event.read"}
    | {"reconciliation.read", "conflict.read"},
    Role.ADMINISTRATOR: _EVERYONE
    | _NIGHT
    | _RUN
    | {"calendar.propose", "approval.withdraw", "approval.read", "user.read"}
    | {"reconciliation.read", "conflict.read"},
}


def permissions_of_grant(grant: GrantFact) -> frozenset[str]:
    """Return the permissions of a role at its institution: below the root without those of WHOLE_BANK."""
    held = ROLE_PERMISSIONS[grant.role]
    return held if grant.at_root else held - WHOLE_BANK


def permissions_of_grants(grants: Iterable[GrantFact]) -> frozenset[str]:
    """Return the union of the permissions of ``grants``; no grant, no permission."""
    return frozenset().union(*(permissions_of_grant(grant) for grant in grants))
