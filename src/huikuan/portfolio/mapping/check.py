"""Checks a mapping file against the contract of its feed, before any file is opened."""

from collections.abc import Iterator
from dataclasses import dataclass

from huikuan.portfolio.feed_contract import FeedContract, FeedField, FieldType, Mode
from huikuan.portfolio.mapping.errors import ExpressionError
from huikuan.portfolio.mapping.expression import expression_compile, quoted
from huikuan.portfolio.mapping.functions import Kind
from huikuan.portfolio.mapping.model import ColumnRule, DeliveryMapping, FeedMapping

_DECIMAL = (FieldType.AMOUNT, FieldType.RATE, FieldType.INTEGER)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong where; ``place`` is the way to the key."""

    place: tuple[str, ...]
    expected: str
    got: str = ""


def columns_known(mapping: FeedMapping) -> frozenset[str] | None:
    """Return the names that expressions may use, as far as the mapping itself says them; None if it does not."""
    if mapping.source is None or mapping.source.names is None:
        return None
    names = set(mapping.source.names)
    for name, lookup in mapping.lookups.items():
        if lookup.source.names is None:
            return None
        names |= {f"{name}.{column}" for column in lookup.source.names}
    return frozenset(names)


def part_check(mapping: FeedMapping, contract: FeedContract, delivery: DeliveryMapping) -> Iterator[Finding]:
    """Yield what is wrong with a mapping file, first things first."""
    fields = {field.name: field for field in contract.fields}
    for number, row in enumerate(mapping.rows or ()):
        yield from _fields(fields, set(row), ("rows", str(number)))
    if mapping.may_be_absent and not contract.optional:
        yield Finding(("may_be_absent",), f"false: the feed {contract.feed} is needed every day", "true")
    if mapping.delta and contract.mode is not Mode.FULL:
        yield Finding(("delta",), f"false: {contract.feed} is no feed of which a file says all there is", "true")
    if mapping.source is None:
        return
    yield from _fields(fields, set(mapping.columns), ("columns",))
    known = columns_known(mapping)
    for name, rule in mapping.columns.items():
        yield from _rule(rule, fields[name], known, delivery, ("columns", name))
    if mapping.where is not None:
        yield from _expression(mapping.where, known, (Kind.BOOLEAN,), ("where",))
    if mapping.in_force is not None:
        yield from _expression(mapping.in_force.expression, known, (Kind.BOOLEAN,), ("in_force",))
    for name, lookup in mapping.lookups.items():
        there = None if lookup.source.names is None else frozenset(lookup.source.names)
        if lookup.in_force is not None:
            yield from _expression(lookup.in_force.expression, there, (Kind.BOOLEAN,), ("lookups", name, "in_force"))
        if lookup.where is not None:
            yield from _expression(lookup.where, there, (Kind.BOOLEAN,), ("lookups", name, "where"))
        for key, text in lookup.key.items():
            place = ("lookups", name, "key", key)
            if lookup.source.names is not None and key not in lookup.source.names:
                yield Finding(place, f"a column of {lookup.source.file}", key)
            yield from _expression(text, _own(known), (Kind.TEXT,), place)
    yield from _control(mapping)


def _fields(fields: dict[str, FeedField], given: set[str], place: tuple[str, ...]) -> Iterator[Finding]:
    for name in sorted(given - set(fields)):
        yield Finding((*place, name), f"a field of the feed: {', '.join(fields)}", name)
    if missing := [name for name, field in fields.items() if field.required and name not in given]:
        yield Finding(place, f"a rule for the required field {missing[0]}", "none")


def _own(known: frozenset[str] | None) -> frozenset[str] | None:
    """Names of the file's own columns: keys of lookups are made of these."""
    return None if known is None else frozenset(name for name in known if "." not in name)


def _rule(
    rule: ColumnRule, field: FeedField, known: frozenset[str] | None, delivery: DeliveryMapping, place: tuple[str, ...]
) -> Iterator[Finding]:
    if rule.from_ is not None and known is not None and rule.from_ not in known:
        yield Finding((*place, "from"), "a column of the source", rule.from_)
    if rule.expr is not None:
        yield from _expression(rule.expr, known, _kinds(rule, field), (*place, "expr"))
    if rule.const is not None:
        yield from _value(rule.const, field, (*place, "const"))
    if rule.default is not None:
        yield from _value(rule.default, field, (*place, "default"))
    for code, value in (rule.codes or {}).items():
        yield from _value(value, field, (*place, "codes", code))
    if rule.date is not None and field.type is not FieldType.DATE:
        yield Finding((*place, "date"), f"no date format: {field.name} is of type {field.type}", rule.date)
    for key in ("strip_zeros", "pad"):
        if getattr(rule, key) and field.type is not FieldType.TEXT:
            yield Finding((*place, key), f"no zeros of a key: {field.name} is of type {field.type}")
    if rule.unit is not None and field.type not in (FieldType.AMOUNT, FieldType.RATE):
        yield Finding((*place, "unit"), f"no unit: {field.name} is of type {field.type}", rule.unit)
    if rule.instant is not None:
        if field.type is not FieldType.INSTANT:
            yield Finding((*place, "instant"), f"no instant: {field.name} is of type {field.type}", rule.instant)
        if (rule.offset or delivery.offset) is None:
            yield Finding((*place, "offset"), "the offset of the source's clock, as +08:00", "none")


def _kinds(rule: ColumnRule, field: FeedField) -> tuple[Kind, ...]:
    """Return what an expression for this field may give."""
    if rule.codes or rule.date or rule.instant or rule.unit or rule.narrow or rule.strip_zeros or rule.pad:
        return (Kind.TEXT,)
    if field.type in _DECIMAL:
        return (Kind.NUMBER, Kind.TEXT)
    if field.type is FieldType.DATE:
        return (Kind.DATE, Kind.TEXT)
    if field.type is FieldType.BOOLEAN:
        return (Kind.BOOLEAN, Kind.TEXT)
    return (Kind.TEXT,)


def _expression(
    text: str, known: frozenset[str] | None, kinds: tuple[Kind, ...], place: tuple[str, ...]
) -> Iterator[Finding]:
    try:
        kind = expression_compile(text, known=known, column_sql=lambda _, name: quoted(name)).value.kind
    except ExpressionError as error:
        yield Finding(place, "an expression of the language", str(error))
        return
    if kind not in (*kinds, Kind.NULL):
        yield Finding(place, f"an expression that gives {' or '.join(kinds)}", f"one that gives {kind}")


def _value(value: str, field: FeedField, place: tuple[str, ...]) -> Iterator[Finding]:
    """A canonical value that stands in the mapping: of a list or a boolean it must be one of them."""
    if field.values is not None and value not in field.values:
        yield Finding(place, " | ".join(field.values), value)
    if field.type is FieldType.BOOLEAN and value not in ("true", "false"):
        yield Finding(place, "true | false", value)


def _control(mapping: FeedMapping) -> Iterator[Finding]:
    control = mapping.stated
    if control is None or control.source.names is None:
        return
    named = [control.name, control.rows, *control.sums.values()]
    for name in named:
        if name is not None and name not in control.source.names:
            yield Finding(("control",), f"a column of {control.source.file}", name)
