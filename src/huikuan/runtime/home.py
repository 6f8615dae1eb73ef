"""The home folder of an installation: where things are, its secrets, its lock, the environment of its processes."""

import fcntl
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

DATABASE_NAME = "huikuan"
DATABASE_PORT = 5432
ROLE_OWNER = "huikuan_owner"
ROLE_APP = "huikuan_app"
ROLE_SUPERUSER = "postgres"
_FOLDERS = ("lake", "inbox", "keys", "run", "log")


@dataclass(frozen=True)
class Home:
    """Paths below one home folder. `path` is absolute."""

    path: Path

    @classmethod
    def at(cls, path: Path) -> "Home":
        """Return the home at `path` with its folders made; `keys/` is readable by its owner only."""
        home = cls(path.resolve())
        for name in _FOLDERS:
            (home.path / name).mkdir(parents=True, exist_ok=True)
        (home.path / "keys").chmod(0o700)
        return home

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def run(self) -> Path:
        return self.path / "run"

    def secret(self, name: str) -> str:
        """Return the secret `keys/<name>`, made at the first call: 256 random bits, file mode 0600."""
        file = self.keys / name
        if not file.exists():
            write_private(file, secrets.token_urlsafe(32))
        return file.read_text().strip()

    def password(self, role: str) -> str:
        """Return the password of a database role."""
        return self.secret(f"database-{role}")

    def environment(self, role: str, socket_folder: Path, database: str = DATABASE_NAME) -> dict[str, str]:
        """Return the variables that `huikuan.settings` reads, for the role `huikuan_app` or `huikuan_owner`.

        Only the password of that one role is in it: the web server never gets the owner's.
        """
        self.secret("django-secret-key")
        return {
            "DJANGO_SETTINGS_MODULE": "huikuan.settings",
            "HUIKUAN_ROLE": role.removeprefix("huikuan_"),
            "HUIKUAN_HOME": str(self.path),
            "HUIKUAN_DB_HOST": str(socket_folder),
            "HUIKUAN_DB_PORT": str(DATABASE_PORT),
            "HUIKUAN_DB_NAME": database,
            "HUIKUAN_DB_PASSWORD": self.password(role),
            "HUIKUAN_SECRET_KEY_FILE": str(self.keys / "django-secret-key"),
            "HUIKUAN_KEYS_FILE": str(self.keys / "vault.json"),
            "HUIKUAN_ALLOWED_HOSTS": "127.0.0.1,localhost",
            "HUIKUAN_SECURE_COOKIES": "0",
        }


def write_private(file: Path, text: str) -> None:
    """Write a file of mode 0600 in one step: a killed writer leaves the old file or none, never half of one."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)


class HomeLock:
    """An exclusive lock on a home folder. The kernel releases it when the process ends, however it ends."""

    def __init__(self, home: Home) -> None:
        self._file = home.run / "lock"
        self._note = home.run / "running.json"
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Try to take the lock; return False when another process holds it."""
        handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        self._note.unlink(missing_ok=True)
        return True

    def note(self, **facts: str | int) -> None:
        """Leave facts about this run (process, address) for a second starter to show."""
        write_private(self._note, json.dumps(facts))

    def noted(self) -> dict[str, str | int]:
        """Return the facts that the holder of the lock left, empty when it left none yet."""
        try:
            facts = json.loads(self._note.read_text())
        except (OSError, ValueError):
            return {}
        return facts if isinstance(facts, dict) else {}

    def release(self) -> None:
        """Give the lock back."""
        if self._handle is not None:
            self._note.unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = None
