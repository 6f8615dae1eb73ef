"""`huikuan serve`: the web server for production, where PostgreSQL and the environment come from outside."""

import os
import secrets

from huikuan.runtime.console import Console
from huikuan.runtime.errors import DatabaseUnknown, NotReady, log_tail
from huikuan.runtime.home import Home
from huikuan.runtime.supervisor import StopRequested, Supervisor
from huikuan.runtime.web import READY_SECONDS_MAX, address, answers, granian_command, port_check
from huikuan.runtime.worker import worker_start


def serve_run(home: Home, host: str, port: int, workers: int, threads: int, jobs: int) -> None:
    """Serve the pages and the API until a signal comes. `jobs` is how many jobs are done at once; 0 starts no worker.

    Raises `RuntimeProblem`.
    """
    if not os.environ.get("DATABASE_URL") and not os.environ.get("HUIKUAN_DB_HOST"):
        raise DatabaseUnknown
    console = Console()
    port_check(host, port)
    run_id = secrets.token_hex(8)
    log = home.log / "web.log"
    environment = {**os.environ, "HUIKUAN_RUN_ID": run_id, "HUIKUAN_HOME": str(home.path)}
    environment.setdefault("HUIKUAN_DB_POOL", str(max(threads, 8)))
    name = os.environ.get("HUIKUAN_ALLOWED_HOSTS", "").partition(",")[0].lstrip("*.")
    with Supervisor() as supervisor:
        try:
            if jobs:
                worker_start(supervisor, environment, home.log / "worker.log", jobs)
            supervisor.service_start("The web server", granian_command(host, port, workers, threads), environment, log)
            if not supervisor.wait_ready(lambda: answers(host, port, run_id, name), READY_SECONDS_MAX):
                raise NotReady(address(host, port), log, log_tail(log))
            console.say(f"Ready after {console.seconds:.1f} s: {address(host, port)} (log: {log})")
            supervisor.watch()
        except StopRequested:
            pass
