"""The explanation of a loan: all of it from one run of the exact engine.

Conventions beside those of the engine:
- The class floor and the overdue rates go by raw days past due; the tolerance of a product changes none of them.
- The payoff amount bears interest of the running period by days (``RunningInterest``); a bank whose contracts say
  otherwise demands the core system's figure.
"""

from collections.abc import Sequence
from datetime import date
from itertools import takewhile

from huikuan.portfolio.facts import ClassFloor, CoreStatus, FactInvalid, Instalment, NoteState, NoteTerms, Repayment
from huikuan.portfolio.rules.ageing import bucket_of_note
from huikuan.portfolio.rules.classification import class_floor
from huikuan.portfolio.rules.explain.facts import (
    Accrual,
    ClassFinding,
    ClassRule,
    DueNow,
    Explanation,
    InstalmentStanding,
    Lateness,
    NotCounted,
    NotCountedReason,
    Overdue,
    Payoff,
    RunningInterest,
    Standing,
)
from huikuan.portfolio.rules.explain.trace import Trace, replay_traced
from huikuan.portfolio.rules.overdue import OverduePolicy, overdue_balances, overdue_policy_on

TOLERANCE_DAYS_MAX = 90


def explain(
    terms: NoteTerms,
    schedule: Sequence[Instalment],
    repayments: Sequence[Repayment],
    as_of: date,
    *,
    core_status: CoreStatus,
    tolerance_days: int,
    monthly_consumer: bool,
    class_rules: Sequence[ClassRule],
    overdue_policies: Sequence[OverduePolicy],
) -> Explanation:
    """Explain a note at the close of ``as_of``; ``schedule`` comes from ``schedule_build``.

    ``monthly_consumer``: the product is of kind consumer and repaid in monthly instalments. Rules and policies are
    oldest first. Raises FactInvalid as ``replay`` does, for a tolerance out of range and for a day before all rules.
    """
    if not 0 <= tolerance_days <= TOLERANCE_DAYS_MAX:
        raise FactInvalid("explain.tolerance", "tolerance_days", f"0 to {TOLERANCE_DAYS_MAX}", tolerance_days)
    trace = replay_traced(terms, schedule, repayments, as_of, core_status=core_status)
    state = trace.replayed.state
    standings = _standings(schedule, trace)
    rates = overdue_balances(
        state, overdue_policy_on(overdue_policies, as_of), core_status=core_status, monthly_consumer=monthly_consumer
    )
    rows = [row.allocation for row in trace.allocations]
    return Explanation(
        as_of=as_of,
        terms=terms,
        core_status=core_status,
        state=state,
        schedule=standings,
        allocations=trace.allocations,
        not_counted=tuple(_not_counted(repayments, trace, as_of)),
        lateness=_lateness(state, standings, core_status, tolerance_days),
        overdue=Overdue(
            state.overdue_principal_minor,
            state.overdue_interest_minor,
            rates.management_minor,
            rates.regulatory_minor,
            monthly_consumer,
        ),
        penalty=Accrual(trace.penalty, sum(row.penalty_minor for row in rows), state.penalty_minor),
        compound=Accrual(trace.compound, sum(row.compound_minor for row in rows), state.compound_minor),
        capitalisations=trace.capitalisations,
        due_now=_due_now(trace),
        payoff=_payoff(terms, schedule, trace),
        class_floor=_class_finding(state.dpd, class_rules, as_of),
    )


def _standings(schedule: Sequence[Instalment], trace: Trace) -> tuple[InstalmentStanding, ...]:
    as_of = trace.replayed.state.as_of
    unpaid = {row.seq: row for row in trace.replayed.open}
    last_paid = {share.seq: row.allocation.applied_on for row in trace.allocations for share in row.shares}
    standings = []
    for row in schedule:
        whole = (row.principal_minor, row.interest_minor, row.costs_minor)
        rest, standing, days = (0, 0, 0), Standing.PAID, 0
        if row.due_on > as_of:
            rest, standing = whole, Standing.NOT_DUE
        elif (open_ := unpaid.get(row.seq)) is not None:
            rest = (open_.principal_minor, open_.interest_minor, open_.costs_minor)
            standing = Standing.OPEN if rest == whole else Standing.PART_PAID
            days = (as_of - row.due_on).days if rest[0] or rest[1] else 0
        cleared_on = last_paid.get(row.seq) if standing is Standing.PAID else None
        standings.append(InstalmentStanding(row.seq, row.due_on, *whole, *rest, standing, days, cleared_on))
    return tuple(standings)


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
    state: NoteState, standings: Sequence[InstalmentStanding], core_status: CoreStatus, tolerance_days: int
) -> Lateness:
    counted = state.dpd if state.dpd > tolerance_days else 0
    return Lateness(
        principal_days=state.dpd_principal,
        interest_days=state.dpd_interest,
        raw_days=state.dpd,
        tolerance_days=tolerance_days,
        counted_days=counted,
        oldest_due_on=min((row.due_on for row in standings if row.days_past_due), default=None),
        bucket=bucket_of_note(state.dpd, core_status, closed=state.closed),
        bucket_counted=bucket_of_note(counted, core_status, closed=state.closed),
    )


def _due_now(trace: Trace) -> DueNow:
    state, open_ = trace.replayed.state, trace.replayed.open
    return DueNow(
        principal_minor=sum(row.principal_minor for row in open_),
        interest_minor=sum(row.interest_minor for row in open_),
        penalty_minor=state.penalty_minor,
        compound_minor=state.compound_minor,
        costs_minor=state.costs_due_minor,
    )


def _payoff(terms: NoteTerms, schedule: Sequence[Instalment], trace: Trace) -> Payoff:
    state, due = trace.replayed.state, _due_now(trace)
    return Payoff(
        principal_minor=state.principal_outstanding_minor,
        interest_due_minor=due.interest_minor,
        running=running_interest(terms, schedule, state.as_of),
        penalty_minor=due.penalty_minor,
        compound_minor=due.compound_minor,
        costs_minor=due.costs_minor,
        credit_minor=state.credit_minor,
    )


def running_interest(terms: NoteTerms, schedule: Sequence[Instalment], as_of: date) -> RunningInterest | None:
    """Interest of the period that runs on ``as_of``; None when no instalment is to come.

    Instalments that fall due on the same day are one period together.
    """
    begun_on = terms.disbursed_on
    for row in schedule:
        if row.due_on > as_of:
            next_on = row.due_on
            break
        begun_on = row.due_on
    else:
        return None
    billed = [row for row in schedule if row.due_on == next_on]
    return RunningInterest(
        seqs=tuple(row.seq for row in billed),
        from_on=begun_on,
        due_on=next_on,
        scheduled_minor=sum(row.interest_minor for row in billed),
        elapsed_days=(as_of - begun_on).days,
        period_days=(next_on - begun_on).days,
    )


def _class_finding(dpd: int, rules: Sequence[ClassRule], as_of: date) -> ClassFinding:
    in_force = list(takewhile(lambda rule: rule.policy.effective_on <= as_of, rules))
    if not in_force:
        first = rules[0].policy.effective_on if rules else "a rule"
        raise FactInvalid("classification.no_policy", "as_of", f"{first} or later", as_of)
    rule = in_force[-1]
    reached = [above for above, _ in rule.policy.above_days if dpd > above]
    to_come = [(above, worse) for above, worse in rule.policy.above_days if dpd <= above]
    floor: ClassFloor = class_floor(dpd, rule.policy)
    worse_above_days, worse = to_come[0] if to_come else (None, None)
    return ClassFinding(floor, reached[-1] if reached else None, worse, worse_above_days, rule)
