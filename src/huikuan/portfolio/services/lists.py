"""Writers of saved views, of the catalogue of tags, and of tags on notes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, connection, transaction

from huikuan.evidence.services.append import event_append, event_append_many
from huikuan.kernel.errors import ConflictError, InputInvalidError, NotFoundError
from huikuan.kernel.facts import Who
from huikuan.kernel.masking import personal_in_text
from huikuan.kernel.tenancy import bank_required
from huikuan.portfolio.events import NoteTagged, TagAdded, ViewDeleted, ViewSaved
from huikuan.portfolio.models import DeskNote, SavedView, Tag
from huikuan.portfolio.rules.loan_query import loan_query_document, loan_query_parse

VIEW_NAME_LENGTH_MAX: Final = 60
VIEWS_OF_A_USER_MAX: Final = 100
TAG_NAME_LENGTH_MAX: Final = 30
TAGS_MAX: Final = 300
TAGGED_NOTES_MAX: Final = 200


class NameTakenError(ConflictError):
    """There is a view of the same user, or a tag of the bank, with this name."""

    code = "portfolio.name_taken"

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"There is already a {kind} named {name!r}. Choose another name, or change that one.")


class TooManyError(ConflictError):
    """A user has as many views, or the bank as many tags, as there may be."""

    code = "portfolio.too_many"

    def __init__(self, kind: str, most: int) -> None:
        super().__init__(f"There are {most} {kind} already, which is the limit. Delete or reuse one of them.")


def view_create(
    *, bank_id: int, name: str, query: Mapping[str, object], shared: bool, user_id: int, by: Who, at: datetime
) -> int:
    """Save a question under a name of the user's own; return its id. The question is stored in canonical form."""
    bank_required(bank_id, "Saving a view")
    clean, document = _name(name, VIEW_NAME_LENGTH_MAX), loan_query_document(loan_query_parse(query))
    if SavedView.objects.filter(bank_id=bank_id, user_id=user_id).count() >= VIEWS_OF_A_USER_MAX:
        raise TooManyError("views of yours", VIEWS_OF_A_USER_MAX)
    try:
        with transaction.atomic():
            view = SavedView.objects.create(
                bank_id=bank_id, user_id=user_id, name=clean, query=document, shared=shared,
                created_at=at, changed_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise NameTakenError("view of yours", clean) from None
    _view_event(view, by, at)
    return view.id


def view_change(
    *,
    bank_id: int,
    view_id: int,
    name: str | None,
    query: Mapping[str, object] | None,
    shared: bool | None,
    user_id: int,
    by: Who,
    at: datetime,
) -> None:
    """Rename, share or rewrite an own view; None leaves a part as it is. Raises NotFoundError for a view of others."""
    bank_required(bank_id, "Changing a view")
    view = _own_locked(bank_id, view_id, user_id)
    view.name = view.name if name is None else _name(name, VIEW_NAME_LENGTH_MAX)
    view.query = view.query if query is None else loan_query_document(loan_query_parse(query))
    view.shared = view.shared if shared is None else shared
    changed = {"name": view.name, "query": view.query, "shared": view.shared, "changed_at": at}
    try:
        with transaction.atomic():
            SavedView.objects.filter(bank_id=bank_id, id=view_id).update(**changed)
    except IntegrityError:
        raise NameTakenError("view of yours", view.name) from None
    _view_event(view, by, at)


def view_delete(*, bank_id: int, view_id: int, user_id: int, by: Who, at: datetime) -> None:
    """Delete an own view; raises NotFoundError for a view of others."""
    bank_required(bank_id, "Deleting a view")
    view = _own_locked(bank_id, view_id, user_id)
    SavedView.objects.filter(bank_id=bank_id, id=view_id).delete()
    event_append(
        bank_id=bank_id, name="portfolio.view_deleted", subject_kind="view", subject_id=str(view_id),
        payload=ViewDeleted(view.shared), actor=by, at=at,
    )  # fmt: skip


def _own_locked(bank_id: int, view_id: int, user_id: int) -> SavedView:
    own = SavedView.objects.select_for_update().filter(bank_id=bank_id, id=view_id, user_id=user_id).first()
    if own is None:
        raise NotFoundError("view of yours", view_id)
    return own


def _view_event(view: SavedView, by: Who, at: datetime) -> None:
    event_append(
        bank_id=view.bank_id, name="portfolio.view_saved", subject_kind="view", subject_id=str(view.id),
        payload=ViewSaved(tuple(sorted(view.query)), view.shared), actor=by, at=at,
    )  # fmt: skip


def _name(name: str, most: int) -> str:
    """Return a name without blanks around it; names are shown to others, so personal numbers are refused."""
    clean = " ".join(name.split())
    if not 0 < len(clean) <= most or not clean.isprintable():
        raise InputInvalidError("name", f"{len(clean)} characters", f"1 to {most} printable characters")
    if personal_in_text(clean):
        raise InputInvalidError("name", "something like a personal number", "a name without personal data")
    return clean


def tag_create(*, bank_id: int, name: str, by: Who, at: datetime) -> int:
    """Add a word to the bank's catalogue of tags; return its id."""
    bank_required(bank_id, "Adding a tag")
    clean = _name(name, TAG_NAME_LENGTH_MAX)
    if Tag.objects.filter(bank_id=bank_id).count() >= TAGS_MAX:
        raise TooManyError("tags", TAGS_MAX)
    try:
        with transaction.atomic():
            tag = Tag.objects.create(bank_id=bank_id, name=clean, created_at=at)
    except IntegrityError:
        raise NameTakenError("tag", clean) from None
    event_append(
        bank_id=bank_id, name="portfolio.tag_added", subject_kind="tag", subject_id=str(tag.id),
        payload=TagAdded(clean), actor=by, at=at,
    )  # fmt: skip
    return tag.id


_PUT = """
insert into portfolio_note_tag (bank_id, note_id, tag_id)
select %(bank)s, n, t from unnest(%(notes)s::text[]) n cross join unnest(%(tags)s::bigint[]) t order by n, t
on conflict do nothing returning note_id, tag_id
"""
_TAKE = """
delete from portfolio_note_tag
where bank_id = %(bank)s and note_id = any(%(notes)s::text[]) and tag_id = any(%(tags)s::bigint[])
returning note_id, tag_id
"""


def notes_tag(
    *,
    bank_id: int,
    note_ids: Collection[str],
    add: Collection[int],
    remove: Collection[int],
    institution_codes: Sequence[str] | None,
    by: Who,
    at: datetime,
) -> int:
    """Put tags on notes and take tags off; return how many notes changed. Three statements and one for the events.

    ``institution_codes`` as ``selectors.loan_list.loan_scope`` gives them. Raises NotFoundError for a note out of
    sight or a tag that does not exist, InputInvalidError for more than TAGGED_NOTES_MAX notes; then nothing changes.
    """
    bank_required(bank_id, "Tagging notes")
    notes, put, take = sorted(set(note_ids)), sorted(set(add)), sorted(set(remove))
    if not 0 < len(notes) <= TAGGED_NOTES_MAX:
        raise InputInvalidError("note_ids", f"{len(notes)} notes", f"1 to {TAGGED_NOTES_MAX}")
    if set(put) & set(take) or not (put or take):
        raise InputInvalidError("add, remove", f"{put}, {take}", "tags to add or to remove, none of them in both")
    _all_there(bank_id, notes, {*put, *take}, institution_codes)
    added, removed = _changed(_PUT, bank_id, notes, put), _changed(_TAKE, bank_id, notes, take)
    payloads = {
        note: NoteTagged(tuple(sorted(added[note])), tuple(sorted(removed[note])))
        for note in sorted({*added, *removed})
    }
    event_append_many(
        bank_id=bank_id, name="portfolio.note_tagged", subject_kind="note", payloads=payloads, actor=by, at=at
    )
    return len(payloads)


def _all_there(bank_id: int, notes: list[str], tags: set[int], institution_codes: Sequence[str] | None) -> None:
    seen = DeskNote.objects.filter(bank_id=bank_id, note_id__in=notes)
    if institution_codes is not None:
        seen = seen.filter(institution_code__in=institution_codes)
    missing = sorted(set(notes) - set(seen.values_list("note_id", flat=True)))
    if missing:
        raise NotFoundError("note on the desk", missing[0])
    unknown = sorted(tags - set(Tag.objects.filter(bank_id=bank_id, id__in=tags).values_list("id", flat=True)))
    if unknown:
        raise NotFoundError("tag", unknown[0])


def _changed(statement: str, bank_id: int, notes: list[str], tags: list[int]) -> dict[str, list[int]]:
    changed: dict[str, list[int]] = defaultdict(list)
    if tags:
        values: dict[str, Any] = {"bank": bank_id, "notes": notes, "tags": tags}
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            for note_id, tag_id in cursor.fetchall():
                changed[note_id].append(tag_id)
    return changed
