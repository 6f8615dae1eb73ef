"""The commands `huikuan loan explain` and `huikuan loan describe`, the PDF and the documents they keep in step."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from huikuan.portfolio.cli import app
from huikuan.portfolio.explain.answer import life_output
from huikuan.portfolio.explain.describe import Format, loan_page, schema_text
from huikuan.portfolio.explain.loan import loan_explain
from huikuan.portfolio.explain.output import ExplanationOut
from huikuan.portfolio.explain.pdf import (
    FONTS,
    FontMissingError,
    PdfNotWrittenError,
    explanation_pdf,
    explanation_png,
    fonts_found,
    pdf_write,
)
from huikuan.portfolio.explain.words import Language
from huikuan.portfolio.facts import PPM
from huikuan.portfolio.loan_file import Loan, LoanFile, LoanFileError, loan_file_read, loan_of_file
from huikuan.portfolio.loan_parts import BYTES_MAX, REPAYMENTS_MAX
from huikuan.portfolio.rules.schedule import INSTALMENTS_MAX
from huikuan.portfolio.tests.test_cli_loan import LOAN, changed, loan_file

DOCS = Path(__file__).parents[4] / "docs"
MAY_31 = date(2024, 5, 31)


def explain(folder: Path, loan: dict[str, Any], *options: str) -> Any:
    file = loan_file(folder, loan)
    return CliRunner().invoke(app, ["loan", "explain", str(file), "--as-of", "2024-05-31", *options])


def a_loan(loan: dict[str, Any] | None = None) -> Loan:
    return loan_of_file(LoanFile.model_validate_json(json.dumps(loan or LOAN)), "loan.json")


def test_explained_loan_as_text_is_chinese_unless_asked_otherwise(tmp_path: Path) -> None:
    assert (
        "目前应还：本金 1,563.47 + 利息 45.33 + 罚息 9.85 + 复利 0.12 = 1,618.77 元" in explain(tmp_path, LOAN).output
    )
    english = explain(tmp_path, LOAN, "--lang", "en").output
    assert "Due now: principal 1,563.47 + interest 45.33 + penalty interest 9.85" in english


def test_file_is_read_before_its_day_is_asked_for(tmp_path: Path) -> None:
    command = ["loan", "explain", str(loan_file(tmp_path, LOAN))]
    refused = CliRunner().invoke(app, command).exception
    assert str(refused) == "--as-of is missing; expected the day of the explanation, such as --as-of 2024-05-31."
    loan_file(tmp_path, LOAN | {"currency": 5})
    refused = CliRunner().invoke(app, command).exception
    assert 'loan.json: currency: expected text in quotes, such as "5", got 5' in str(refused)


def test_maturity_in_force_and_what_a_judgment_awards_are_told() -> None:
    def life(**event: Any) -> dict[str, Any]:
        row = {"core_ref": "E", "value_on": "2024-05-20", "recorded_at": "2024-05-20T09:00:00+08:00", **event}
        loan = a_loan(LOAN | {"schema": "huikuan.loan/2", "events": [row]})
        return life_output(loan, loan_explain(loan, MAY_31, file="loan"))

    assert life_output(a_loan(), loan_explain(a_loan(), MAY_31, file="loan"))["matures_on"] == date(2025, 1, 15)
    assert life(kind="extension", until_on="2025-07-15")["matures_on"] == date(2025, 7, 15)
    assert life(kind="acceleration")["matures_on"] == date(2024, 5, 20)
    claim = {"principal": "9000.00", "interest": "12.34", "penalty": "5.00", "compound": "0.06", "costs": "100.00"}
    judged = life(kind="judgment", claim=claim)
    assert (judged["matures_on"], judged["events"][0]["amount_minor"]) == (date(2024, 5, 20), 911_740)


def test_explained_loan_as_json_is_versioned_and_exact(tmp_path: Path) -> None:
    answer = json.loads(explain(tmp_path, LOAN, "--json").output)
    assert (answer["schema"], answer["exact_denominator"]) == ("huikuan.explanation/2", 360 * PPM)
    assert answer["lateness"]["raw_days"] == 46
    penalty = answer["penalty"]
    exact = sum(int(row["numerator"]) for row in penalty["segments"])
    assert exact == sum(row["base_minor"] * row["rate_ppm"] * row["days"] for row in penalty["segments"])
    assert exact - penalty["paid_minor"] * 360 * PPM == int(penalty["owed_numerator"])
    assert (penalty["owed_minor"], answer["due_now"]["total_minor"]) == (985, 161_877)
    second = answer["allocations"][1]
    assert second["shares"] == [
        {
            "seq": 2,
            "due_on": "2024-03-15",
            "costs_minor": 0,
            "interest_minor": 5_514,
            "principal_minor": 97_766,
            "ahead": False,
        },
        {
            "seq": 3,
            "due_on": "2024-04-15",
            "costs_minor": 0,
            "interest_minor": 5_025,
            "principal_minor": 40_655,
            "ahead": False,
        },
    ]
    assert answer["class_floor"]["floor"] == "special_mention"
    assert answer["text"]["zh"].startswith("欠款说明\n")
    assert "for the bank only" not in answer["text"]["en"].lower()


def test_json_of_the_command_is_what_its_schema_says(tmp_path: Path) -> None:
    output = explain(tmp_path, LOAN, "--json").output
    assert json.loads(ExplanationOut.model_validate_json(output).model_dump_json(by_alias=True)) == json.loads(output)
    names = json.loads(schema_text(Format.EXPLANATION))
    assert set(names["required"]) == set(names["properties"]) == set(json.loads(output))


def test_new_fields_of_the_file_reach_the_explanation(tmp_path: Path) -> None:
    loan = LOAN | {
        "schema": "huikuan.loan/1",
        "currency": "USD",
        "tolerance_days": 46,
        "product": {"kind": "operating", "monthly_instalment": True},
        "note": LOAN["note"] | {"note_id": "N-1"},
    }
    answer = json.loads(explain(tmp_path, loan, "--json").output)
    assert (answer["note_id"], answer["currency"]) == ("N-1", "USD")
    assert (answer["lateness"]["raw_days"], answer["lateness"]["counted_days"]) == (46, 0)
    assert answer["overdue"]["regulatory_minor"] == answer["balance_minor"]


def _rows(count: int) -> list[dict[str, Any]]:
    first = {"seq": 1, "due_on": "2024-02-15", "principal": "12000.00", "interest": "0"}
    return [first, *({**first, "seq": seq, "principal": "0"} for seq in range(2, count + 1))]


def _repayments(count: int) -> list[dict[str, Any]]:
    row = LOAN["repayments"][0] | {"amount": "0.01"}
    return [row | {"core_ref": f"R{number}"} for number in range(count)]


def test_longest_loan_file_is_explained(tmp_path: Path) -> None:
    loan = LOAN | {"instalments": _rows(INSTALMENTS_MAX), "repayments": _repayments(REPAYMENTS_MAX)}
    result = explain(tmp_path, loan, "--json")
    assert result.exit_code == 0, result.output
    assert len(json.loads(result.output)["allocations"]) == REPAYMENTS_MAX


@pytest.mark.parametrize(
    ("loan", "field"),
    [
        (LOAN | {"schema": "huikuan.loan/3"}, "schema"),
        (LOAN | {"currency": "yuan"}, "currency"),
        (LOAN | {"tolerance_days": -1}, "tolerance_days"),
        (LOAN | {"tolerance_days": 91}, "tolerance_days"),
        (LOAN | {"product": {"kind": "car"}}, "product.kind"),
        (LOAN | {"instalments": _rows(INSTALMENTS_MAX + 1)}, "instalments"),
        (LOAN | {"repayments": _repayments(REPAYMENTS_MAX + 1)}, "repayments"),
        (changed("note", "note_id", to="a\nb"), "note.note_id"),
        (changed("note", "disbursed_on", to="1899-12-31"), "note.disbursed_on"),
        (changed("note", "matures_on", to="2200-01-01"), "note.matures_on"),
        (changed("note", "principal", to="0"), "note.principal"),
        (changed("repayments", 0, "core_ref", to="x" * 65), "repayments[0].core_ref"),
        (changed("repayments", 1, "reverses", to="R9"), "repayments.reverses"),
    ],
)
def test_wrong_loan_file_is_refused_by_json_field(tmp_path: Path, loan: dict[str, Any], field: str) -> None:
    problem = explain(tmp_path, loan).exception
    assert isinstance(problem, LoanFileError)
    assert problem.field == field


def test_loan_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "loan.json"
    file.write_bytes(b" " * (BYTES_MAX + 1))
    with pytest.raises(LoanFileError, match=f"at most {BYTES_MAX} bytes"):
        loan_file_read(file)


def test_loan_file_that_is_no_json_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "loan.json"
    file.write_bytes(b"{\n")
    with pytest.raises(LoanFileError, match=r"^loan\.json: file: expected JSON, got .*\. Correct the file"):
        loan_file_read(file)


@pytest.mark.parametrize("day", [date(2024, 1, 14), date(2200, 1, 1)])
def test_day_outside_the_life_of_a_loan_is_refused(day: date) -> None:
    with pytest.raises(LoanFileError, match="as_of"):
        loan_explain(a_loan(), day, file="loan.json")


def test_defaults_of_the_file_are_those_of_a_loan_in_yuan() -> None:
    loan = a_loan()
    assert (loan.currency, loan.minor_digits, loan.tolerance_days, loan.monthly_consumer) == ("CNY", 2, 0, True)
    assert not a_loan(LOAN | {"product": {"monthly_instalment": False}}).monthly_consumer
    with pytest.raises(ValidationError):
        LoanFile.model_validate({"schema_": "huikuan.loan/1", **LOAN})


@pytest.mark.cjk_font
@pytest.mark.parametrize("language", list(Language))
def test_pdf_is_one_or_two_pages_and_the_same_each_time(language: Language) -> None:
    loan = a_loan()
    answer = loan_explain(loan, MAY_31, file="loan.json")
    content = explanation_pdf(loan, answer, language)
    assert content.startswith(b"%PDF-")
    assert content == explanation_pdf(loan, answer, language)
    pages = explanation_png(loan, answer, language)
    assert len(pages) in {1, 2}
    assert all(page.startswith(b"\x89PNG") for page in pages)


@pytest.mark.cjk_font
def test_pdf_of_a_long_history_stays_on_two_pages() -> None:
    loan = a_loan(
        changed("note", "instalment_count", to=36)
        | {"note": LOAN["note"] | {"instalment_count": 36, "matures_on": "2027-01-15", "compound": "monthly"}}
    )
    answer = loan_explain(loan, date(2027, 12, 31), file="loan.json")
    assert [len(explanation_png(loan, answer, language)) for language in Language] == [2, 2]


@pytest.mark.cjk_font
def test_text_that_looks_like_markup_is_printed_as_it_stands() -> None:
    loan = a_loan(LOAN | {"note": LOAN["note"] | {"note_id": '#panic("x") $ \\ *b* "'}})
    answer = loan_explain(loan, MAY_31, file="loan.json")
    assert explanation_pdf(loan, answer, Language.EN).startswith(b"%PDF-")


@pytest.mark.cjk_font
def test_pdf_is_written_where_the_command_says(tmp_path: Path) -> None:
    file = tmp_path / "page.pdf"
    result = explain(tmp_path, LOAN, "--pdf", str(file), "--lang", "en")
    assert result.output == f"Written: {file}\n"
    assert file.read_bytes().startswith(b"%PDF-")
    both = explain(tmp_path, LOAN, "--pdf", str(file), "--json")
    assert json.loads(both.output)["schema"] == "huikuan.explanation/2"


@pytest.mark.cjk_font
def test_pdf_in_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    loan = a_loan()
    answer = loan_explain(loan, MAY_31, file="loan.json")
    with pytest.raises(PdfNotWrittenError, match="cannot be written"):
        pdf_write(tmp_path / "nowhere" / "page.pdf", loan, answer, Language.EN)


def test_machine_without_chinese_font_is_told_what_to_install() -> None:
    with pytest.raises(FontMissingError, match="fonts-noto-cjk"):
        fonts_found(["DejaVu Sans", "Libertinus Serif"])
    assert fonts_found(["wenquanyi zen hei", FONTS[0]]) == [FONTS[0], "WenQuanYi Zen Hei"]


def test_reference_pages_are_what_the_command_prints() -> None:
    assert (DOCS / "reference" / "loan-explain.md").read_text(encoding="utf-8") == loan_page()
    for which in Format:
        committed = (DOCS / "reference" / which.file).read_text(encoding="utf-8")
        assert committed == schema_text(which)
    assert CliRunner().invoke(app, ["loan", "describe"]).output == loan_page()
    assert CliRunner().invoke(app, ["loan", "describe", "--schema", "loan"]).output == schema_text(Format.LOAN)


def test_example_of_the_documentation_gives_what_is_printed_there(tmp_path: Path) -> None:
    text = (DOCS / "concepts" / "explain.md").read_text(encoding="utf-8")
    file = tmp_path / "loan.json"
    file.write_text(text.partition("```json\n")[2].partition("```")[0], encoding="utf-8")
    printed = [part.partition("```")[0] for part in text.split("```text\n")[1:]]
    for language, expected in zip((Language.EN, Language.ZH), printed, strict=True):
        options = ["loan", "explain", str(file), "--as-of", "2024-04-30", "--lang", language]
        assert CliRunner().invoke(app, options).output == expected


def test_rules_of_the_explanation_import_neither_django_nor_pydantic() -> None:
    program = (
        "import sys; import huikuan.portfolio.rules.explain.build; "
        "sys.exit(any(name in sys.modules for name in ('django', 'pydantic', 'typst')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
