"""The running product as a person meets it: its address, its log-ins, its pages."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, expect

BANK_CODE = "sample"
REFUSED = "Failed to load resource"  # the console's words for an answer of 4xx, which the pages explain themselves


@dataclass(frozen=True)
class Product:
    """A started demonstration."""

    address: str
    home: Path

    def username(self, role: str) -> str:
        """Return the name of the demonstration's user with one role."""
        return f"{BANK_CODE}.{role.replace('_', '-')}"

    def password(self, role: str) -> str:
        """Return the password that the demonstration made for a role."""
        kept = json.loads((self.home / "keys" / f"demo-logins-{BANK_CODE}.json").read_text(encoding="utf-8"))
        return str(kept[role])


@dataclass(frozen=True)
class StrictBank:
    """A bank without data that asks for an authenticator, with one auditor."""

    name_zh: str
    username: str
    password: str


def strict_bank_create(product: Product) -> StrictBank:
    """Set the bank up beside the sample bank, with the commands that an operator uses."""
    bank = ("--bank", "anji")
    user = ("--user", "anji.auditor")
    names = ("--name-zh", "安吉农商行", "--name-en", "Anji Rural Commercial Bank")
    _command(product.home, "bank", "create", "--code", "anji", *names, "--valid-from", "2020-01-01")
    said = _command(product.home, "user", "create", *bank, *user, "--name", "王明", "--generate")
    _command(product.home, "user", "grant", *bank, *user, "--role", "auditor", "--valid-from", "2020-01-01")
    return StrictBank("安吉农商行", "anji.auditor", said.rpartition("Password: ")[2].strip())


def _command(home: Path, *arguments: str) -> str:
    """Run a command of huikuan on the home of the running demonstration; return what it says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIKUAN_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "huikuan", *arguments],
        env={**kept, "HUIKUAN_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout


class Visitor:
    """A person at a browser window. Speaks Chinese unless told otherwise."""

    def __init__(self, page: Page, product: Product) -> None:
        self.page = page
        self.product = product
        self.faults: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and REFUSED not in message.text:
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.product.address, "data:", "blob:")):
            self.faults.append(f"outside request: {request.url}")

    def open(self, path: str = "/") -> None:
        """Go to an address of the product."""
        self.page.goto(self.product.address + path)

    def fill_in(self, username: str, password: str) -> None:
        """Fill in and send the log-in form."""
        self.page.get_by_label("用户名", exact=True).fill(username)
        self.page.get_by_label("密码", exact=True).fill(password)
        self.page.get_by_role("button", name="登录", exact=True).click()

    def type_code(self, code: str) -> None:
        """Type a verification code into the boxes, which are ready for it, and send it."""
        expect(self.page.get_by_role("group", name="验证码").get_by_role("textbox").first).to_be_focused()
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")

    def log_in(self, role: str, path: str = "/") -> None:
        """Log in as the demonstration's user of a role, at an address."""
        self.open(path)
        self.fill_in(self.product.username(role), self.product.password(role))
        expect(self.page.get_by_role("navigation", name="主导航")).to_be_visible()

    def log_out(self) -> None:
        """Log out by the user menu."""
        self.page.get_by_role("button", name=re.compile("^用户菜单")).click()
        self.page.get_by_role("menuitem", name="退出登录").click()
        expect(self.page.get_by_role("heading", name="登录", exact=True)).to_be_visible()

    def answer(self, path: str) -> Any:
        """Ask the API with the session of this window."""
        response = self.page.request.get(f"{self.product.address}/api{path}")
        assert response.ok, f"{path} answers {response.status}"
        return response.json()

    def theme(self, name: str) -> None:
        """Choose the light (浅色) or dark (深色) theme."""
        self.page.get_by_role("button", name="主题").click()
        self.page.get_by_role("menuitem", name=name).click()
        expect(self.page.get_by_role("menuitem", name=name)).to_be_hidden()

    def barriers(self) -> list[str]:
        """Return what axe finds on the page as it stands: rule, and the first place."""
        found = Axe().run(self.page).response["violations"]
        return [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]
