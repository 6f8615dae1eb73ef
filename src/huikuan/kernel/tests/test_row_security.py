"""Every table is forced to one bank or listed as global, and the application's role cannot get around it."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from huikuan.kernel.global_tables import GLOBAL_TABLES
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_bank
from huikuan.runtime.home import ROLE_SUPERUSER
from tests import boot

REFUSED = "42501"  # insufficient_privilege
VALUES = {  # a value for each type of column that a table may have
    "bigint": "7", "integer": "7", "smallint": "7", "numeric": "7", "boolean": "true", "text": "'x'",
    "character varying": "'x'", "date": "date '2026-01-01'", "jsonb": "'{}'::jsonb",
    "timestamp with time zone": "now()",
    "bytea": r"'\x01'::bytea", "uuid": "gen_random_uuid()", "ARRAY": "'{}'",
}  # fmt: skip


def _tables(where: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') "
            f"and {where} order by 1"
        )
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
def test_every_table_is_forced_to_one_bank_or_listed_as_global() -> None:
    open_tables = set(_tables("not (relrowsecurity and relforcerowsecurity)"))
    assert open_tables == set(GLOBAL_TABLES), "protect() the table in its migration, or list it with a reason"
    assert all(len(reason) > 20 for reason in GLOBAL_TABLES.values())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "security",
    ["", "alter table forgotten enable row level security", "alter table forgotten force row level security"],
)
def test_table_that_nobody_protected_is_found(security: str, owner_connection: "psycopg.Connection[Any]") -> None:
    """Guards the test above; enabled or forced alone is not enough."""
    owner_connection.execute("create table forgotten (bank_id bigint not null, name text)")
    if security:
        owner_connection.execute(security)
    found = set(_tables("not (relrowsecurity and relforcerowsecurity)"))
    assert found - set(GLOBAL_TABLES) == {"forgotten"}


@pytest.mark.django_db
def test_nothing_but_tables_holds_rows_and_no_function_lends_the_rights_of_its_owner() -> None:
    """Row-level security knows neither materialised views nor foreign tables; views would need a look of their own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and n.nspname !~ '^pg_temp' "
            "and (c.relkind in ('v', 'm', 'f') or (c.relkind in ('r', 'p') and n.nspname <> 'public'))"
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
            "where n.nspname = 'public' and p.prosecdef"
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_every_protected_table_has_exactly_the_policy_of_the_bank() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select tablename, array_agg(concat_ws(' ', permissive, cmd, roles::text, qual, with_check)) "
            "from pg_policies group by 1"
        )
        policies = dict(cursor.fetchall())
    protected = _tables("relforcerowsecurity")
    assert sorted(policies) == protected
    assert protected
    assert len({tuple(found) for found in policies.values()}) == 1, "one and the same policy everywhere"
    (policy,) = next(iter(policies.values()))
    assert policy.startswith("PERMISSIVE ALL {public} (bank_id = ( SELECT (NULLIF(current_setting('app.bank'")
    assert policy.count("bank_id =") == 2


@pytest.mark.django_db
def test_every_key_and_foreign_key_of_a_protected_table_begins_with_the_bank() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.conrelid::regclass::text, c.conname from pg_constraint c join pg_class t on t.oid = c.conrelid "
            "join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1] "
            "where t.relforcerowsecurity and c.contype in ('p', 'u', 'f') and a.attname <> 'bank_id'"
        )
        assert cursor.fetchall() == []


@pytest.fixture
def filled(transactional_db: None) -> Iterator[tuple[int, int]]:
    """Two banks and one row of each in every protected table.

    A superuser fills the tables without checks and foreign keys; the database is thrown away after the test.
    """
    first, second = a_bank(), a_bank()
    with boot.ground().server.connect(ROLE_SUPERUSER, boot.ground().database) as owner:
        owner.execute("set session_replication_role = replica")
        for table in _tables("relforcerowsecurity"):
            _drop_checks(owner, table)
            owner.execute(sql.SQL("delete from {}").format(sql.Identifier(table)))
            for bank in (first.id, second.id):
                _insert(owner, table, bank)
    yield first.id, second.id


def _drop_checks(owner: psycopg.Connection[Any], table: str) -> None:
    names = owner.execute(
        "select conname from pg_constraint where conrelid = %s::regclass and contype = 'c'", [table]
    ).fetchall()
    for (name,) in names:
        owner.execute(sql.SQL("alter table {} drop constraint {}").format(sql.Identifier(table), sql.Identifier(name)))


def _insert(owner: psycopg.Connection[Any], table: str, bank: int) -> None:
    columns = owner.execute(
        "select column_name, data_type from information_schema.columns where table_schema = 'public' "
        "and table_name = %s and is_generated = 'NEVER' and column_name <> 'bank_id' and is_nullable = 'NO' "
        "and is_identity = 'NO'",
        [table],
    ).fetchall()
    owner.execute(
        sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(sql.Identifier(c) for c in ["bank_id", *(name for name, _ in columns)]),
            sql.SQL(", ").join([sql.Literal(bank), *(sql.SQL(VALUES[kind]) for _, kind in columns)]),
        )
    )


def _run(table: str, statement: str, *values: int) -> tuple[int, list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(t=sql.Identifier(table)), values)
        return cursor.rowcount, cursor.fetchall() if cursor.description else []


def _sqlstate(table: str, statement: str, *values: int) -> str:
    """Run a statement in a savepoint and return the code of its error, or an empty text."""
    try:
        with transaction.atomic():
            _run(table, statement, *values)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(getattr(error.__cause__, "sqlstate", ""))
    return ""


def test_every_protected_table_shows_rows_of_the_set_bank_only(filled: tuple[int, int]) -> None:
    for table in _tables("relforcerowsecurity"):
        for bank in filled:
            with bank_scope(bank):
                assert _run(table, "select bank_id from {t}")[1] == [(bank,)], table


def test_every_protected_table_shows_nothing_without_a_bank(filled: tuple[int, int]) -> None:
    for table in _tables("relforcerowsecurity"):
        assert _run(table, "select bank_id from {t}")[1] == [], table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('app.bank', '', true)")  # what SET LOCAL leaves on a pooled connection
        for table in _tables("relforcerowsecurity"):
            assert _run(table, "select bank_id from {t}")[1] == [], table


def test_every_protected_table_refuses_to_write_rows_of_another_bank(filled: tuple[int, int]) -> None:
    own, other = filled
    insert = "insert into {t} (bank_id) values (%s)"
    for table in _tables("relforcerowsecurity"):
        with bank_scope(own):
            assert _sqlstate(table, insert, other) == REFUSED, table
            assert _sqlstate(table, "update {t} set bank_id = %s", other) == REFUSED, table
            for statement in (
                "update {t} set bank_id = bank_id where bank_id = %s",
                "delete from {t} where bank_id = %s",
            ):
                if _sqlstate(table, statement, other) != REFUSED:  # the role has the privilege: then no row is met
                    assert _run(table, statement, other)[0] == 0, table
        with transaction.atomic():
            assert _sqlstate(table, insert, own) == REFUSED, table


def test_every_protected_table_lets_the_own_bank_write_or_the_role_lacks_the_privilege(filled: tuple[int, int]) -> None:
    """Guards the test above: an insert for the own bank fails for other reasons, if at all."""
    own, _ = filled
    for table in _tables("relforcerowsecurity"):
        with bank_scope(own):
            assert _sqlstate(table, "insert into {t} (bank_id) values (%s)", own) != REFUSED, table


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "create table mine (id int)",
        "alter table kernel_institution disable row level security",
        "alter table kernel_institution no force row level security",
        "drop policy kernel_institution_bank on kernel_institution",
        "create policy all_banks on kernel_institution using (true)",
        "set role huikuan_owner",
        "set session authorization huikuan_owner",
        "set session_replication_role = replica",
        "truncate kernel_institution",
        "drop table kernel_institution",
        "drop trigger evidence_event_fixed on evidence_event",
        "alter table evidence_event disable trigger all",
        "copy kernel_bank to program 'cat'",
        "copy kernel_bank from '/etc/hostname'",
        "create function f() returns int language sql as 'select 1'",
        "alter role huikuan_app bypassrls",
        "grant huikuan_owner to huikuan_app",
        "create role other",
        "update kernel_bank set code = 'mine'",
        "update kernel_user set bank_id = 1",
        "update kernel_user set username = 'mine'",
        "update kernel_bank set id = id; delete from kernel_bank",
    ],
)
def test_application_role_cannot_get_around_its_bank(statement: str) -> None:
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert refused.value.__cause__.sqlstate == REFUSED  # type: ignore[union-attr]


@pytest.mark.django_db
def test_row_security_cannot_be_switched_off_by_the_application() -> None:
    """``row_security = off`` makes a query fail instead of showing everything."""
    a_bank()
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local row_security = off")
        cursor.execute("select * from kernel_institution")


@pytest.mark.django_db
def test_tests_run_as_the_role_of_the_product() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select current_user, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchone() == ("huikuan_app", False, False)
