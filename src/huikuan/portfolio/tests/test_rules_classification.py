"""Class floor: the shipped numbers, their dates, and files that must be refused."""

from datetime import date
from pathlib import Path

import pytest

from huikuan.portfolio.facts import ClassFloor, FactInvalid
from huikuan.portfolio.policies import Example, PolicyInvalidError, class_policies_load, classification_file_load
from huikuan.portfolio.rules.classification import ClassPolicy, class_floor, class_policy_on

POLICIES = class_policies_load()
EXAMPLES = classification_file_load().examples


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_example_of_the_policy_file_holds(example: Example) -> None:
    assert class_floor(example.days_past_due, class_policy_on(POLICIES, example.business_date)) == example.then


@pytest.mark.parametrize(
    ("dpd", "floor"),
    [
        (0, ClassFloor.PASS), (1, ClassFloor.SPECIAL_MENTION), (90, ClassFloor.SPECIAL_MENTION),
        (91, ClassFloor.SUBSTANDARD), (270, ClassFloor.SUBSTANDARD), (271, ClassFloor.DOUBTFUL),
        (360, ClassFloor.DOUBTFUL), (361, ClassFloor.LOSS), (5_000, ClassFloor.LOSS),
    ],
)  # fmt: skip
def test_class_floor_at_its_edges(dpd: int, floor: ClassFloor) -> None:
    assert class_floor(dpd, class_policy_on(POLICIES, date(2024, 1, 31))) is floor


@pytest.mark.parametrize(
    ("day", "force"), [(date(2023, 6, 30), "bank"), (date(2023, 7, 1), "rule"), (date(2018, 6, 30), "bank")]
)
def test_source_in_force_changes_on_the_day_of_effect(day: date, force: str) -> None:
    effective_on = class_policy_on(POLICIES, day).effective_on
    assert classification_file_load().source[effective_on].force == force


def test_policy_in_force_is_the_latest_one_that_has_begun() -> None:
    old = ClassPolicy(date(2020, 1, 1), ((5, ClassFloor.LOSS),))
    new = ClassPolicy(date(2023, 7, 1), ((0, ClassFloor.LOSS),))
    assert class_policy_on((old, new), date(2023, 6, 30)) is old
    assert class_policy_on((old, new), date(2023, 7, 1)) is new


def test_day_before_the_first_policy_is_refused() -> None:
    with pytest.raises(FactInvalid, match="2000-01-01 or later"):
        class_policy_on(POLICIES, date(1999, 12, 31))


SHIPPED = """
id: x
statement: x
statement_zh: x
unit: days past due
parameters:
  special_mention_above_days: {2023-07-01: 0}
  substandard_above_days: {2023-07-01: 90}
  doubtful_above_days: {2023-07-01: 270}
  loss_above_days: {2023-07-01: 360}
source:
  2023-07-01: {title: x, article: x, force: rule, certainty: V2}
examples: [{name: x, business_date: 2023-07-01, days_past_due: 1, then: special_mention}]
"""


def test_policy_file_of_a_bank_is_read(tmp_path: Path) -> None:
    file = tmp_path / "classification.yaml"
    file.write_text(SHIPPED, encoding="utf-8")
    assert [policy.effective_on for policy in class_policies_load(file)] == [date(2023, 7, 1)]


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        ("{2023-07-01: 270}", "{2023-07-01: 90}", "doubtful must need more days than substandard"),
        ("{2023-07-01: 360}", "{2023-07-02: 360}", "same dates"),
        ("{2023-07-01: 360}", "{2023-07-01: 360.5}", "loss_above_days"),
        ("{2023-07-01: 360}", "{2023-07-01: -1}", "loss_above_days"),
        ("{2023-07-01: 360}", "{2023-07-01: 360, 2023-07-01: 361}", "the key 2023-07-01 twice"),
        ("  loss_above_days: {2023-07-01: 360}\n", "", "loss_above_days"),
        ("unit: days past due", "unit: months", "unit"),
        ("force: rule", "force: rumour", "force"),
        ("parameters:", "parameters: [", "expected plain YAML"),
    ],
)
def test_wrong_policy_file_is_refused_by_field(tmp_path: Path, wrong: str, right: str, message: str) -> None:
    assert wrong in SHIPPED
    file = tmp_path / "classification.yaml"
    file.write_text(SHIPPED.replace(wrong, right, 1), encoding="utf-8")
    with pytest.raises(PolicyInvalidError, match=message):
        class_policies_load(file)


def test_missing_policy_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyInvalidError, match="cannot be read"):
        class_policies_load(tmp_path / "none.yaml")
