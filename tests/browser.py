"""Which Chromium the browser tests use, and what happens where there is none (`-p tests.browser`)."""

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = (
    "No Chromium on PATH: browser tests were left out. Install one (Debian: apt install chromium fonts-noto-cjk; "
    "elsewhere any Chrome) or set HUIKUAN_CHROMIUM=/path/to/it. With CI=true its absence is a failure."
)
LAUNCH_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)


def chromium_path() -> str | None:
    """Return the browser to drive: HUIKUAN_CHROMIUM, else the first known name on PATH."""
    named = os.environ.get("HUIKUAN_CHROMIUM") or None
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser, leave browser tests out, except in CI, where they then fail."""
    if chromium_path() or os.environ.get("CI") == "true":
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once, at the end, how to get a browser."""
    if not chromium_path() and os.environ.get("CI") != "true":
        terminalreporter.section("browser")
        terminalreporter.line(ADVICE)
