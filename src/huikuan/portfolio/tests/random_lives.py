"""Random lives of notes: every convention, every method and events of every kind, by seed or fed by Hypothesis.

An event is made from what the note is on its day (the oracle says it), so that most of them are valid; the others are
left out, except for reversals that come later and take an event's ground away: those lives must be refused.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from hypothesis import strategies as st

from huikuan.portfolio.conventions import Component
from huikuan.portfolio.facts import FactInvalid, Instalment, Replayed
from huikuan.portfolio.loan_events import Claim, EventKind, LoanEvent
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.tests.oracle import oracle
from huikuan.portfolio.tests.oracle_events import REPAYMENTS
from huikuan.portfolio.tests.oracle_life import Life
from huikuan.portfolio.tests.random_notes import Case, case_of, with_payers
from huikuan.portfolio.tests.random_terms import Pick, any_conventions, one_of

# Those that end a note's normal life are rarer.
KINDS = (*EventKind, *EventKind, EventKind.WAIVER, EventKind.PAUSE, EventKind.RATE_CHANGE, *[EventKind.CHARGE_BACK] * 2)
ENDING = {EventKind.ACCELERATION, EventKind.INSOLVENCY, EventKind.JUDGMENT, EventKind.CHARGE_OFF}


@st.composite
def lives(draw: st.DrawFn) -> Case:
    """Hypothesis strategy of notes with any conventions and events."""
    return _life(lambda low, high: draw(st.integers(low, high)))


@st.composite
def quiet(draw: st.DrawFn) -> Case:
    """Notes under any conventions, without events."""
    return _quiet(lambda low, high: draw(st.integers(low, high)))


def _quiet(pick: Pick) -> Case:
    return case_of(pick, any_conventions(pick))


@cache
def life_from_seed(seed: int) -> Case:
    """The life of a seed; the same on every machine."""
    return _life(random.Random(seed).randint)


def _life(pick: Pick) -> Case:
    case = case_of(pick, any_conventions(pick))
    case = replace(case, repayments=with_payers(pick, case.repayments))
    days = (case.as_of - case.terms.disbursed_on).days
    value_on = case.terms.disbursed_on
    for number in range(one_of(pick, (0, 1, 2, 4, 6, 9))):
        if number == 0 or pick(0, 3):  # else another one on the same day
            value_on += timedelta(days=pick(0, max(1, days // 2)))
        if value_on > case.as_of:
            break
        made = _event(pick, case, number, value_on)
        if made is not None:
            more = replace(case, events=(*case.events, made))
            case = more if lives_on(more, value_on) else case
    return _reversals(pick, case)


def lives_on(case: Case, as_of: date) -> bool:
    """Whether nothing is refused up to the day."""
    try:
        live(case, as_of)
    except FactInvalid:
        return False
    return True


def live(case: Case, as_of: date | None = None) -> Life:
    """The case as the oracle sees it."""
    return oracle(
        case.terms,
        case.schedule,
        case.repayments,
        as_of or case.as_of,
        conventions=case.conventions,
        events=case.events,
    )


def replay_case(case: Case, as_of: date | None = None) -> Replayed:
    """The case as the exact engine sees it."""
    return replay(
        case.terms,
        case.schedule,
        case.repayments,
        as_of or case.as_of,
        conventions=case.conventions,
        events=case.events,
    )


def _reversals(pick: Pick, case: Case) -> Case:
    rows = []
    for number, event in enumerate(case.events):
        if pick(0, 7) == 0:
            value_on = event.value_on + timedelta(days=pick(0, 60))
            rows.append(LoanEvent(f"V{number}", event.kind, value_on, noon(value_on), reverses=event.core_ref))
    events = [*case.events, *rows]
    if pick(0, 1):
        events.reverse()  # the order of arrival means nothing
    return replace(case, events=tuple(events))


def noon(day: date) -> datetime:
    """When an event of the day is recorded."""
    return datetime.combine(day, time(12), tzinfo=UTC)


def _event(pick: Pick, case: Case, number: int, value_on: date) -> LoanEvent | None:
    kind = one_of(pick, KINDS)
    if kind in ENDING and pick(0, 1):
        kind = EventKind.WAIVER
    recorded_on = value_on + timedelta(days=one_of(pick, (0, 0, 1, 40)))
    plain = LoanEvent(f"E{pick(0, 9)}-{number}", kind, value_on, noon(recorded_on))
    before = max(case.terms.disbursed_on, value_on - timedelta(days=1))
    try:
        life = live(case, before)
    except FactInvalid:
        return None  # the reversal of a repayment has taken the ground of an earlier charge-back away
    return _MAKERS.get(kind, _plain)(pick, plain, life)


def _plain(_pick: Pick, event: LoanEvent, _life: Life) -> LoanEvent:
    return event


def _pause(pick: Pick, event: LoanEvent, _life: Life) -> LoanEvent:
    return replace(event, until_on=event.value_on + timedelta(days=pick(1, 90)))


def _rate_change(pick: Pick, event: LoanEvent, life: Life) -> LoanEvent:
    annual = one_of(pick, (None, 0, life.annual_ppm, pick(0, 360_000)))
    penalty = pick(0, 540_000) if annual is None or pick(0, 3) == 0 else None
    schedule = _new_schedule(pick, event, _coming(life, event)) if pick(0, 9) == 0 else ()
    return replace(event, annual_rate_ppm=annual, penalty_rate_ppm=penalty, schedule=schedule)


def _drawdown(pick: Pick, event: LoanEvent, life: Life) -> LoanEvent:
    amount = pick(1, life.terms.principal_minor)
    schedule = _new_schedule(pick, event, _coming(life, event) + amount) if pick(0, 4) == 0 else ()
    return replace(event, amount_minor=amount, schedule=schedule)


def _extension(pick: Pick, event: LoanEvent, life: Life) -> LoanEvent:
    last = max([life.maturity, event.value_on, *(row.due_on for row in life.coming)])
    schedule = _new_schedule(pick, event, _coming(life, event)) if pick(0, 3) == 0 else ()
    return replace(event, until_on=last + timedelta(days=pick(1, 120)), schedule=schedule)


def _reschedule(pick: Pick, event: LoanEvent, life: Life) -> LoanEvent:
    return replace(event, schedule=_new_schedule(pick, event, _coming(life, event)))


def _restructure(pick: Pick, event: LoanEvent, life: Life) -> LoanEvent:
    schedule = _new_schedule(pick, event, life.outstanding())
    return replace(event, schedule=schedule, until_on=event.value_on + timedelta(days=pick(1, 400)))


def _judgment(pick: Pick, event: LoanEvent, life: Life) -> LoanEvent:
    owed = (life.outstanding(), life.due("interest"), life.shown(life.penalty), life.capitalised, life.due("costs"))
    claim = Claim(*(one_of(pick, (amount, amount, amount // 2, amount + 100, 0)) for amount in owed))
    until_on = event.value_on + timedelta(days=pick(0, 30)) if pick(0, 1) else None
    return replace(event, claim=claim, until_on=until_on, penalty_rate_ppm=one_of(pick, (None, pick(0, 300_000))))


def _charge_back(pick: Pick, event: LoanEvent, life: Life) -> LoanEvent | None:
    named = [row for row in life.paid if row.kind in REPAYMENTS]
    if not named:
        return None
    again = [row for row in named if row.core_ref in life.taken_back]
    repayment = one_of(pick, again if again and pick(0, 1) else named)
    amount = one_of(pick, (repayment.amount, max(1, repayment.amount // 3), pick(1, repayment.amount)))
    credit = repayment.parts["credit"]
    if credit and pick(0, 1):
        amount = min(amount, credit)
    return replace(event, names_ref=repayment.core_ref, amount_minor=amount)


def _waiver(pick: Pick, event: LoanEvent, life: Life) -> LoanEvent:
    component = one_of(pick, tuple(Component))
    owed = {
        Component.PENALTY: life.shown(life.penalty),
        Component.COMPOUND: life.capitalised + life.shown(life.compound),
        Component.DELAY: life.shown(life.delay),
    }
    amount = owed[component] if component in owed else life.due(str(component))
    return replace(event, component=component, amount_minor=max(1, one_of(pick, (amount, amount // 2, amount + 5, 1))))


def _coming(life: Life, event: LoanEvent) -> int:
    return sum(row.principal for row in life.coming if row.due_on >= event.value_on)


def _new_schedule(pick: Pick, event: LoanEvent, principal: int) -> tuple[Instalment, ...]:
    """Rows with numbers above all others, since no note has so many instalments."""
    first_seq = 10_000 + 100 * int(event.core_ref.partition("-")[2])
    rows: list[Instalment] = []
    left, due_on, count = principal, event.value_on, pick(1, 5)
    for number in range(count):
        due_on += timedelta(days=one_of(pick, (0, 1, 20, 30, 31)))
        part = left if number == count - 1 else pick(0, left)
        left -= part
        rows.append(
            Instalment(first_seq + number, due_on, part, pick(0, 1) * pick(0, 1 + principal // 30), pick(0, 40))
        )
    return tuple(rows)


Maker = Callable[[Pick, LoanEvent, Life], LoanEvent | None]
_MAKERS: dict[EventKind, Maker] = {
    EventKind.PAUSE: _pause,
    EventKind.RATE_CHANGE: _rate_change,
    EventKind.DRAWDOWN: _drawdown,
    EventKind.EXTENSION: _extension,
    EventKind.RESCHEDULE: _reschedule,
    EventKind.RESTRUCTURE: _restructure,
    EventKind.JUDGMENT: _judgment,
    EventKind.CHARGE_BACK: _charge_back,
    EventKind.WAIVER: _waiver,
}
