"""How many rejected rows of a file are borne."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.intake_policies import RejectExample, intake_file_load, reject_floor, reject_floor_of_bank
from huikuan.portfolio.policies import PolicyInvalidError
from huikuan.portfolio.rules.reject_limit import rejects_refuse

DAY = date(2024, 3, 4)
EXAMPLES = intake_file_load().examples


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_example_of_the_policy_file_holds(example: RejectExample) -> None:
    refused = rejects_refuse(
        rejected=example.rejected, rows=example.rows, limit_ppm=example.limit_ppm, floor_rows=reject_floor(DAY)
    )
    assert ("refused" if refused else "borne") == example.then


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from([0, 20_000, 1_000_000]), st.integers(0, 20))
def test_no_reject_is_never_refused_and_one_more_never_helps(good: int, bad: int, limit: int, floor: int) -> None:
    def refused(rejected: int) -> bool:
        return rejects_refuse(rejected=rejected, rows=good + bad + 1, limit_ppm=limit, floor_rows=floor)

    assert not refused(0)
    assert refused(bad) <= refused(bad + 1)


def test_bank_sets_its_own_floor_and_a_wrong_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "policies" / "east" / "intake.yaml"
    file.parent.mkdir(parents=True)
    text = (
        "id: own\nstatement: Ours\nstatement_zh: 本行\nunit: rows\n"
        "parameters: {reject_floor_rows: {2024-01-01: 9, 2024-03-05: 0}}\n"
        "source: {2024-01-01: &s {title: A, article: none, force: bank, certainty: own}, 2024-03-05: *s}\n"
    )
    file.write_text(text.replace("&s ", "").replace("*s", "{title: B, article: none, force: bank, certainty: own}"))
    days = (date(2023, 1, 1), DAY, date(2024, 3, 5))
    assert [reject_floor_of_bank(tmp_path, "east", day) for day in days] == [9, 9, 0]
    assert reject_floor_of_bank(tmp_path, "west", DAY) == 2
    file.write_text(text)
    with pytest.raises(PolicyInvalidError, match="a reference"):
        reject_floor_of_bank(tmp_path, "east", DAY)
