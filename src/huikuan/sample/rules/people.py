"""People around the notes of the sample bank: co-borrowers, guarantors, officers, numbers and addresses.

That a loan was applied for by two is published; nothing else here is. Officers and guarantors are made up. Numbers are
of the exchange 555-01xx, which North American numbering keeps for fiction, and mail addresses of example.com, which
RFC 2606 keeps for examples, so none of them reaches anybody.
"""

from collections.abc import Iterator

from huikuan.portfolio.rules.schedule import months_after
from huikuan.sample.facts import DerivedNote
from huikuan.sample.rules.book import REGIONS

OFFICERS_PER_BRANCH = 5
_BRANCH_OF = {state: region for region in REGIONS for state in region.states}
_AREA_BORROWER, _AREA_CO_BORROWER = 200, 400  # one area code for a hundred numbers 555-0100 to 555-0199


def borrower_id(row: int) -> str:
    """Return the party of a row's borrower."""
    return f"P{row:05d}"


def co_borrower_id(row: int) -> str:
    """Return the party of a row's second applicant."""
    return f"J{row:05d}"


def guarantor_id(row: int) -> str:
    """Return the party of a row's guarantor."""
    return f"G{row:05d}"


def guarantee_row(note: DerivedNote) -> tuple[object, ...]:
    """Return the guarantee of a note's contract: joint, of its principal, until two years after the maturity."""
    row, amount = note.loan.row, f"{note.loan.principal_minor // 100}.{note.loan.principal_minor % 100:02d}"
    last_on = months_after(note.versions[0].rows[-1].due_on, 24)
    return (f"B{row:05d}", f"C{row:05d}", guarantor_id(row), "joint", "false", amount, "", note.disbursed_on, last_on)


def management_row(note: DerivedNote) -> tuple[str, ...]:
    """Return note, officer's code and name, and branch: the row's place among the officers of its state's branch."""
    loan = note.loan
    branch, number = _BRANCH_OF[loan.state], loan.row % OFFICERS_PER_BRANCH + 1
    return (f"N{loan.row:05d}", f"{branch.code}-{number}", f"{branch.name_en}, officer {number}", branch.code)


def contract_party_rows(note: DerivedNote) -> Iterator[tuple[str, ...]]:
    """Yield the second applicant of a joint application."""
    if note.loan.joint:
        yield (f"C{note.loan.row:05d}", co_borrower_id(note.loan.row), "co_borrower", note.disbursed_on.isoformat(), "")


def contact_rows(note: DerivedNote) -> Iterator[tuple[str, ...]]:
    """Yield a telephone and a mail address of each applicant."""
    row = note.loan.row
    yield from _contacts(note, borrower_id(row), "borrower", _AREA_BORROWER)
    if note.loan.joint:
        yield from _contacts(note, co_borrower_id(row), "co-borrower", _AREA_CO_BORROWER)


def statement_rows(note: DerivedNote) -> Iterator[tuple[str, ...]]:
    """Yield what an invented card system says of every 50th borrower: the telephone of the core, seldom another one.

    Of every 1,000th it knows another income than the credit system.
    """
    row, party_id, stated_on = note.loan.row, borrower_id(note.loan.row), note.disbursed_on.isoformat()
    if row % 50 == 0:
        area = _AREA_CO_BORROWER if row % 400 == 0 else _AREA_BORROWER
        number = f"+1-{area + row // 100}-555-01{row % 100:02d}"
        yield (f"{party_id}-S1", party_id, "card", "phone", number, stated_on)
    if row % 1000 == 0:
        yield (f"{party_id}-S2", party_id, "credit", "monthly_income", "4200.00", stated_on)
        yield (f"{party_id}-S3", party_id, "card", "monthly_income", "3850", stated_on)


def _contacts(note: DerivedNote, party_id: str, word: str, area: int) -> Iterator[tuple[str, ...]]:
    row, recorded_on = note.loan.row, note.disbursed_on.isoformat()
    rest = ("own", "application", "contract", recorded_on, "false")
    yield (f"{party_id}-M", party_id, "mobile", f"+1-{area + row // 100}-555-01{row % 100:02d}", *rest)
    yield (f"{party_id}-E", party_id, "email", f"{word}.{row:05d}@example.com", *rest)
