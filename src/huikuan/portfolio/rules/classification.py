"""Floor of the five-class classification (五级分类) by days past due.

Source CN-AQ-01: 商业银行金融资产风险分类办法 (2023 no. 1, effective 2023-07-01), certainty V2; the numbers
stand in ``policies/cn/classification.yaml`` by date of effect. It is a floor and a challenge: the credit system's own
recognition (认定) decides, and fewer days past due are not an upgrade of class.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from huikuan.portfolio.facts import ClassFloor, FactInvalid
from huikuan.portfolio.rules.schedule import months_after


@dataclass(frozen=True, slots=True)
class ClassPolicy:
    """In force from ``effective_on``: a class applies when days past due are above its number."""

    effective_on: date
    above_days: tuple[tuple[int, ClassFloor], ...]  # mildest first, ascending


@dataclass(frozen=True, slots=True)
class ObservationPolicy:
    """In force from ``effective_on``: the observation of a restructured note, and its floors meanwhile."""

    effective_on: date
    months_min: int  # from the first due date after the restructuring
    periods_min: int
    floor: ClassFloor
    floor_again: ClassFloor  # restructured again while under observation


def observation_end(policy: ObservationPolicy, stated_until: date, due_dates: Sequence[date]) -> date:
    """Last day of an observation: as stated, but not before the months and the periods that the rule asks for.

    ``due_dates`` are those of the schedule that the restructuring brought, oldest first.
    """
    ends = [stated_until]
    if due_dates:
        ends.append(months_after(due_dates[0], policy.months_min))
        ends.append(due_dates[min(policy.periods_min, len(due_dates)) - 1])
    return max(ends)


def class_floor(dpd: int, policy: ClassPolicy) -> ClassFloor:
    """The mildest class that the days past due still allow."""
    floor = ClassFloor.PASS
    for above, worse in policy.above_days:
        if dpd > above:
            floor = worse
    return floor


def class_policy_on(policies: Sequence[ClassPolicy], day: date) -> ClassPolicy:
    """The policy in force on a business date; ``policies`` are oldest first. Raises FactInvalid before the first."""
    for policy in reversed(policies):
        if policy.effective_on <= day:
            return policy
    first = policies[0].effective_on if policies else "a policy"
    raise FactInvalid("classification.no_policy", "business_date", f"{first} or later", day)


def class_policies_check(policies: Sequence[ClassPolicy]) -> str | None:
    """What is wrong with the numbers, or None: a worse class needs more days."""
    for policy in policies:
        for (milder_days, milder), (worse_days, worse) in pairwise(policy.above_days):
            if worse_days <= milder_days:
                return (
                    f"{worse} must need more days than {milder} from {policy.effective_on} on,"
                    f" got {worse_days} and {milder_days}"
                )
    return None
