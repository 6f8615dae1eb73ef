"""Contagion of class: what the bad part of a debtor's claims means for the others (CN-AQ-02).

Source: 商业银行金融资产风险分类办法 (2023 no. 1, effective 2023-07-01), certainty V2; the share stands in
``policies/cn/contagion.yaml`` by date of effect. How it is read here: the debtor is the borrower of the note; the
claims on him are the balances of his live notes under products that are not retail; non-performing is a floor of
substandard or worse. The result stands beside the note's own floor and replaces it nowhere. The share of overdue debts
at all banks (CN-AQ-03) needs reports of the credit bureau and is not applied.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from huikuan.portfolio.facts import PPM, ClassFloor
from huikuan.portfolio.rules.classification import SEVERITY

NON_PERFORMING = tuple(ClassFloor)[SEVERITY[ClassFloor.SUBSTANDARD] :]


class Contagion(StrEnum):
    """Why a note's class with contagion is worse than its own floor."""

    OWN_NON_PERFORMING = "own_non_performing"  # too much of the debtor's claims in this bank is non-performing


@dataclass(frozen=True, slots=True)
class ContagionPolicy:
    """In force from ``effective_on``: above this share (parts per million) all claims are at least ``floor``."""

    effective_on: date
    own_non_performing_above_ppm: int
    floor: ClassFloor


@dataclass(frozen=True, slots=True)
class ClaimOnDebtor:
    """A note with its own floor. ``ended``: settled or charged off, so no classified claim."""

    note_id: str
    party_id: str
    retail: bool
    ended: bool
    balance_minor: int
    class_floor: ClassFloor


@dataclass(frozen=True, slots=True)
class DebtorFinding:
    """The claims on one debtor that contagion looks at."""

    claims_minor: int
    non_performing_minor: int
    spreads: bool


def contagion_policy_on(policies: Sequence[ContagionPolicy], day: date) -> ContagionPolicy | None:
    """The policy in force on a business date, None before the first; ``policies`` are oldest first."""
    return next((policy for policy in reversed(policies) if policy.effective_on <= day), None)


def contagion_of(claims: Iterable[ClaimOnDebtor], policy: ContagionPolicy | None) -> dict[str, DebtorFinding]:
    """What stands on each debtor with claims that count, and whether his bad claims spread to the others."""
    sums: dict[str, list[int]] = {}
    for claim in claims:
        if not claim.retail and not claim.ended:
            row = sums.setdefault(claim.party_id, [0, 0])
            row[0] += claim.balance_minor
            row[1] += claim.balance_minor if claim.class_floor in NON_PERFORMING else 0
    above = None if policy is None else policy.own_non_performing_above_ppm
    return {
        party_id: DebtorFinding(total, bad, above is not None and bad * PPM > total * above)
        for party_id, (total, bad) in sums.items()
    }


def class_with_contagion(
    claim: ClaimOnDebtor, findings: Mapping[str, DebtorFinding], policy: ContagionPolicy | None
) -> tuple[ClassFloor, Contagion | None]:
    """The floor of a note with contagion, never milder than its own, and why it is worse (None: it is not)."""
    found = findings.get(claim.party_id)
    if policy is None or found is None or not found.spreads or claim.retail or claim.ended:
        return claim.class_floor, None
    if SEVERITY[claim.class_floor] >= SEVERITY[policy.floor]:
        return claim.class_floor, None
    return policy.floor, Contagion.OWN_NON_PERFORMING
