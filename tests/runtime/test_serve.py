"""`huikuan serve` and `huikuan migrate`, the commands of production."""

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from huikuan.runtime.home import ROLE_APP, ROLE_OWNER
from huikuan.runtime.process import wait_until
from tests.runtime.world import free_port, run_huikuan

pytestmark = pytest.mark.xdist_group("demo")
Environment = Callable[[str], dict[str, str]]


@pytest.mark.django_db(transaction=True)
def test_serve_on_a_database_answers_to_its_host_name_until_it_is_stopped(
    tmp_path: Path, database_environment: Environment
) -> None:
    port = free_port()
    environment = {**database_environment(ROLE_APP), "HUIKUAN_ALLOWED_HOSTS": "bank.example"}
    command = [sys.executable, "-m", "huikuan", "serve", "--home", str(tmp_path), "--port", str(port), "--workers", "2"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert "Ready after" in process.stdout.readline()
        request = urllib.request.Request(f"http://127.0.0.1:{port}/api/health", headers={"Host": "bank.example"})
        assert wait_until(lambda: json.load(urllib.request.urlopen(request, timeout=5))["worker"] is True, 30)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_serve_without_a_database_says_how_to_name_one(tmp_path: Path) -> None:
    done = run_huikuan("serve", "--home", str(tmp_path))
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("role", "code"), [(ROLE_OWNER, 0), (ROLE_APP, 1)])
def test_migrate_as_a_role_is_done_or_refused(role: str, code: int, database_environment: Environment) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "huikuan", "migrate"],
        env=database_environment(role),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert ("No migrations to apply" in done.stdout) == (code == 0)
    assert ("HUIKUAN_ROLE=owner" in done.stderr) == (code == 1)


def test_version_is_told_without_a_database() -> None:
    done = run_huikuan("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("huikuan ")


def test_command_without_a_database_names_the_ways_to_one(tmp_path: Path) -> None:
    done = run_huikuan("nights", "--bank", "sample", DATABASE_URL=f"postgresql://x:y@/none?host={tmp_path}")
    assert done.returncode == 1
    assert "The database does not answer" in done.stderr
    assert "HUIKUAN_HOME" in done.stderr
    assert "Traceback" not in done.stderr
