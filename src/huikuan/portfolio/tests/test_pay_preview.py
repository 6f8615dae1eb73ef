"""Preview of a payment over several notes: the order of debts outside, the note's own order inside."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huikuan.portfolio.conventions import Component, Conventions
from huikuan.portfolio.facts import CoreStatus, FactInvalid
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.loan_file import Loan
from huikuan.portfolio.pay_preview import NotePaid, NoteToPay, PayPreview, owed_of, pay_preview
from huikuan.portfolio.rules.across_notes import Step
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.builders import a_note, paid

DAY = date(2024, 4, 1)


def to_pay(note_id: str, *, security: int = 0, status: CoreStatus = CoreStatus.ACTIVE, **terms: Any) -> NoteToPay:
    """A note of 12,000.00, first due on 15 February 2024, under a contract of its own; nothing is paid."""
    made = a_note(**terms)
    loan = Loan(terms=made, delivered=(), repayments=(), core_status=status, minor_digits=2, note_id=note_id)
    return NoteToPay(note_id, f"C-{note_id}", loan, schedule_build(made), security)


def row_of(answer: PayPreview, note_id: str) -> NotePaid:
    return next(row for row in answer.notes if row.debt.debt_id == note_id)


def due_of(note: NoteToPay) -> int:
    return owed_of(replay(note.loan.terms, note.schedule, note.loan.repayments, DAY))[0]


def test_money_goes_to_the_unsecured_note_and_there_to_penalty_interest_principal() -> None:
    secured, plain = to_pay("A", security=2_000_000), to_pay("B")
    answer = pay_preview([secured, plain], 150_000, DAY)
    assert [row.debt.debt_id for row in answer.notes] == ["B", "A"]
    first, second = answer.notes
    assert first.paid is not None and second.paid is None
    state = replay(plain.loan.terms, plain.schedule, (), DAY).state
    assert first.paid.penalty_minor == state.penalty_minor > 0
    assert first.paid.interest_minor == state.overdue_interest_minor > 0
    assert first.paid.principal_minor == 150_000 - state.penalty_minor - state.overdue_interest_minor
    assert (first.days_before, first.days_after) == (46, 17), "the older instalment is paid, that of March is not"
    assert first.portions[0].because is Step.LEAST_SECURED


def test_designation_turns_the_order_round() -> None:
    notes = [to_pay("A", security=2_000_000), to_pay("B")]
    answer = pay_preview(notes, 1_000, DAY, designated="A")
    assert row_of(answer, "A").amount_minor == 1_000 and row_of(answer, "B").amount_minor == 0
    assert answer.notes[0].portions[0].because is Step.DESIGNATED


def test_heavier_rate_and_older_due_date_decide_between_unsecured_notes() -> None:
    dear, old, plain = to_pay("A", penalty_rate_ppm=90_001), to_pay("B", first_due_on=date(2024, 2, 10)), to_pay("C")
    answer = pay_preview([plain, old, dear], 1, DAY)
    assert [(row.debt.debt_id, row.portions[0].because) for row in answer.notes] == [
        ("A", Step.HEAVIEST), ("B", Step.EARLIEST), ("C", Step.DUE),
    ], "C stands before what is still to come of all three"  # fmt: skip


def test_security_of_a_contract_is_shared_by_its_notes() -> None:
    one, two, other = to_pay("A", security=500_000), to_pay("B", security=500_000), to_pay("X", security=600_000)
    one, two = (NoteToPay(n.note_id, "C", n.loan, n.schedule, n.security_minor) for n in (one, two))
    answer = pay_preview([one, two, other], 1, DAY)
    assert answer.notes[-1].debt.debt_id == "X", "half of its debt is secured, of A and B together a quarter"
    assert row_of(answer, "A").debt.secured_debts_minor == 2 * row_of(answer, "X").debt.secured_debts_minor


def test_what_goes_beyond_all_that_is_due_is_held_for_the_next_instalment_of_the_note() -> None:
    note = to_pay("A")
    owed = due_of(note)
    answer = pay_preview([note], owed + 5, DAY)
    (row,) = answer.notes
    assert row.paid is not None and row.paid.credit_minor == 5
    assert [(portion.due, portion.amount_minor) for portion in row.portions] == [(True, owed), (False, 5)]
    assert (row.due_after_minor, row.days_after, answer.rest_minor) == (0, 0, 0)


def test_more_than_everything_leaves_a_rest_and_a_settled_note_is_no_debt() -> None:
    notes = [to_pay("A"), to_pay("S", status=CoreStatus.SETTLED)]
    answer = pay_preview(notes, 10**9, DAY)
    assert [row.debt.debt_id for row in answer.notes] == ["A"]
    assert answer.rest_minor == 10**9 - answer.notes[0].amount_minor > 0
    with pytest.raises(FactInvalid, match="one of the debts, got S"):
        pay_preview(notes, 1, DAY, designated="S")
    with pytest.raises(FactInvalid, match="same key twice"):
        pay_preview([notes[0], notes[0]], 1, DAY)


@given(
    amount=st.integers(1, 5_000_000),
    principals=st.lists(st.integers(1_000, 1_500_000), min_size=1, max_size=4),
    rates=st.lists(st.sampled_from((0, 90_000, 91_000)), min_size=4, max_size=4),
    securities=st.lists(st.sampled_from((0, 500_000)), min_size=4, max_size=4),
    repaid=st.integers(1, 300_000),
)
@settings(deadline=None)
def test_parts_inside_each_note_add_up_to_its_share_and_the_engine_agrees_on_what_is_left(
    amount: int, principals: list[int], rates: list[int], securities: list[int], repaid: int
) -> None:
    notes = [
        to_pay(f"N{place}", security=securities[place], principal_minor=principal, penalty_rate_ppm=rates[place])
        for place, principal in enumerate(principals)
    ]
    earlier = notes[0].loan.model_copy(update={"repayments": (paid("R", DAY, repaid, hour=23),)})
    notes[0] = NoteToPay("N0", "C-N0", earlier, notes[0].schedule, notes[0].security_minor)
    answer = pay_preview(notes, amount, DAY)
    assert sum(row.amount_minor for row in answer.notes) + answer.rest_minor == amount
    for row in answer.notes:
        if (part := row.paid) is None:
            assert row.amount_minor == 0
            continue
        parts = (
            part.costs_minor, part.penalty_minor, part.compound_minor, part.interest_minor, part.principal_minor,
            part.delay_minor, part.credit_minor,
        )  # fmt: skip
        assert sum(parts) == part.amount_minor == row.amount_minor and min(parts) >= 0
        assert sum(parts) - part.credit_minor == row.debt.due_minor - row.due_after_minor
        assert row.days_after <= row.days_before


def test_each_note_divides_its_share_by_its_own_conventions() -> None:
    order = (Component.PRINCIPAL, Component.INTEREST, Component.COSTS, Component.PENALTY, Component.COMPOUND)
    note = to_pay("A")
    own = note.loan.model_copy(update={"conventions": Conventions(allocation_order=order)})
    changed = NoteToPay("A", "C-A", own, note.schedule, 0)
    due_principal = sum(row.principal_minor for row in note.schedule if row.due_on <= DAY)
    for one, principal in ((note, 0), (changed, 1)):
        paid_in = pay_preview([one], 1, DAY).notes[0].paid
        assert paid_in is not None and paid_in.principal_minor == principal
    # all principal and interest is paid, penalty is left: it is due at any time
    interest = sum(row.interest_minor for row in note.schedule if row.due_on <= DAY)
    left = changed.loan.model_copy(update={"repayments": (paid("R", DAY, due_principal + interest),)})
    (row,) = pay_preview([NoteToPay("A", "C-A", left, note.schedule, 0)], 1, DAY).notes
    assert row.debt.due_since_on == DAY and row.debt.due_minor > 0 == row.days_before
    assert row.paid is not None and row.paid.penalty_minor == 1


def test_events_and_rates_in_force_count() -> None:
    note = to_pay("A")
    at = datetime(2024, 3, 20, tzinfo=UTC)
    event = LoanEvent("E", EventKind.RATE_CHANGE, date(2024, 3, 20), at, penalty_rate_ppm=120_000)
    dearer = note.loan.model_copy(update={"events": (event,)})
    answer = pay_preview([to_pay("0"), NoteToPay("A", "C-A", dearer, note.schedule, 0)], 1, DAY)
    assert [row.debt.debt_id for row in answer.notes] == ["A", "0"]
    assert answer.notes[0].debt.penalty_rate_ppm == 120_000
    assert answer.notes[0].portions[0].because is Step.HEAVIEST


def test_note_that_cannot_be_computed_is_named() -> None:
    note = to_pay("A")
    event = LoanEvent("E", EventKind.RATE_CHANGE, date(2024, 3, 20), datetime(2024, 3, 20, tzinfo=UTC))
    broken = note.loan.model_copy(update={"events": (event,)})
    with pytest.raises(FactInvalid, match=r"^A "):
        pay_preview([to_pay("0"), NoteToPay("A", "C-A", broken, note.schedule, 0)], 1, DAY)
