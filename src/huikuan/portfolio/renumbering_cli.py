"""The command `huikuan feed renumberings`."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from huikuan.kernel.errors import InputInvalidError
from huikuan.kernel.selectors.users import bank_by_code
from huikuan.kernel.tenancy import bank_scope
from huikuan.portfolio.selectors.renumberings import KEYS_PER_PAGE_MAX, KINDS, renumbering_page


def renumberings_command(
    bank: Annotated[str, typer.Option("--bank", help="Code of the bank.")],
    kind: Annotated[str, typer.Option("--kind", help="institution, party or note; all if left out.")] = "",
    key: Annotated[str, typer.Option("--key", help="One key, former or present.")] = "",
    rows: Annotated[int, typer.Option("--rows", min=1, max=KEYS_PER_PAGE_MAX, help="Of each kind at most.")] = 50,
) -> None:
    """Show which keys changed at a merger: the former key, the one after it, the present one and the day."""
    wanted = [one for one in KINDS if kind in ("", one)]
    if not wanted:
        raise InputInvalidError("kind", kind, ", ".join(KINDS))
    known = bank_by_code(bank)
    with bank_scope(known.id):
        pages = [(one, renumbering_page(bank_id=known.id, kind=one, key=key, limit=rows)) for one in wanted]
    table = Table("kind", "former key", "became", "on", "present key", title="Renumbered keys")
    for one, page in pages:
        for row in page.items:
            table.add_row(one, row.old_key, row.new_key, str(row.effective_on), row.now_key or "not yet in force")
    console = Console()
    console.print(table)
    for count in pages[0][1].counts:
        state = "" if count.in_force else ", not yet in force"
        console.print(f"{count.effective_on}: {count.keys:,} × {count.kind}{state}.", highlight=False)
