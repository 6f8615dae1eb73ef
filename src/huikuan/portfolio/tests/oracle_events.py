"""What each event of a contract does, as the oracle sees it. Read beside ``docs/concepts/loan-events.md``."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from huikuan.portfolio.facts import AllocationKind, FactInvalid, Flag, Instalment
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.tests.oracle_life import PARTS, Life, Paid, Row
from huikuan.portfolio.tests.oracle_numbers import nearest, span
from huikuan.portfolio.tests.oracle_schedule import NOT_COMPUTED, recompute, running_earned

REPAYMENTS = {AllocationKind.REPAYMENT, AllocationKind.RECOVERY}
TAKEN_BACK_IN_ORDER = ("credit", "delay", "principal", "interest", "compound", "penalty", "costs")


def contract_event(life: Life, event: LoanEvent) -> None:
    """An event of step 2 of its day; pauses are days, looked up where days are counted."""
    effect = _EFFECTS.get(event.kind)
    if effect is not None:
        effect(life, event)


def _reschedule(life: Life, event: LoanEvent) -> None:
    replace_coming(life, event.schedule, principal=_coming_principal(life))


def _re_amortise(life: Life, event: LoanEvent) -> None:
    if life.terms.method in NOT_COMPUTED:
        raise FactInvalid("schedule.not_computed", "kind", "a computed schedule", event.kind)
    if not recompute(life):
        raise FactInvalid("schedule.nothing_left", "kind", "a coming instalment", event.kind)


def _restructure(life: Life, event: LoanEvent) -> None:
    principal = life.outstanding()
    for row in life.fallen:
        row.principal = row.interest = 0
    replace_coming(life, event.schedule, principal=principal)
    life.period_from = life.earned_from = life.earned_on = life.day
    life.observed_until = event.until_on
    _extended(life)


def _re_age(life: Life, event: LoanEvent) -> None:
    if not life.conventions.re_ageing:
        raise FactInvalid("convention.re_ageing", "kind", "a product that allows it", event.kind)
    aged: dict[int, Row] = {}
    for row in life.open:
        row.due_on = life.day
        same = aged.setdefault(row.seq, row)  # rows of charge-backs all have the number 0
        if same is not row:
            for component in ("costs", "interest", "principal"):
                setattr(same, component, getattr(same, component) + getattr(row, component))
                setattr(row, component, 0)
    life.flags.add(Flag.RE_AGED)


def _insolvency(life: Life, event: LoanEvent) -> None:
    accelerate(life, event)
    life.insolvent_on = life.day


def _charge_off(life: Life, event: LoanEvent) -> None:
    life.charged_off_on = event.value_on


def _coming_principal(life: Life) -> int:
    return sum(row.principal for row in life.coming)


def _extended(life: Life) -> None:
    life.extensions += 1
    if life.extensions > 1:
        life.flags.add(Flag.EXTENDED_AGAIN)


def replace_coming(life: Life, schedule: Sequence[Instalment], *, principal: int) -> None:
    """All that is not due yet is replaced."""
    if sum(row.principal_minor for row in schedule) != principal:
        raise FactInvalid("event.principal", "schedule", str(principal), "another sum")
    life.coming = [Row.of(row) for row in schedule]
    life.maturity = schedule[-1].due_on
    life.earned, life.earned_on = Fraction(0), life.earned_from


def _rate_change(life: Life, event: LoanEvent) -> None:
    annual = event.annual_rate_ppm
    if event.schedule:
        replace_coming(life, event.schedule, principal=_coming_principal(life))
    elif annual is not None and annual != life.annual_ppm and life.terms.method not in NOT_COMPUTED:
        recompute(life, rate_ppm=annual)
    if annual is not None:
        life.annual_ppm = annual
    if event.penalty_rate_ppm is not None:
        life.penalty_named_ppm = event.penalty_rate_ppm


def _drawdown(life: Life, event: LoanEvent) -> None:
    if event.schedule:
        replace_coming(life, event.schedule, principal=_coming_principal(life) + event.amount_minor)
    elif life.terms.method in NOT_COMPUTED:
        raise FactInvalid("schedule.not_computed", "schedule", "a computed schedule", life.terms.method)
    elif not recompute(life, more=event.amount_minor):
        raise FactInvalid("drawdown.nothing_coming", "value_on", "a coming instalment", event.value_on)


def _extension(life: Life, event: LoanEvent) -> None:
    assert event.until_on is not None
    if event.until_on <= life.maturity:
        raise FactInvalid("extension.until_on", "until_on", f"after {life.maturity}", event.until_on)
    if event.schedule:
        replace_coming(life, event.schedule, principal=_coming_principal(life))
    elif not life.coming:
        raise FactInvalid("extension.nothing_left", "value_on", "a coming instalment", event.value_on)
    else:
        last = life.coming.pop()
        years = span(life.conventions.day_count, last.due_on, event.until_on)
        more = nearest(last.principal * Fraction(life.annual_ppm, 1_000_000) * years, life.conventions.rounding)
        as_scheduled = last.scheduled
        moved = Row.of(
            Instalment(
                last.seq,
                event.until_on,
                as_scheduled.principal_minor,
                as_scheduled.interest_minor + more,
                as_scheduled.costs_minor,
            )
        )
        moved.principal, moved.costs = last.principal, last.costs
        moved.interest, moved.prepaid_interest = last.interest + more, last.prepaid_interest
        life.coming.append(moved)
    life.maturity = event.until_on
    _extended(life)


def accelerate(life: Life, event: LoanEvent) -> None:
    """What is not due yet falls due on the day of the event, with the interest earned so far."""
    if not life.coming:
        return
    earned = nearest(running_earned(life), life.conventions.rounding)
    interest = max(0, earned - sum(row.prepaid_interest for row in life.coming))
    costs = sum(row.costs for row in life.coming if row.due_on == life.day)
    row = Row.of(Instalment(life.coming[0].seq, event.value_on, _coming_principal(life), interest, costs))
    row.fee = False
    life.coming = [row]
    life.accelerated_on = life.maturity = life.day


def _judgment(life: Life, event: LoanEvent) -> None:
    claim = event.claim
    assert claim is not None
    oldest = min([life.day, *(row.due_on for row in life.open)])
    row = Instalment(0, oldest, claim.principal_minor, claim.interest_minor, claim.costs_minor)
    life.coming, life.fallen = [], [Row.of(row)]
    life.penalty, life.compound = Fraction(claim.penalty_minor), Fraction(0)
    life.capitalised = claim.compound_minor
    life.maturity = min(life.maturity, life.day)
    life.judged_on, life.perform_until = life.day, event.until_on
    if event.penalty_rate_ppm is not None:
        life.penalty_named_ppm = event.penalty_rate_ppm


_EFFECTS: dict[EventKind, Callable[[Life, LoanEvent], None]] = {
    EventKind.RATE_CHANGE: _rate_change,
    EventKind.DRAWDOWN: _drawdown,
    EventKind.EXTENSION: _extension,
    EventKind.RESCHEDULE: _reschedule,
    EventKind.RE_AMORTISE: _re_amortise,
    EventKind.RESTRUCTURE: _restructure,
    EventKind.RE_AGE: _re_age,
    EventKind.ACCELERATION: accelerate,
    EventKind.INSOLVENCY: _insolvency,
    EventKind.JUDGMENT: _judgment,
    EventKind.CHARGE_OFF: _charge_off,
}


def charge_back(life: Life, event: LoanEvent) -> None:
    """Money of an earlier repayment is taken back."""
    named = [row for row in life.paid if row.core_ref == event.names_ref and row.kind in REPAYMENTS]
    if not named:
        raise FactInvalid("charge_back.names", "names_ref", "a repayment before", event.names_ref)
    (repayment,) = named
    if event.amount_minor > repayment.amount:
        raise FactInvalid("charge_back.amount", "amount", f"at most {repayment.amount}", event.amount_minor)
    need, parts = event.amount_minor, dict.fromkeys(PARTS, 0)
    for part in TAKEN_BACK_IN_ORDER:
        left = repayment.parts[part] + sum(row.parts[part] for row in life.taken_back.get(repayment.core_ref, ()))
        if part == "credit":
            left = min(left, life.credit)
        parts[part] = -min(need, left)
        need += parts[part]
    if need:
        raise FactInvalid("charge_back.used", "amount", "what is left of it", event.amount_minor)
    _give_back(life, parts)
    line = Paid(life.day, event.core_ref, AllocationKind.CHARGE_BACK, -event.amount_minor, parts)
    life.paid.append(line)
    life.taken_back.setdefault(repayment.core_ref, []).append(line)
    if repayment.kind is AllocationKind.RECOVERY:
        life.recovered -= event.amount_minor
    if repayment.core_ref in life.guaranteed:
        life.subrogated -= event.amount_minor


def _give_back(life: Life, parts: dict[str, int]) -> None:
    life.credit += parts["credit"]
    life.delay -= parts["delay"]
    life.penalty -= parts["penalty"]
    life.compound -= parts["compound"]
    back = [row for row in life.fallen if (row.seq, row.due_on) == (0, life.day)]
    row = back[0] if back else Row.of(Instalment(0, life.day, 0, 0))
    if not back:
        life.fallen.append(row)
    row.principal -= parts["principal"]
    row.interest -= parts["interest"]
    row.costs -= parts["costs"]
