"""Reads of the register of former keys: which key one has now, and which it had before."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from huikuan.portfolio.models import Renumbering
from huikuan.portfolio.renumbering import KEY_KINDS


@dataclass(frozen=True, slots=True)
class FormerKey:
    """A key that something had until the day before ``until_on``."""

    key: str
    until_on: date


def key_now(*, bank_id: int, kind: str, key: str) -> str:
    """Return the present key of a former one; any other key as it is."""
    found = Renumbering.objects.filter(bank_id=bank_id, kind=kind, old_key=key).exclude(now_key="")
    return found.values_list("now_key", flat=True).first() or key


def keys_now(*, bank_id: int, kind: str, keys: Collection[str]) -> dict[str, str]:
    """Return the present keys of those that are former ones; one query."""
    if not keys:
        return {}
    found = Renumbering.objects.filter(bank_id=bank_id, kind=kind, old_key__in=list(keys)).exclude(now_key="")
    return dict(found.values_list("old_key", "now_key"))


def keys_former(*, bank_id: int, kind: str, keys: Collection[str]) -> dict[str, list[FormerKey]]:
    """Return the former keys of present ones, the latest first; one query."""
    former: dict[str, list[FormerKey]] = {}
    if keys:
        found = Renumbering.objects.filter(bank_id=bank_id, kind=kind, now_key__in=list(keys))
        rows = found.order_by("-effective_on", "old_key").values_list("now_key", "old_key", "effective_on")
        for now, old, on in rows:
            former.setdefault(now, []).append(FormerKey(old, on))
    return former


def keys_moved(*, bank_id: int, kind: str) -> list[tuple[str, str]]:
    """Return all former keys of a kind, each with the present one; one query."""
    found = Renumbering.objects.filter(bank_id=bank_id, kind=kind).exclude(now_key="").order_by("old_key")
    return list(found.values_list("old_key", "now_key"))


@dataclass(frozen=True, slots=True)
class FormerKeys:
    """Takes point reads of the book to former keys and back; does nothing for a bank that never changed keys."""

    bank_id: int = 0

    @classmethod
    def of_bank(cls, bank_id: int) -> "FormerKeys":
        """Return the former keys of a bank."""
        return cls(bank_id if Renumbering.objects.filter(bank_id=bank_id).exclude(now_key="").exists() else 0)

    def asked(self, column: str, values: Collection[str]) -> Collection[str]:
        """Return ``values`` of a column with the keys that they had before."""
        kind = KEY_KINDS.get(column)
        if not self.bank_id or kind is None:
            return values
        former = keys_former(bank_id=self.bank_id, kind=kind, keys=values)
        return {*values, *(one.key for each in former.values() for one in each)}

    def rows(self, key: Collection[str], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return rows under present keys; of those that have the same ``key`` now the one that had it already."""
        if not self.bank_id or not rows:
            return rows
        columns = [name for name in rows[0] if name in KEY_KINDS]
        now: dict[str, dict[str, str]] = {}
        for kind in {KEY_KINDS[name] for name in columns}:
            values = {row[name] for row in rows for name in columns if KEY_KINDS[name] == kind and row[name]}
            now[kind] = keys_now(bank_id=self.bank_id, kind=kind, keys=values)
        found: dict[Any, tuple[bool, dict[str, Any]]] = {}
        for place, row in enumerate(rows):
            present = {**row, **{name: now[KEY_KINDS[name]].get(row[name], row[name]) for name in columns}}
            same = tuple(present[name] for name in key) if key else place
            if same not in found or (found[same][0] and present == row):
                found[same] = (present != row, present)
        return [row for _, row in found.values()]
