"""`huikuan demo` with the sample bank: killed in its nights, continued, and open to each log-in that it prints."""

import http.cookiejar
import json
import os
import re
import shutil
import signal
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.world import Demo, free_port, processes_of, run_huikuan

pytestmark = pytest.mark.xdist_group("demo")

LAST_NIGHT = "2018-06-02"  # the third
LOG_IN = re.compile(r"^\s+\S+\s+([a-z_]+)\s+(sample\.[a-z-]+)\s+(\S+)\s*$", re.MULTILINE)


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that PostgreSQL's account can enter."""
    folder = Path(tempfile.mkdtemp(prefix="huikuan-sample-"))
    folder.chmod(0o711)
    yield folder / "home"
    shutil.rmtree(folder)


class Client:
    """A browser without pages: cookies and the CSRF token."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))

    def get(self, path: str) -> Any:
        """Return the answer of a route."""
        with self._opener.open(self._base + path, timeout=10) as answer:
            return json.load(answer)

    def log_in(self, username: str, password: str) -> Any:
        """Open the page for its token, then sign in."""
        self._opener.open(self._base + "/", timeout=10).read()
        token = next(cookie.value for cookie in self._cookies if cookie.name == "csrftoken")
        request = urllib.request.Request(
            self._base + "/api/auth/login",
            data=json.dumps({"username": username, "password": password}).encode(),
            headers={"content-type": "application/json", "x-csrftoken": token or ""},
        )
        with self._opener.open(request, timeout=10) as answer:
            return json.load(answer)


def test_demo_killed_in_its_nights_goes_on_and_opens_to_the_log_ins_it_prints(home: Path) -> None:
    first = Demo(home, free_port(), "--until", LAST_NIGHT)
    try:
        first.wait_for(lambda: "night 1 of 3" in first.output, 120)
        os.kill(first.pid, signal.SIGKILL)
        first.end()
        assert first.all_gone()
    finally:
        first.close()

    second = Demo(home, free_port(), "--until", LAST_NIGHT)
    try:
        second.ready(120)
        assert "night 3 of 3" not in second.output, "the first night was kept"
        second.wait_for(lambda: "Ctrl-C stops everything" in second.output)
        log_ins = {role: (name, password) for role, name, password in LOG_IN.findall(second.output)}
        assert len(log_ins) == 15
        client = Client(second.port)
        assert client.get("/api/auth/session")["state"] == "anonymous"
        assert client.log_in(*log_ins["auditor"])["state"] == "signed_in"
        nights = client.get("/api/nights?limit=10")["items"]
        assert [(night["business_date"], night["state"]) for night in nights] == [
            ("2018-06-02", "done"),
            ("2018-06-01", "done"),
            ("2018-05-31", "done"),
        ]
        shown = run_huikuan("nights", "--bank", "sample", HUIKUAN_HOME=str(home))
        assert LAST_NIGHT in shown.stdout, shown.stderr
        second.ctrl_c()
        assert second.end() == 0
    finally:
        second.close()

    third = Demo(home, free_port(), "--until", LAST_NIGHT)
    try:
        third.ready()
        assert "delivery" not in third.output
        assert "night 1" not in third.output
    finally:
        third.close()
    assert processes_of(home) == []
