"""Commands around the database as a whole: migrations, and the statements that prepare a production server."""

from typing import Annotated

import typer

from huikuan.runtime.errors import OwnerRoleNeeded
from huikuan.runtime.roles import setup_script

app = typer.Typer()


@app.command()
def migrate(
    check: Annotated[bool, typer.Option("--check", help="Only tell whether tables are up to date (exit 1).")] = False,
) -> None:
    """Bring the tables up to date. Needs HUIKUAN_ROLE=owner; repeated without harm."""
    from django.conf import settings
    from django.core.management import call_command

    if settings.DB_ROLE != "owner":
        raise OwnerRoleNeeded
    call_command("migrate", interactive=False, verbosity=1, check_unapplied=check)


@app.command("database-setup")
def database_setup(
    name: Annotated[str, typer.Option(help="Name of the database.")] = "huikuan",
) -> None:
    """Print the SQL that a database administrator runs once: two roles, the database, their rights."""
    typer.echo(setup_script(name))
