"""The list of loans against PostgreSQL: pages, filters, order, sums, and what it never shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huikuan.kernel.errors import InputInvalidError, NotFoundError
from huikuan.kernel.models import Bank
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_bank, an_institution, the_root
from huikuan.portfolio.facts import Bucket, ClassFloor
from huikuan.portfolio.models import DeskNote, NoteTag, Tag
from huikuan.portfolio.rules.loan_query import LoanCursor, LoanFilter, LoanQuery, LoanSort, loan_query_parse
from huikuan.portfolio.selectors.lists import TagRow
from huikuan.portfolio.selectors.loan_list import (
    LoanRow,
    loan_facets,
    loan_page,
    loan_rows,
    loan_scope,
    loan_summary,
)
from huikuan.portfolio.tests.desk_books import AT, BRANCHES, DAY, a_note, desk_fill, random_notes

pytestmark = pytest.mark.django_db

NOTES = 160
MILDEST_FIRST = [c.value for c in ClassFloor]
SORT_VALUE: dict[LoanSort, Callable[[dict[str, Any]], Any]] = {
    LoanSort.DPD: lambda n: -n["dpd"] or None,
    LoanSort.ARREARS: lambda n: n["overdue_principal_minor"] + n["overdue_interest_minor"] + n["costs_due_minor"],
    LoanSort.BALANCE: lambda n: n["balance_minor"],
    LoanSort.MATURES: lambda n: n["matures_on"],
    LoanSort.NOTE: lambda n: n["note_id"],
}
LISTED = {
    "product": "product_code", "bucket": "bucket", "class_floor": "class_floor", "officer": "officer_code",
    "department": "department_code", "region": "region", "party_kind": "party_kind", "secured": "secured",
    "core_class": "core_class", "last_failure": "last_failure",
}  # fmt: skip
RANGED = {"dpd": "dpd", "overdue": "overdue_minor", "balance": "balance_minor", "matures": "matures_on"}


def bank_with(notes: list[dict[str, Any]], name: str = "张春生") -> Bank:
    bank = a_bank()
    for code in BRANCHES:
        an_institution(bank, code=code)
    desk_fill(bank, notes, name=name)
    return bank


def all_pages(bank: Bank, query: LoanQuery, limit: int, codes: list[str] | None = None) -> list[LoanRow]:
    """Everything that a person gets who turns page after page."""
    rows: list[LoanRow] = []
    after: LoanCursor | None = None
    while True:
        page = loan_page(bank_id=bank.id, institution_codes=codes, query=query, after=after, limit=limit)
        rows += page.rows
        assert len(page.rows) == limit or page.next is None
        if page.next is None:
            return rows
        after = page.next


def fits(note: dict[str, Any], tags: set[int], wanted: LoanFilter) -> bool:
    """The filter once more, in Python and without SQL."""
    if not wanted.bucket and note["bucket"] in ({"settled"} if wanted.stale else {"M0", "settled"}):
        return False
    if any(getattr(wanted, name) and note.get(key, "") not in getattr(wanted, name) for name, key in LISTED.items()):
        return False
    if wanted.tag and not tags & set(wanted.tag):
        return False
    if wanted.stale is not None and (note["stale_since"] is not None) is not wanted.stale:
        return False
    milder = note["core_class"] != "" and MILDEST_FIRST.index(note["core_class"]) < MILDEST_FIRST.index(
        note["class_floor"]
    )
    differs = (note["core_dpd"] is not None and note["core_dpd"] != note["dpd"]) or milder
    if wanted.core_differs is not None and differs is not wanted.core_differs:
        return False
    for name, key in RANGED.items():
        low, high = (getattr(wanted, f"{name}_{end}", None) for end in ("min", "max"))
        if name == "matures":
            low, high = wanted.matures_from, wanted.matures_to
        value = note[key]
        if (low is not None and (value is None or value < low)) or (
            high is not None and (value is None or value > high)
        ):
            return False
    return True


def in_order(notes: list[dict[str, Any]], query: LoanQuery) -> list[str]:
    """Keys in the order of the question: ties by key, notes without a value last in both directions."""
    value = SORT_VALUE[query.sort]
    valued = sorted((n for n in notes if value(n) is not None), key=lambda n: (value(n), n["note_id"]))
    without = sorted((n for n in notes if value(n) is None), key=lambda n: n["note_id"])
    sign = -1 if query.descending is not (query.sort is LoanSort.DPD) else 1
    return [n["note_id"] for n in [*valued[::sign], *without[::sign]]]


def some(*values: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    """Nothing, or a few of these."""
    return st.just(()) | st.sets(st.sampled_from(values), max_size=3).map(lambda found: tuple(sorted(found)))


FILTERS = st.builds(
    LoanFilter,
    product=some("P1", "P2", "P9"),
    bucket=some(*(b.value for b in Bucket)),
    class_floor=some(*MILDEST_FIRST),
    officer=some("", "E1", "E2", "E9"),
    department=some("", "east"),
    region=some("", "330182"),
    party_kind=some("person", "enterprise"),
    secured=some("none", "both", "guarantee"),
    core_class=some("", *MILDEST_FIRST),
    last_failure=some("", "none"),
    stale=st.sampled_from([None, None, True, False]),
    core_differs=st.sampled_from([None, None, True, False]),
    dpd_min=st.sampled_from([None, None, 0, 31, 61]),
    dpd_max=st.sampled_from([None, None, 60, 400]),
    overdue_min=st.sampled_from([None, None, 0, 100, 5_007]),
    overdue_max=st.sampled_from([None, None, 107, 5_000]),
    balance_min=st.sampled_from([None, None, 500]),
    balance_max=st.sampled_from([None, None, 1_000]),
    matures_from=st.sampled_from([None, None, DAY]),
    matures_to=st.sampled_from([None, None, DAY]),
)


@pytest.fixture
def book() -> Iterator[tuple[Bank, list[dict[str, Any]], dict[str, set[int]]]]:
    """A bank with random notes of which every fifth has one or two tags."""
    notes = random_notes(NOTES, seed=7)
    bank = bank_with(notes)
    tags: dict[str, set[int]] = {note["note_id"]: set() for note in notes}
    with bank_scope(bank.id):
        ids = [Tag.objects.create(bank_id=bank.id, name=name, created_at=AT).id for name in ("回访", "disputed")]
        for place, note in enumerate(notes[::5]):
            tags[note["note_id"]] = set(ids[: 1 + place % 2])
        NoteTag.objects.bulk_create(
            NoteTag(bank_id=bank.id, note_id=note, tag_id=tag) for note, those in tags.items() for tag in those
        )
        yield bank, notes, tags


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    wanted=FILTERS,
    sort=st.sampled_from(LoanSort),
    descending=st.booleans(),
    limit=st.integers(1, 60),
    tagged=st.sampled_from([(), (), (0,), (0, 1)]),
    codes=st.sampled_from([None, None, ["east"], ["east", "west"], []]),
)
def test_pages_one_after_another_are_the_whole_list_in_order(
    book: tuple[Bank, list[dict[str, Any]], dict[str, set[int]]],
    wanted: LoanFilter,
    sort: LoanSort,
    descending: bool,
    limit: int,
    tagged: tuple[int, ...],
    codes: list[str] | None,
) -> None:
    bank, notes, tags = book
    ids = sorted(set().union(*tags.values()))
    asked = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
    query = LoanQuery(LoanFilter(**{**asked, "tag": tuple(ids[place] for place in tagged)}), sort, descending)
    found = [
        note
        for note in notes
        if fits(note, tags[note["note_id"]], query.filter) and (codes is None or note["institution_code"] in codes)
    ]
    rows = all_pages(bank, query, limit, codes)
    assert [row.note_id for row in rows] == in_order(found, query)
    assert {row.note_id: {tag.id for tag in row.tags} for row in rows} == {
        n["note_id"]: tags[n["note_id"]] for n in found
    }
    chunks = list(loan_rows(bank_id=bank.id, institution_codes=codes, query=query, chunk=limit + 1))
    assert [row for chunk in chunks for row in chunk] == rows
    summary = loan_summary(bank_id=bank.id, institution_codes=codes, wanted=query.filter)
    assert (summary.notes, summary.parties) == (len(found), len({note["party_id"] for note in found}))
    ended = [note["bucket"] for note in found if note["bucket"] in ("settled", "charged_off")]
    late = [note for note in found if note["dpd"] > 0 and note["bucket"] not in ended]
    assert (summary.overdue_notes, summary.charged_off_notes) == (len(late), ended.count("charged_off"))
    assert summary.overdue_minor == sum(note["overdue_minor"] for note in found)
    assert summary.balance_minor == sum(note["balance_minor"] for note in found)


def test_row_carries_every_published_value_and_a_masked_name() -> None:
    note = a_note(
        note_id="N1", party_id="P1", officer_code="E1", officer_name="张三", department_code="east", region="330182",
        core_class="pass", core_dpd=39, account_balance_minor=-5, last_failure="frozen", secured="both",
        stale_since=DAY, penalty_minor=12, costs_due_minor=3,
    )  # fmt: skip
    bank = bank_with([note])
    with bank_scope(bank.id):
        tag = Tag.objects.create(bank_id=bank.id, name="回访", created_at=AT)
        NoteTag.objects.create(bank_id=bank.id, note_id="N1", tag_id=tag.id)
        (row,) = all_pages(bank, LoanQuery(), 10)
    counted: dict[str, Any] = {"arrears_minor": 100_003, "overdue_since": DAY - timedelta(40)}
    assert row == LoanRow(**note, **counted, name="张*生", tags=(TagRow(tag.id, "回访"),))
    assert row.overdue_minor == 100_015


def test_name_of_an_enterprise_is_shown_in_full() -> None:
    bank = bank_with([a_note(party_kind="enterprise")], name="杭州春生贸易有限公司")
    with bank_scope(bank.id):
        assert [row.name for row in all_pages(bank, LoanQuery(), 10)] == ["杭州春生贸易有限公司"]


def test_page_takes_one_query_however_many_rows_it_has() -> None:
    bank = bank_with([a_note() for _ in range(30)])
    counts = []
    with bank_scope(bank.id):
        for limit in (1, 30):
            with CaptureQueriesContext(connection) as queries:
                loan_page(bank_id=bank.id, institution_codes=None, query=LoanQuery(), after=None, limit=limit)
            counts.append(sum("portfolio" in query["sql"] for query in queries.captured_queries))
    assert counts == [1, 1]


@pytest.mark.parametrize("limit", [0, 201])
def test_page_of_no_row_or_of_too_many_is_refused(limit: int) -> None:
    bank = bank_with([])
    with bank_scope(bank.id), pytest.raises(InputInvalidError):
        loan_page(bank_id=bank.id, institution_codes=None, query=LoanQuery(), after=None, limit=limit)


def test_cured_and_settled_notes_are_found_only_where_the_bucket_is_asked_for() -> None:
    bank = bank_with(
        [a_note(note_id="late"), a_note(note_id="cured", dpd=0), a_note(note_id="paid", bucket="settled"),
         a_note(note_id="kept", dpd=0, stale_since=DAY), a_note(note_id="off", bucket="charged_off")]
    )  # fmt: skip

    def found(**raw: object) -> set[str]:
        return {row.note_id for row in all_pages(bank, loan_query_parse(raw), 10)}

    with bank_scope(bank.id):
        assert found() == {"late", "off"}
        assert found(bucket=["M0", "settled"]) == {"cured", "paid", "kept"}
        assert found(stale=True) == {"kept"}, "carried forward: somebody must look, late or not"


def test_scope_is_what_is_allowed_and_asked_for() -> None:
    bank = a_bank()
    east = an_institution(bank, code="east")
    outlet = an_institution(bank, code="east-1", parent=east)
    west = an_institution(bank, code="west")
    root = the_root(bank)

    def scope(roots: set[int], *asked: int) -> list[str] | None:
        return loan_scope(bank_id=bank.id, roots=roots, wanted=LoanFilter(institution=asked), on=DAY)

    with bank_scope(bank.id):
        assert scope({root.id}) is None, "the whole bank needs no condition"
        assert scope({root.id}, east.id) == ["east", "east-1"]
        assert scope({east.id}) == ["east", "east-1"]
        assert scope({east.id}, outlet.id) == ["east-1"]
        assert scope({east.id, west.id}, outlet.id, west.id) == ["east-1", "west"]
        assert scope(set()) == []
        for asked in (west.id, root.id, 999_999):
            with pytest.raises(NotFoundError):
                scope({east.id}, asked)


def test_facets_count_the_notes_in_arrears_of_the_scope() -> None:
    bank = bank_with(
        [
            a_note(officer_code="E1", officer_name="张三", region="330182"),
            a_note(officer_code="E1", officer_name="张三"),
            a_note(institution_code="west", product_code="P2"),
            a_note(officer_code="E9", dpd=0),
        ]
    )
    with bank_scope(bank.id):
        whole = loan_facets(bank_id=bank.id, institution_codes=None)
        west = loan_facets(bank_id=bank.id, institution_codes=["west"])
    assert [(v.value, v.name, v.notes) for v in whole.officers] == [("E1", "张三", 2), ("", "", 1)]
    assert [(v.value, v.notes) for v in whole.products] == [("P1", 2), ("P2", 1)]
    assert [(v.value, v.notes) for v in whole.regions] == [("", 2), ("330182", 1)]
    assert [(v.value, v.notes) for v in west.products] == [("P2", 1)]


def test_notes_of_another_bank_are_never_found() -> None:
    own, other = bank_with([a_note(note_id="own")]), bank_with([a_note(note_id="other")])
    with bank_scope(own.id):
        assert [row.note_id for row in all_pages(own, LoanQuery(), 10)] == ["own"]
    with bank_scope(other.id), transaction.atomic():
        assert not DeskNote.objects.filter(note_id="own").exists()
