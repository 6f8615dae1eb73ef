"""The pure rules: examples in a table, both sides of every limit, and what holds for all figures."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.facts import FactInvalid
from huikuan.portfolio.policies import PolicyInvalidError
from huikuan.reconciliation.facts import Component, Declaration, Tolerances, Verdict
from huikuan.reconciliation.policies import (
    ToleranceExample,
    bank_file,
    reconciliation_file_load,
    tolerances_load,
    tolerances_of_bank,
)
from huikuan.reconciliation.rules.compare import compare, open_since, tolerances_on
from huikuan.reconciliation.rules.sign_off import DayState, Refusal, sign_off_refusal

DAY = date(2024, 1, 31)
SHIPPED = tolerances_on(tolerances_load(), DAY)
KNOWN = Declaration(7, Component.PRINCIPAL, "N", "", 100, DAY, DAY + timedelta(days=1))
EQUAL, TOLERATED, DECLARED, DIFFERENT = Verdict


def found(
    component: Component, ours: int, core: int, *, on: date = DAY, known: tuple[Declaration, ...] = ()
) -> Verdict:
    return compare(
        note_id="N", product_code="P", component=component, ours=ours, core=core, tolerances=SHIPPED,
        declarations=known, on=on,
    ).verdict  # fmt: skip


@pytest.mark.parametrize(
    ("component", "ours", "core", "verdict"),
    [
        (Component.PRINCIPAL, 1000, 1000, EQUAL),
        (Component.PRINCIPAL, 1000, 1001, DIFFERENT),
        (Component.PRINCIPAL, 1000, 999, DIFFERENT),
        (Component.PENALTY, 1000, 1001, TOLERATED),
        (Component.PENALTY, 1000, 999, TOLERATED),
        (Component.PENALTY, 1000, 1002, DIFFERENT),
        (Component.PENALTY, 1000, 998, DIFFERENT),
        (Component.DAYS_PRINCIPAL, 31, 30, DIFFERENT),
        (Component.DAYS_INTEREST, 0, 0, EQUAL),
        (Component.CLASS, 1, 4, EQUAL),  # worse in the core: its right
        (Component.CLASS, 1, 1, EQUAL),
        (Component.CLASS, 1, 0, DIFFERENT),
        (Component.NEXT_DUE_ON, 12, 13, DIFFERENT),
        (Component.NEXT_DUE_AMOUNT, 88_849, 88_850, TOLERATED),
    ],
)
def test_finding_of_one_figure(component: Component, ours: int, core: int, verdict: Verdict) -> None:
    assert found(component, ours, core) is verdict


@pytest.mark.parametrize("example", reconciliation_file_load().examples, ids=lambda example: str(example.name))
def test_shipped_policy_keeps_its_examples(example: ToleranceExample) -> None:
    verdict = found(example.component, example.ours, example.core, on=example.business_date)
    assert verdict is example.then


@pytest.mark.parametrize(
    ("core", "on", "verdict"),
    [
        (1100, DAY, DECLARED),  # up to its size
        (900, DAY, DECLARED),  # either way
        (1101, DAY, DIFFERENT),
        (1100, DAY - timedelta(days=1), DIFFERENT),
        (1100, DAY + timedelta(days=1), DECLARED),  # its last day
        (1100, DAY + timedelta(days=2), DIFFERENT),
    ],
)
def test_declaration_covers_its_days_and_its_size(core: int, on: date, verdict: Verdict) -> None:
    assert found(Component.PRINCIPAL, 1000, core, on=on, known=(KNOWN,)) is verdict


def test_declaration_speaks_of_its_component_its_note_or_its_product_only() -> None:
    assert found(Component.OVERDUE_PRINCIPAL, 0, 50, known=(KNOWN,)) is DIFFERENT
    other = Declaration(1, Component.PRINCIPAL, "M", "", 100, DAY, DAY)
    product = Declaration(9, Component.PRINCIPAL, "", "P", 100, DAY, DAY)
    assert found(Component.PRINCIPAL, 0, 50, known=(other,)) is DIFFERENT
    whole = compare(
        note_id="N", product_code="P", component=Component.PRINCIPAL, ours=0, core=50, tolerances=SHIPPED,
        declarations=(product, KNOWN), on=DAY,
    )  # fmt: skip
    assert (whole.verdict, whole.declaration_id, whole.held) == (DECLARED, 7, False), "the oldest is named"


def test_class_challenges_and_does_not_hold_while_amounts_hold() -> None:
    held = {
        component: compare(
            note_id="N", product_code="P", component=component, ours=4, core=1, tolerances=SHIPPED, on=DAY
        ).held
        for component in Component
    }
    assert [component for component, holds in held.items() if not holds] == [Component.CLASS]


@given(
    component=st.sampled_from(Component),
    ours=st.integers(-(10**12), 10**12),
    away=st.integers(-(10**6), 10**6),
    tolerance=st.integers(0, 10**6),
    up_to=st.integers(1, 10**6),
)
def test_held_means_open_and_nothing_small_or_covered_is_open(
    component: Component, ours: int, away: int, tolerance: int, up_to: int
) -> None:
    own = Tolerances(DAY, dict.fromkeys(Component, tolerance), {}, frozenset(Component))
    known = Declaration(1, component, "", "P", up_to, DAY, DAY)
    judged = compare(
        note_id="N", product_code="P", component=component, ours=ours, core=ours + away, tolerances=own,
        declarations=(known,), on=DAY,
    )  # fmt: skip
    size = abs(judged.difference)
    assert judged.held == (judged.verdict is DIFFERENT) == (size > max(tolerance, up_to))
    assert (judged.declaration_id is not None) == (judged.verdict is DECLARED)
    assert size == abs(away) or (component is Component.CLASS and judged.difference == 0 and away > 0)


@given(st.lists(st.sampled_from([None, *Verdict]), max_size=30))
def test_age_is_the_unbroken_run_of_days_above_the_tolerance(days: list[Verdict | None]) -> None:
    since: date | None = None
    for number, verdict in enumerate(days):
        on = DAY + timedelta(days=number)
        since = None if verdict is None else open_since(since, verdict, on)
    above = [verdict in (DECLARED, DIFFERENT) for verdict in days]
    run = next((place for place, up in enumerate(reversed(above)) if not up), len(above))
    assert since == (None if run == 0 else DAY + timedelta(days=len(days) - run))


@pytest.mark.parametrize(
    ("state", "remark", "refusal"),
    [
        (DayState(True, False, 0, frozenset()), "", None),
        (DayState(True, False, 2, frozenset()), " ", Refusal.REMARK),
        (DayState(True, False, 2, frozenset()), "sent to the core", None),
        (DayState(True, False, 0, frozenset({5})), "", Refusal.OWN_DECLARATION),
        (DayState(True, False, 0, frozenset({6})), "", None),
        (DayState(True, True, 0, frozenset()), "", Refusal.SIGNED),
        (DayState(False, False, 0, frozenset()), "", Refusal.SUPERSEDED),
    ],
)
def test_who_may_sign_a_day(state: DayState, remark: str, refusal: Refusal | None) -> None:
    assert sign_off_refusal(state, user_id=5, remark=remark) is refusal


def test_tolerances_before_the_first_date_are_refused() -> None:
    with pytest.raises(FactInvalid):
        tolerances_on(tolerances_load(), date(1999, 12, 31))


def _own(tmp_path: Path, **change: str) -> Path:
    file = bank_file(tmp_path, "b")
    file.parent.mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "policies" / "cn" / "reconciliation.yaml"
    text = shipped.read_text(encoding="utf-8")
    for old, new in change.items():
        text = text.replace(f"{old}: 0", new, 1)
    file.write_text(text.replace("products: {}", "products: {P1: {penalty: 9}}"), encoding="utf-8")
    return file


def test_bank_has_its_own_file_with_tolerances_of_a_product(tmp_path: Path) -> None:
    assert tolerances_of_bank(tmp_path, "b") == tolerances_load()
    _own(tmp_path, days_principal="days_principal: 3")
    (own,) = tolerances_of_bank(tmp_path, "b")
    assert own.of("P1", Component.PENALTY) == 9 and own.of("P2", Component.PENALTY) == 1
    assert own.of("P1", Component.DAYS_PRINCIPAL) == 3 and own.of("P1", Component.PRINCIPAL) == 0


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("costs_due", "no_such: 0", "tolerance"),
        ("costs_due", "costs_due: -1", "costs_due"),
        ("costs_due", "costs_due: 1.5", "costs_due"),
        ("costs_due", "costs_due: 0\n      costs_due: 1", "twice"),
    ],
)
def test_wrong_file_of_a_bank_is_refused_with_its_place(tmp_path: Path, old: str, new: str, says: str) -> None:
    file = _own(tmp_path, **{old: new})
    with pytest.raises(PolicyInvalidError, match=says) as refused:
        tolerances_of_bank(tmp_path, "b")
    assert refused.value.file == str(file)
