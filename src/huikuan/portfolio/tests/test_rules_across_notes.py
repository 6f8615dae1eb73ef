"""One payment over several debts: the law's order step by step, and what holds for every payment."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.facts import FactInvalid
from huikuan.portfolio.rules.across_notes import AcrossNotes, Debt, Step, allocate_across, pro_rata

FIRST, SECOND = date(2024, 1, 15), date(2024, 2, 15)


def a_debt(debt_id: str, **changes: Any) -> Debt:
    """1,000.00 due since 15 January, nothing to come, unsecured, penalty 9 %, rate 6 %."""
    plain = Debt(debt_id, 100_000, 0, 0, 100_000, 90_000, 60_000, FIRST, date(2024, 3, 15))
    return replace(plain, **changes)


def paid_to(answer: AcrossNotes, debt_id: str) -> int:
    """What a debt gets in all."""
    return sum(row.amount_minor for row in answer.portions if row.debt_id == debt_id)


def got(debts: list[Debt], amount: int, designated: str | None = None) -> dict[str, int]:
    answer = allocate_across(debts, amount, designated=designated)
    return {debt.debt_id: paid_to(answer, debt.debt_id) for debt in debts}


@pytest.mark.parametrize(
    ("step", "first", "second"),
    [
        (Step.DUE, {}, {"due_minor": 0, "not_due_minor": 100_000, "security_minor": 0}),
        (Step.DUE, {"security_minor": 100_000}, {"due_minor": 0, "not_due_minor": 100_000}),
        (Step.LEAST_SECURED, {}, {"security_minor": 1}),
        (Step.LEAST_SECURED, {"security_minor": 99_999}, {"security_minor": 100_000}),
        # the share counts: half of a large debt is less than the whole of a small one
        (Step.LEAST_SECURED, {"security_minor": 500_000, "secured_debts_minor": 1_000_000},
         {"security_minor": 100_000, "secured_debts_minor": 100_000}),
        (Step.LEAST_SECURED, {"penalty_rate_ppm": 1, "due_since_on": SECOND}, {"security_minor": 1}),
        (Step.HEAVIEST, {"penalty_rate_ppm": 90_001}, {}),
        (Step.HEAVIEST, {"penalty_rate_ppm": 90_001, "due_since_on": SECOND}, {}),
        # more security than the debt is the debt secured: then the burden decides
        (Step.HEAVIEST, {"penalty_rate_ppm": 90_001, "security_minor": 900_000}, {"security_minor": 100_000}),
        (Step.EARLIEST, {}, {"due_since_on": date(2024, 1, 16)}),
        (Step.EARLIEST, {"annual_rate_ppm": 1}, {"due_since_on": date(2024, 1, 16)}),
    ],
)  # fmt: skip
def test_each_step_decides_when_the_ones_before_are_equal(
    step: Step, first: dict[str, Any], second: dict[str, Any]
) -> None:
    debts = [a_debt("A", **second), a_debt("B", **first)]  # the keys would say the opposite
    assert got(debts, 100_000) == {"A": 0, "B": 100_000}
    answer = allocate_across(debts, 100_001)
    assert paid_to(answer, "A") == 1
    assert [(row.debt_id, row.place, row.because) for row in answer.portions] == [("B", 1, step), ("A", 2, step)]


def test_secured_and_unsecured_both_due_without_choice_pays_the_unsecured_first() -> None:
    debts = [a_debt("A", security_minor=100_000), a_debt("B")]
    assert got(debts, 1_000) == {"A": 0, "B": 1_000}


def test_designation_goes_before_everything_and_takes_what_is_still_to_come() -> None:
    debts = [a_debt("A"), a_debt("B", due_minor=100, not_due_minor=900, security_minor=10**9)]
    assert got(debts, 1_000, "B") == {"A": 0, "B": 1_000}
    assert got(debts, 1_001, "B") == {"A": 1, "B": 1_000}
    answer = allocate_across(debts, 500, designated="B")
    assert [(row.debt_id, row.due, row.amount_minor, row.because) for row in answer.portions] == [
        ("B", True, 100, Step.DESIGNATED), ("B", False, 400, Step.DESIGNATED), ("A", True, 0, Step.DUE),
    ]  # fmt: skip


def test_what_is_not_due_is_paid_after_all_that_is_due_by_contract_rate_and_next_due_date() -> None:
    debts = [
        a_debt("A", due_minor=0, not_due_minor=50, annual_rate_ppm=60_000, penalty_rate_ppm=999_999),
        a_debt("B", due_minor=10, not_due_minor=50, annual_rate_ppm=60_001),
        a_debt("C", due_minor=0, not_due_minor=50, annual_rate_ppm=60_000, next_due_on=date(2024, 3, 14)),
    ]
    assert got(debts, 60) == {"A": 0, "B": 60, "C": 0}
    assert got(debts, 110) == {"A": 0, "B": 60, "C": 50}
    assert got(debts, 111) == {"A": 1, "B": 60, "C": 50}


@pytest.mark.parametrize(
    ("owed", "amount", "shares"),
    [
        ([100, 100, 100], 100, [34, 33, 33]),
        ([100, 100, 100], 200, [67, 67, 66]),
        ([1, 1, 1], 2, [1, 1, 0]),
        ([1, 2, 7], 5, [1, 1, 3]),  # 0.5, 1.0, 3.5: equal remainders, the first gets the unit
        ([2, 1, 7], 5, [1, 1, 3]),
        ([3, 3], 6, [3, 3]),
        ([5], 4, [4]),
        ([10**12, 1], 10**12, [10**12 - 1, 1]),  # 999,999,999,999.0… and 0.999…: the larger remainder
        ([0, 0], 0, [0, 0]),
    ],
)
def test_pro_rata_gives_the_units_left_over_to_the_largest_remainders(
    owed: list[int], amount: int, shares: list[int]
) -> None:
    assert pro_rata(owed, amount) == shares


def test_equal_debts_share_one_place_pro_rata() -> None:
    debts = [a_debt("C"), a_debt("A", due_minor=50_000), a_debt("B")]
    answer = allocate_across(debts, 100_001)
    assert [(row.debt_id, row.place, row.amount_minor, row.because) for row in answer.portions] == [
        ("A", 1, 20_000, Step.PRO_RATA), ("B", 1, 40_001, Step.PRO_RATA), ("C", 1, 40_000, Step.PRO_RATA),
    ]  # fmt: skip


def test_what_no_debt_can_take_is_the_rest() -> None:
    answer = allocate_across([a_debt("A", not_due_minor=5)], 100_006)
    assert (paid_to(answer, "A"), answer.rest_minor) == (100_005, 1)
    assert allocate_across([], 7).rest_minor == 7


@pytest.mark.parametrize(
    ("debts", "amount", "designated", "field"),
    [
        ([a_debt("A")], 0, None, "amount"),
        ([a_debt("A")], -1, None, "amount"),
        ([a_debt("A")], 1, "B", "note"),
        ([a_debt("A"), a_debt("A")], 1, None, "note_id"),
        ([a_debt("A", due_minor=-1)], 1, None, "owed"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(
    debts: list[Debt], amount: int, designated: str | None, field: str
) -> None:
    with pytest.raises(FactInvalid) as refused:
        allocate_across(debts, amount, designated=designated)
    assert refused.value.field == field


_small = st.integers(0, 5)
_debts = st.lists(
    st.builds(
        a_debt,
        st.sampled_from("ABCDEFGH"),
        due_minor=_small | st.integers(0, 10**12),
        not_due_minor=_small,
        security_minor=_small,
        secured_debts_minor=_small,
        penalty_rate_ppm=_small,
        annual_rate_ppm=_small,
        due_since_on=st.sampled_from((None, FIRST, SECOND)),
        next_due_on=st.sampled_from((None, FIRST, SECOND)),
    ),
    unique_by=lambda debt: debt.debt_id,
    min_size=1,
    max_size=8,
)


@given(debts=_debts, amount=st.integers(1, 60) | st.integers(1, 10**13), data=st.data())
def test_payment_is_divided_to_the_last_unit_whatever_the_order_of_the_debts(
    debts: list[Debt], amount: int, data: st.DataObject
) -> None:
    designated = data.draw(st.sampled_from([None, *(debt.debt_id for debt in debts)]))
    answer = allocate_across(debts, amount, designated=designated)
    owed = sum(debt.due_minor + debt.not_due_minor for debt in debts)
    assert sum(row.amount_minor for row in answer.portions) + answer.rest_minor == amount
    assert answer.rest_minor == max(0, amount - owed)
    assert all(0 <= row.amount_minor <= row.owed_minor for row in answer.portions)
    assert sum(row.owed_minor for row in answer.portions) == owed
    assert allocate_across(data.draw(st.permutations(debts)), amount, designated=designated) == answer


@given(debts=_debts, amount=st.integers(1, 60), data=st.data())
def test_designated_debt_gets_all_that_it_can_take(debts: list[Debt], amount: int, data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(debts))
    answer = allocate_across(debts, amount, designated=chosen.debt_id)
    assert paid_to(answer, chosen.debt_id) == min(amount, chosen.due_minor + chosen.not_due_minor)


@given(debts=_debts, amount=st.integers(1, 60), data=st.data())
def test_a_later_place_gets_nothing_while_an_earlier_one_is_unpaid(
    debts: list[Debt], amount: int, data: st.DataObject
) -> None:
    answer = allocate_across(debts, amount, designated=data.draw(st.sampled_from([None, debts[0].debt_id])))
    unpaid = [row.place for row in answer.portions if row.amount_minor < row.owed_minor]
    for row in answer.portions:
        assert not (row.amount_minor and unpaid and row.place > min(unpaid))


@given(debts=_debts, amount=st.integers(1, 60))
def test_one_unit_more_takes_nothing_away_outside_of_a_shared_place(debts: list[Debt], amount: int) -> None:
    before, after = allocate_across(debts, amount), allocate_across(debts, amount + 1)
    for one, more in zip(before.portions, after.portions, strict=True):
        assert more.amount_minor >= one.amount_minor or one.because is Step.PRO_RATA
