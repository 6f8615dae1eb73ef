"""Contagion of class: the shipped numbers, both sides of every edge, and files that must be refused."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.borrower_policies import (
    ContagionExample,
    across_file_load,
    contagion_file_load,
    contagion_policies_load,
)
from huikuan.portfolio.facts import ClassFloor
from huikuan.portfolio.policies import PolicyInvalidError
from huikuan.portfolio.rules.across_notes import Step
from huikuan.portfolio.rules.contagion import (
    ClaimOnDebtor,
    Contagion,
    DebtorFinding,
    class_with_contagion,
    contagion_of,
    contagion_policy_on,
)

POLICIES = contagion_policies_load()
POLICY = POLICIES[-1]
EXAMPLES = contagion_file_load().examples
SHIPPED = (Path(__file__).parents[2] / "policies" / "cn" / "contagion.yaml").read_text(encoding="utf-8")
Result = tuple[ClassFloor, Contagion | None]
SPREAD: Result = (ClassFloor.SUBSTANDARD, Contagion.OWN_NON_PERFORMING)


def a_claim(note_id: str, balance_minor: int, class_floor: ClassFloor = ClassFloor.PASS, **more: Any) -> ClaimOnDebtor:
    """A live claim on E-1 that is not retail."""
    return replace(ClaimOnDebtor(note_id, "E-1", False, False, balance_minor, class_floor), **more)


def classes(*claims: ClaimOnDebtor, on: date = date(2024, 1, 31)) -> list[Result]:
    policy = contagion_policy_on(POLICIES, on)
    findings = contagion_of(claims, policy)
    return [class_with_contagion(claim, findings, policy) for claim in claims]


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_example_of_the_policy_file_holds(example: ContagionExample) -> None:
    good = a_claim("A", example.claims - example.non_performing)
    bad = a_claim("B", example.non_performing, ClassFloor.SUBSTANDARD)
    assert classes(good, bad, on=example.business_date)[0][0] is example.then


@pytest.mark.parametrize("bad", [ClassFloor.SUBSTANDARD, ClassFloor.DOUBTFUL, ClassFloor.LOSS])
@pytest.mark.parametrize(("bad_minor", "good_minor", "spreads"), [(1, 9, False), (100_000, 900_000, False),
                                                                  (100_001, 900_000, True), (1, 8, True)])  # fmt: skip
def test_share_above_a_tenth_spreads_and_a_tenth_does_not(
    bad: ClassFloor, bad_minor: int, good_minor: int, spreads: bool
) -> None:
    good, own = classes(a_claim("A", good_minor), a_claim("B", bad_minor, bad))
    assert good == (SPREAD if spreads else (ClassFloor.PASS, None))
    assert own == (bad, None), "a claim that is bad itself is not made worse"


def test_special_mention_is_lifted_and_does_not_count_as_non_performing() -> None:
    mention = a_claim("A", 1_000, ClassFloor.SPECIAL_MENTION)
    assert classes(mention, a_claim("B", 1_000)) == [(ClassFloor.SPECIAL_MENTION, None), (ClassFloor.PASS, None)]
    assert classes(mention, a_claim("B", 1_000, ClassFloor.LOSS)) == [SPREAD, (ClassFloor.LOSS, None)]


@pytest.mark.parametrize("change", [{"retail": True}, {"ended": True}, {"party_id": "E-2"}])
def test_retail_ended_and_claims_on_others_are_neither_counted_nor_touched(change: dict[str, Any]) -> None:
    apart = a_claim("A", 1_000, **change)
    bad = a_claim("B", 1_000, ClassFloor.LOSS)
    assert classes(apart, bad)[0] == (ClassFloor.PASS, None)
    assert classes(a_claim("A", 1_000), replace(apart, class_floor=ClassFloor.LOSS))[0] == (ClassFloor.PASS, None)


def test_before_the_first_policy_nothing_spreads() -> None:
    claims = (a_claim("A", 1), a_claim("B", 1_000, ClassFloor.LOSS))
    assert classes(*claims, on=date(1999, 12, 31))[0] == (ClassFloor.PASS, None)
    assert classes(*claims, on=date(2000, 1, 1))[0] == SPREAD


def test_source_changes_on_the_day_of_effect() -> None:
    file = contagion_file_load()
    for day, force in ((date(2023, 6, 30), "bank"), (date(2023, 7, 1), "rule")):
        policy = contagion_policy_on(POLICIES, day)
        assert policy is not None and file.source[policy.effective_on].force == force


def test_finding_says_what_was_counted() -> None:
    claims = [a_claim("A", 30), a_claim("B", 12, ClassFloor.DOUBTFUL), a_claim("C", 7, retail=True)]
    assert contagion_of(claims, POLICY) == {"E-1": DebtorFinding(42, 12, True)}
    assert contagion_of([a_claim("A", 0, ClassFloor.LOSS)], POLICY) == {"E-1": DebtorFinding(0, 0, False)}


_claims = st.lists(
    st.builds(
        ClaimOnDebtor,
        note_id=st.text("ABC", min_size=1, max_size=6),
        party_id=st.sampled_from(("E-1", "E-2")),
        retail=st.booleans(),
        ended=st.booleans(),
        balance_minor=st.integers(0, 20) | st.integers(0, 10**12),
        class_floor=st.sampled_from(list(ClassFloor)),
    ),
    unique_by=lambda claim: claim.note_id,
)


@given(claims=_claims)
def test_class_with_contagion_is_never_milder_and_the_share_explains_it(claims: list[ClaimOnDebtor]) -> None:
    order = list(ClassFloor)
    findings = contagion_of(claims, POLICY)
    for claim in claims:
        floor, why = class_with_contagion(claim, findings, POLICY)
        assert order.index(floor) >= order.index(claim.class_floor)
        assert (floor is not claim.class_floor) == (why is not None)
        if why is not None:
            found = findings[claim.party_id]
            assert found.non_performing_minor * 10 > found.claims_minor


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("{2000-01-01: 100000, 2023-07-01: 100000}", "{2023-07-01: 100000}", "same dates"),
        ("2023-07-01: 200000}", "2023-07-01: 1000001}", "market_overdue_above_ppm"),
        ("2023-07-01: 200000}", "2023-07-01: 0.2}", "market_overdue_above_ppm"),
        ("floor: substandard", "floor: bad", "floor"),
        ("scope: non_retail", "scope: all", "scope"),
    ],
)
def test_wrong_policy_file_is_refused_by_field(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    assert right in SHIPPED
    file = tmp_path / "contagion.yaml"
    file.write_text(SHIPPED.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(PolicyInvalidError, match=message):
        contagion_policies_load(file)


def test_every_step_of_the_order_of_debts_has_words_in_both_languages() -> None:
    file = across_file_load()
    assert [step.id for step in file.steps] == list(Step)
    assert all(step.statement and step.statement_zh and step.reading and step.reading_zh for step in file.steps)
