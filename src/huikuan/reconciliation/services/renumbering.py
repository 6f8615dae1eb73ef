"""What this package keeps under the key of a note follows the register of former keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

from huikuan.portfolio.services.renumbering import renumberings_write

_DECLARATION: Final = (
    "update reconciliation_declaration as t set note_id = m.now_key from portfolio_renumbering as m "
    "where t.bank_id = %s and m.bank_id = t.bank_id and m.kind = 'note' and m.old_key = t.note_id and m.now_key <> ''"
)
_DIFFERENCE: Final = (
    "update reconciliation_difference as t set note_id = m.now_key from portfolio_renumbering as m "
    "where t.bank_id = %s and m.bank_id = t.bank_id and m.kind = 'note' and m.old_key = t.note_id and m.now_key <> '' "
    "and not exists (select 1 from reconciliation_difference as o where o.bank_id = t.bank_id "
    "and o.note_id = m.now_key and o.component = t.component)"
)


def desk_renumber(*, bank_id: int, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write the register of former keys (``COLUMNS`` of the portfolio's service) and move the desk to present keys.

    Runs inside the transaction that publishes a night, before its rows are written.
    """
    if renumberings_write(bank_id=bank_id, rows=rows):
        with connection.cursor() as cursor:
            for statement in (_DECLARATION, _DIFFERENCE):
                cursor.execute(statement, (bank_id,))
