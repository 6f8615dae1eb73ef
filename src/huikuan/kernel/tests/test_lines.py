"""A simulated bank stays one, and is never bound to anything outside this machine."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from typer.testing import CliRunner

import huikuan
from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.cli import app
from huikuan.kernel.facts import Who
from huikuan.kernel.lines import BankNotSimulatedError, SimulatedBankLineError, line_require, simulated_require
from huikuan.kernel.models import Bank
from huikuan.kernel.rls import outside_line
from huikuan.kernel.rules.lines import THIS_MACHINE, line_allowed
from huikuan.kernel.services.bank import bank_create
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT, FROM, a_bank, a_client, a_user
from huikuan.kernel.vault import key_ring_ensure

OUTSIDE = ["sms.example.cn", "10.0.0.5", "127.0.0.1.example.cn", "localhost.", "LOCALHOST", "127.1", "192.0.2.1", ""]

NETWORK = frozenset({
    "aiohttp", "asyncio.streams", "django.core.mail", "ftplib", "http.client", "httpx", "imaplib", "nntplib", "poplib",
    "requests", "smtplib", "socket", "ssl", "telnetlib", "urllib.request", "urllib3", "websockets", "xmlrpc",
})  # fmt: skip
CALLS = frozenset({"create_connection", "create_datagram_endpoint", "open_connection", "urlopen"})  # of asyncio too
PROGRAMS = frozenset({  # others that connect, and what DuckDB loads to do so: in commands and statements
    "curl", "httpfs", "rsync", "scp", "sendmail", "sftp", "ssh", "telnet", "wget",
})  # fmt: skip
CONNECTS = {"runtime/web.py": "asks the web server that it has started itself whether it is up"}


def a_simulated_bank(code: str = "toy") -> int:
    key_ring_ensure()
    return bank_create(
        code=code, name_zh="模拟", name_en="Simulated", currency="CNY", minor_digits=2, time_zone="Asia/Shanghai",
        by=Who.program("test"), at=AT, valid_from=FROM, simulated=True,
    )  # fmt: skip


@pytest.mark.parametrize("host", OUTSIDE)
def test_simulated_bank_is_allowed_no_line_outside(host: str) -> None:
    assert not line_allowed(simulated=True, host=host)
    assert line_allowed(simulated=False, host=host)


@pytest.mark.parametrize("host", sorted(THIS_MACHINE))
def test_simulated_bank_is_allowed_a_line_on_this_machine(host: str) -> None:
    assert line_allowed(simulated=True, host=host)


@pytest.mark.django_db
def test_line_is_refused_where_it_is_asked_for() -> None:
    simulated, real = a_simulated_bank(), a_bank()
    with pytest.raises(SimulatedBankLineError, match=r"sms\.example\.cn"):
        line_require(bank_id=simulated, host="sms.example.cn")
    line_require(bank_id=simulated, host="localhost")
    line_require(bank_id=real.id, host="sms.example.cn")


@pytest.mark.django_db
def test_simulator_is_refused_a_bank_of_real_people() -> None:
    simulated, real = a_simulated_bank(), a_bank()
    simulated_require(bank_id=simulated)
    with pytest.raises(BankNotSimulatedError, match=real.code):
        simulated_require(bank_id=real.id)


@pytest.mark.django_db
@pytest.mark.parametrize("simulated", [True, False])
def test_application_cannot_change_whether_a_bank_is_simulated(simulated: bool) -> None:
    bank = Bank.objects.get(id=a_simulated_bank() if simulated else a_bank().id)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Bank.objects.filter(id=bank.id).update(simulated=not simulated)
    bank.refresh_from_db()
    assert bank.simulated is simulated


@pytest.mark.django_db(transaction=True)
def test_not_even_the_owner_of_the_table_can(owner_connection: psycopg.Connection[Any]) -> None:
    bank_id = a_simulated_bank()
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="fixed when it was created"):
        owner_connection.execute("update kernel_bank set simulated = false where id = %s", [bank_id])
    owner_connection.execute("update kernel_bank set simulated = true, notice_en = 'x' where id = %s", [bank_id])


@pytest.mark.django_db
def test_table_of_lines_refuses_rows_of_a_simulated_bank() -> None:
    simulated, real = a_simulated_bank(), a_bank()
    with connection.cursor() as cursor:
        cursor.execute("create temporary table some_line (bank_id bigint not null, host text) on commit drop")
        cursor.execute(str(outside_line("some_line", "host").sql))
        insert = "insert into some_line values (%s, %s)"
        for host in [*OUTSIDE, None]:
            with pytest.raises(IntegrityError, match="is simulated"), transaction.atomic():
                cursor.execute(insert, [simulated, host])
            cursor.execute(insert, [real.id, host])
        for host in sorted(THIS_MACHINE):
            cursor.execute(insert, [simulated, host])
        with pytest.raises(IntegrityError, match="is simulated"), transaction.atomic():
            cursor.execute("update some_line set host = 'sms.example.cn' where bank_id = %s", [simulated])
        cursor.execute("select count(*) from some_line where bank_id = %s", [simulated])
        assert cursor.fetchone() == (len(THIS_MACHINE),)


@pytest.mark.django_db
def test_commands_event_and_session_say_that_a_bank_is_simulated() -> None:
    key_ring_ensure()
    done = CliRunner().invoke(app, [
        "bank", "create", "--code", "toy", "--name-zh", "模拟", "--name-en", "Toy", "--valid-from", "2020-01-01",
        "--simulated", "--no-totp",
    ])  # fmt: skip
    assert done.exit_code == 0, done.output
    a_bank(code="real")
    lines = CliRunner().invoke(app, ["bank", "list"]).output.splitlines()
    assert [line.endswith("SIMULATED") for line in lines] == [False, True]
    assert (
        "simulated      yes: nobody in it exists" in CliRunner().invoke(app, ["bank", "show", "--bank", "toy"]).output
    )
    assert "simulated      no\n" in CliRunner().invoke(app, ["bank", "show", "--bank", "real"]).output
    bank = Bank.objects.get(code="toy")
    with bank_scope(bank.id):
        (event,) = events_of_subject(bank_id=bank.id, subject_kind="bank", subject_id=str(bank.id))
    assert event.payload["simulated"] is True
    for code, simulated in (("toy", True), ("real", False)):
        client = a_client(a_user(Bank.objects.get(code=code)))
        assert client.get("/api/auth/session").json()["user"]["bank"]["simulated"] is simulated


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower()))


def _connects(source: str) -> set[str]:
    """What a module imports, calls or starts that connects; its docstrings may speak of it."""
    found: set[str] = set()
    tree = ast.parse(source)
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        imported: set[str] = set()
        if isinstance(node, ast.Import):
            imported = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported = {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {alias.name for alias in node.names} & CALLS
        elif isinstance(node, ast.Attribute):
            found |= {node.attr} & CALLS
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            found |= _words(node.value) & PROGRAMS
        found |= {name for name in imported if any(f"{name}.".startswith(f"{module}.") for module in NETWORK)}
    return found


@pytest.mark.parametrize("source", [
    "import socket",
    "from urllib import request",
    "import urllib3.util",
    "import asyncio\nasync def f():\n    await asyncio.open_connection('sms.example.cn', 80)",
    "from asyncio import open_connection",
    "loop.create_connection(protocol, 'sms.example.cn', 80)",
    "subprocess.run(['/usr/bin/curl', '--data', '@file', address])",
    "subprocess.run(f'wget {address}', shell=True)",
    "con.execute('install httpfs; load httpfs')",
])  # fmt: skip
def test_whatever_connects_is_seen(source: str) -> None:
    assert _connects(source)


def test_what_only_speaks_of_connecting_is_not_seen() -> None:
    assert not _connects('"""Nothing here calls curl."""\nimport asyncio\nrun("duckdb", "NC")')


def test_nothing_connects_to_the_outside_without_asking() -> None:
    """Whoever adds a line: ask ``line_require`` before connecting, then list the module with what it connects to."""
    root = Path(huikuan.__file__).parent
    files = {str(p.relative_to(root)): p for p in root.rglob("*.py") if "tests" not in p.parts}
    connecting = {name for name, path in files.items() if _connects(path.read_text(encoding="utf-8"))}
    assert len(files) > 300
    assert connecting == set(CONNECTS)
    statements = {str(p.relative_to(root)): _words(p.read_text(encoding="utf-8")) for p in root.rglob("*.sql")}
    assert len(statements) > 3
    assert [name for name, words in statements.items() if words & PROGRAMS] == []
