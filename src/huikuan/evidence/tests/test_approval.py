"""Four eyes."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from huikuan.evidence.errors import (
    ApprovalDecidedError,
    ApprovalKindUnknownError,
    ApprovalOwnError,
    ApprovalReasonMissingError,
)
from huikuan.evidence.models import Approval
from huikuan.evidence.selectors.events import events_of_subject
from huikuan.evidence.services.approval import (
    Approved,
    approval_decide,
    approval_kind_register,
    approval_request,
    approval_withdraw,
)
from huikuan.kernel.errors import ConflictError, InputInvalidError, NotFoundError
from huikuan.kernel.facts import DayKind, Who
from huikuan.kernel.models import Bank, CalendarDay
from huikuan.kernel.services.calendar import (
    CalendarYearPresentError,
    calendar_change_propose,
    calendar_seed,
)
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT, a_bank, a_user

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)


class World:
    """A bank with a year of calendar and two people."""

    def __init__(self) -> None:
        self.bank: Bank = a_bank()
        self.asker = Who.user(a_user(self.bank).id)
        self.decider = Who.user(a_user(self.bank).id)
        calendar_seed(bank_id=self.bank.id, country="cn", year=2026, by=Who.program("test"), at=AT)

    def propose(self, kind: DayKind = DayKind.REST) -> int:
        return calendar_change_propose(
            bank_id=self.bank.id, day=DAY, kind=kind, name="抗台风", reason="notice 7", by=self.asker, at=AT
        )

    def decide(self, approval_id: int, *, approve: bool = True, reason: str = "", by: Who | None = None) -> None:
        approval_decide(
            bank_id=self.bank.id, approval_id=approval_id, approve=approve, reason=reason, by=by or self.decider, at=AT
        )

    def kind(self) -> str:
        with bank_scope(self.bank.id):
            return CalendarDay.objects.get(day=DAY).kind


def test_calendar_changes_only_when_another_person_approves() -> None:
    world = World()
    approval = world.propose()
    assert world.kind() == "workday"
    world.decide(approval)
    assert world.kind() == "rest"
    with bank_scope(world.bank.id):
        events = events_of_subject(bank_id=world.bank.id, subject_kind="calendar", subject_id="2026")
        assert events[-1].payload == {
            "day": "2026-03-03", "kind_before": "workday", "kind": "rest", "approval_id": approval,
        }  # fmt: skip
        names = [e.name for e in events_of_subject(
            bank_id=world.bank.id, subject_kind="approval", subject_id=str(approval)
        )]  # fmt: skip
        assert names == ["evidence.approval_requested", "evidence.approval_decided"]


def test_own_request_cannot_be_decided() -> None:
    world = World()
    approval = world.propose()
    with pytest.raises(ApprovalOwnError):
        world.decide(approval, by=world.asker)
    with pytest.raises(ApprovalOwnError):
        world.decide(approval, by=Who.program("nightly"))
    assert world.kind() == "workday"


def test_own_decision_is_refused_by_the_database_too() -> None:
    world = World()
    approval = world.propose()
    with bank_scope(world.bank.id), pytest.raises(DatabaseError, match="four_eyes"), transaction.atomic():
        Approval.objects.filter(id=approval).update(state="approved", decided_by=int(world.asker.ref), decided_at=AT)


def test_refused_request_changes_nothing_and_needs_a_reason() -> None:
    world = World()
    approval = world.propose()
    with pytest.raises(ApprovalReasonMissingError):
        world.decide(approval, approve=False, reason=" ")
    world.decide(approval, approve=False, reason="no such notice")
    assert world.kind() == "workday"


def test_decided_request_cannot_be_decided_again_or_changed() -> None:
    world = World()
    approval = world.propose()
    world.decide(approval)
    with pytest.raises(ApprovalDecidedError, match="already approved"):
        world.decide(approval, approve=False, reason="late")
    for change in ({"state": "refused"}, {"request": {"day": "2026-03-04"}}):
        with bank_scope(world.bank.id), pytest.raises(DatabaseError, match="decided once"), transaction.atomic():
            Approval.objects.filter(id=approval).update(**change)


def test_request_is_withdrawn_by_the_person_who_asked_only() -> None:
    world = World()
    approval = world.propose()
    with pytest.raises(NotFoundError):
        approval_withdraw(bank_id=world.bank.id, approval_id=approval, by=world.decider, at=AT)
    approval_withdraw(bank_id=world.bank.id, approval_id=approval, by=world.asker, at=AT)
    with pytest.raises(ApprovalDecidedError, match="withdrawn"):
        world.decide(approval)


def test_request_of_another_bank_is_not_found() -> None:
    world, other = World(), World()
    approval = world.propose()
    with pytest.raises(NotFoundError):
        approval_decide(bank_id=other.bank.id, approval_id=approval, approve=True, reason="", by=other.decider, at=AT)


def test_request_of_unknown_kind_or_by_a_program_is_refused() -> None:
    world = World()
    values = {"bank_id": world.bank.id, "subject_id": "x", "request": {}, "at": AT}
    with pytest.raises(ApprovalKindUnknownError):
        approval_request(kind="test.unknown", by=world.asker, **values)  # type: ignore[arg-type]
    with pytest.raises(InputInvalidError, match="person"):
        approval_request(kind="kernel.calendar_change", by=Who.program("x"), **values)  # type: ignore[arg-type]


def test_approval_that_cannot_be_carried_out_stays_open() -> None:
    world = World()

    def fail(_approved: Approved) -> None:
        raise ConflictError("The world has changed.")

    approval_kind_register("test.fails", fail)
    approval = approval_request(
        bank_id=world.bank.id, kind="test.fails", subject_id="x", request={}, by=world.asker, at=AT
    )
    with pytest.raises(ConflictError):
        world.decide(approval)
    with bank_scope(world.bank.id):
        assert Approval.objects.get(id=approval).state == "open"
        events = events_of_subject(bank_id=world.bank.id, subject_kind="approval", subject_id=str(approval))
        assert [e.name for e in events] == ["evidence.approval_requested"]


def test_proposal_without_change_is_refused() -> None:
    world = World()
    world.decide(world.propose())
    with pytest.raises(ConflictError, match="nothing to change"):
        world.propose()


def test_year_that_is_loaded_cannot_be_loaded_again() -> None:
    world = World()
    with pytest.raises(CalendarYearPresentError):
        calendar_seed(bank_id=world.bank.id, country="cn", year=2026, by=Who.program("test"), at=AT)


@pytest.mark.parametrize("text", ["call 13812342231", "identity 110101199003074514"])
def test_personal_number_in_a_request_or_a_reason_is_refused(text: str) -> None:
    world = World()
    with pytest.raises(InputInvalidError) as refused:
        calendar_change_propose(
            bank_id=world.bank.id, day=DAY, kind=DayKind.REST, name="", reason=text, by=world.asker, at=AT
        )
    assert text not in refused.value.message
    with pytest.raises(InputInvalidError, match="reason"):
        world.decide(world.propose(), approve=False, reason=text)


def test_application_cannot_store_a_request_that_is_decided_already() -> None:
    world = World()
    with bank_scope(world.bank.id), pytest.raises(DatabaseError, match="begins open"), transaction.atomic():
        Approval.objects.create(
            bank_id=world.bank.id, kind="kernel.calendar_change", subject_id="2026-03-03", request={},
            state="approved", requested_by=int(world.asker.ref), requested_at=AT, decided_by=int(world.decider.ref),
            decided_at=AT,
        )  # fmt: skip
