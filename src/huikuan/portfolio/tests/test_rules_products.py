"""What a product lets through and what it refuses: every value of every convention, every refused combination."""

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

import pytest

from huikuan.portfolio.conventions import (
    CONVENTIONS_DEFAULT,
    Advance,
    AllocationAxis,
    Conventions,
    DayCount,
    DueStages,
    FirstPeriod,
    Holidays,
    LastInstalment,
    LateFee,
    LateFeeKind,
    MonthEnd,
    PenaltyAs,
    PeriodInterest,
)
from huikuan.portfolio.facts import Compound, FactInvalid, Frequency, NoteTerms, RepaymentMethod
from huikuan.portfolio.product_policies import combinations_load, products_load
from huikuan.portfolio.rules.declared import OneOf, value_text
from huikuan.portfolio.rules.products import FIELDS, ScheduleFrom, combination_check, product_check, product_conventions
from huikuan.portfolio.tests.builders import a_note

BUNDLES = products_load()
DELIVERED, COMPUTED = ScheduleFrom.DELIVERED, ScheduleFrom.COMPUTED


def _values(name: str) -> list[Any]:
    """All values that a convention of words can have."""
    default: Any = getattr(CONVENTIONS_DEFAULT, name)
    if isinstance(default, bool):
        return [False, True]
    return list(type(default)) if isinstance(default, StrEnum) else []


@pytest.mark.parametrize("code", list(BUNDLES))
def test_bundle_takes_exactly_the_values_that_it_declares(code: str) -> None:
    bundle = BUNDLES[code]
    for name in FIELDS:
        declared = bundle.declared[name]
        for value in _values(name):
            known = isinstance(declared, OneOf) and value in declared.values
            if known:
                assert getattr(product_conventions(bundle, {name: value}), name) is value
            else:
                with pytest.raises(FactInvalid) as refused:
                    product_conventions(bundle, {name: value})
                assert (refused.value.field, refused.value.got) == (name, value_text(value))
                assert f"declared by product {code}" in refused.value.expected


@pytest.mark.parametrize(
    ("code", "name", "last"),
    [
        ("consumer", "tolerance_days", 7),
        ("consumer", "tolerance_minor", 1_000),
        ("us_instalment", "tolerance_days", 15),
    ],
)
def test_number_is_taken_up_to_its_limit_and_not_beyond(code: str, name: str, last: int) -> None:
    for value in (0, last):
        assert getattr(product_conventions(BUNDLES[code], {name: value}), name) == value
    wrong: tuple[object, ...] = (-1, last + 1, True, "1")
    for other in wrong:
        with pytest.raises(FactInvalid):
            product_conventions(BUNDLES[code], {name: other})


@pytest.mark.parametrize(
    ("fee", "taken"),
    [
        (LateFee(LateFeeKind.FLAT, 3_500, 0, 10), True), (LateFee(LateFeeKind.FLAT, 3_501, 0, 10), False),
        (LateFee(LateFeeKind.FLAT, 3_500, 0, 30), True), (LateFee(LateFeeKind.FLAT, 3_500, 0, 31), False),
        (LateFee(LateFeeKind.FLAT, 3_500, 0, 9), False), (LateFee(LateFeeKind.FLAT, 0, 0, 10), False),
        (LateFee(LateFeeKind.OVERDUE_TOTAL, 0, 50_000, 10), True),
        (LateFee(LateFeeKind.OVERDUE_TOTAL, 0, 50_001, 10), False),
        (LateFee(LateFeeKind.OVERDUE_TOTAL, 1, 50_000, 10), False), (LateFee(), True),
    ],
)  # fmt: skip
def test_late_fee_is_taken_up_to_the_limits_of_its_kind(fee: LateFee, *, taken: bool) -> None:
    if taken:
        assert product_conventions(BUNDLES["us_instalment"], {"late_fee": fee}).late_fee == fee
    else:
        with pytest.raises(FactInvalid, match="late_fee"):
            product_conventions(BUNDLES["us_instalment"], {"late_fee": fee})


def test_unknown_convention_is_refused() -> None:
    with pytest.raises(FactInvalid, match="colour"):
        product_conventions(BUNDLES["consumer"], {"colour": "red"})


FLAT = a_note(method=RepaymentMethod.FLAT)
WEEKLY = replace(a_note(), frequency=Frequency.WEEKLY)
SETTLED = a_note(method=RepaymentMethod.SETTLED_INTEREST)
REFUSED: dict[str, tuple[Conventions, NoteTerms, ScheduleFrom]] = {
    "advance_delivered": (Conventions(advance=Advance.RE_AMORTISED), a_note(), DELIVERED),
    "advance_flat": (Conventions(advance=Advance.LAST_INSTALMENT), FLAT, COMPUTED),
    "last_instalment_method": (Conventions(last_instalment=LastInstalment.SMOOTHED), SETTLED, COMPUTED),
    "unit_method": (Conventions(instalment_unit_minor=100), FLAT, COMPUTED),
    "period_days_flat": (Conventions(period_interest=PeriodInterest.BY_DAYS), FLAT, COMPUTED),
    "first_period_by_days": (
        Conventions(first_period=FirstPeriod.BY_DAYS, period_interest=PeriodInterest.BY_DAYS), a_note(), COMPUTED,
    ),
    "stages_horizontal": (
        Conventions(due_stages=DueStages.PAST_DUE_FIRST, allocation_axis=AllocationAxis.HORIZONTAL), a_note(), COMPUTED,
    ),
    "compound_on_penalty_without": (Conventions(compound_on_penalty=True), a_note(), COMPUTED),
    "weeks_of_the_year": (Conventions(day_count=DayCount.ACT_364), a_note(), COMPUTED),
    "settled_weekly": (CONVENTIONS_DEFAULT, replace(SETTLED, frequency=Frequency.WEEKLY), COMPUTED),
    "month_end_weekly": (Conventions(month_end=MonthEnd.END_OF_MONTH), WEEKLY, COMPUTED),
    "month_end_settled": (Conventions(month_end=MonthEnd.END_OF_MONTH), SETTLED, COMPUTED),
    "holidays_delivered": (Conventions(holidays=Holidays.PRECEDING), a_note(), DELIVERED),
    "late_fee_and_penalty": (Conventions(late_fee=LateFee(LateFeeKind.FLAT, 100)), a_note(), COMPUTED),
}  # fmt: skip


def test_every_refused_combination_is_tried() -> None:
    assert set(REFUSED) == {each.id for each in combinations_load()}


@pytest.mark.parametrize("name", list(REFUSED))
def test_combination_is_refused_with_its_reason_and_by_itself_only(name: str) -> None:
    conventions, terms, source = REFUSED[name]
    combination = next(each for each in combinations_load() if each.id == name)
    with pytest.raises(FactInvalid) as refused:
        combination_check(conventions, terms, source, combinations_load(), late_fee_with_penalty=False)
    assert refused.value.code == "convention.combination"
    assert refused.value.field == next(iter(combination.when))
    assert combination.statement.rstrip(".") in refused.value.expected
    others = [each for each in combinations_load() if each.id != name]
    combination_check(conventions, terms, source, others, late_fee_with_penalty=False)


def test_late_fee_beside_penalty_is_taken_where_the_product_declares_it_or_no_penalty_is_due() -> None:
    conventions, terms, source = REFUSED["late_fee_and_penalty"]
    combination_check(conventions, terms, source, combinations_load(), late_fee_with_penalty=True)
    free = replace(terms, penalty_rate_ppm=0)
    combination_check(conventions, free, source, combinations_load(), late_fee_with_penalty=False)
    markup = replace(conventions, penalty_as=PenaltyAs.MARKUP)
    with pytest.raises(FactInvalid):  # the penalty follows the contract rate, whatever stands in the other field
        combination_check(markup, free, source, combinations_load(), late_fee_with_penalty=False)


@pytest.mark.parametrize(
    ("terms", "count", "field"),
    [
        (a_note(method=RepaymentMethod.BULLET), 0, "note.repayment_method"),
        (replace(a_note(), frequency=Frequency.YEARLY), 0, "note.frequency"),
        (a_note(instalment_count=261), 0, "note.instalment_count"),
        (a_note(), 261, "note.instalment_count"),
        (replace(a_note(), balloon_minor=1), 0, "note.balloon"),
        (replace(a_note(), principal_share_ppm=1), 0, "note.principal_share_pct"),
        (a_note(penalty_rate_ppm=90_001), 0, "note.penalty_rate_pct"),
        (a_note(penalty_rate_ppm=77_999), 0, "note.penalty_rate_pct"),
    ],
)
def test_terms_that_a_product_does_not_declare_are_refused_by_field(terms: NoteTerms, count: int, field: str) -> None:
    with pytest.raises(FactInvalid) as refused:
        product_check(BUNDLES["consumer"], CONVENTIONS_DEFAULT, terms, delivered_count=count)
    assert refused.value.field == field


@pytest.mark.parametrize(("markup", "misused", "taken"), [
    (300_000, False, True), (299_999, False, False), (500_000, False, True), (500_001, False, False),
    (499_999, True, False), (500_000, True, True), (1_000_000, True, True), (1_000_001, True, False),
    (None, False, False),
])  # fmt: skip
def test_mark_up_stands_within_the_limits_of_the_pack(markup: int | None, *, misused: bool, taken: bool) -> None:
    bundle = BUNDLES["mortgage"]
    terms = replace(a_note(penalty_rate_ppm=0), penalty_markup_ppm=markup, matures_on=date(2025, 1, 15))
    terms = replace(terms, compound=Compound.NONE)
    if taken:
        product_check(bundle, bundle.conventions, terms, delivered_count=0, misused=misused)
    else:
        with pytest.raises(FactInvalid, match="penalty_markup_pct"):
            product_check(bundle, bundle.conventions, terms, delivered_count=0, misused=misused)
