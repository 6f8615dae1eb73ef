"""Which keys are one person, from the pairs that people have merged. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True, slots=True)
class MergeStep:
    """From a business date on a key belongs to a person; of steps that are in force the last one counts."""

    key: str
    person: str
    on: date


def persons_on(steps: Iterable[MergeStep], on: date) -> dict[str, str]:
    """Return of each key that a step in force names the person that it belongs to on a date."""
    return {step.key: step.person for step in steps if step.on <= on}


def renumbered_steps(steps: Sequence[MergeStep], now: Mapping[str, str]) -> list[tuple[MergeStep, int]]:
    """Return the steps to append when keys change (former → present), each with the place of the step it follows.

    Afterwards persons consist on every date of the present keys of the keys that they consisted of, and a former key
    belongs to nobody but itself.
    """
    keys = {now.get(key, key) for step in steps for key in (step.key, step.person)}
    added: list[tuple[MergeStep, int]] = []
    for on in sorted({step.on for step in steps}):
        pairs = [(now.get(key, key), now.get(person, person)) for key, person in persons_on(steps, on).items()]
        person = persons({one for pair in pairs for one in pair}, pairs)
        wanted = {key: person.get(key, key) for key in keys} | {one: one for one in now}
        standing = persons_on([*steps, *(step for step, _ in added)], on)
        for key in sorted(wanted):
            if standing.get(key, key) != wanted[key]:
                added.append((MergeStep(key, wanted[key], on), _followed(steps, now, key, on)))
    return added


def _followed(steps: Sequence[MergeStep], now: Mapping[str, str], key: str, on: date) -> int:
    """Return the place of the last step that was about a key, else about the person that it names."""
    known = [(place, step) for place, step in enumerate(steps) if step.on <= on]
    own = [place for place, step in known if key in (step.key, now.get(step.key))]
    led = [place for place, step in known if key in (step.person, now.get(step.person))]
    return max(own or led)
