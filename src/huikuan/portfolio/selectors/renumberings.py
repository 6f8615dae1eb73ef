"""The map of a bank's keys as people read it: how many changed on which day, and page by page what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from django.db.models import Count, Q

from huikuan.portfolio.models import Renumbering

KEYS_PER_PAGE_MAX: Final = 200
Kind = Literal["institution", "party", "note"]
KINDS: Final[tuple[Kind, ...]] = ("institution", "party", "note")


@dataclass(frozen=True, slots=True)
class RenumberedCount:
    """How many keys of a kind change on a day; ``in_force`` says whether the book already has the new ones."""

    kind: Kind
    effective_on: date
    keys: int
    in_force: bool


@dataclass(frozen=True, slots=True)
class RenumberedKey:
    """A former key, the key that took its place on a day, and the present one at the end of the chain.

    ``now_key`` is empty until that day is in the book.
    """

    old_key: str
    new_key: str
    effective_on: date
    now_key: str


@dataclass(frozen=True, slots=True)
class RenumberingPage:
    """Counts by day, the latest first, and keys of one kind in order; ``next`` is the ``after`` of the next page."""

    counts: tuple[RenumberedCount, ...]
    items: tuple[RenumberedKey, ...]
    next: str | None


def renumbering_page(*, bank_id: int, kind: Kind, key: str = "", after: str = "", limit: int = 50) -> RenumberingPage:
    """Return counts of all kinds, and the keys of one: all, or with ``key`` those that it has to do with.

    Two queries.
    """
    known = Renumbering.objects.filter(bank_id=bank_id)
    counted = known.values_list("kind", "effective_on").annotate(
        keys=Count("old_key"), coming=Count("old_key", filter=Q(now_key=""))
    )
    counts = [RenumberedCount(one, on, keys, coming == 0) for one, on, keys, coming in counted]
    found = known.filter(kind=kind)
    if key:
        found = found.filter(Q(old_key=key) | Q(new_key=key) | Q(now_key=key))
    if after:
        found = found.filter(old_key__gt=after)
    rows = found.order_by("old_key").values_list("old_key", "new_key", "effective_on", "now_key")
    items = tuple(RenumberedKey(*row) for row in rows[:limit])
    return RenumberingPage(
        counts=tuple(sorted(counts, key=lambda one: (-one.effective_on.toordinal(), KINDS.index(one.kind)))),
        items=items,
        next=items[-1].old_key if len(items) == limit else None,
    )
