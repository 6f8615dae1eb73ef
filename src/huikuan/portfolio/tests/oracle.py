"""A naive second opinion on the exact engine: every day one by one, in fractions, over a list of unpaid items.

For tests only. It shares no code with the rules on purpose (its rounding is its own, too) and is written for being
obviously right, not fast: read it beside ``docs/concepts/ageing.md``.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from huikuan.portfolio.facts import Compound, Instalment, NoteTerms, Repayment, Replayed

ORDER = ("costs", "penalty", "capitalised", "compound", "interest", "principal")


@dataclass
class Item:
    """Something that is to be paid: one component of one instalment."""

    component: str
    seq: int
    due_on: date
    unpaid: int


@dataclass
class Answer:
    """What the oracle says at the close of ``day``; accruals are exact fractions of a minor unit."""

    day: date
    items: list[Item]
    penalty: Fraction = Fraction(0)
    compound: Fraction = Fraction(0)
    capitalised: int = 0
    credit: int = 0
    # (day, core_ref, component amounts by name; for a use of credit core_ref is None and credit is negative)
    paid: list[tuple[date, str | None, dict[str, int]]] = field(default_factory=list)

    def unpaid(self, component: str, *, before: date = date.max) -> int:
        return sum(item.unpaid for item in self.items if item.component == component and item.due_on < before)

    def days_late(self, component: str) -> int:
        late = [item.due_on for item in self.items if item.component == component and item.unpaid > 0]
        return max([0, *((self.day - due_on).days for due_on in late)])


def nearest(amount: Fraction) -> int:
    """The nearest integer; halves go up."""
    return math.floor(amount + Fraction(1, 2))


def oracle(terms: NoteTerms, schedule: Sequence[Instalment], repayments: Sequence[Repayment], as_of: date) -> Answer:
    """Live the note's life day by day up to the close of ``as_of``."""
    annulled = [row.reverses for row in repayments if row.reverses is not None and row.value_on <= as_of]
    money = [row for row in repayments if row.reverses is None and row.core_ref not in annulled]
    items = []
    for row in schedule:
        items.append(Item("costs", row.seq, row.due_on, row.costs_minor))
        items.append(Item("interest", row.seq, row.due_on, row.interest_minor))
        items.append(Item("principal", row.seq, row.due_on, row.principal_minor))
    day = min([terms.disbursed_on, *(row.due_on for row in schedule), *(row.value_on for row in money)])
    answer = Answer(day, items)
    while day <= as_of:
        answer.day = day
        _accrue(answer, terms)
        if day.day == 20 and (
            terms.compound is Compound.MONTHLY or (terms.compound is Compound.QUARTERLY and day.month in {3, 6, 9, 12})
        ):
            whole = nearest(answer.compound)
            answer.capitalised += whole
            answer.compound -= whole
        if answer.credit:
            held, answer.credit = answer.credit, 0
            _pay(answer, None, held)
        today = [row for row in money if row.value_on == day]
        for repayment in sorted(today, key=lambda row: (row.received_at, row.core_ref)):
            _pay(answer, repayment.core_ref, repayment.amount_minor)
        day += timedelta(days=1)
    return answer


def _accrue(answer: Answer, terms: NoteTerms) -> None:
    contract_rate = Fraction(terms.annual_rate_ppm, 1_000_000) / 360
    penalty_rate = Fraction(terms.penalty_rate_ppm, 1_000_000) / 360
    answer.penalty += answer.unpaid("principal", before=answer.day) * penalty_rate
    if terms.compound is not Compound.NONE:
        base = answer.unpaid("interest", before=answer.day) + answer.capitalised
        answer.compound += base * (penalty_rate if answer.day > terms.matures_on else contract_rate)


def _pay(answer: Answer, core_ref: str | None, amount: int) -> None:
    purse = amount
    parts = dict.fromkeys(ORDER, 0)
    for component in ORDER:
        if component == "penalty":
            parts[component] = min(purse, nearest(answer.penalty))
            answer.penalty -= parts[component]
        elif component == "compound":
            parts[component] = min(purse, nearest(answer.compound))
            answer.compound -= parts[component]
        elif component == "capitalised":
            parts[component] = min(purse, answer.capitalised)
            answer.capitalised -= parts[component]
        else:
            left = purse
            for item in sorted(answer.items, key=lambda item: (item.due_on, item.seq)):
                if item.component == component and item.due_on <= answer.day:
                    part = min(left, item.unpaid)
                    item.unpaid -= part
                    left -= part
            parts[component] = purse - left
        purse -= parts[component]
    answer.credit += purse
    parts["credit"] = purse if core_ref is not None else purse - amount
    if core_ref is not None or purse != amount:
        answer.paid.append((answer.day, core_ref, parts))


def assert_same(replayed: Replayed, answer: Answer) -> None:
    """Fail unless an engine and the oracle agree on every figure, exactly."""
    state = replayed.state
    tomorrow = answer.day + timedelta(days=1)
    open_rows: dict[tuple[int, date], dict[str, int]] = {}
    for item in answer.items:
        if item.unpaid and item.due_on <= answer.day:
            row = open_rows.setdefault((item.seq, item.due_on), {"costs": 0, "interest": 0, "principal": 0})
            row[item.component] = item.unpaid
    assert state.as_of == answer.day
    assert Fraction(state.penalty_num, 360_000_000) + state.penalty_whole == answer.penalty
    assert Fraction(state.compound_num, 360_000_000) + state.compound_whole == answer.compound
    assert 0 <= state.penalty_num < 360_000_000
    assert 0 <= state.compound_num < 360_000_000
    assert state.compound_capitalised_minor == answer.capitalised
    assert state.credit_minor == answer.credit
    assert state.principal_outstanding_minor == answer.unpaid("principal")
    assert state.overdue_principal_minor == answer.unpaid("principal", before=answer.day)
    assert state.overdue_interest_minor == answer.unpaid("interest", before=answer.day)
    assert state.costs_due_minor == answer.unpaid("costs", before=tomorrow)
    assert state.penalty_minor == nearest(answer.penalty)
    assert state.compound_minor == answer.capitalised + nearest(answer.compound)
    assert (state.dpd_principal, state.dpd_interest) == (answer.days_late("principal"), answer.days_late("interest"))
    assert [
        (open_.seq, open_.due_on, open_.costs_minor, open_.interest_minor, open_.principal_minor)
        for open_ in replayed.open
    ] == [(*key, row["costs"], row["interest"], row["principal"]) for key, row in open_rows.items()]
    nothing_due = not open_rows and state.penalty_minor == 0 and state.compound_minor == 0
    assert state.closed == (nothing_due and answer.unpaid("principal") == 0)
    assert [
        (
            paid.applied_on,
            paid.core_ref,
            {
                "costs": paid.costs_minor,
                "penalty": paid.penalty_minor,
                "compound": paid.compound_minor,
                "interest": paid.interest_minor,
                "principal": paid.principal_minor,
                "credit": paid.credit_minor,
            },
        )
        for paid in replayed.allocations
    ] == [
        (
            day,
            core_ref,
            {name: amount for name, amount in parts.items() if name not in {"capitalised", "compound"}}
            | {"compound": parts["capitalised"] + parts["compound"]},
        )
        for day, core_ref, parts in answer.paid
    ]
