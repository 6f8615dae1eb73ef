"""The runner of `make lint` runs every check and fails when one fails; the schema check sees a difference."""

from pathlib import Path

import pytest

from tools import lint, openapi, reference


def test_lint_with_one_failing_check_runs_the_others_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lint, "CHECKS", {"bad": lambda: (1, "the reason"), "good": lambda: (0, "quiet")})
    assert lint.main([]) == 1
    shown = capsys.readouterr().out
    assert "FAILED" in shown
    assert "the reason" in shown
    assert "quiet" not in shown
    assert lint.main(["good"]) == 0


def test_lint_with_an_unknown_name_lists_the_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint.main(["nothing"]) == 2
    assert "stage-sql" in capsys.readouterr().out


def test_schema_that_differs_from_the_routes_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openapi, "ROOT", tmp_path)
    monkeypatch.setattr(openapi, "SCHEMA", tmp_path / "openapi.json")
    assert openapi.main(["--check"]) == 1
    assert openapi.main([]) == 0
    assert openapi.main(["--check"]) == 0
    (tmp_path / "openapi.json").write_text("{}")
    assert openapi.main(["--check"]) == 1


def test_reference_page_that_differs_from_the_code_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "REFERENCE", tmp_path)
    assert reference.main(["--check"]) == 1
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0
