"""The two database roles and what each may do.

`huikuan_owner` owns the tables and migrates; `huikuan_app` reads and writes rows, owns nothing and cannot bypass
row-level security. Rights on tables are granted by the migration that makes the table, never by default: a table
that nobody thought about is closed. The same statements prepare a production database (`huikuan database-setup`).
"""

from typing import Any

import psycopg
from psycopg import sql

from huikuan.runtime.home import ROLE_APP, ROLE_OWNER, Home

# Run in the database itself, by a superuser. Each statement may be repeated.
GRANTS = (
    f"alter schema public owner to {ROLE_OWNER}",
    "revoke all on schema public from public",
    f"grant usage on schema public to {ROLE_APP}",
)


def setup_script(name: str) -> str:
    """Return the SQL for psql that prepares a production server; passwords are asked for, not written."""
    quoted = '"' + name.replace('"', '""') + '"'
    attributes = "login nosuperuser nocreatedb nocreaterole nobypassrls"
    return "\n".join(
        [
            f"create role {ROLE_OWNER} {attributes};",
            f"create role {ROLE_APP} {attributes};",
            f"\\password {ROLE_OWNER}",
            f"\\password {ROLE_APP}",
            f"create database {quoted} owner {ROLE_OWNER} template template0 encoding 'UTF8';",
            f"revoke all on database {quoted} from public;",
            f"grant connect, temporary on database {quoted} to {ROLE_APP};",
            f"\\connect {quoted}",
            *(f"{statement};" for statement in GRANTS),
        ]
    )


def roles_ensure(connection: "psycopg.Connection[Any]", home: Home) -> None:
    """Make the two roles and set their passwords to those that the home holds.

    The password is hashed here, so that it never shows in a log of the server.
    """
    for role in (ROLE_OWNER, ROLE_APP):
        known = connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
        verb = sql.SQL("alter") if known else sql.SQL("create")
        secret = connection.pgconn.encrypt_password(home.password(role).encode(), role.encode(), b"scram-sha-256")
        connection.execute(
            sql.SQL(
                "{verb} role {role} login nosuperuser nocreatedb nocreaterole nobypassrls password {secret}"
            ).format(
                verb=verb,
                role=sql.Identifier(role),
                secret=sql.Literal(secret.decode()),
            )
        )


def database_ensure(connection: "psycopg.Connection[Any]", name: str) -> None:
    """Make the database, owned by `huikuan_owner` and open to `huikuan_app` only."""
    if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
        connection.execute(
            sql.SQL("create database {} owner {} template template0 encoding 'UTF8'").format(
                sql.Identifier(name), sql.Identifier(ROLE_OWNER)
            )
        )
    connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
    connection.execute(
        sql.SQL("grant connect, temporary on database {} to {}").format(sql.Identifier(name), sql.Identifier(ROLE_APP))
    )


def grants_ensure(connection: "psycopg.Connection[Any]") -> None:
    """Give the roles their rights in the database of this connection."""
    for statement in GRANTS:
        connection.execute(statement.encode())
