"""JSON in which a key stands once in its part: of two values for one key, programs take one or the other."""

import json


class KeyTwiceError(ValueError):
    """A key stands twice in one part of a JSON text."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key}: expected a key once in its part, got it twice")
        self.key = key


def json_once(text: str | bytes) -> object:
    """Return what a JSON text says; raises KeyTwiceError, other ValueErrors for what is no JSON, RecursionError."""
    return json.loads(text, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise KeyTwiceError(key)
        found[key] = value
    return found
