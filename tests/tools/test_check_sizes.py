"""Boundary pairs of the size limits."""

from pathlib import Path

import pytest

from tools.check_sizes import main, oversizes


def function_of(lines: int) -> str:
    return "def f():\n" + "    x = 1\n" * (lines - 1)


@pytest.mark.parametrize(
    ("name", "lines", "findings"),
    [
        ("src/huikuan/a.py", 400, 0),
        ("src/huikuan/a.py", 401, 1),
        ("web/src/a.tsx", 401, 1),
        ("tests/test_a.py", 500, 0),
        ("tests/test_a.py", 501, 1),
    ],
)
def test_file_of_a_length_is_accepted_up_to_its_limit(name: str, lines: int, findings: int) -> None:
    assert len(list(oversizes(Path(name), "x = 1\n" * lines))) == findings


@pytest.mark.parametrize(("lines", "findings"), [(60, 0), (61, 1)])
def test_function_of_a_length_is_accepted_up_to_its_limit(lines: int, findings: int) -> None:
    assert len(list(oversizes(Path("src/a.py"), function_of(lines)))) == findings


def test_sizes_of_the_repository_are_within_the_limits() -> None:
    assert main([]) == 0
