"""The web server: how granian is started and when it counts as ready."""

import http.client
import json
import socket
import sys
from collections.abc import Sequence

from huikuan.runtime.errors import PortTaken

BLOCKING_THREADS = 4
BACKPRESSURE = 64
READY_SECONDS_MAX = 60.0


def port_check(host: str, port: int) -> None:
    """Make sure that nobody listens on the port: granian shares a port with others without a word.

    Raises `PortTaken`.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(host, port, error.strerror or str(error)) from error


def granian_command(host: str, port: int, workers: int = 1, threads: int = BLOCKING_THREADS) -> Sequence[str]:
    """Return the command line of the web server. `threads` is per worker and must not exceed the database pool."""
    return (
        *(sys.executable, "-m", "granian", "huikuan.wsgi:application", "--interface", "wsgi", "--no-ws"),
        *("--host", host, "--port", str(port), "--workers", str(workers), "--workers-kill-timeout", "5"),
        *("--blocking-threads", str(threads), "--backpressure", str(BACKPRESSURE), "--log-level", "warning"),
    )


def answers(host: str, port: int, run_id: str, name: str = "") -> bool:
    """Tell whether the server of *this* start answers: its health names the run id that we gave it.

    `name` is the host name to ask for, when the server answers to none of its addresses.
    """
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared, not bound
    headers = {"Host": name} if name else {}
    connection = http.client.HTTPConnection(near, port, timeout=5)
    try:
        connection.request("GET", "/api/health", headers=headers)
        facts = json.load(connection.getresponse())
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return isinstance(facts, dict) and facts.get("run_id") == run_id


def address(host: str, port: int) -> str:
    """Return the address to open in a browser."""
    return f"http://{_bracketed(host)}:{port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
