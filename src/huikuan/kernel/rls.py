"""Row-level security as migration operations.

A protected table shows and accepts rows of one bank only: the one in the setting ``app.bank`` of the
transaction (``kernel.tenancy``). Security is *forced*, so even the owner of the table, who migrates, sees
nothing without a bank. After SET LOCAL a pooled connection holds an empty string, hence ``nullif``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from django.db.migrations.operations import RunSQL

APP_ROLE: Final = "huikuan_app"
OWNER_ROLE: Final = "huikuan_owner"
BANK_PREDICATE: Final = "bank_id = (select nullif(current_setting('app.bank', true), '')::bigint)"
ALL_PRIVILEGES: Final = ("select", "insert", "update", "delete")

SIMULATED_FIXED: Final = """
create function kernel_bank_simulated_fixed() returns trigger language plpgsql as $$
begin
    raise exception 'Whether bank % is simulated was fixed when it was created.', old.code
        using errcode = 'integrity_constraint_violation';
end $$
"""
"""Not even the owner of the table turns a simulated bank into a real one, or the other way round."""

SIMULATED_LINE_REFUSED: Final = """
create function kernel_simulated_line_refused() returns trigger language plpgsql as $$
begin
    if coalesce(to_jsonb(new) ->> tg_argv[0], '') not in ('localhost', '127.0.0.1', '::1')
       and exists (select from kernel_bank where id = new.bank_id and simulated) then
        raise exception 'Bank % is simulated: it is bound to no line or gateway outside this machine.', new.bank_id
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$
"""
"""Body of the trigger that ``outside_line`` puts on a table; the names are those of `kernel.rules.lines`."""

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,62}$")


def _checked(*names: str) -> None:
    """Refuse anything but plain lower-case identifiers: they are put into statements as they are."""
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a plain lower-case identifier.")


def grant(table: str, privileges: Sequence[str]) -> RunSQL:
    """Give the application's role exactly ``privileges`` on ``table`` and nothing else."""
    _checked(table)
    unknown = set(privileges) - set(ALL_PRIVILEGES)
    if unknown:
        raise ValueError(f"Unknown privileges {sorted(unknown)}.")
    return RunSQL(
        sql=[
            f"revoke all on table {table} from public, {APP_ROLE}",
            f"grant {', '.join(privileges)} on table {table} to {APP_ROLE}",
        ],
        reverse_sql=RunSQL.noop,
    )


def grant_update(table: str, columns: Sequence[str]) -> RunSQL:
    """Let the application's role change only these columns of ``table``."""
    _checked(table, *columns)
    return RunSQL(
        sql=[
            f"revoke update on table {table} from {APP_ROLE}",
            f"grant update ({', '.join(columns)}) on table {table} to {APP_ROLE}",
        ],
        reverse_sql=f"grant update on table {table} to {APP_ROLE}",
    )


def protect(table: str, privileges: Sequence[str] = ALL_PRIVILEGES) -> list[RunSQL]:
    """Operations that force ``table`` (it has ``bank_id``) to one bank and set the app role's privileges."""
    _checked(table)
    return [
        RunSQL(
            sql=[
                f"alter table {table} add constraint {table}_bank_fk foreign key (bank_id) references kernel_bank (id)",
                f"alter table {table} enable row level security",
                f"alter table {table} force row level security",
                f"create policy {table}_bank on {table} using ({BANK_PREDICATE}) with check ({BANK_PREDICATE})",
            ],
            reverse_sql=[
                f"drop policy {table}_bank on {table}",
                f"alter table {table} no force row level security",
                f"alter table {table} disable row level security",
                f"alter table {table} drop constraint {table}_bank_fk",
            ],
        ),
        grant(table, privileges),
    ]


def outside_line(table: str, host_column: str) -> RunSQL:
    """Refuse rows of simulated banks in ``table`` unless ``host_column`` names this machine.

    Every table that binds a bank to something outside (a telephone line, a gateway of messages, a mail server, an
    address that is told of events) has this in the migration that creates it; `kernel.lines` asks the same before
    anything connects.
    """
    _checked(table, host_column)
    return RunSQL(
        sql=(
            f"create trigger {table}_not_simulated before insert or update on {table} "
            f"for each row execute function kernel_simulated_line_refused('{host_column}')"
        ),
        reverse_sql=f"drop trigger {table}_not_simulated on {table}",
    )


def composite_fk(
    table: str, columns: Sequence[str], target: str, target_columns: Sequence[str] = ("id",), *, name: str = ""
) -> RunSQL:
    """A foreign key that includes ``bank_id`` on both sides, so that a row cannot point into another bank.

    ``columns`` and ``target_columns`` are given without ``bank_id``; the target needs a unique key on them.
    """
    _checked(table, target, *columns, *target_columns)
    constraint = name or f"{table}_{columns[0]}_fk"
    _checked(constraint)
    return RunSQL(
        sql=(
            f"alter table {table} add constraint {constraint} foreign key (bank_id, {', '.join(columns)}) "
            f"references {target} (bank_id, {', '.join(target_columns)})"
        ),
        reverse_sql=f"alter table {table} drop constraint {constraint}",
    )


def id_sequence(table: str) -> RunSQL:
    """The sequence behind a numeric ``id`` that is only a part of the primary key (see ``kernel.ids``).

    Stands before the CreateModel of the table.
    """
    _checked(table)
    sequence = f"{table}_id_seq"
    return RunSQL(
        sql=[
            f"create sequence {sequence} as bigint",
            f"grant usage, select on sequence {sequence} to {APP_ROLE}",
        ],
        reverse_sql=f"drop sequence {sequence}",
    )
