"""The embedded PostgreSQL by itself: its roles, leftovers of killed servers, long paths, a foreign cluster."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from huikuan.runtime.errors import ClusterForeign, FolderForeign
from huikuan.runtime.home import DATABASE_NAME, ROLE_APP, ROLE_OWNER, Home
from huikuan.runtime.postgres import Server, cluster_locate
from huikuan.runtime.process import processes_in, wait_until

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's account can enter."""
    path = Path(tempfile.mkdtemp(prefix="huikuan-pg-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    """A server that is started by the test and stopped after it."""
    found = Server(cluster_locate(Home.at(folder / "home")))
    yield found
    found.stop()


def test_server_after_its_start_knows_both_roles_with_few_rights(server: Server) -> None:
    server.start()
    with server.connect(ROLE_APP, DATABASE_NAME) as connection:
        row = connection.execute(
            "select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls from pg_roles where rolname = current_user"
        ).fetchone()
        assert row == (False, False, False, False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table t (id int)")
    with server.connect(ROLE_OWNER, DATABASE_NAME) as connection:
        connection.execute("create table if not exists t (id int)")


def test_server_refuses_a_wrong_password_and_listens_on_no_port(server: Server) -> None:
    server.start()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=str(server.cluster.socket_folder), user=ROLE_APP, password="x", dbname=DATABASE_NAME)
    with server.connect(ROLE_OWNER, DATABASE_NAME) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)


def test_server_killed_with_a_stale_pid_file_of_a_living_process_starts_again(server: Server) -> None:
    server.start()
    assert server.process is not None
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    assert wait_until(lambda: not processes_in(server.cluster.data), 10)
    pid_file = server.cluster.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")  # the number was given to another process
    server.stop()
    server.start()
    with server.connect(ROLE_APP, DATABASE_NAME) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_server_left_running_by_another_supervisor_is_replaced(server: Server) -> None:
    server.start()
    assert server.process is not None
    former = server.process.pid
    second = Server(server.cluster)
    second.start()
    assert second.process is not None
    assert second.process.pid != former
    second.stop()


def test_server_in_a_very_long_folder_puts_its_socket_elsewhere(folder: Path) -> None:
    home = Home.at(folder / ("x" * 60) / ("y" * 60))
    server = Server(cluster_locate(home))
    assert len(os.fsencode(server.cluster.socket)) < 107
    server.start()
    server.stop()
    server.cluster.socket_folder.rmdir()


def test_server_with_files_of_another_version_says_so_and_leaves_them(folder: Path) -> None:
    home = Home.at(folder / "old")
    cluster = cluster_locate(home)
    cluster.data.mkdir(parents=True)
    (cluster.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(ClusterForeign, match="PostgreSQL 16"):
        Server(cluster).start()
    assert (cluster.data / "PG_VERSION").read_text() == "16\n"


def test_server_with_a_link_for_its_folder_refuses_it(folder: Path) -> None:
    home = Home.at(folder / "linked")
    (folder / "target").mkdir()
    (home.path / "pg").symlink_to(folder / "target")
    with pytest.raises(FolderForeign):
        Server(cluster_locate(home)).start()
