"""Which keys are one person, from the pairs that people have merged. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

KEYS_MAX: Final = 20
"""Keys of one person. Nobody has more by chance; an answer that shows them all stays small."""


class Evidence(StrEnum):
    """Why two keys may be one person; the order of the alphabet is that of the stored text."""

    IDENTITY = "identity_number"  # strong: the same kind and number of paper
    PERSON = "name_birth_phone"  # weaker: the same name, date of birth and telephone


def persons(keys: Iterable[str], merged: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return of each key the person that it belongs to: the smallest of all keys that merged pairs connect.

    Pairs must lie within ``keys``. Taking a pair out takes apart only what nothing else connects.
    """
    beside: defaultdict[str, set[str]] = defaultdict(set)
    for first, second in merged:
        beside[first].add(second)
        beside[second].add(first)
    found: dict[str, str] = {}
    for key in sorted(keys):
        if key in found:
            continue
        waiting = [key]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found[one] = key
                waiting += beside[one]
    return found
