"""The commands as an operator calls them, in processes of their own."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from huikuan.kernel.tests.builders import a_bank
from huikuan.nightly.tests.worlds import FIRST, World, a_note, a_world

ONE_DAY = timedelta(days=1)
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def world(transactional_db: None, tmp_path: Path) -> World:
    """A bank with a late note, whose deliveries of two days lie in the inbox of its home."""
    made = a_world(tmp_path, a_note("A", first_due_on=FIRST), a_note("B"), code="command")
    for day in (FIRST, FIRST + ONE_DAY):
        made.deliver(day)
    return made


@pytest.fixture
def huikuan(world: World, database_environment: Callable[[str], dict[str, str]], tmp_path: Path) -> Command:
    """Runs the command in the home of the world."""
    environment = {**database_environment("huikuan_app"), "HUIKUAN_HOME": str(tmp_path), "COLUMNS": "200"}

    def run(*arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "huikuan", *arguments],
            env={**environment, **extra},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.mark.xdist_group("kill")
def test_commands_run_kill_and_continue_a_night_and_read_it_back(huikuan: Command) -> None:
    night = ("nightly", "--bank", "command", "--date", "2024-02-28")
    killed = huikuan(*night, HUIKUAN_FAULT="age:inside_commit")
    assert killed.returncode == -signal.SIGKILL
    listed = huikuan("nights", "--bank", "command")
    assert "failed (nightly.interrupted)" in listed.stdout
    done = huikuan(*night)
    assert done.returncode == 0, done.stderr
    assert all(text in done.stdout for text in ("2024-02-27", "2024-02-28", "Slowest stage", "Notes/s"))
    again = huikuan(*night)
    assert "2024-02-28 is in the book already, with the same delivery: nothing was changed." in again.stdout
    as_of = huikuan("as-of", "--bank", "command", "--date", "2024-02-28")
    lines = [line.replace("│", " ").split() for line in as_of.stdout.splitlines()]
    assert ["M0", "1", "12,000.00", "0.00", "0.00"] in lines
    assert any(line[:3] == ["M1", "1", "12,000.00"] for line in lines)


@pytest.mark.xdist_group("kill")
def test_command_that_cannot_go_on_says_what_to_do(huikuan: Command, tmp_path: Path) -> None:
    missing = huikuan("nightly", "--bank", "command", "--date", "2024-02-29")
    assert missing.returncode == 1
    assert str(tmp_path / "inbox" / "command" / "2024-02-29") in missing.stderr
    assert "run the command again" in missing.stderr
    unknown = huikuan("nightly", "--bank", "nobody", "--date", "2024-02-28")
    assert (unknown.returncode, "command" in unknown.stderr) == (1, True)
    none = huikuan("as-of", "--bank", "command", "--date", "2024-03-05")
    assert (none.returncode, "No night is published for 2024-03-05" in none.stderr) == (1, True)


@pytest.mark.xdist_group("kill")
def test_bank_may_be_left_out_only_where_there_is_one(world: World, huikuan: Command) -> None:
    alone = huikuan("nights")
    assert alone.returncode == 0, alone.stderr
    a_bank(code="second")
    asked = huikuan("nights")
    assert asked.returncode != 0
    assert "command, second" in asked.stderr
    assert huikuan("nights", "--bank", "second").returncode == 0


@pytest.mark.xdist_group("kill")
def test_note_of_the_book_is_explained_by_its_key_and_not_beside_a_file(huikuan: Command) -> None:
    assert huikuan("nightly", "--bank", "command", "--date", "2024-02-28").returncode == 0
    note = ("loan", "explain", "--bank", "command", "--note", "A")
    said = huikuan(*note, "--as-of", "2024-02-28", "--lang", "en")
    assert said.returncode == 0, said.stderr
    assert "the bank's book of business date 2024-02-28" in said.stdout and "1 day past due" in said.stdout
    assert '"business_date": "2024-02-28"' in huikuan(*note, "--json").stdout, "the latest night where no day is given"
    missing = huikuan("loan", "explain", "--bank", "command", "--note", "Z")
    assert missing.returncode != 0 and "There is no note Z" in missing.stderr
    for refused in (("loan", "explain"), (*note, "loan.json")):
        assert huikuan(*refused).returncode != 0
