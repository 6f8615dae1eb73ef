"""Overdue rate of a book, in the two definitions that a bank keeps apart (逾期率).

- Management (管理口径): the whole balance of every note with days past due.
- Regulatory (监管口径) [recalled, certainty R: the instructions of the return are to be obtained before go-live]: of a
  consumer loan repaid in monthly instalments only the overdue principal counts up to 90 days past due and the whole
  balance above; of any other loan the whole balance. The days stand in ``policies/cn/overdue_rate.yaml``.

Both are divided by the balance of all notes that are neither closed nor charged off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from huikuan.portfolio.facts import CoreStatus, FactInvalid, NoteState


@dataclass(frozen=True, slots=True)
class OverduePolicy:
    """In force from ``effective_on``: last day past due on which overdue principal alone counts."""

    effective_on: date
    principal_only_until_days: int


@dataclass(frozen=True, slots=True)
class OverdueBalances:
    """What one note adds to the overdue rates, in minor units."""

    denominator_minor: int
    management_minor: int
    regulatory_minor: int


def overdue_balances(
    state: NoteState, policy: OverduePolicy, *, core_status: CoreStatus, monthly_consumer: bool
) -> OverdueBalances:
    """Parts of a note in numerators and denominator; all 0 once it is closed or charged off.

    ``monthly_consumer``: the product is of kind consumer and repaid in monthly instalments.
    """
    if state.closed or core_status is CoreStatus.CHARGED_OFF:
        return OverdueBalances(0, 0, 0)
    balance = state.principal_outstanding_minor
    if state.dpd == 0:
        return OverdueBalances(balance, 0, 0)
    if monthly_consumer and state.dpd <= policy.principal_only_until_days:
        return OverdueBalances(balance, balance, state.overdue_principal_minor)
    return OverdueBalances(balance, balance, balance)


def overdue_policy_on(policies: Sequence[OverduePolicy], day: date) -> OverduePolicy:
    """The policy in force on a business date; ``policies`` are oldest first. Raises FactInvalid before the first."""
    for policy in reversed(policies):
        if policy.effective_on <= day:
            return policy
    first = policies[0].effective_on if policies else "a policy"
    raise FactInvalid("overdue_rate.no_policy", "business_date", f"{first} or later", day)
