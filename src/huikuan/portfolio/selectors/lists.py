"""Reading saved views and the catalogue of tags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q

from huikuan.kernel.errors import NotFoundError
from huikuan.kernel.selectors.users import display_names
from huikuan.portfolio.models import SavedView, Tag

VIEWS_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A saved view as one user sees it; ``own`` is false for views that others share, ``owner`` names them.

    ``query`` holds filters and sort under the names of the list's address.
    """

    id: int
    name: str
    query: dict[str, Any]
    shared: bool
    own: bool
    owner: str


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag of the bank's catalogue."""

    id: int
    name: str


def view_list(*, bank_id: int, user_id: int) -> list[ViewRow]:
    """Return the user's views and those that others share, own ones first, by name; VIEWS_MAX at most."""
    found = SavedView.objects.filter(Q(user_id=user_id) | Q(shared=True), bank_id=bank_id).order_by("name", "id")
    views = list(found[:VIEWS_MAX])
    names = display_names(bank_id=bank_id, ids=[view.user_id for view in views])
    rows = [_row(view, user_id, names) for view in views]
    return sorted(rows, key=lambda row: not row.own)


def view_read(*, bank_id: int, user_id: int, view_id: int) -> ViewRow:
    """Return one view that the user may see; raises NotFoundError."""
    seen = Q(user_id=user_id) | Q(shared=True)
    view = SavedView.objects.filter(seen, bank_id=bank_id, id=view_id).first()
    if view is None:
        raise NotFoundError("view", view_id)
    return _row(view, user_id, display_names(bank_id=bank_id, ids=[view.user_id]))


def _row(view: SavedView, user_id: int, names: dict[int, str]) -> ViewRow:
    owner = names.get(view.user_id, "")
    return ViewRow(view.id, view.name, view.query, view.shared, view.user_id == user_id, owner)


def tag_list(*, bank_id: int) -> list[TagRow]:
    """Return the bank's tags by name."""
    return [TagRow(*row) for row in Tag.objects.filter(bank_id=bank_id).order_by("name").values_list("id", "name")]
