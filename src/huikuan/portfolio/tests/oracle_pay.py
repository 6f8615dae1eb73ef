"""Where money goes, as the oracle sees it: one list of steps, each takes what it needs from the purse."""

from collections.abc import Sequence

from huikuan.portfolio.conventions import Advance, AllocationAxis, Component, DueStages
from huikuan.portfolio.facts import AllocationKind, Flag, Repayment
from huikuan.portfolio.loan_events import LoanEvent
from huikuan.portfolio.tests.oracle_life import PARTS, Life, Paid, Row
from huikuan.portfolio.tests.oracle_schedule import recompute

NOTE_LEVEL = (Component.PENALTY, Component.COMPOUND, Component.DELAY)
Step = tuple[Component, list[Row]]


def repay(life: Life, repayment: Repayment) -> None:
    """A repayment of the day."""
    off = life.charged_off_on is not None
    parts = dict.fromkeys(PARTS, 0)
    rest = fill(life, repayment.amount_minor, parts)
    if life.day >= life.terms.disbursed_on:
        rest = _advance(life, rest, parts)
    life.credit += rest
    parts["credit"] = rest
    kind = AllocationKind.RECOVERY if off else AllocationKind.REPAYMENT
    life.paid.append(Paid(life.day, repayment.core_ref, kind, repayment.amount_minor, parts))
    if off:
        life.recovered += repayment.amount_minor
    if repayment.payer == "guarantor":
        life.subrogated += repayment.amount_minor
        life.guaranteed.add(repayment.core_ref)


def use_credit(life: Life) -> None:
    """Money held before pays what has fallen due."""
    if life.credit and life.open:
        parts = dict.fromkeys(PARTS, 0)
        rest = fill(life, life.credit, parts)
        parts["credit"] = rest - life.credit
        life.credit = rest
        life.paid.append(Paid(life.day, None, AllocationKind.CREDIT, 0, parts))


def waive(life: Life, event: LoanEvent) -> None:
    """Forgive a component, as if somebody paid that alone."""
    assert event.component is not None
    days_before = life.raw_days()
    parts = dict.fromkeys(PARTS, 0)
    rest = _take(life, event.component, life.open, event.amount_minor, parts)
    used = event.amount_minor - rest
    life.waived += used
    life.paid.append(Paid(life.day, event.core_ref, AllocationKind.WAIVER, used, parts))
    if life.raw_days() < days_before:
        life.flags.add(Flag.WAIVER_RESET_DAYS)


def fill(life: Life, money: int, parts: dict[str, int]) -> int:
    """Pay all that has fallen due; the rest."""
    for component, rows in _steps(life):
        money = _take(life, component, rows, money, parts)
    return money


def _steps(life: Life) -> list[Step]:
    order, rows = _order(life), life.open
    if life.conventions.allocation_axis is AllocationAxis.HORIZONTAL:
        steps: list[Step] = []
        for number, row in enumerate(rows):
            steps += [(component, [row]) for component in order if number == 0 or component not in NOTE_LEVEL]
        if not rows:
            steps = [(component, []) for component in order]
    elif life.conventions.due_stages is DueStages.PAST_DUE_FIRST:
        past = [row for row in rows if row.due_on < life.day]
        today = [row for row in rows if row.due_on == life.day]
        steps = [(component, past) for component in order]
        steps += [(component, today) for component in order if component not in NOTE_LEVEL]
    else:
        steps = [(component, rows) for component in order]
    return [*steps, (Component.DELAY, [])]


def _order(life: Life) -> Sequence[Component]:
    order = life.conventions.allocation_order
    limit = life.conventions.principal_first_after_days
    if limit is not None and life.raw_days() > limit:
        first = [Component.COSTS, Component.PRINCIPAL]
        return first + [component for component in order if component not in first]
    return order


def _take(life: Life, component: Component, rows: Sequence[Row], money: int, parts: dict[str, int]) -> int:
    before = money
    if component is Component.PENALTY:
        part = min(money, life.shown(life.penalty))
        life.penalty -= part
        money -= part
    elif component is Component.DELAY:
        part = min(money, life.shown(life.delay))
        life.delay -= part
        money -= part
    elif component is Component.COMPOUND:
        part = min(money, life.capitalised)
        life.capitalised -= part
        money -= part
        part = min(money, life.shown(life.compound))
        life.compound -= part
        money -= part
    else:
        for row in rows:
            money = _pay_row(row, str(component), money)
    parts[str(component)] += before - money
    return money


def _pay_row(row: Row, component: str, money: int) -> int:
    unpaid: int = getattr(row, component)
    part = min(money, unpaid)
    setattr(row, component, unpaid - part)
    return money - part


def _advance(life: Life, money: int, parts: dict[str, int]) -> int:
    """Money beyond what is due goes to what is not due yet; the rest."""
    match life.conventions.advance:
        case Advance.HOLD:
            return money
        case Advance.NEXT_INSTALMENT:
            for row in life.coming:
                for component in ("costs", "interest", "principal"):
                    rest = _pay_row(row, component, money)
                    parts[component] += money - rest
                    if component == "interest":
                        row.prepaid_interest += money - rest
                    money = rest
            return money
        case Advance.LAST_INSTALMENT | Advance.RE_AMORTISED:
            part = min(money, sum(row.principal for row in life.coming))
            if part:
                shorten = life.conventions.advance is Advance.LAST_INSTALMENT
                recompute(life, more=-part, shorten=shorten)
                parts["principal"] += part
            return money - part
