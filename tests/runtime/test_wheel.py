"""The wheel by itself: it contains the pages, needs neither Node nor the repository, and is refused without pages."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from huikuan.runtime.process import wait_until
from tests.boot import ROOT
from tests.runtime.world import READY, free_port, processes_of

pytestmark = [pytest.mark.soak, pytest.mark.xdist_group("demo")]


def uv(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run the uv of `make`, else that of the system."""
    own = ROOT / ".boot" / "bin" / "python"
    command = [str(own), "-m", "uv"] if own.exists() else ["uv"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIKUAN_", "VIRTUAL_ENV"))}
    return subprocess.run(
        [*command, *arguments], cwd=folder, env=kept, capture_output=True, text=True, check=False, timeout=600
    )


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's account can enter."""
    path = Path(tempfile.mkdtemp(prefix="huikuan-wheel-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def wheel(folder: Path) -> Path:
    """The wheel, built from this folder."""
    done = uv("build", "--wheel", "--out-dir", str(folder / "dist"), str(ROOT), folder=folder)
    assert done.returncode == 0, done.stderr
    return next((folder / "dist").glob("*.whl"))


def test_wheel_contains_pages_and_data_but_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "huikuan/webdist/index.html" in names
    assert any(name.startswith("huikuan/webdist/assets/") for name in names)
    assert any(name.startswith("huikuan/policies/cn/") for name in names)
    assert any(name.startswith("huikuan/sample/data/") for name in names)
    assert any(name.endswith(".sql") for name in names)
    assert [name for name in names if "/tests/" in name] == []


def test_wheel_without_pages_is_refused(folder: Path) -> None:
    copy = folder / "copy"
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("webdist", "__pycache__"))
    shutil.copytree(ROOT / "tools", copy / "tools")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    done = uv("build", "--wheel", "--out-dir", str(copy / "dist"), str(copy), folder=copy)
    assert done.returncode != 0
    assert "run `make web`" in done.stderr
    assert not list(copy.glob("dist/*.whl"))


def test_wheel_in_an_empty_environment_serves_pages_without_node(wheel: Path, folder: Path) -> None:
    environment = folder / "environment"
    assert uv("venv", "--python", sys.executable, str(environment), folder=folder).returncode == 0
    python = environment / "bin" / "python"
    done = uv("pip", "install", "--python", str(python), f"huikuan[demo] @ file://{wheel}", folder=folder)
    assert done.returncode == 0, done.stderr
    port, home, log = free_port(), folder / "home", folder / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [str(environment / "bin" / "huikuan"), "demo", "--no-sample", "--home", str(home), "--port", str(port)],
            cwd=folder,
            env={"PATH": "/usr/sbin:/sbin"},  # no Node
            stdout=stream,
            stderr=stream,
        )
    try:
        assert wait_until(lambda: READY.search(log.read_text()) is not None, 90), log.read_text()
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/nights", timeout=10).read().decode()
        script = page.partition('src="')[2].partition('"')[0]
        assert script.startswith("/assets/")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{script}", timeout=10) as answer:
            assert "javascript" in answer.headers["content-type"]
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    assert processes_of(home) == []
