"""Floor of the five-class classification (五级分类) by days past due.

Source CN-AQ-01: 商业银行金融资产风险分类办法 (2023 no. 1, effective 2023-07-01), certainty V2; the numbers
stand in ``policies/cn/classification.yaml`` by date of effect. It is a floor and a challenge: the credit system's own
recognition (认定) decides, and fewer days past due are not an upgrade of class.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from huikuan.portfolio.facts import ClassFloor, FactInvalid
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.rules.schedule import months_after

SEVERITY: Final = {floor: place for place, floor in enumerate(ClassFloor)}


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


@dataclass(frozen=True, slots=True)
class Restructuring:
    """A restructuring in force: its day, the end of the observation as stated, the due dates that it brought."""

    value_on: date
    until_on: date
    due_dates: Sequence[date]  # oldest first


@dataclass(frozen=True, slots=True)
class Observed:
    """An observation that runs: the least class meanwhile, its last day."""

    floor: ClassFloor
    until_on: date
    again: bool  # restructured again while under observation


def observation_end(policy: ObservationPolicy, stated_until: date, due_dates: Sequence[date]) -> date:
    """Last day of an observation: as stated, but not before the months and the periods that the rule asks for.

    ``due_dates`` are those of the schedule that the restructuring brought, oldest first.
    """
    ends = [stated_until]
    if due_dates:
        ends.append(months_after(due_dates[0], policy.months_min))
        ends.append(due_dates[min(policy.periods_min, len(due_dates)) - 1])
    return max(ends)


def restructurings_of(events: Iterable[LoanEvent]) -> list[Restructuring]:
    """The restructurings among events in force, in the order of their effect."""
    return [
        Restructuring(event.value_on, event.until_on or event.value_on, [row.due_on for row in event.schedule])
        for event in events
        if event.kind is EventKind.RESTRUCTURE
    ]


def observed_on(restructurings: Iterable[Restructuring], policy: ObservationPolicy, day: date) -> Observed | None:
    """The observation that runs on a day; None if none does. ``restructurings`` up to it in the order of their effect.

    Each restructuring begins a new one. A second one within an observation gives the worse floor until its own end.
    """
    until_on, again = None, False
    for row in restructurings:
        again = until_on is not None and row.value_on <= until_on
        until_on = observation_end(policy, row.until_on, row.due_dates)
    if until_on is None or day > until_on:
        return None
    return Observed(policy.floor_again if again else policy.floor, until_on, again)


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
