"""The command `huikuan loan replay`."""

import copy
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from huikuan.portfolio.cli import app
from huikuan.portfolio.explain.words import Language
from huikuan.portfolio.facts import AllocationKind, ClassFloor, Flag
from huikuan.portfolio.loan_file import LoanFileError, loan_file_read
from huikuan.portfolio.loan_view import loan_replay
from huikuan.portfolio.replay_text import replay_text

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
    result = CliRunner().invoke(
        app, ["loan", "replay", str(loan_file(tmp_path, LOAN)), "--as-of", "2024-05-31", "--lang", "en"]
    )
    assert result.exit_code == 0, result.output
    assert "days past due          46 (principal 46, interest 16)" in result.output
    assert "principal outstanding  9642.99" in result.output
    assert "3  2024-04-15     982.55     50.25   0.00  part paid" in result.output


def test_currency_without_minor_digits_is_shown_whole(tmp_path: Path) -> None:
    loan = changed("note", "principal", to="12000") | {"minor_digits": 0, "repayments": []}
    result = CliRunner().invoke(
        app, ["loan", "replay", str(loan_file(tmp_path, loan)), "--as-of", "2024-05-31", "--lang", "en"]
    )
    assert result.exit_code == 0, result.output
    assert "principal outstanding  12000\n" in result.output


def test_replayed_loan_is_told_in_chinese_unless_asked_otherwise(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["loan", "replay", str(loan_file(tmp_path, LOAN)), "--as-of", "2024-05-31"])
    assert "  逾期天数      46（本金 46，利息 16）\n" in result.output
    assert "  五级分类下限  关注\n" in result.output
    assert "3  2024-04-15   982.55  50.25  0.00  部分已还" in result.output
    assert not re.search("[a-z]", result.output)


@pytest.mark.parametrize("language", list(Language))
def test_text_of_every_example_has_words_for_what_happened(language: Language) -> None:
    folder = Path(__file__).parents[4] / "examples" / "loans"
    answers = [loan_replay(loan_file_read(file), date(2025, 6, 30)) for file in sorted(folder.glob("*.json"))]
    text = "\n".join(replay_text(answer, language) for answer in answers)
    kinds = {row.kind for answer in answers for row in answer.allocations}
    assert kinds >= set(AllocationKind) - {AllocationKind.CREDIT}
    for code in (*ClassFloor, *Flag, *AllocationKind, "charged_off"):
        assert "_" not in code or code not in text


def test_delay_interest_has_a_column_where_some_was_paid(tmp_path: Path) -> None:
    judgment = {
        "core_ref": "J1", "kind": "judgment", "value_on": "2024-03-01", "recorded_at": "2024-03-01T09:00:00+08:00",
        "claim": {"principal": "9000.00"},
    }  # fmt: skip
    paid = LOAN["repayments"][0] | {"value_on": "2024-05-20", "amount": "9500.00"}
    judged = LOAN | {"schema": "huikuan.loan/2", "events": [judgment], "repayments": [paid]}
    for loan, shown in ((judged, True), (LOAN, False)):
        command = ["loan", "replay", str(loan_file(tmp_path, loan)), "--as-of", "2024-05-31", "--lang", "en"]
        text = CliRunner().invoke(app, command).output
        assert ("principal   delay" in text) is shown
        assert (" 126.00 " in text) is shown  # 9,000.00 x 0.0175 % x 80 days


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
    result = CliRunner().invoke(app, ["loan", "replay", str(file), "--as-of", "2024-05-31", "--lang", "en"])
    assert result.output == text.partition("```text\n")[2].partition("```")[0]
