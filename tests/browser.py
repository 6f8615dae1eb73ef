"""What browser tests and PDF tests need of the machine, and what happens where it is missing (`-p tests.browser`)."""

import os
import shutil
import subprocess

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = (
    "No Chromium on PATH: browser tests were left out. Install one (Debian: apt install chromium fonts-noto-cjk; "
    "elsewhere any Chrome) or set HUIKUAN_CHROMIUM=/path/to/it. With CI=true its absence is a failure."
)
FONT_ADVICE = (
    "No font with Chinese characters (fontconfig): tests of PDF pages were left out. Install one (Debian: apt install "
    "fonts-noto-cjk fontconfig). With CI=true its absence is a failure."
)
LAUNCH_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)


def chromium_path() -> str | None:
    """Return the browser to drive: HUIKUAN_CHROMIUM, else the first known name on PATH."""
    named = os.environ.get("HUIKUAN_CHROMIUM") or None
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def cjk_font_is_there() -> bool:
    """Tell whether fontconfig knows a font with Chinese characters."""
    listed = shutil.which("fc-list")
    return bool(listed and subprocess.run([listed, ":lang=zh"], capture_output=True, check=False).stdout.strip())


def _lacks() -> dict[str, str]:
    """Markers of tests that this machine cannot run, each with the advice to give; none in CI, where they then fail."""
    if os.environ.get("CI") == "true":
        return {}
    lacks = {} if chromium_path() else {"browser": ADVICE}
    return lacks if cjk_font_is_there() else lacks | {"cjk_font": FONT_ADVICE}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a browser or a Chinese font where there is none, except in CI."""
    lacks = _lacks()
    left_out = [item for item in items if any(item.get_closest_marker(marker) for marker in lacks)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once, at the end, how to get what is missing."""
    for marker, advice in _lacks().items():
        terminalreporter.section(marker)
        terminalreporter.line(advice)
