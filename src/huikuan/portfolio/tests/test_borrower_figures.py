"""Figures of a note beside those of the core, as the borrower page compares them."""

from datetime import date, timedelta
from typing import Any

import pytest

from huikuan.portfolio.facts import ClassFloor
from huikuan.portfolio.selectors.borrower_note import balances_of
from huikuan.reconciliation.facts import Component
from huikuan.reconciliation.rules.compare import difference_of

DAY = date(2024, 3, 1)
OURS = (
    "balance_minor", "overdue_principal_minor", "overdue_interest_minor", "penalty_minor", "compound_minor",
    "delay_minor", "costs_due_minor", "dpd_principal", "dpd_interest",
)  # fmt: skip
CORE = (
    "principal_minor", "overdue_principal_minor", "overdue_interest_minor", "interest_on_minor", "interest_off_minor",
    "penalty_minor", "compound_minor", "costs_advanced_minor", "costs_due_minor", "days_principal", "days_interest",
)  # fmt: skip


def figure(name: str, ours: dict[str, Any], core: dict[str, Any], *, as_of_on: date = DAY) -> dict[str, Any]:
    """One figure of a note whose others are all 5."""
    classed = {**dict.fromkeys(OURS, 5), "class_floor": "pass", "class_floor_borrower": "pass", **ours}
    said = {**dict.fromkeys(CORE, 5), "class": "pass", "as_of_on": as_of_on, "stale_since": None, **core}
    return next(one.model_dump() for one in balances_of(classed, said, DAY).figures if one.name == name)


@pytest.mark.parametrize("floor", list(ClassFloor))
@pytest.mark.parametrize("core", list(ClassFloor))
def test_class_is_compared_with_the_floor_with_contagion_as_the_reconciliation_does(
    floor: ClassFloor, core: ClassFloor
) -> None:
    found = figure("class", {"class_floor_borrower": floor.value}, {"class": core.value})
    grade = list(ClassFloor).index
    assert (found["ours"], found["core"], found["difference"]) == (floor.value, core.value, None)
    assert found["agrees"] is (difference_of(Component.CLASS, grade(floor), grade(core)) == 0)


def test_class_of_another_day_or_none_is_not_compared() -> None:
    assert figure("class", {}, {}, as_of_on=DAY - timedelta(days=1))["agrees"] is None
    assert figure("class", {}, {"class": None})["agrees"] is None


def test_fees_that_fell_due_are_compared_and_advanced_costs_never() -> None:
    due = figure("costs_due", {"costs_due_minor": 700}, {"costs_due_minor": 900})
    assert (due["difference"], due["agrees"]) == (200, False)
    assert figure("costs_due", {}, {"costs_due_minor": None})["agrees"] is None
    advanced = figure("costs_advanced", {}, {"costs_advanced_minor": 900})
    assert (advanced["ours"], advanced["agrees"]) == (None, None)
