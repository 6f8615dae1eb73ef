"""Where a payment of one debtor would go: the preview over the notes of the book in sight."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from huikuan.kernel.errors import InputInvalidError
from huikuan.portfolio.borrower_policies import across_file_load
from huikuan.portfolio.exposure_out import AllocationPreviewOut, StepOut, note_paid_output
from huikuan.portfolio.facts import FactInvalid
from huikuan.portfolio.pay_preview import NoteToPay, pay_preview
from huikuan.portfolio.rules.exposure import secures
from huikuan.portfolio.selectors.book_read import book_day, book_open
from huikuan.portfolio.selectors.debtor import DebtorFacts, debtor_facts, guarantee_terms
from huikuan.portfolio.selectors.note import NoteOfBook, institution_codes, notes_of_book
from huikuan.portfolio.selectors.party import party_find
from huikuan.portfolio.selectors.renumbering import key_now

NOTES_MAX: Final = 100
_FEEDS: Final = ("guarantee", "collateral", "contract_party")


def allocation_preview(
    *, bank_id: int, party_id: str, roots: Iterable[int], on: date, amount_minor: int, note_id: str | None = None
) -> AllocationPreviewOut:
    """Return where a payment would go at the close of the latest night; ``note_id`` is what the customer designates.

    Raises NotFoundError for a party out of sight, BookNoNightError without a night, and InputInvalidError for a note
    that is no debt of the party in sight and for a debtor with too many notes.
    """
    roots = frozenset(roots)
    party_id = party_find(
        bank_id=bank_id, party_id=party_id, roots=roots, on=on
    ).party_id  # of a former key the present
    day = book_day(bank_id=bank_id)
    codes = institution_codes(bank_id=bank_id, roots=roots, on=on)
    with book_open(day, feeds=_FEEDS) as reader:
        facts = debtor_facts(reader, party_id, codes, with_group=False)
        own = facts.own()
        if len(own) > NOTES_MAX:
            raise InputInvalidError("party_id", f"a debtor with {len(own)} notes", f"at most {NOTES_MAX} live notes")
        notes = notes_of_book(reader, own)
    designated = note_id and key_now(bank_id=bank_id, kind="note", key=note_id)
    to_pay = [_to_pay(note, facts, day.business_date) for note in notes.values()]
    try:
        answer = pay_preview(to_pay, amount_minor, day.business_date, designated=designated)
    except FactInvalid as problem:
        raise InputInvalidError(problem.field, problem.got, problem.expected) from problem
    file = across_file_load()
    return AllocationPreviewOut(
        party_id=party_id,
        as_of=answer.as_of,
        currency=day.currency,
        minor_digits=day.minor_digits,
        amount_minor=amount_minor,
        note_id=note_id,
        notes=tuple(note_paid_output(row) for row in answer.notes),
        rest_minor=answer.rest_minor,
        notes_elsewhere=facts.own_elsewhere(),
        steps=tuple(StepOut.model_validate(step) for step in file.steps),
        source=file.source.title,
        article=file.source.article,
    )


def _to_pay(note: NoteOfBook, facts: DebtorFacts, on: date) -> NoteToPay:
    """A note with what secures it: guarantees of others in force, and collateral by the lower of its two amounts."""
    note_id = note.row["note_id"]
    owed = facts.owed[note_id]
    guaranteed = sum(
        terms.amount_minor
        for terms in map(guarantee_terms, facts.guarantees.values())
        if secures(terms, owed, on) and terms.guarantor not in owed.debtors
    )
    mortgaged = sum(
        min(row["secured_amount_minor"], row["appraised_amount_minor"] or row["secured_amount_minor"])
        for row in facts.collaterals.values()
        if row["contract_id"] == owed.contract_id
    )
    return NoteToPay(note_id, owed.contract_id, note.loan, note.schedule, guaranteed + mortgaged)
