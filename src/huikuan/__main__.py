"""The command `huikuan`.

Commands of `huikuan.runtime` start without Django. All others come from the `cli.py` of each package: a Typer
application named `app`, whose commands are added here. With `--home` (or HUIKUAN_HOME) alone they work on the
PostgreSQL that `huikuan demo` runs in that folder.
"""

import os
import sys
from importlib import import_module, metadata
from importlib.util import find_spec
from typing import Annotated

import typer

PROCESS_COMMANDS = frozenset({"demo", "serve"})
DATABASE_COMMANDS = frozenset({"migrate", "database-setup", "demo-prepare"})
PACKAGES = ("kernel", "evidence", "portfolio", "reconciliation", "insight", "nightly", "lab", "sample")


def _version_show(wanted: bool) -> None:
    if wanted:
        typer.echo(f"huikuan {metadata.version('huikuan')}")
        raise typer.Exit


def _build(wanted: str) -> typer.Typer:
    """Compose the commands, only as far as the wanted one needs: imports are most of the time of a short command.

    Those of the domain need Django set up before their modules are imported.
    """
    from huikuan.runtime import cli as runtime_cli

    app = typer.Typer(
        name="huikuan",
        help="Huikuan 回款: delinquent loans, from the night's files to the desk.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def options(
        version: Annotated[
            bool, typer.Option("--version", callback=_version_show, is_eager=True, help="Show the version and end.")
        ] = False,
    ) -> None:
        """Huikuan 回款: delinquent loans, from the night's files to the desk."""

    app.add_typer(runtime_cli.app)
    if wanted not in PROCESS_COMMANDS:
        import django

        from huikuan.runtime.attach import attach_to_home

        attach_to_home()
        os.environ.setdefault("HUIKUAN_DB_POOL", "0")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huikuan.settings")
        django.setup()
        from huikuan.runtime import database_cli, prepare

        app.add_typer(database_cli.app)
        app.add_typer(prepare.app)
        for package in () if wanted in DATABASE_COMMANDS else PACKAGES:
            name = f"huikuan.{package}"
            if find_spec(name) and find_spec(f"{name}.cli"):
                app.add_typer(import_module(f"{name}.cli").app)
    return app


def main() -> None:
    """Run a command; a problem that the operator can remove ends it with its message and exit code 1."""
    from huikuan.kernel.errors import DomainError
    from huikuan.runtime.errors import DatabaseAway, RuntimeProblem

    first = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    try:
        _build("demo" if "--version" in sys.argv else first)()
    except BrokenPipeError:  # whoever read the output went away
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123  nothing more is printed at exit
        sys.exit(1)
    except (RuntimeProblem, DomainError) as problem:
        typer.echo(f"\n{problem}", err=True)
        sys.exit(1)
    except Exception as problem:
        reason = _database_away(problem)
        if reason is None:
            raise
        typer.echo(f"\n{DatabaseAway(reason)}", err=True)
        sys.exit(1)


def _database_away(problem: Exception) -> str | None:
    """Return the reason when a command failed because no database answered, `None` for anything else."""
    if "django.db" not in sys.modules:
        return None
    from django.db import OperationalError

    return str(problem).strip() if isinstance(problem, OperationalError) and "connection" in str(problem) else None


if __name__ == "__main__":
    main()
