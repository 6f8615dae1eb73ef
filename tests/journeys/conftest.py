"""One demonstration and one browser for all journeys."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.browser import ADVICE, LAUNCH_ARGUMENTS, chromium_path
from tests.journeys.product import Product, Visitor
from tests.runtime.world import Demo, free_port

LAST_NIGHT_ON = "2018-06-05"
"""The first nights of the sample bank, past the end of a month: enough for every page."""

READY_SECONDS_MAX = 240
"""First start, on a machine that does other work too."""

SCREEN: ViewportSize = {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """The real product with the sample bank, in a folder that PostgreSQL's account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="huikuan-journey-"))
    folder.chmod(0o711)
    port = free_port()
    demo = Demo(folder / "home", port, "--until", LAST_NIGHT_ON)
    try:
        demo.ready(READY_SECONDS_MAX)
        yield Product(f"http://127.0.0.1:{port}", folder / "home")
    finally:
        demo.close()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine."""
    path = chromium_path()
    assert path is not None, ADVICE
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=LAUNCH_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def visitor(product: Product, browser: Browser) -> Iterator[Visitor]:
    """Somebody at a fresh window; at the end the console must be clean and nothing asked for from outside."""
    context = browser.new_context(viewport=SCREEN, locale="zh-CN", color_scheme="light", reduced_motion="reduce")
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=product.address)
    somebody = Visitor(context.new_page(), product)
    yield somebody
    context.close()
    assert somebody.faults == []
