"""YAML as people and senders write it, and nothing more: no references, no deep nesting, each key once.

References (`*name`) let a file of a few lines stand for gigabytes; nobody needs them in a manifest or a mapping.
"""

from typing import Any, Final

import yaml

DEPTH_MAX: Final = 40
DIGITS_MAX: Final = 18
# What constructors of PyYAML raise for a scalar that is not of its tag: 2026-02-30, `!!bool perhaps`.
_NOT_OF_ITS_KIND: Final = (ValueError, KeyError, AttributeError, TypeError, OverflowError, RecursionError)


class StrictLoader(yaml.SafeLoader):
    """A safe loader that refuses references, nesting beyond DEPTH_MAX and a key written twice."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose a node; raises MarkedYAMLError for a reference or one that is nested too deep."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem=f"a reference (*{event.anchor})", problem_mark=_mark(event))
        if self._depth >= DEPTH_MAX:
            raise yaml.MarkedYAMLError(problem=f"more than {DEPTH_MAX} levels", problem_mark=_mark(event))
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:
        """Construct a value; raises MarkedYAMLError for one that is not of its kind or too large a number."""
        try:
            value = super().construct_object(node, deep=deep)
        except _NOT_OF_ITS_KIND as error:
            raise yaml.MarkedYAMLError(
                problem="a value that is not of its kind", problem_mark=node.start_mark
            ) from error
        if isinstance(value, int) and abs(value) >= 10**DIGITS_MAX:
            raise yaml.MarkedYAMLError(problem=f"more than {DIGITS_MAX} digits", problem_mark=node.start_mark)
        return value

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Construct a mapping; raises MarkedYAMLError for a key that stands there twice."""
        found: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | float | bool) and not _is_date(key):
                raise yaml.MarkedYAMLError(problem="a key that is no word", problem_mark=key_node.start_mark)
            if key in found:
                raise yaml.MarkedYAMLError(problem=f"the key {key} twice", problem_mark=key_node.start_mark)
            found.add(key)
        return super().construct_mapping(node, deep)


def yaml_load(text: str, loader: type[StrictLoader] = StrictLoader) -> object:
    """Return what a text says; raises yaml.YAMLError and nothing else."""
    try:
        return yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader
    except _NOT_OF_ITS_KIND as error:
        raise yaml.MarkedYAMLError(problem="a value that is not of its kind") from error


def yaml_problem(error: yaml.YAMLError) -> tuple[str, int | None]:
    """Return what is wrong in one line of text, and the line of the file if it is known."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or " ".join(str(error).split())
    return str(problem)[:200], None if mark is None else mark.line + 1


def _mark(event: yaml.Event) -> Any:
    return event.start_mark


def _is_date(key: object) -> bool:
    return hasattr(key, "isoformat")
