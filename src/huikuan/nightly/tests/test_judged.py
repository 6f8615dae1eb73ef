"""Loan events through whole nights: what is owed, what counts as charged off, and what the page of a borrower says."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from huikuan.kernel.selectors.institution import institution_root
from huikuan.kernel.tenancy import bank_scope
from huikuan.nightly.as_of import as_of_read
from huikuan.nightly.tests.feed_files import feed_add
from huikuan.nightly.tests.night_support import lake_read
from huikuan.nightly.tests.worlds import FIRST, a_note, a_world
from huikuan.portfolio.book_tables import NOTE_CLASS
from huikuan.portfolio.models import BucketCell, DeskNote
from huikuan.portfolio.selectors.borrower import borrower_overview
from huikuan.portfolio.selectors.exposure import party_exposure
from huikuan.portfolio.selectors.note import note_explain

pytestmark = pytest.mark.django_db
JUDGED_ON, LAST_ON = FIRST + timedelta(days=1), FIRST + timedelta(days=2)
CLAIM = {"principal": "12000.00", "interest": "300.00", "penalty": "50.00", "compound": "7.00", "costs": "20.00"}


def test_delay_interest_is_in_every_sum_of_what_is_owed(tmp_path: Path, settings: Settings) -> None:
    settings.HOME = tmp_path
    world = a_world(tmp_path, *(a_note(name, first_due_on=date(2024, 2, 20)) for name in "ABC"))
    judged = {"note_id": "C", "core_ref": "J", "kind": "judgment", "value_on": JUDGED_ON, "until_on": JUDGED_ON}
    claim = {f"claim_{name}": amount for name, amount in CLAIM.items()}
    row = {**judged, "recorded_at": f"{JUDGED_ON}T09:00:00+08:00", **claim}
    feed_add(world.deliver(JUDGED_ON), "loan_events", [row])
    world.run(LAST_ON)
    with bank_scope(world.bank.id):
        con = lake_read(world.bank, world.places.lake, LAST_ON, (NOTE_CLASS,))
        select = "select delay_minor, penalty_minor + compound_minor, overdue_minor from note_class where note_id = 'C'"
        delay, accrued, owed = con.execute(select).fetchone() or (0, 0, 0)
        assert delay == 210, "a night of 0.0175 % on principal and costs of 12,020.00"
        assert owed == 1_200_000 + 30_000 + 2_000 + accrued + 210
        desk = DeskNote.objects.get(bank_id=world.bank.id, note_id="C")
        assert (desk.overdue_minor, desk.delay_minor) == (owed, 210)
        cells = BucketCell.objects.filter(bank_id=world.bank.id, business_date=LAST_ON)
        of_cells = sum(cell.penalty_minor for cell in cells)
        roots = [institution_root(world.bank.id).id]
        page = borrower_overview(bank_id=world.bank.id, party_id="P-C", roots=roots, on=LAST_ON)
        joint = party_exposure(bank_id=world.bank.id, party_id="P-C", roots=roots, on=LAST_ON)
    (contract,) = page.contracts
    (note,) = contract.notes
    assert page.sums.overdue_minor == note.overdue_minor == joint.notes[0].overdue_minor == owed
    assert next(figure.ours for figure in note.balances.figures if figure.name == "delay") == 210
    others = con.execute("select sum(penalty_minor + compound_minor) from note_class where note_id <> 'C'").fetchone()
    assert others is not None
    lines = as_of_read(world.bank, LAST_ON, world.places.lake, known_at=None).lines
    assert of_cells == sum(line.penalty_minor for line in lines) == others[0] + accrued + 210


@pytest.mark.parametrize(("kind", "bucket"), [("charge_off", "charged_off"), ("waiver", "M1")])
def test_charge_off_by_an_event_is_one_on_the_page_and_in_the_night(
    tmp_path: Path, settings: Settings, kind: str, bucket: str
) -> None:
    """The core still calls the note active."""
    settings.HOME = tmp_path
    world = a_world(tmp_path, a_note("A", first_due_on=date(2024, 2, 20)))
    row = {"note_id": "A", "core_ref": "E", "kind": kind, "value_on": JUDGED_ON}
    asked = {"amount": "1.00", "component": "interest"} if kind == "waiver" else {}
    feed_add(world.deliver(JUDGED_ON), "loan_events", [{**row, **asked, "recorded_at": f"{JUDGED_ON}T09:00:00+08:00"}])
    world.run(LAST_ON)
    with bank_scope(world.bank.id):
        con = lake_read(world.bank, world.places.lake, LAST_ON, (NOTE_CLASS,))
        found = con.execute("select bucket, denominator_minor, management_minor from note_class").fetchone()
        _, answer = note_explain(bank_id=world.bank.id, note_id="A", as_of=LAST_ON)
    counted = 0 if kind == "charge_off" else 1_200_000
    assert found == (bucket, counted, counted)
    assert (answer.lateness.bucket, answer.overdue.management_minor) == (bucket, counted)


def test_a_reversed_event_is_told_and_a_guarantors_payment_is_named(tmp_path: Path, settings: Settings) -> None:
    settings.HOME = tmp_path
    world = a_world(tmp_path, a_note("A", first_due_on=date(2024, 2, 20)))
    booked = f"{JUDGED_ON}T09:00:00+08:00"
    pause = {"note_id": "A", "core_ref": "E", "kind": "pause", "value_on": JUDGED_ON, "recorded_at": booked}
    undone = {**pause, "core_ref": "E-R", "reverses": "E", "value_on": LAST_ON}
    folder = world.deliver(JUDGED_ON)
    feed_add(folder, "loan_events", [{**pause, "until_on": LAST_ON + timedelta(days=30)}])
    paid = {"note_id": "A", "core_ref": "G", "value_on": JUDGED_ON, "received_at": booked, "amount": "5.00"}
    feed_add(folder, "repayments", [{**paid, "payer": "guarantor"}])
    feed_add(world.deliver(LAST_ON), "loan_events", [{**undone, "recorded_at": f"{LAST_ON}T09:00:00+08:00"}])
    world.run(LAST_ON)
    for on, told, listed, kind in ((JUDGED_ON, ["E"], [], "event"), (LAST_ON, [], ["E", "E-R"], "event_reversed")):
        with bank_scope(world.bank.id):
            roots = [institution_root(world.bank.id).id]
            page = borrower_overview(bank_id=world.bank.id, party_id="P-A", roots=roots, on=LAST_ON, as_of=on)
        life = page.contracts[0].notes[0].life
        assert life is not None
        assert [event.core_ref for event in life.events] == told
        assert [event.core_ref for event in life.events_not_counted] == listed
        items = {item.reference: item for item in page.timeline.items}
        assert (items["E"].kind, items["E"].event, items["G"].payer) == (kind, "pause", "guarantor")
