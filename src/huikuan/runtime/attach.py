"""Let a command work on the PostgreSQL that `huikuan demo` runs in a home folder."""

import os
from pathlib import Path

from huikuan.runtime.home import ROLE_APP, Home
from huikuan.runtime.postgres import cluster_locate


def attach_to_home() -> None:
    """Set the database variables from HUIKUAN_HOME when no database is named and a demo runs there.

    Commands get the application's role. Does nothing when a database is named or nothing runs in the home.
    """
    path = os.environ.get("HUIKUAN_HOME", "")
    if not path or os.environ.get("DATABASE_URL") or os.environ.get("HUIKUAN_DB_HOST"):
        return
    if not (Path(path) / "run" / "running.json").exists():
        return
    home = Home.at(Path(path))
    os.environ.update(home.environment(ROLE_APP, cluster_locate(home).socket_folder))
