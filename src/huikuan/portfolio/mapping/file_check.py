"""One file of a bank, checked by itself: what cannot be mapped, and what the contract of its feed says of the rows.

References to other feeds, control totals and the book are not looked at: they need the whole delivery.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from huikuan.portfolio.feed_contract import FeedContract
from huikuan.portfolio.intake.check import Delivery, feed_typed
from huikuan.portfolio.intake.read import mapped_open
from huikuan.portfolio.mapping.connection import mapping_connect
from huikuan.portfolio.mapping.read import BankMapping, Part
from huikuan.portfolio.mapping.run import file_map


@dataclass(frozen=True, slots=True)
class FileFinding:
    """What came of a file for one feed: rows, how many have a reason, the first reasons (line, code, field, …)."""

    feed: str
    rows: int
    rejected: int
    reasons: list[tuple[int, str, str, str, str]]


def file_check(
    mapping: BankMapping,
    parts: Sequence[Part],
    contract: FeedContract,
    file: Path,
    business_date: date,
    *,
    minor_digits: int,
    limit: int,
) -> FileFinding:
    """Map a file by the parts of one feed that read it and check its rows. Raises DeliveryError, MappingError."""
    with TemporaryDirectory(prefix="huikuan-check-") as folder:
        out = Path(folder)
        name, origin = file_map(mapping, parts, contract, file, out, business_date=business_date)
        delivery = Delivery(out, "", business_date, minor_digits, mapped=True)
        con = mapping_connect([out], spill=out)
        try:
            read = feed_typed(con, contract, delivery, mapped_open(con, out, name, contract, origin)).file
            feed = contract.feed
            bad = f"from typed_{feed} as t join mapped_{feed} as m on m.line = t.line where len(t.reasons) > 0"
            count = con.execute(f"select count(*) {bad}").fetchone()
            reasons = con.execute(
                "select m.source_line, t.reasons[1].code, t.reasons[1].field, t.reasons[1].expected, t.reasons[1].got "
                f"{bad} order by 1 limit {limit}"
            ).fetchall()
        finally:
            con.close()
    return FileFinding(feed, read.rows, 0 if count is None else int(count[0]), reasons)
