"""A naive second opinion on the exact engine: every day one by one, in fractions, over a list of instalments.

For tests only. It shares no code with the rules on purpose (its rounding and its days are its own, too) and is written
for being obviously right, not fast: read it beside ``docs/concepts/ageing.md`` and ``docs/concepts/loan-events.md``.
The parts: ``oracle_life`` what a note is, ``oracle_numbers`` days and rounding, ``oracle_pay`` where money goes,
``oracle_schedule`` coming instalments computed anew, ``oracle_events`` what events do, ``oracle_same`` the comparison.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from huikuan.portfolio.conventions import (
    CONVENTIONS_DEFAULT,
    ORDER_DEFAULT,
    Advance,
    AllocationAxis,
    Conventions,
    DayCount,
    DueStages,
    LateFeeKind,
    PausePenalty,
    PenaltyBase,
    Rounding,
)
from huikuan.portfolio.facts import Compound, FactInvalid, Instalment, NoteTerms, Repayment
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.tests.oracle_events import charge_back, contract_event
from huikuan.portfolio.tests.oracle_life import Life, Row
from huikuan.portfolio.tests.oracle_numbers import ONE_DAY, in_force, nearest, paused_days, span
from huikuan.portfolio.tests.oracle_pay import repay, use_credit, waive
from huikuan.portfolio.tests.oracle_same import assert_same
from huikuan.portfolio.tests.oracle_schedule import NOT_COMPUTED, period_ends

__all__ = ["assert_same", "oracle"]

DELAY_A_DAY = Fraction(175, 1_000_000)


def oracle(
    terms: NoteTerms,
    schedule: Sequence[Instalment],
    repayments: Sequence[Repayment],
    as_of: date,
    *,
    conventions: Conventions = CONVENTIONS_DEFAULT,
    events: Sequence[LoanEvent] = (),
) -> Life:
    """Live the note's life day by day up to the close of ``as_of``."""
    annulled = [row.reverses for row in repayments if row.reverses is not None and row.value_on <= as_of]
    money = [row for row in repayments if row.reverses is None and row.core_ref not in annulled]
    counting = in_force(events, as_of)
    if conventions.advance in {Advance.LAST_INSTALMENT, Advance.RE_AMORTISED} and terms.method in NOT_COMPUTED:
        raise FactInvalid("convention.advance", "advance", "a computed schedule", terms.method)
    life = Life(
        terms,
        conventions,
        paused_days(counting, conventions.pause_end),
        min([terms.disbursed_on, *(row.due_on for row in schedule), *(row.value_on for row in money)]),
        [Row.of(row) for row in schedule],
        terms.annual_rate_ppm,
        terms.matures_on,
        *(terms.disbursed_on,) * 3,
    )
    while life.day <= as_of:
        today = [event for event in counting if event.value_on == life.day]
        _accrue(life)
        for event in today:
            contract_event(life, event)
        _fall_due(life)
        _late_fees(life)
        _capitalise(life)
        for event in today:
            if event.kind is EventKind.CHARGE_BACK:
                charge_back(life, event)
        for event in today:
            if event.kind is EventKind.WAIVER:
                waive(life, event)
        use_credit(life)
        received = [row for row in money if row.value_on == life.day]
        for repayment in sorted(received, key=lambda row: (row.received_at, row.core_ref)):
            repay(life, repayment)
        life.day += ONE_DAY
    life.day = as_of
    life.held_by = _held_by(life, schedule)
    return life


def _accrue(life: Life) -> None:
    """The night before ``day``."""
    if life.insolvent_on is not None and life.day > life.insolvent_on:
        return
    if life.judged_on is not None and (life.perform_until is None or life.day > life.perform_until):
        life.delay += (life.due("principal") + life.due("costs")) * DELAY_A_DAY
    conventions = life.conventions
    if conventions.pause_penalty is PausePenalty.STOPS and life.day in life.paused:
        return
    shown_before = life.shown(life.penalty) if conventions.compound_on_penalty else 0
    base = life.due("principal")
    if conventions.penalty_base is PenaltyBase.PRINCIPAL_AND_INTEREST:
        base += life.due("interest")
    life.penalty += _night(life, base, life.penalty_ppm)
    if life.terms.compound is not Compound.NONE and life.judged_on is None:
        base = life.due("interest") + life.capitalised + shown_before
        life.compound += _night(life, base, life.annual_ppm if life.day <= life.maturity else life.penalty_ppm)


def _night(life: Life, base: int, rate_ppm: int) -> Fraction | int:
    """What a base bears in the night before ``day``."""
    if base == 0:
        return 0
    return Fraction(base * rate_ppm, 1_000_000) * span(life.conventions.day_count, life.day - ONE_DAY, life.day)


def _fall_due(life: Life) -> None:
    fee = life.conventions.late_fee
    for row in [row for row in life.coming if row.due_on <= life.day]:
        row.fee_on = row.due_on + fee.after_days * ONE_DAY if row.fee else None
        row.fell_due = row.principal + row.interest
        life.coming.remove(row)
        life.fallen.append(row)
        life.schedule_fallen.append(row.scheduled)
        life.period_from = max(life.period_from, row.due_on)
        if period_ends(life.terms, row.seq):
            life.earned, life.earned_from = Fraction(0), life.period_from
            life.earned_on = life.period_from


def _late_fees(life: Life) -> None:
    fee = life.conventions.late_fee
    ended = (life.judged_on, life.insolvent_on, life.charged_off_on) != (None, None, None)
    if fee.kind is LateFeeKind.NONE or ended or life.day in life.paused:
        return
    principal = life.due("principal", before=life.day)
    base = {
        LateFeeKind.OVERDUE_PRINCIPAL: principal,
        LateFeeKind.OVERDUE_TOTAL: principal + life.due("interest", before=life.day),
    }
    for row in life.fallen:
        if row.fee_on == life.day and (row.principal or row.interest):
            if fee.kind is LateFeeKind.FLAT:
                row.costs += fee.amount_minor
            else:
                share = Fraction(base.get(fee.kind, row.fell_due) * fee.rate_ppm, 1_000_000)
                row.costs += nearest(share, life.conventions.rounding)


def _capitalise(life: Life) -> None:
    compound, day = life.terms.compound, life.day
    ended = life.judged_on is not None or life.insolvent_on is not None
    if day.day != 20 or compound is Compound.NONE or ended:
        return
    if compound is Compound.MONTHLY or day.month in {3, 6, 9, 12}:
        whole = life.shown(life.compound)
        life.capitalised += whole
        life.compound -= whole


def _held_by(life: Life, handed_in: Sequence[Instalment]) -> str | None:
    """Why the fold may not go on from here."""
    own = replace(life, annual_ppm=life.terms.annual_rate_ppm, penalty_named_ppm=None).penalty_ppm
    oldest = min((row.due_on for row in life.open), default=date.max)
    coming = [row.scheduled for row in life.coming]
    reasons = (
        ("judgment", life.judged_on is not None),
        ("insolvency", life.insolvent_on is not None),
        ("acceleration", life.accelerated_on is not None),
        ("pause", any(day > life.day or day >= oldest for day in life.paused)),
        ("schedule", coming != [row for row in handed_in if row.due_on > life.day]),
        ("schedule", life.maturity != life.terms.matures_on),
        ("rates", (life.annual_ppm, life.penalty_ppm) != (life.terms.annual_rate_ppm, own)),
        ("advance", any((row.principal, row.interest, row.costs) != _amounts(row) for row in life.coming)),
        ("convention", not _folds(life.conventions)),
    )
    return next((reason for reason, holds in reasons if holds), None)


def _amounts(row: Row) -> tuple[int, int, int]:
    return row.scheduled.principal_minor, row.scheduled.interest_minor, row.scheduled.costs_minor


def _folds(conventions: Conventions) -> bool:
    """Whether the fold in SQL knows the conventions."""
    return (
        conventions.day_count in {DayCount.ACT_360, DayCount.ACT_365, DayCount.ACT_364}
        and conventions.rounding is Rounding.HALF_UP
        and conventions.allocation_order == ORDER_DEFAULT
        and conventions.allocation_axis is AllocationAxis.VERTICAL
        and conventions.due_stages is DueStages.TOGETHER
        and conventions.principal_first_after_days is None
        and conventions.advance is Advance.HOLD
        and conventions.late_fee.kind is LateFeeKind.NONE
        and not conventions.compound_on_penalty
    )
