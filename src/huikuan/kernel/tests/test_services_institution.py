"""The tree of institutions and its history."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.errors import InputInvalidError, NotFoundError
from huikuan.kernel.facts import InstitutionKind, Who
from huikuan.kernel.models import Bank, Institution
from huikuan.kernel.selectors.institution import institution_root, institution_subtree, subtree_ids
from huikuan.kernel.services.bank import BankExistsError, bank_create
from huikuan.kernel.services.institution import (
    InstitutionConflictError,
    institution_add,
    institution_close,
    institution_move,
)
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT, FROM, a_bank, an_institution, the_root

pytestmark = pytest.mark.django_db
BY = Who.program("test")
TODAY = date(2026, 3, 2)


def _bank(**changes: object) -> int:
    values: dict[str, object] = {
        "code": "anji", "name_zh": "安吉农商行", "name_en": "Anji", "currency": "CNY", "minor_digits": 2,
        "time_zone": "Asia/Shanghai", "by": BY, "at": AT, "valid_from": FROM,
    }  # fmt: skip
    return bank_create(**{**values, **changes})  # type: ignore[arg-type]


def _move(bank: Bank, node: int, parent: int, on: date) -> None:
    institution_move(bank_id=bank.id, institution_id=node, parent_id=parent, moved_on=on, by=BY, at=AT, today=TODAY)


def test_bank_created_has_a_root_and_its_events() -> None:
    bank_id = _bank()
    with bank_scope(bank_id):
        root = institution_root(bank_id)
        assert (root.code, root.kind, root.parent_id) == ("anji", "bank", None)
        assert [e.name for e in events_of_subject(bank_id=bank_id, subject_kind="bank", subject_id=str(bank_id))] == [
            "kernel.bank_created"
        ]


def test_bank_with_a_taken_code_is_refused() -> None:
    _bank()
    with pytest.raises(BankExistsError, match="anji"):
        _bank()


@pytest.mark.parametrize(
    "change",
    [{"code": "An Ji"}, {"code": "anji\n"}, {"currency": "yuan"}, {"minor_digits": 5}, {"time_zone": "Beijing"}],
)
def test_bank_with_a_wrong_value_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(InputInvalidError, match=next(iter(change))):
        _bank(**change)


def test_subtree_holds_the_root_and_everything_below_and_nothing_beside() -> None:
    bank = a_bank()
    east, west = an_institution(bank, code="east"), an_institution(bank, code="west")
    outlet = an_institution(bank, code="east-1", parent=east, kind=InstitutionKind.OUTLET)
    with bank_scope(bank.id):
        assert subtree_ids(bank_id=bank.id, roots=[east.id], on=TODAY) == {east.id, outlet.id}
        assert subtree_ids(bank_id=bank.id, roots=[the_root(bank).id], on=TODAY) >= {east.id, outlet.id, west.id}
        assert subtree_ids(bank_id=bank.id, roots=[east.id, outlet.id, west.id], on=TODAY) == {
            east.id, outlet.id, west.id,
        }  # fmt: skip
        assert subtree_ids(bank_id=bank.id, roots=[], on=TODAY) == frozenset()


def test_institution_exists_from_its_first_day_to_the_day_before_its_end() -> None:
    bank = a_bank()
    node = an_institution(bank, valid_from=date(2020, 1, 1), valid_to=date(2021, 1, 1))

    def seen(on: date) -> bool:
        with bank_scope(bank.id):
            return node.id in subtree_ids(bank_id=bank.id, roots=[the_root(bank).id], on=on)

    assert [seen(d) for d in (date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1))] == [
        False, True, True, False,
    ]  # fmt: skip


def test_moved_institution_stands_under_its_old_parent_before_the_day() -> None:
    bank = a_bank()
    east, west = an_institution(bank, code="east"), an_institution(bank, code="west")
    outlet = an_institution(bank, code="o", parent=east, kind=InstitutionKind.OUTLET)
    _move(bank, outlet.id, west.id, date(2025, 1, 1))
    _move(bank, outlet.id, the_root(bank).id, date(2026, 1, 1))
    with bank_scope(bank.id):
        for day, parent in [
            (date(2024, 12, 31), east.id), (date(2025, 1, 1), west.id), (date(2025, 12, 31), west.id),
            (date(2026, 1, 1), the_root(bank).id),
        ]:  # fmt: skip
            (row,) = institution_subtree(bank_id=bank.id, roots=[outlet.id], on=day)
            assert row.parent_id == parent
        assert outlet.id in subtree_ids(bank_id=bank.id, roots=[east.id], on=date(2024, 12, 31))
        assert outlet.id not in subtree_ids(bank_id=bank.id, roots=[east.id], on=date(2025, 1, 1))


def test_move_that_makes_a_ring_is_refused() -> None:
    bank = a_bank()
    east = an_institution(bank, code="east")
    inner = an_institution(bank, code="inner", parent=east)
    with pytest.raises(InstitutionConflictError, match="under itself"):
        _move(bank, east.id, inner.id, date(2025, 1, 1))


def test_move_in_the_future_or_before_the_last_one_is_refused() -> None:
    bank = a_bank()
    node, parent = an_institution(bank), an_institution(bank)
    with pytest.raises(InputInvalidError, match="up to today"):
        _move(bank, node.id, parent.id, date(2026, 3, 3))
    _move(bank, node.id, parent.id, TODAY)
    with pytest.raises(InstitutionConflictError, match="later day"):
        _move(bank, node.id, the_root(bank).id, TODAY)


def test_close_with_children_is_refused_and_without_is_recorded() -> None:
    bank = a_bank()
    east = an_institution(bank, code="east")
    outlet = an_institution(bank, code="o", parent=east, kind=InstitutionKind.OUTLET)
    with pytest.raises(InstitutionConflictError, match="still has o"):
        institution_close(bank_id=bank.id, institution_id=east.id, valid_to=TODAY, by=BY, at=AT)
    institution_close(bank_id=bank.id, institution_id=outlet.id, valid_to=TODAY, by=BY, at=AT)
    institution_close(bank_id=bank.id, institution_id=east.id, valid_to=TODAY, by=BY, at=AT)
    with bank_scope(bank.id):
        (event,) = events_of_subject(bank_id=bank.id, subject_kind="institution", subject_id=str(east.id))
        assert event.payload == {"valid_to": "2026-03-02"}


@pytest.mark.parametrize(
    ("kind", "parent_kind"),
    [(InstitutionKind.BRANCH, InstitutionKind.OUTLET), (InstitutionKind.OUTLET, InstitutionKind.DEPARTMENT)],
)
def test_institution_under_a_wrong_kind_is_refused(kind: InstitutionKind, parent_kind: InstitutionKind) -> None:
    bank = a_bank()
    parent = an_institution(bank, kind=parent_kind)
    with pytest.raises(InstitutionConflictError, match="cannot stand under"):
        institution_add(
            bank_id=bank.id, code="x", kind=kind, parent_id=parent.id, name_zh="甲", name_en="A", valid_from=TODAY,
            by=BY, at=AT,
        )  # fmt: skip


def test_institution_under_a_parent_of_another_bank_is_refused_by_service_and_database() -> None:
    bank, foreign = a_bank(), the_root(a_bank())
    with pytest.raises(NotFoundError):
        institution_add(
            bank_id=bank.id, code="x", kind=InstitutionKind.BRANCH, parent_id=foreign.id, name_zh="甲",
            name_en="A", valid_from=TODAY, by=BY, at=AT,
        )  # fmt: skip
    with (
        bank_scope(bank.id),
        pytest.raises(DatabaseError, match="parent_id_fk"),
        transaction.atomic(),
    ):
        Institution.objects.create(
            bank_id=bank.id, code="x", kind="branch", parent_id=foreign.id, name_zh="甲", name_en="A",
            valid_from=TODAY,
        )  # fmt: skip
