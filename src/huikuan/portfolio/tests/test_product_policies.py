"""Conventions with their sources, refused combinations, shipped bundles and a bank's own ones."""

from dataclasses import fields
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from huikuan.portfolio.conventions import (
    CONVENTIONS_DEFAULT,
    DELAY_RATE_PPM_A_DAY,
    SETTLEMENT_DAY,
    Conventions,
    LateFee,
)
from huikuan.portfolio.policies import PolicyInvalidError
from huikuan.portfolio.product_policies import (
    Feature,
    combinations_load,
    conventions_file_load,
    product_own_load,
    products_load,
    products_of_bank,
)
from huikuan.portfolio.rules.declared import Between, value_text
from huikuan.portfolio.rules.products import FEATURES, FIELDS, facts_of

FILE = conventions_file_load()
TWELVE = {
    "farmer_credit_line", "farm_operation", "small_enterprise", "consumer", "mortgage", "joint_guarantee",
    "bullet_quarterly", "seasonal", "policy_loan", "second_hand", "us_instalment", "fixed_principal_balloon",
}  # fmt: skip


@pytest.mark.parametrize("field", fields(Conventions), ids=FIELDS)
def test_file_and_conventions_agree_in_values_and_default(field: Any) -> None:
    entry = FILE.fields[field.name]
    default = getattr(CONVENTIONS_DEFAULT, field.name)
    assert entry.default == value_text(default)
    if isinstance(default, StrEnum):
        assert list(entry.values) == [value.value for value in type(default)]
    elif isinstance(default, bool):
        assert list(entry.values) == ["false", "true"]
    elif isinstance(default, LateFee):
        assert list(entry.values) == [value.value for value in type(default.kind)]
        assert set(entry.parts) == {part.name for part in fields(LateFee)} - {"kind"}
    elif isinstance(default, tuple):
        assert list(entry.values) == [value.value for value in default]
    else:
        assert entry.unit is not None
        assert entry.unit_zh is not None


def test_conventions_stand_in_the_order_and_groups_of_the_class() -> None:
    assert tuple(FILE.fields) == FIELDS
    assert list(dict.fromkeys(entry.group for entry in FILE.fields.values())) == list(FILE.groups)


def test_limits_of_the_chinese_pack() -> None:
    assert (FILE.limits.penalty_markup_ppm.from_, FILE.limits.penalty_markup_ppm.to) == (300_000, 500_000)
    assert (FILE.limits.misuse_markup_ppm.from_, FILE.limits.misuse_markup_ppm.to) == (500_000, 1_000_000)
    assert (FILE.fields["compound_on_penalty"].default, FILE.fields["re_ageing"].default) == ("false", "false")
    assert FILE.fields["late_fee"].default == "none"


def test_fixed_numbers_of_the_rules_are_those_of_the_pack() -> None:
    fixed = FILE.fixed
    assert (fixed.delay_rate_ppm_a_day.value, fixed.settlement_day.value) == (DELAY_RATE_PPM_A_DAY, SETTLEMENT_DAY)
    assert (DELAY_RATE_PPM_A_DAY, SETTLEMENT_DAY) == (175, 20)


def test_features_of_files_are_those_of_the_rules() -> None:
    assert set(get_args(Feature)) == set(FEATURES)


def test_twelve_bundles_are_shipped_and_each_declares_every_convention() -> None:
    assert set(products_load()) == TWELVE
    for bundle in products_load().values():
        assert set(bundle.declared) == set(FIELDS)
        for name in FIELDS:
            assert bundle.declared[name].holds(getattr(bundle.conventions, name)), (bundle.code, name)


def test_only_the_us_bundle_declares_a_default_late_fee_and_none_declares_it_beside_penalty() -> None:
    with_fee = [code for code, bundle in products_load().items() if bundle.conventions.late_fee.kind != "none"]
    assert with_fee == ["us_instalment"]
    assert not any(bundle.late_fee_with_penalty for bundle in products_load().values())


def test_combinations_name_known_facts_and_known_values() -> None:
    bundles = products_load()
    known: dict[str, set[str]] = {}
    for bundle in bundles.values():
        for method, frequency, compound, source in product(
            bundle.methods, bundle.frequencies, bundle.compounds, bundle.schedules
        ):
            for penalty in (False, True):
                facts = facts_of(
                    bundle.conventions, method=method, frequency=frequency, compound=compound, source=source,
                    penalty=penalty, late_fee_with_penalty=penalty,
                )  # fmt: skip
                for name, value in facts.items():
                    known.setdefault(name, set()).add(value)
    known["instalment_unit_minor"].add("more")
    for name in FIELDS:
        known[name] |= set(FILE.fields[name].values)
    for each in combinations_load():
        for name, values in each.when.items():
            assert set(values) <= known[name], each.id


OWN = """
code: spring_credit
base: farmer_credit_line
name_zh: 春耕贷
name_en: Spring credit
purpose_zh: 春耕备耕资金。
purpose_en: Money for spring ploughing.
methods: [interest_first]
instalment_count: {from: 1, to: 12}
penalty_markup_ppm: {from: 300000, to: 300000}
conventions:
  tolerance_days: 2
declared:
  tolerance_days: {from: 0, to: 2}
  advance: []
"""


def own_file(folder: Path, text: str = OWN) -> Path:
    file = folder / "spring.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_own_bundle_tightens_its_base_and_keeps_the_rest(tmp_path: Path) -> None:
    bundle = product_own_load(own_file(tmp_path))
    base = products_load()["farmer_credit_line"]
    assert (bundle.base, bundle.kind, bundle.methods) == ("farmer_credit_line", base.kind, ("interest_first",))
    assert bundle.conventions.tolerance_days == 2
    assert bundle.declared["tolerance_days"] == Between(0, 2)
    assert not bundle.declared["advance"].holds("re_amortised")
    assert bundle.declared["rounding"] == base.declared["rounding"]
    assert bundle.markup_ppm == Between(300_000, 300_000)


@pytest.mark.parametrize(
    ("right", "wrong", "field"),
    [
        ("base: farmer_credit_line", "base: barn_credit", "base"),
        ("code: spring_credit", "code: consumer", "code"),
        ("code: spring_credit", "code: Spring", "code"),
        ("methods: [interest_first]", "methods: [flat]", "methods"),
        ("methods: [interest_first]", "methods: [interest_first]\nfrequencies: [weekly]", "frequencies"),
        ("to: 12}", "to: 61}", "instalment_count"),
        ("{from: 300000, to: 300000}", "{from: 200000, to: 300000}", "markup_ppm"),
        ("{from: 0, to: 2}", "{from: 0, to: 4}", "declared.tolerance_days"),
        ("{from: 0, to: 2}", "{from: 2, to: 0}", "declared.tolerance_days"),
        ("{from: 0, to: 2}", "{from: 0, to: 1}", "conventions.tolerance_days"),
        ("tolerance_days: 2", "tolerance_days: 4", "conventions.tolerance_days"),
        ("tolerance_days: 2", "tolerance_days: true", "conventions.tolerance_days"),
        ("tolerance_days: 2", "re_ageing: true", "conventions.re_ageing"),
        ("tolerance_days: 2", "colour: red", "conventions.colour"),
        ("advance: []", "advance: [last_instalment]", "declared.advance"),
        ("advance: []", "advance: re_amortised", "declared.advance"),
        ("advance: []", "colour: []", "declared.colour"),
        ("declared:", "late_fee_with_penalty: true\ndeclared:", "late_fee_with_penalty"),
        ("declared:", "kind: consumer\ndeclared:", "kind"),
    ],
)
def test_own_bundle_that_goes_beyond_its_base_is_refused_by_field(
    tmp_path: Path, right: str, wrong: str, field: str
) -> None:
    assert right in OWN
    with pytest.raises(PolicyInvalidError) as refused:
        product_own_load(own_file(tmp_path, OWN.replace(right, wrong, 1)))
    assert refused.value.field == field


def test_bundles_of_a_bank_are_the_shipped_ones_and_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "products" / "liuxi"
    folder.mkdir(parents=True)
    own_file(folder)
    assert set(products_of_bank(tmp_path, "liuxi")) == TWELVE | {"spring_credit"}
    assert set(products_of_bank(tmp_path, "other")) == TWELVE
    (folder / "again.yaml").write_text(OWN, encoding="utf-8")
    with pytest.raises(PolicyInvalidError, match="code of another product"):
        products_of_bank(tmp_path, "liuxi")


def test_every_policy_text_is_in_both_languages() -> None:
    text = (Path(__file__).parents[2] / "policies" / "cn" / "conventions.yaml").read_text(encoding="utf-8")

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            for key in ("statement", "name", "unit"):
                if isinstance(part.get(key), str):
                    chinese = part[f"{key}_zh"]
                    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
            for value in part.values():
                walk(value)

    walk(yaml.safe_load(text))
