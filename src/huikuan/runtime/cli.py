"""Commands that start and stop things. None of them needs Django in this process."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from huikuan.runtime.demo import DemoOptions, demo_run
from huikuan.runtime.home import Home
from huikuan.runtime.serve import serve_run
from huikuan.runtime.supervisor import parent_watch_arm

app = typer.Typer(pretty_exceptions_enable=False)

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8800

PortOption = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.", envvar="HUIKUAN_PORT")]
HostOption = Annotated[str, typer.Option(help="Address to listen on.", envvar="HUIKUAN_HOST")]
HomeOption = Annotated[
    Path, typer.Option("--home", help="Folder for all data.", envvar="HUIKUAN_HOME", file_okay=False)
]


@app.command()
def demo(
    home: HomeOption = Path(".huikuan"),
    host: HostOption = DEFAULT_HOST,
    port: PortOption = DEFAULT_PORT,
    sample: Annotated[
        bool, typer.Option("--sample/--no-sample", help="Load the sample bank, or start with empty tables.")
    ] = True,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="First night of the sample; 2018-05-31 if left out, 2018-03-31 at the earliest."
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last night of the sample to run; 2018-06-30 if left out."),
    ] = None,
    pages_command: Annotated[str, typer.Option("--pages-command", hidden=True)] = "",
    end_with_parent: Annotated[bool, typer.Option("--end-with-parent", hidden=True)] = False,
) -> None:
    """Start everything on this machine: PostgreSQL, the sample bank, its nights, the pages.

    Ctrl-C stops all of it. Data stay in the home folder; the next start takes seconds.
    """
    if end_with_parent:
        parent_watch_arm()
    demo_run(home, host, port, DemoOptions(sample, _day(since), _day(until), pages_command))


@app.command()
def serve(
    home: HomeOption = Path(".huikuan"),
    host: HostOption = DEFAULT_HOST,
    port: PortOption = DEFAULT_PORT,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Web server processes.")] = 1,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Requests worked on at once, per process.")] = 4,
    jobs: Annotated[
        int, typer.Option(min=0, max=16, help="Jobs worked on at once by the worker beside it; 0 starts none.")
    ] = 2,
) -> None:
    """Serve the pages and the API from the database that DATABASE_URL names (production).

    Put a proxy with TLS in front. Run `huikuan migrate` as the owner role first.
    """
    serve_run(Home.at(home), host, port, workers, threads, jobs)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
