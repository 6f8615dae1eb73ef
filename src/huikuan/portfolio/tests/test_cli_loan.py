"""The command `huikuan loan replay`."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from huikuan.portfolio.cli import app
from huikuan.portfolio.loan_file import LoanFileError

LOAN: dict[str, Any] = {
    "note": {
        "principal": "12000.00",
        "disbursed_on": "2024-01-15",
        "matures_on": "2025-01-15",
        "first_due_on": "2024-02-15",
        "annual_rate_pct": "6",
        "penalty_rate_pct": "9.0",
        "compound": "monthly",
        "repayment_method": "equal_instalment",
        "instalment_count": 12,
    },
    "repayments": [
        {"core_ref": "R1", "value_on": "2024-02-15", "received_at": "2024-02-15T09:00:00+08:00", "amount": "1032.80"},
        {"core_ref": "R2", "value_on": "2024-04-20", "received_at": "2024-04-20T21:10:00+08:00", "amount": "1500.00"},
    ],
}


def loan_file(folder: Path, loan: dict[str, Any]) -> Path:
    file = folder / "loan.json"
    file.write_text(json.dumps(loan), encoding="utf-8")
    return file


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    """LOAN with the value at ``path`` replaced."""
    loan: Any = copy.deepcopy(LOAN)
    part = loan
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = to
    result: dict[str, Any] = loan
    return result


def test_replayed_loan_as_json_has_state_allocations_and_schedule_in_minor_units(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["loan", "replay", str(loan_file(tmp_path, LOAN)), "--as-of", "2024-05-31", "--json"]
    )
    assert result.exit_code == 0, result.output
    answer = json.loads(result.output)
    assert (answer["days_past_due"], answer["bucket"], answer["class_floor"]) == (46, "M2", "special_mention")
    assert answer["state"]["as_of"] == "2024-05-31"
    assert [row["core_ref"] for row in answer["allocations"]] == ["R1", "R2"]
    assert sum(row["principal_minor"] for row in answer["schedule"]) == 1_200_000
    assert answer["open"][0] == {
        "seq": 3, "due_on": "2024-04-15", "principal_minor": 57_600, "interest_minor": 0, "costs_minor": 0,
    }  # fmt: skip


def test_replayed_loan_as_text_is_in_major_units(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["loan", "replay", str(loan_file(tmp_path, LOAN)), "--as-of", "2024-05-31"])
    assert result.exit_code == 0, result.output
    assert "days past due          46 (principal 46, interest 16)" in result.output
    assert "principal outstanding  9642.99" in result.output
    assert "3  2024-04-15     982.55     50.25   0.00  part paid" in result.output


def test_currency_without_minor_digits_is_shown_whole(tmp_path: Path) -> None:
    loan = changed("note", "principal", to="12000") | {"minor_digits": 0, "repayments": []}
    result = CliRunner().invoke(app, ["loan", "replay", str(loan_file(tmp_path, loan)), "--as-of", "2024-05-31"])
    assert result.exit_code == 0, result.output
    assert "principal outstanding  12000\n" in result.output


@pytest.mark.parametrize(
    ("loan", "field"),
    [
        (changed("note", "principal", to="12000.001"), "note.principal"),
        (changed("note", "principal", to=12000.0), "note.principal"),
        (changed("note", "principal", to="-1"), "note.principal"),
        (changed("note", "principal", to="0"), "note.principal"),
        (changed("note", "annual_rate_pct", to="6.00001"), "note.annual_rate_pct"),
        (changed("note", "disbursed_on", to="2024-02-30"), "note.disbursed_on"),
        (changed("note", "matures_on", to="2024-12-31"), "note.matures_on"),
        (changed("note", "compound", to="yearly"), "note.compound"),
        (changed("note", "colour", to="red"), "note.colour"),
        (changed("repayments", 1, "amount", to="1.234"), "repayments[1].amount"),
        (changed("repayments", 1, "received_at", to="2024-04-20T21:10:00"), "repayments[1].received_at"),
        (changed("repayments", 1, "reverses", to="R9"), "repayments.reverses"),
        (changed("repayments", 1, "core_ref", to="R1"), "repayments.core_ref"),
        (changed("instalments", to=[{"seq": 1, "due_on": "2024-02-15", "principal": "5"}]), "instalments[0].interest"),
        (
            changed("instalments", to=[{"seq": 1, "due_on": "2024-02-15", "principal": "5", "interest": "0"}]),
            "instalments.principal",
        ),
        ({"repayments": []}, "note"),
    ],
)
def test_wrong_loan_file_is_refused_by_json_field(tmp_path: Path, loan: dict[str, Any], field: str) -> None:
    result = CliRunner().invoke(app, ["loan", "replay", str(loan_file(tmp_path, loan)), "--as-of", "2024-05-31"])
    assert isinstance(result.exception, LoanFileError)
    assert result.exception.field == field
    assert f"loan.json: {field}: expected " in str(result.exception)


def test_day_before_the_disbursement_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["loan", "replay", str(loan_file(tmp_path, LOAN)), "--as-of", "2024-01-14"])
    assert isinstance(result.exception, LoanFileError)
    assert result.exception.field == "as_of"


def test_file_that_is_not_json_or_not_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "loan.json"
    result = CliRunner().invoke(app, ["loan", "replay", str(file), "--as-of", "2024-05-31"])
    assert "expected a readable file" in str(result.exception)
    file.write_text("{", encoding="utf-8")
    result = CliRunner().invoke(app, ["loan", "replay", str(file), "--as-of", "2024-05-31"])
    assert isinstance(result.exception, LoanFileError)
    assert result.exception.field == "file"


def test_example_of_the_documentation_gives_what_is_printed_there(tmp_path: Path) -> None:
    text = (Path(__file__).parents[4] / "docs" / "concepts" / "ageing.md").read_text(encoding="utf-8")
    file = tmp_path / "loan.json"
    file.write_text(text.partition("```json\n")[2].partition("```")[0], encoding="utf-8")
    result = CliRunner().invoke(app, ["loan", "replay", str(file), "--as-of", "2024-05-31"])
    assert result.output == text.partition("```text\n")[2].partition("```")[0]
