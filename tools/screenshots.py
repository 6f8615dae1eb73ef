"""Take the pictures of the documentation (docs/images) from a running demonstration.

Usage: python tools/screenshots.py [--address http://127.0.0.1:8800] [--home .data/demo]
Start `make demo` first, in another terminal: the pictures show what it serves.
"""

import argparse
import json
import shutil
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
ROLE = "auditor"
LAUNCH_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
ENTERPRISE = "K20009?note=J45"
JUDGED = "P06425?note=N06425"  # declared due, then a judgment: docs/sample-data.md
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Picture:
    """One picture: where, in which language and theme, and what must be on screen first."""

    name: str
    path: str
    language: str
    theme: str
    shows: str
    bank: str = "sample"
    typed: str = ""  # keys pressed and text typed once the page stands: "/" opens the search


PICTURES = (
    Picture("login-zh", "", "zh", "light", "button[type=submit]"),
    Picture("overview-zh", "/overview", "zh", "light", "canvas"),
    Picture("overview-en", "/overview", "en", "light", "canvas"),
    Picture("overview-en-dark", "/overview", "en", "dark", "canvas"),
    Picture("loans-zh", "/loans", "zh", "light", "tbody tr", "liuxi"),
    Picture("loans-en", "/loans", "en", "light", "tbody tr"),
    Picture("borrower-zh", f"/parties/{ENTERPRISE}", "zh", "light", "[role=tabpanel] table", "liuxi"),
    Picture("borrower-en", "/parties/P04498?note=N04498", "en", "light", "[role=tabpanel] table"),
    Picture("explain-zh", f"/parties/{ENTERPRISE}&explain=true", "zh", "light", "[role=dialog] pre", "liuxi"),
    Picture("events-zh", f"/parties/{JUDGED}&explain=true", "zh", "light", "[role=dialog] pre"),
    Picture("events-en", f"/parties/{JUDGED}&tab=schedule", "en", "light", "[role=tabpanel] table"),
    Picture("overall-en", f"/parties/{ENTERPRISE}&tab=overall", "en", "light", "[role=tabpanel] table", "liuxi"),
    Picture("products-en", "/products", "en", "light", "tbody tr"),
    Picture("product-zh", "/products/us_instalment", "zh", "light", "tbody tr"),
    Picture("search-zh", "/loans", "zh", "light", "tbody tr", "liuxi", "/柳溪"),
    Picture("reconciliation-zh", "/reconciliation", "zh", "light", "section table", "liuxi"),
    Picture("reconciliation-en", "/reconciliation", "en", "light", "section table", "liuxi"),
    Picture("data-quality-zh", "/data-quality", "zh", "light", "tbody tr"),
    Picture("data-quality-en", "/data-quality", "en", "light", "tbody tr"),
    Picture("nights-zh", "/nights", "zh", "light", "section table"),
    Picture("nights-en", "/nights", "en", "light", "section table"),
)


def log_in(page: Page, home: Path, bank: str) -> None:
    """Log in as the auditor of a bank of the demonstration."""
    logins = json.loads((home / "keys" / f"demo-logins-{bank}.json").read_text(encoding="utf-8"))
    page.locator("input").first.fill(f"{bank}.{ROLE}")
    page.locator("input[type=password]").fill(logins[ROLE])
    page.locator("button[type=submit]").click()
    expect(page.locator("nav")).to_be_visible()


def take(browser: Browser, picture: Picture, address: str, home: Path) -> None:
    """Take one picture in a window of its own."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    choices = {"huikuan.language": picture.language, "huikuan.theme": picture.theme}
    for key, value in choices.items():
        context.add_init_script(f"localStorage.setItem({json.dumps(key)}, {json.dumps(value)})")
    page = context.new_page()
    page.goto(address + picture.path)
    expect(page.locator("button[type=submit]")).to_be_visible()
    if picture.path:
        log_in(page, home, picture.bank)
    expect(page.locator(picture.shows).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    if picture.typed:
        page.keyboard.type(picture.typed)
        expect(page.locator("[role=listbox] [role=option]").first).to_be_visible()
    page.mouse.move(0, 450)
    page.screenshot(path=IMAGES / f"{picture.name}.png", animations="disabled", caret="hide")
    context.close()


def main(arguments: list[str]) -> int:
    """Take all pictures; return 1 with advice when there is no demonstration or no browser."""
    parser = argparse.ArgumentParser(description="Take the pictures of docs/images from a running demonstration.")
    parser.add_argument("--address", default="http://127.0.0.1:8800")
    parser.add_argument("--home", type=Path, default=ROOT / ".data" / "demo")
    options = parser.parse_args(arguments)
    browser_path = next((path for name in NAMES if (path := shutil.which(name))), None)
    if browser_path is None:
        print("No Chromium on PATH. Install one (Debian: apt install chromium fonts-noto-cjk).")
        return 1
    try:
        urllib.request.urlopen(f"{options.address}/api/health", timeout=5).close()  # noqa: S310 - http address
    except (urllib.error.URLError, OSError):
        print(f"Nothing answers at {options.address}. Start `make demo` in another terminal, then take the pictures.")
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=LAUNCH_ARGUMENTS)
        for picture in PICTURES:
            take(browser, picture, options.address, options.home)
            print(f"docs/images/{picture.name}.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
