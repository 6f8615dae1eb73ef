"""The commands `huikuan product` and the routes of product bundles."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from huikuan.kernel.errors import NotFoundError
from huikuan.kernel.facts import Role
from huikuan.kernel.tests.builders import a_bank, a_client, a_user
from huikuan.portfolio.cli import app
from huikuan.portfolio.policies import PolicyInvalidError
from huikuan.portfolio.product_describe import conventions_page, products_page
from huikuan.portfolio.product_policies import products_load
from huikuan.portfolio.rules.products import FIELDS
from huikuan.portfolio.tests.test_cli_loan import loan_file
from huikuan.portfolio.tests.test_product_policies import OWN, own_file

DOCS = Path(__file__).parents[4] / "docs"

SPRING: dict[str, Any] = {
    "schema": "huikuan.loan/2",
    "product": {"code": "spring_credit"},
    "note": {
        "principal": "1000.00", "disbursed_on": "2024-01-15", "matures_on": "2024-03-15",
        "first_due_on": "2024-02-15", "annual_rate_pct": "6", "penalty_rate_pct": "7.8",
        "repayment_method": "interest_first", "instalment_count": 2,
    },
}  # fmt: skip


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["product", *arguments])


@pytest.fixture
def own_home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    folder = tmp_path / "products" / "liuxi"
    folder.mkdir(parents=True)
    own_file(folder)
    return tmp_path


@pytest.fixture
def own_bank(own_home: Path, db: None) -> Path:
    a_bank(code="liuxi")
    return own_home


def test_list_names_every_bundle_in_the_language_asked_for() -> None:
    text = run("list", "--lang", "en").output
    for bundle in products_load().values():
        assert f"{bundle.code} " in text
        assert bundle.name_en in text
    chinese = run("list").output
    assert "个人住房按揭贷款" in chinese and "项可选" in chinese and "choices" not in chinese


def test_own_bundles_of_a_bank_are_listed_beside_the_shipped_ones(own_bank: Path) -> None:
    assert "spring_credit" not in run("list").output
    assert "春耕贷 · farmer_credit_line" in run("list", "--bank", "liuxi").output
    assert "spring_credit · Spring credit" in run("show", "spring_credit", "--bank", "liuxi", "--lang", "en").output


@pytest.mark.parametrize("bank", ["qingeh", "../products/liuxi"])
def test_bank_that_is_not_known_is_refused_with_those_that_are(own_bank: Path, bank: str) -> None:
    file, day = str(loan_file(own_bank, SPRING)), "2024-02-17"
    for command in (
        ["product", "list"],
        ["product", "show", "consumer"],
        ["loan", "replay", file, "--as-of", day],
        ["loan", "explain", file, "--as-of", day],
        ["loan", "allocate", file, "--as-of", day, "--amount", "5.00"],
    ):
        refused = CliRunner().invoke(app, [*command, "--bank", bank]).exception
        assert isinstance(refused, NotFoundError)
        assert bank in str(refused) and "Known banks: liuxi." in str(refused)


@pytest.mark.parametrize("code", list(products_load()))
def test_every_bundle_is_shown_with_all_conventions_in_words_and_their_sources(code: str) -> None:
    for language in ("zh", "en"):
        text = run("show", code, "--lang", language).output
        for field in FIELDS:
            assert f"({field})" in text
        assert text.count("  * ") == len(FIELDS)  # one default each
        assert text.count("    [") >= len(FIELDS)  # one source each


def test_unknown_bundle_is_answered_with_those_that_exist() -> None:
    result = run("show", "barn")
    assert isinstance(result.exception, NotFoundError)
    assert "farmer_credit_line" in str(result.exception)


def test_check_says_what_is_left_or_which_field_goes_too_far(tmp_path: Path) -> None:
    good = own_file(tmp_path)
    assert "spring_credit is a farmer_credit_line with 8 of 9 choices left" in run("check", str(good)).output
    result = run("check", str(own_file(tmp_path, OWN.replace("to: 2}", "to: 4}"))))
    assert isinstance(result.exception, PolicyInvalidError)
    assert "declared.tolerance_days: expected 0 to 3 (as product farmer_credit_line), got 4" in str(result.exception)


def test_reference_pages_are_what_the_commands_print() -> None:
    for name, page, command in (
        ("conventions", conventions_page, "describe-conventions"),
        ("products", products_page, "describe"),
    ):
        assert (DOCS / "reference" / f"{name}.md").read_text(encoding="utf-8") == page() == run(command).output


def test_loan_file_may_name_a_bundle_of_the_bank(own_bank: Path) -> None:
    command = ["loan", "replay", str(loan_file(own_bank, SPRING)), "--as-of", "2024-02-17"]
    text = CliRunner().invoke(app, [*command, "--bank", "liuxi"]).output
    assert "计为逾期天数  0" in text  # two days are tolerated by this bundle
    refused = CliRunner().invoke(app, command)
    assert "product.code: expected one of" in str(refused.exception)


def test_payment_over_loan_files_knows_the_bundles_of_the_bank(own_bank: Path) -> None:
    command = ["loan", "allocate", str(loan_file(own_bank, SPRING)), "--as-of", "2024-02-17", "--amount", "5.00"]
    assert "余款：0.00" in CliRunner().invoke(app, [*command, "--bank", "liuxi"]).output
    assert "product.code: expected one of" in str(CliRunner().invoke(app, command).exception)


@pytest.mark.django_db
def test_routes_show_bundles_with_every_convention_to_whoever_works_in_the_bank(own_home: Path) -> None:
    client = a_client(a_user(a_bank(code="liuxi"), role=Role.COLLECTOR))
    rows = {row["code"]: row for row in client.get("/api/product-bundles").json()}
    assert set(rows) == set(products_load()) | {"spring_credit"}
    assert rows["spring_credit"]["base"] == "farmer_credit_line"
    assert rows["mortgage"]["values"]["advance"] == "last_instalment"
    assert set(rows["mortgage"]["values"]) == set(FIELDS)
    assert rows["mortgage"]["differs"] == ["first_period", "penalty_as", "advance"]
    assert rows["consumer"]["differs"] == []

    detail = client.get("/api/product-bundles/us_instalment").json()
    conventions = {each["field"]: each for group in detail["groups"] for each in group["conventions"]}
    assert tuple(conventions) == FIELDS
    day_count = conventions["day_count"]
    assert [value["code"] for value in day_count["alternatives"] if value["default"]] == ["act/365"]
    assert day_count["differs"]
    assert day_count["source"]["certainty"] == "R"
    assert {value["code"] for value in conventions["penalty_base"]["refused"]} == {"principal_and_interest"}
    assert "late_fee_and_penalty" in {each["id"] for each in detail["combinations"]}
    assert client.get("/api/product-bundles/barn").status_code == 404


@pytest.mark.django_db
def test_bundles_of_another_bank_are_not_shown(own_home: Path) -> None:
    client = a_client(a_user(a_bank(code="other"), role=Role.COLLECTOR))
    assert client.get("/api/product-bundles/spring_credit").status_code == 404


@pytest.mark.django_db
def test_explanation_knows_the_bundles_of_the_persons_bank(own_home: Path) -> None:
    ask: dict[str, Any] = {"data": SPRING, "content_type": "application/json"}
    own, other = (a_client(a_user(a_bank(code=code), role=Role.COLLECTOR)) for code in ("liuxi", "other"))
    assert own.post("/api/loans/explain?as_of=2024-02-18", **ask).status_code == 200
    refused = other.post("/api/loans/explain?as_of=2024-02-18", **ask)
    assert (refused.status_code, "product.code" in refused.content.decode()) == (422, True)
