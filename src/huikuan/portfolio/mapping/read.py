"""Reads a mapping folder: YAML text → checked models, errors with file, line, key and expectation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from huikuan.kernel.model_words import refused
from huikuan.portfolio.feed_contract import FeedContract
from huikuan.portfolio.mapping.check import part_check
from huikuan.portfolio.mapping.errors import MappingError
from huikuan.portfolio.mapping.model import DeliveryMapping, FeedMapping, Form
from huikuan.portfolio.yaml_strict import StrictLoader, yaml_load, yaml_problem

DELIVERY_FILE = "delivery.yaml"
_BYTES_MAX = 500_000
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Part:
    """One mapping file: its name and what it says."""

    file: str
    mapping: FeedMapping


@dataclass(frozen=True, slots=True)
class BankMapping:
    """All mapping files of a bank."""

    folder: Path
    delivery: DeliveryMapping
    parts: tuple[Part, ...]

    def of_feed(self, feed: str) -> tuple[Part, ...]:
        """Return the parts of a feed, in order of their files."""
        return tuple(part for part in self.parts if part.mapping.feed == feed)


class _Texts(StrictLoader):
    """YAML whose scalars stay text, and in which a key may stand once."""


def _mapping_once(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str) or key in found:
            raise yaml.MarkedYAMLError(
                problem=f"the key {key} stands twice or is no text", problem_mark=key_node.start_mark
            )
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Texts.yaml_implicit_resolvers = {}
_Texts.add_constructor("tag:yaml.org,2002:map", _mapping_once)


def mapping_read(folder: Path, contracts: Mapping[str, FeedContract]) -> BankMapping:
    """Read and check all files of a mapping folder.

    Raises MappingError: a broken file, an unknown feed or field, a required field or feed that nothing fills.
    """
    path = folder / DELIVERY_FILE
    if not path.is_file():
        raise MappingError(str(folder), DELIVERY_FILE, "a file with `ready` and the defaults of the sources", "none")
    delivery = delivery_read(path)
    files = sorted(file for file in folder.glob("*.yaml") if file.name != DELIVERY_FILE)
    parts = tuple(part_read(file, delivery, contracts) for file in files)
    given = {part.mapping.feed for part in parts}
    for feed, contract in contracts.items():
        if feed not in given and not contract.optional:
            expected = f"a file for the feed {feed}; `nothing: true` if the bank has none"
            raise MappingError(str(folder), feed, expected, "none")
    for feed in given:
        own = [part for part in parts if part.mapping.feed == feed]
        if len(own) > 1 and any(part.mapping.nothing for part in own):
            expected = f"one file for {feed}, or none that says nothing"
            raise MappingError(own[0].file, "nothing", expected, f"{len(own)} files")
        if len({part.mapping.delta for part in own}) > 1:
            raise MappingError(own[0].file, "delta", f"the same in all files for {feed}", "true and false")
    return BankMapping(folder, delivery, parts)


class _Defaults(BaseModel):
    defaults: Form


def delivery_read(path: Path) -> DeliveryMapping:
    """Read delivery.yaml; raises MappingError."""
    data = _loaded(path)
    if isinstance(data, dict) and isinstance(data.get("defaults", {}), dict):
        _model(path, {"defaults": data.get("defaults", {})}, _Defaults)
        data = {**data, "control": _source_filled(data.get("control"), data.get("defaults", {}))}
    return _model(path, data, DeliveryMapping)


def part_read(file: Path, delivery: DeliveryMapping, contracts: Mapping[str, FeedContract]) -> Part:
    """Read one mapping file with the defaults of its bank; raises MappingError."""
    data = _loaded(file)
    if isinstance(data, dict):
        data = {**data, **_with_defaults(data, delivery)}
    mapping = _model(file, data, FeedMapping)
    if mapping.feed not in contracts:
        raise MappingError(file.name, "feed", " | ".join(contracts), mapping.feed, _line(file, ("feed",)))
    if mapping.control is None and mapping.source is not None and delivery.control is not None:
        mapping = mapping.model_copy(update={"control": delivery.control})
    for finding in part_check(mapping, contracts[mapping.feed], delivery):
        place = finding.place
        raise MappingError(file.name, ".".join(place), finding.expected, finding.got, _line(file, place))
    return Part(file.name, mapping)


def _with_defaults(data: dict[str, Any], delivery: DeliveryMapping) -> dict[str, Any]:
    """Return the sources of a mapping file with the bank's defaults under them."""
    found: dict[str, Any] = {}
    if isinstance(data.get("source"), dict):
        found["source"] = {**delivery.defaults, **data["source"]}
    if isinstance(data.get("lookups"), dict):
        found["lookups"] = {name: _source_filled(one, delivery.defaults) for name, one in data["lookups"].items()}
    if isinstance(data.get("control"), dict):
        found["control"] = _source_filled(data["control"], delivery.defaults)
    return found


def _source_filled(one: object, defaults: dict[str, Any]) -> object:
    if isinstance(one, dict) and isinstance(one.get("source"), dict):
        return {**one, "source": {**defaults, **one["source"]}}
    return one


def _loaded(path: Path) -> object:
    try:
        if path.stat().st_size > _BYTES_MAX:
            raise MappingError(path.name, "", f"at most {_BYTES_MAX} bytes", str(path.stat().st_size))
        return yaml_load(path.read_text(encoding="utf-8"), _Texts)
    except OSError as error:
        raise MappingError(path.name, "", "a file that can be read", error.strerror or "none") from error
    except UnicodeDecodeError as error:
        raise MappingError(path.name, "", "YAML in UTF-8", f"other text at byte {error.start + 1}") from error
    except yaml.YAMLError as error:
        problem, line = yaml_problem(error)
        raise MappingError(path.name, "", "plain YAML in UTF-8", problem, line) from error


def _model(path: Path, data: object, model: type[_Model]) -> _Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = refused(error, data)
        line = _line(path, tuple(map(str, found.where)))
        raise MappingError(path.name, found.place, found.expected, found.got, line) from error


def _line(path: Path, place: tuple[str, ...]) -> int | None:
    """Return the line of a key in a YAML file, or of the nearest key above it."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Texts)
    line = None
    for key in place:
        below = next(_values(node, key), None)
        if below is None:
            break
        line, node = below
    return line


def _values(node: yaml.Node | None, key: str) -> Iterator[tuple[int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key_node, value in node.value:
            if key_node.value == key or (key == "from_" and key_node.value == "from"):
                yield key_node.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode) and key.isdecimal() and int(key) < len(node.value):
        yield node.value[int(key)].start_mark.line + 1, node.value[int(key)]
