"""What happens to a loan besides instalments and repayments, as the core system has confirmed it. No Django.

Money changes are instructions to the core system; only what it confirmed becomes an event here. Units as in
``portfolio.facts``. ``docs/concepts/loan-events.md`` says what each kind does to the figures.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from huikuan.portfolio.conventions import Component
from huikuan.portfolio.facts import Instalment


class EventKind(StrEnum):
    """Kinds in the order in which those of one day take effect; within a kind by time, then reference."""

    PAUSE = "pause"  # days do not count as past due from value_on to until_on
    RESUME = "resume"  # ends every pause that runs on value_on
    RATE_CHANGE = "rate_change"  # annual_rate_ppm, optionally penalty_rate_ppm, from value_on
    DRAWDOWN = "drawdown"  # amount_minor more principal; the coming instalments carry it
    EXTENSION = "extension"  # 展期: the last instalment moves to until_on
    RESCHEDULE = "reschedule"  # the coming instalments are replaced by schedule
    RE_AMORTISE = "re_amortise"  # the coming instalments are computed anew
    RESTRUCTURE = "restructure"  # 重组: all unpaid principal and interest is replaced by schedule; observed to until_on
    RE_AGE = "re_age"  # what is open counts as due on value_on; refused unless the product declares it
    ACCELERATION = "acceleration"  # 宣布提前到期: value_on is the day on which the notice arrived
    INSOLVENCY = "insolvency"  # 破产受理: all is due, no interest accrues after value_on
    JUDGMENT = "judgment"  # the claim becomes that of the judgment; to be performed by until_on
    CHARGE_OFF = "charge_off"  # 核销: the claim remains, money received after it is recovery
    CHARGE_BACK = "charge_back"  # amount_minor of the repayment names_ref is taken back on value_on
    WAIVER = "waiver"  # amount_minor of component is forgiven


@dataclass(frozen=True, slots=True)
class Claim:
    """What a judgment awards, by component, in minor units."""

    principal_minor: int
    interest_minor: int
    penalty_minor: int
    compound_minor: int
    costs_minor: int

    @property
    def total_minor(self) -> int:
        """All components together."""
        return self.principal_minor + self.interest_minor + self.penalty_minor + self.compound_minor + self.costs_minor


@dataclass(frozen=True, slots=True)
class LoanEvent:
    """One confirmed event. ``rules.events_check`` says which fields a kind needs and which it may have.

    ``value_on`` is the day from which it counts, ``recorded_at`` (aware) and ``core_ref`` order one day. With
    ``reverses`` set this row is the reversal of an earlier event, which then counts as if it had never been, once the
    value date of the reversal has come.
    """

    core_ref: str
    kind: EventKind
    value_on: date
    recorded_at: datetime
    amount_minor: int = 0
    component: Component | None = None
    until_on: date | None = None
    annual_rate_ppm: int | None = None
    penalty_rate_ppm: int | None = None
    schedule: tuple[Instalment, ...] = ()
    claim: Claim | None = None
    names_ref: str | None = None
    reverses: str | None = None
