"""Tests that need a browser or a Chinese font are left out only where it is missing and this is not CI."""

import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = """
import pytest

@pytest.mark.browser
def test_page():
    pass

@pytest.mark.cjk_font
def test_letter():
    pass

def test_plain():
    pass
"""
SETTINGS = "[pytest]\nmarkers =\n  browser: x\n  cjk_font: x\n"
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("environment", "tells", "advice"),
    [
        ({}, "1 passed, 2 deselected", True),
        ({"CI": "true"}, "3 passed", False),
        ({"HUIKUAN_CHROMIUM": "/opt/browser"}, "2 passed, 1 deselected", False),
    ],
)
def test_tests_that_the_machine_cannot_run_are_left_out_with_advice_except_in_ci(
    tmp_path: Path, environment: dict[str, str], tells: str, advice: bool
) -> None:
    (tmp_path / "test_sample.py").write_text(SAMPLE)
    (tmp_path / "pytest.ini").write_text(SETTINGS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.browser", "-p", "no:django", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={"PATH": "/nowhere", "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tells in done.stdout
    assert ("No Chromium on PATH" in done.stdout) == advice
    assert ("No font with Chinese characters" in done.stdout) == ("CI" not in environment)
