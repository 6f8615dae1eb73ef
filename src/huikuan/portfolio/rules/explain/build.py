"""The explanation of a loan: all of it from one run of the exact engine.

Conventions beside those of the engine:
- The class floor and the overdue rates go by raw days past due; the tolerance of a product changes none of them.
- The payoff amount bears interest of the running period by days (``RunningInterest``); a bank whose contracts say
  otherwise demands the core system's figure.
"""

from collections.abc import Sequence
from datetime import date
from itertools import takewhile

from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT, Component, Conventions
from huikuan.portfolio.facts import (
    AllocationKind,
    ClassFloor,
    CoreStatus,
    FactInvalid,
    Instalment,
    NoteState,
    NoteTerms,
    Repayment,
)
from huikuan.portfolio.loan_events import LoanEvent
from huikuan.portfolio.rules.ageing import bucket_of_note, status_in_force
from huikuan.portfolio.rules.classification import class_floor
from huikuan.portfolio.rules.engine.book import COMPOUND, DELAY, PENALTY
from huikuan.portfolio.rules.explain.accruals import COMPONENT_FIELDS, Accrual
from huikuan.portfolio.rules.explain.events import events_not_counted, events_told, observation_of
from huikuan.portfolio.rules.explain.facts import (
    ClassFinding,
    ClassRule,
    DueNow,
    EventTold,
    Explanation,
    InstalmentStanding,
    Lateness,
    NotCounted,
    NotCountedReason,
    ObservationRule,
    Overdue,
    Payoff,
)
from huikuan.portfolio.rules.explain.standings import standings
from huikuan.portfolio.rules.explain.trace import Trace, replay_traced
from huikuan.portfolio.rules.overdue import OverduePolicy, overdue_balances, overdue_policy_on


def explain(
    terms: NoteTerms,
    schedule: Sequence[Instalment],
    repayments: Sequence[Repayment],
    as_of: date,
    *,
    core_status: CoreStatus,
    monthly_consumer: bool,
    class_rules: Sequence[ClassRule],
    overdue_policies: Sequence[OverduePolicy],
    conventions: Conventions = CONVENTIONS_DEFAULT,
    events: Sequence[LoanEvent] = (),
    observation_rules: Sequence[ObservationRule] = (),
) -> Explanation:
    """Explain a note at the close of ``as_of``; ``schedule`` comes from ``schedule_build``.

    ``monthly_consumer``: the product is of kind consumer and repaid in monthly instalments. Rules and policies are
    oldest first. Raises FactInvalid as ``replay`` does and for a day before all rules.
    """
    trace = replay_traced(
        terms,
        schedule,
        repayments,
        as_of,
        core_status=core_status,
        conventions=conventions,
        events=events,
    )
    state = trace.replayed.state
    status = status_in_force(core_status, state.charged_off_on)
    rows = standings(trace, conventions.due_day)
    policy = overdue_policy_on(overdue_policies, as_of)
    told = events_told(trace, conventions.pause_end)
    return Explanation(
        as_of=as_of,
        terms=terms,
        conventions=conventions,
        first_penalty_rate_ppm=trace.first_penalty_rate_ppm,
        core_status=core_status,
        state=state,
        matures_on=trace.matures_on,
        den=trace.den,
        schedule=rows,
        allocations=trace.allocations,
        not_counted=tuple(_not_counted(repayments, trace, as_of)),
        lateness=_lateness(trace, rows, status, conventions),
        overdue=_overdue(state, policy, status, monthly_consumer=monthly_consumer),
        penalty=_accrual(trace, PENALTY, Component.PENALTY, state.penalty_minor),
        compound=_accrual(trace, COMPOUND, Component.COMPOUND, state.compound_minor),
        delay=_accrual(trace, DELAY, Component.DELAY, state.delay_minor),
        capitalisations=trace.capitalisations,
        late_fees=trace.late_fees,
        events=told,
        events_not_counted=events_not_counted(events, told, as_of),
        flags=trace.replayed.flags,
        due_now=_due_now(trace),
        payoff=_payoff(trace),
        class_floor=_class_finding(trace, told, class_rules, observation_rules),
    )


def _overdue(state: NoteState, policy: OverduePolicy, core_status: CoreStatus, *, monthly_consumer: bool) -> Overdue:
    rates = overdue_balances(state, policy, core_status=core_status, monthly_consumer=monthly_consumer)
    return Overdue(
        state.overdue_principal_minor,
        state.overdue_interest_minor,
        rates.management_minor,
        rates.regulatory_minor,
        monthly_consumer,
    )


def _accrual(trace: Trace, part: int, component: Component, owed_minor: int) -> Accrual:
    """The segments of a component, and what allocations of each kind took off or put back."""
    field = COMPONENT_FIELDS[component]
    moved = [(row.allocation.kind, getattr(row.allocation, field)) for row in trace.allocations]
    return Accrual(
        den=trace.den,
        segments=trace.segments[part],
        paid_minor=sum(
            minor for kind, minor in moved if kind not in {AllocationKind.WAIVER, AllocationKind.CHARGE_BACK}
        ),
        waived_minor=sum(minor for kind, minor in moved if kind is AllocationKind.WAIVER),
        charged_back_minor=-sum(minor for kind, minor in moved if kind is AllocationKind.CHARGE_BACK),
        awards=trace.awards[part],
        owed_minor=owed_minor,
    )


def _not_counted(repayments: Sequence[Repayment], trace: Trace, as_of: date) -> list[NotCounted]:
    reversed_by = {row.reverses: row.core_ref for row in repayments if row.reverses and row.value_on <= as_of}
    counted = {row.allocation.core_ref for row in trace.allocations}
    rows = []
    for row in sorted(repayments, key=lambda row: (row.value_on, row.received_at, row.core_ref)):
        if row.core_ref in counted:
            continue
        if row.value_on > as_of:
            reason, other = NotCountedReason.LATER, row.reverses
        elif row.reverses is not None:
            reason, other = NotCountedReason.REVERSAL, row.reverses
        else:
            reason, other = NotCountedReason.REVERSED, reversed_by[row.core_ref]
        rows.append(NotCounted(row.core_ref, row.value_on, row.amount_minor, reason, other))
    return rows


def _lateness(
    trace: Trace, rows: Sequence[InstalmentStanding], core_status: CoreStatus, conventions: Conventions
) -> Lateness:
    state = trace.replayed.state
    late = [row for row in rows if row.days_past_due]
    oldest_on = min((row.due_on for row in late), default=None)
    calendar = 0
    if oldest_on is not None:
        calendar = (state.as_of - oldest_on).days + (conventions.due_day == "day_1")
    return Lateness(
        principal_days=state.dpd_principal,
        interest_days=state.dpd_interest,
        calendar_days=calendar,
        paused_days=calendar - state.dpd,
        raw_days=state.dpd,
        tolerance_days=conventions.tolerance_days,
        tolerance_minor=conventions.tolerance_minor,
        tolerance_on=conventions.tolerance_on,
        counted_days=state.dpd_counted,
        oldest_due_on=oldest_on,
        bucket=bucket_of_note(state.dpd, core_status, closed=state.closed),
        bucket_counted=bucket_of_note(state.dpd_counted, core_status, closed=state.closed),
    )


def _due_now(trace: Trace) -> DueNow:
    state, open_ = trace.replayed.state, trace.replayed.open
    return DueNow(
        principal_minor=sum(row.principal_minor for row in open_),
        interest_minor=sum(row.interest_minor for row in open_),
        penalty_minor=state.penalty_minor,
        compound_minor=state.compound_minor,
        costs_minor=state.costs_due_minor,
        delay_minor=state.delay_minor,
    )


def _payoff(trace: Trace) -> Payoff:
    state, due = trace.replayed.state, _due_now(trace)
    return Payoff(
        principal_minor=state.principal_outstanding_minor,
        interest_due_minor=due.interest_minor,
        running=trace.running,
        penalty_minor=due.penalty_minor,
        compound_minor=due.compound_minor,
        costs_minor=due.costs_minor,
        delay_minor=due.delay_minor,
        credit_minor=state.credit_minor,
    )


def _class_finding(
    trace: Trace, told: Sequence[EventTold], rules: Sequence[ClassRule], observed: Sequence[ObservationRule]
) -> ClassFinding:
    state = trace.replayed.state
    dpd, as_of = state.dpd, state.as_of
    in_force = list(takewhile(lambda rule: rule.policy.effective_on <= as_of, rules))
    if not in_force:
        first = rules[0].policy.effective_on if rules else "a rule"
        raise FactInvalid("classification.no_policy", "as_of", f"{first} or later", as_of)
    rule = in_force[-1]
    reached = [above for above, _ in rule.policy.above_days if dpd > above]
    to_come = [(above, worse) for above, worse in rule.policy.above_days if dpd <= above]
    floor: ClassFloor = class_floor(dpd, rule.policy)
    worse_above_days, worse = to_come[0] if to_come else (None, None)
    observation = observation_of(told, observed, as_of, floor)
    return ClassFinding(floor, reached[-1] if reached else None, worse, worse_above_days, rule, observation)
