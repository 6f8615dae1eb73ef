"""Browser tests are left out only where there is no browser and no CI."""

import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = "import pytest\n\n@pytest.mark.browser\ndef test_page():\n    pass\n\ndef test_plain():\n    pass\n"
SETTINGS = "[pytest]\nmarkers =\n  browser: x\n"
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("environment", "tells", "advice"),
    [
        ({}, "1 passed, 1 deselected", True),
        ({"CI": "true"}, "2 passed", False),
        ({"HUIKUAN_CHROMIUM": "/opt/browser"}, "2 passed", False),
    ],
)
def test_browser_tests_without_a_browser_on_path_are_left_out_or_not(
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
