"""The first rows of a file through its mapping, source beside result; personal values are masked on both sides."""

# ruff: noqa: S608 - names in the SQL come from checked contracts

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from huikuan.portfolio.feed_contract import FeedContract
from huikuan.portfolio.intake.compile import MASK
from huikuan.portfolio.mapping.compile import columns_used, mapped_select
from huikuan.portfolio.mapping.connection import mapping_connect
from huikuan.portfolio.mapping.dates import day_of_name, name_of_day
from huikuan.portfolio.mapping.errors import ExpressionError, MappingError
from huikuan.portfolio.mapping.expression import expression_compile
from huikuan.portfolio.mapping.model import ColumnRule
from huikuan.portfolio.mapping.read import BankMapping, Part
from huikuan.portfolio.mapping.run import lookup_read, member_of_day
from huikuan.portfolio.mapping.source import source_read


@dataclass(frozen=True, slots=True)
class PreviewValue:
    """One field of a row: the rule as written, what the source says, the canonical value, why there is none."""

    field: str
    rule: str
    said: str | None
    value: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row of a file with its line."""

    line: int
    values: tuple[PreviewValue, ...]
    broken: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The preview of one mapping file; ``unused`` are columns of the file that it does not read."""

    part: str
    feed: str
    rows: tuple[PreviewRow, ...]
    unused: tuple[str, ...]


def parts_of_file(mapping: BankMapping, file: Path, day: date | None) -> tuple[tuple[Part, ...], date | None]:
    """Return the parts that read a file, and the business date that its name says (``day`` if given)."""
    found, said = [], day
    for part in mapping.parts:
        source = part.mapping.source
        if source is None:
            continue
        of_name = day_of_name(source.file, file.name)
        if of_name is not None or source.file == file.name:
            if day is None or name_of_day(source.file, day) == file.name:
                found.append(part)
            said = said or of_name
    return tuple(found), said


def file_preview(
    mapping: BankMapping, part: Part, contract: FeedContract, file: Path, business_date: date, rows: int
) -> Preview:
    """Map the first rows of a file. Raises DeliveryError, MappingError."""
    source = part.mapping.source
    if source is None:
        raise MappingError(part.file, "source", "a mapping file with a source", "none")
    with TemporaryDirectory(prefix="huikuan-preview-") as folder:
        scratch = Path(folder)
        con = mapping_connect([file.parent, scratch], spill=scratch)
        try:
            member = member_of_day(source, business_date)
            table = source_read(con, file, source, table="source_0", scratch=scratch, member=member, limit=rows)
            used = columns_used(part.mapping)
            lookups = {
                name: lookup_read(con, lookup, name, used[name], file.parent, scratch, business_date)
                for name, lookup in part.mapping.lookups.items()
            }
            limited = replace(table, table="source_first")
            con.execute(f"create temp view source_first as select * from {table.table} order by src_line limit {rows}")
            compiled = mapped_select(
                part.mapping,
                contract,
                limited,
                lookups,
                business_date=business_date,
                offset=mapping.delivery.offset,
            )
            con.execute(f"create temp table mapped as {compiled.rows}")
            said = ", ".join(
                f'm."said {name}"' if rule.const is None else "null" for name, rule in part.mapping.columns.items()
            )
            values = ", ".join(f'm."{name}"' for name in part.mapping.columns)
            reasons = compiled.select("mapped", reasons=True)
            listed = con.execute(
                f"select m.src_line, coalesce(m.src_broken, ''), [{said}], [{values}], r.mapped_reasons "
                f"from mapped as m join ({reasons}) as r on r.src_line = m.src_line order by 1"
            ).fetchall()
        except ExpressionError as error:
            raise MappingError(part.file, "an expression", "columns of the file", str(error)) from error
        finally:
            con.close()
    hidden = _hidden(part.mapping.columns, contract)
    shown = tuple(_row(row, part.mapping.columns, hidden) for row in listed)
    return Preview(part.file, contract.feed, shown, tuple(one for one in table.columns if one not in used[""]))


def _hidden(columns: Mapping[str, ColumnRule], contract: FeedContract) -> frozenset[str]:
    """Return the fields to mask: personal ones, and those made of a column that a personal one is made of."""
    read = {name: _columns(rule) for name, rule in columns.items()}
    personal = {field.name for field in contract.fields if field.personal}
    private = {column for name in personal & set(read) for column in read[name]}
    return frozenset(name for name in read if name in personal or read[name] & private)


def _columns(rule: ColumnRule) -> set[str]:
    if rule.from_ is not None:
        return {rule.from_}
    if rule.expr is None:
        return set()
    return set(expression_compile(rule.expr, known=None, column_sql=lambda _, name: name).columns)


def _row(row: tuple[Any, ...], columns: Mapping[str, ColumnRule], hidden: frozenset[str]) -> PreviewRow:
    line, broken, said, values, reasons = row
    why: dict[str, str] = {}
    for reason in reasons:
        why[reason["field"]] = f"expected {reason['expected']} ({reason['code']})"
    found = []
    for place, (name, rule) in enumerate(columns.items()):
        here, value = said[place], values[place]
        if name in hidden:
            here, value = (None if one is None else MASK for one in (here, value))
        found.append(PreviewValue(name, _rule(rule), here, value, why.get(name, "")))
    return PreviewRow(line, tuple(found), str(broken))


def _rule(rule: ColumnRule) -> str:
    if rule.const is not None:
        return "(constant)"
    return rule.from_ or rule.expr or ""
