"""The command `huikuan loan allocate`: one payment over several loan files."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from huikuan.kernel.errors import DomainError
from huikuan.portfolio.cli import app
from huikuan.portfolio.explain.words import Language
from huikuan.portfolio.exposure_out import NotePaidOut, PortionOut
from huikuan.portfolio.pay_text import pay_text
from huikuan.portfolio.rules.across_notes import Step
from huikuan.portfolio.tests.test_cli_loan import LOAN, changed


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A and B: 12,000.00 each, nothing paid; B has a higher penalty rate."""
    for name, rate in (("A", "9.0"), ("B", "9.5")):
        loan = changed("note", "penalty_rate_pct", to=rate) | {"repayments": []}
        (tmp_path / f"{name}.json").write_text(json.dumps(loan), encoding="utf-8")
    return [str(tmp_path / "A.json"), str(tmp_path / "B.json")]


def _run(files: list[str], *options: str, amount: str = "1500.00") -> str:
    command = ["loan", "allocate", *files, "--amount", amount, "--as-of", "2024-04-01", *options]
    result = CliRunner().invoke(app, command)
    if isinstance(result.exception, DomainError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_heavier_note_is_paid_first_and_the_text_says_why(files: list[str]) -> None:
    text = _run(files, "--lang", "en")
    first, second = (line for line in text.splitlines() if line[:2] in ("A:", "B:"))
    assert first.startswith("B: 1,500.00; 1,500.00 of 2,") and "(heaviest burden)" in first and "46 -> 17" in first
    assert second.startswith("A: 0.00;") and "left over: 0.00" in text
    assert "only the core system books" in text


def test_text_is_chinese_unless_asked_otherwise_and_has_no_codes(files: list[str]) -> None:
    text = _run(files)
    assert (
        "（负担较重）" in text and "逾期 46 天 → 17 天" in text and "只有核心系统才能入账" in text and "利息 " in text
    )
    for step in Step:
        assert step.value not in text


@pytest.mark.parametrize("language", list(Language))
def test_every_reason_has_words(language: Language) -> None:
    rows = [
        NotePaidOut.model_construct(
            note_id="A", amount_minor=1, dpd=0, dpd_after=0, parts=None,
            portions=(PortionOut(place=1, due=due, owed_minor=2, amount_minor=1, because=step),),
        )
        for step in Step
        for due in (True, False)
    ]  # fmt: skip
    text = pay_text(rows, 0, date(2024, 3, 31), 2, language)
    assert len(set(text.splitlines())) == len(rows) + 2


def test_security_and_designation_change_the_order(files: list[str]) -> None:
    rows = json.loads(_run(files, "--secured", "B=5000.00", "--json"))
    assert [(row["note_id"], row["portions"][0]["because"]) for row in rows] == [("A", "least_secured"), ("B", "due")]
    assert sum(rows[0]["parts"].values()) == rows[0]["amount_minor"] == 150_000 and rows[1]["parts"] is None
    rows = json.loads(_run(files, "--secured", "B=5000.00", "--note", "B", "--json"))
    assert (rows[0]["note_id"], rows[0]["portions"][0]["because"]) == ("B", "designated")


def test_more_than_all_is_left_over(files: list[str]) -> None:
    rows = json.loads(_run(files, "--json", amount="100000.00"))
    paid = sum(row["amount_minor"] for row in rows)
    assert f"left over: {(10_000_000 - paid) / 100:,.2f}" in _run(files, "--lang", "en", amount="100000.00")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--note", "C"], "one of the debts"),
        (["--secured", "C=1.00"], "keys of the notes"),
        (["--secured", "B"], "NOTE=AMOUNT"),
        (["--secured", "B=1.001"], "digits after the point"),
        (["--secured", "B=1.00", "--secured", "B=2.00"], "every note once"),
    ],
)
def test_what_does_not_fit_is_refused(files: list[str], options: list[str], message: str) -> None:
    with pytest.raises(DomainError, match=message):
        _run(files, *options)


def test_files_of_two_currencies_or_of_the_same_note_are_refused(files: list[str], tmp_path: Path) -> None:
    other = tmp_path / "C.json"
    other.write_text(json.dumps(LOAN | {"currency": "USD"}), encoding="utf-8")
    with pytest.raises(DomainError, match="one currency"):
        _run([*files, str(other)])
    twice = changed("note", "note_id", to="A")
    other.write_text(json.dumps(twice), encoding="utf-8")
    with pytest.raises(DomainError, match="keys of their own"):
        _run([*files, str(other)])
    with pytest.raises(DomainError, match="keys of their own"):
        _run([files[0], files[0]])
    early = changed("note", "disbursed_on", to="2024-04-02") | {"repayments": []}
    other.write_text(json.dumps(early), encoding="utf-8")
    with pytest.raises(DomainError):
        _run([*files, str(other)])
