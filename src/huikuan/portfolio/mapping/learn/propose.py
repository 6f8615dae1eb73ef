"""Puts a proposal together: a commented mapping file, with how sure each line is and what is still missing."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from huikuan.portfolio.feed_contract import FeedContract, FeedField, FieldType
from huikuan.portfolio.mapping.learn.shapes import date_of, history_of, is_number, shape_words, unit_of, zero_filled
from huikuan.portfolio.mapping.learn.sniff import ColumnFacts, FileFacts
from huikuan.portfolio.mapping.learn.words import LIKELY, SURE, likeness

_BAR = 60


@dataclass(frozen=True, slots=True)
class Match:
    """A column proposed for a field; ``score`` 0 to 100."""

    field: FeedField
    column: ColumnFacts
    score: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """The text of a mapping file, the fields that it fills and the required ones that it does not."""

    feed: str
    text: str
    matched: tuple[Match, ...]
    missing: tuple[str, ...]


def feed_likely(facts: FileFacts, contracts: Mapping[str, FeedContract]) -> str | None:
    """Return the feed whose required fields the columns fit best; None if no column looks like any field."""

    def fit(contract: FeedContract) -> float:
        needed = [field for field in contract.fields if field.required]
        found = _matches(facts, contract)
        return sum(match.score for match in found if match.field.required) / (100 * len(needed)) + len(found) / 1000

    best = max(contracts, key=lambda feed: fit(contracts[feed]))
    return best if fit(contracts[best]) > 0 else None


def mapping_propose(facts: FileFacts, contract: FeedContract) -> Proposal:
    """Propose a mapping file for a file and a feed. A required field without a column is listed, never invented."""
    matched = _matches(facts, contract)
    by_field = {match.field.name: match for match in matched}
    missing = [field.name for field in contract.fields if field.required and field.name not in by_field]
    lines = [
        f"# Proposed from the first {facts.rows} rows of {facts.name}. Look at every line before a night uses it.",
        *(f"# {note}." for note in facts.notes),
        f"feed: {contract.feed}",
        *_source(facts),
        *_history(facts),
        "columns:",
    ]
    for field in contract.fields:
        match = by_field.get(field.name)
        if match is not None:
            lines += _rule(match)
        elif field.required:
            lines.append(f"  # MISSING, required: {field.name} ({field.type}). {field.description}")
    used = {match.column.name for match in matched} | set(history_of(facts.columns) or ())
    if unused := [column for column in facts.columns if column.name not in used]:
        lines.append("# Columns that are not used:")
        lines += [f"#   {column.name}: {shape_words(column)}" for column in unused]
    return Proposal(contract.feed, "\n".join(lines) + "\n", tuple(matched), tuple(missing))


def _matches(facts: FileFacts, contract: FeedContract) -> list[Match]:
    """Pair fields and columns, best first, each once."""
    pairs = [Match(field, column, _score(field, column)) for field in contract.fields for column in facts.columns]
    found: list[Match] = []
    for pair in sorted(pairs, key=lambda one: -one.score):
        taken = {one.field.name for one in found} | {f"column {one.column.name}" for one in found}
        if pair.score >= _BAR and pair.field.name not in taken and f"column {pair.column.name}" not in taken:
            found.append(pair)
    order = [field.name for field in contract.fields]
    return sorted(found, key=lambda one: order.index(one.field.name))


def _score(field: FeedField, column: ColumnFacts) -> int:
    """Likeness of the names, less where the values do not look like the field's type."""
    score = likeness(field.name, column.name)
    fits = True
    match field.type:
        case FieldType.DATE | FieldType.INSTANT:
            fits = not column.values or date_of(column) is not None
        case FieldType.AMOUNT | FieldType.RATE | FieldType.INTEGER:
            fits = not column.values or is_number(column)
        case FieldType.ENUM | FieldType.BOOLEAN:
            fits = not column.values or bool(column.codes)
        case FieldType.TEXT:
            fits = True
    return score if fits else score // 2


def _source(facts: FileFacts) -> list[str]:
    lines = ["source:", f"  file: {_dated(facts.name)}"]
    if facts.member:
        lines.append(f"  member: {_dated(facts.member)}")
    if facts.format != "csv":
        lines.append(f"  format: {facts.format}")
    match facts.format:
        case "parquet":
            return lines
        case "xlsx":
            return lines + _sheet(facts)
        case "fixed":
            return lines + _fixed(facts)
    lines += [
        f"  encoding: {facts.encoding}",
        f"  delimiter: {_delimiter(facts.delimiter)}",
        f"  header: {str(facts.header).lower()}",
        f"  quote: {'double' if facts.quoted else 'none'}",
    ]
    if facts.trailing:
        lines.append("  trailing_delimiter: true")
    return lines + _columns(facts)


def _dated(name: str) -> str:
    """Return the name of a file with the business date as a pattern."""
    return json.dumps(re.sub(r"20[0-9]{6}", "{yyyymmdd}", name), ensure_ascii=False)


def _columns(facts: FileFacts) -> list[str]:
    if facts.header:
        return []
    names = ", ".join(column.name for column in facts.columns)
    return [f"  columns: [{names}]   # no header: name them from the bank's description of the file"]


def _sheet(facts: FileFacts) -> list[str]:
    lines = [f"  sheet: {json.dumps(facts.sheet, ensure_ascii=False)}"] if facts.sheet else []
    lines += [f"  skip: {facts.skip}"] if facts.skip else []
    return [*lines, f"  header: {str(facts.header).lower()}", *_columns(facts)]


def _fixed(facts: FileFacts) -> list[str]:
    if facts.positions is None:
        return []
    lines = [f"  encoding: {facts.encoding}", f"  count: {facts.positions.count}", "  positions:"]
    for column, (first, last) in zip(facts.columns, facts.positions.places, strict=True):
        lines.append(f'    {column.name}: "{first}-{last}"   # {shape_words(column)}')
    return lines


def _history(facts: FileFacts) -> list[str]:
    """Return the lines for a table that keeps its history."""
    days = history_of(facts.columns)
    if days is None:
        return []
    first, last = (next(one for one in facts.columns if one.name == name) for name in days)
    shape = date_of(first) or ("yyyymmdd", ())
    named = ", ".join(f"{key}: {_name(one.name)}" for key, one in (("from", first), ("to", last)))
    remark = "CHECK: a table that keeps its history (拉链表); if rows hold on the day of `to` too, add last_day: true"
    return [f"in_force: {{{named}, date: {shape[0]}}}   # {remark}"]


def _name(column: str) -> str:
    return json.dumps(column, ensure_ascii=False) if not column.isidentifier() else column


def _delimiter(text: str) -> str:
    return json.dumps(text) if text.isprintable() else f'"\\x{ord(text):02X}"'


def _rule(match: Match) -> list[str]:
    """Return the lines of one field: the rule, how sure, and what to check."""
    field, column = match.field, match.column
    name = _name(column.name)
    parts, remarks = [f"from: {name}"], [_sure(match.score)]
    if column.wide:
        parts.append("narrow: true")
        remarks.append("some values in full-width characters")
    match field.type:
        case FieldType.DATE:
            shape = date_of(column)
            if shape is not None:
                parts.append(f"date: {shape[0]}")
                if shape[1]:
                    parts.append(f"sentinels: {json.dumps(list(shape[1]))}")
        case FieldType.INSTANT:
            shape = date_of(column)
            if shape is not None:
                parts.append(f"instant: {shape[0]}")
        case FieldType.AMOUNT:
            unit, why = unit_of(column)
            parts.append(f"unit: {unit}")
            remarks.append(why)
        case FieldType.ENUM | FieldType.BOOLEAN:
            return _codes(match, name)
        case _:
            if zero_filled(column):
                remarks.append("keys filled with zeros; without them: strip_zeros: true")
    return [f"  {field.name}: {{{', '.join(parts)}}}   # {'; '.join(remarks)}"]


def _codes(match: Match, name: str) -> list[str]:
    """Return a table of codes: a value that is canonical already as it is, any other to be filled in by a person."""
    field = match.field
    values = list(field.values or {"true": "", "false": ""})
    lines = [
        f"  {field.name}:   # {_sure(match.score)}; one of {' | '.join(values)}",
        f"    from: {name}",
        *(["    narrow: true"] if match.column.wide else []),
        "    codes:",
    ]
    for code, rows in match.column.codes:
        known = code.lower() if code.lower() in values else None
        target = known or "FILL_IN"
        lines.append(f"      {json.dumps(code, ensure_ascii=False)}: {target}   # {rows} rows read")
    return lines


def _sure(score: int) -> str:
    if score >= SURE:
        return f"sure ({score})"
    return f"likely ({score})" if score >= LIKELY else f"CHECK: a guess ({score})"
