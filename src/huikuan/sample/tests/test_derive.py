"""What is derived adds up to what was published, for every one of the 10,000 loans."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from huikuan.sample.comparison import sample_agreement
from huikuan.sample.deliver import sample_notes
from huikuan.sample.facts import SNAPSHOT_ON, DerivedNote, LenderLoan, LenderStatus
from huikuan.sample.rules.agreement import Band, agreement, band_of
from huikuan.sample.rules.book import PRODUCTS, REGIONS, STATES, product_code
from huikuan.sample.rules.dates import interest_lost, issue_days, late_possible
from huikuan.sample.rules.derive import month_interest, note_derive, paid_split
from huikuan.sample.source import lender_loans


@pytest.fixture(scope="module")
def notes() -> tuple[DerivedNote, ...]:
    """All derived notes."""
    return sample_notes()


def a_loan(**changes: object) -> LenderLoan:
    """The first published loan with changes: 28,000 at 14.07 % over 60 months, issued in March 2018."""
    return replace(lender_loans()[0], **changes)  # type: ignore[arg-type]


def test_source_has_the_published_rows() -> None:
    loans = lender_loans()
    assert len(loans) == 10_000
    assert Counter(loan.status for loan in loans) == {
        LenderStatus.CURRENT: 9375,
        LenderStatus.FULLY_PAID: 447,
        LenderStatus.GRACE: 67,
        LenderStatus.LATE_31: 66,
        LenderStatus.LATE_16: 38,
        LenderStatus.CHARGED_OFF: 7,
    }


def test_notes_paid_principal_and_interest_are_the_lenders_to_the_cent(notes: tuple[DerivedNote, ...]) -> None:
    for note in notes:
        loan = note.loan
        money = sum(paid.amount_minor for paid in note.paid)
        assert money == loan.paid_principal_minor + loan.paid_interest_minor + loan.paid_late_fees_minor, loan.row
        principal = interest = 0
        for row in note.schedule_on(SNAPSHOT_ON).rows:
            due = row.principal_minor + row.interest_minor + row.costs_minor
            if money < due:
                break
            money, principal, interest = money - due, principal + row.principal_minor, interest + row.interest_minor
        assert (money, principal, interest) == (0, loan.paid_principal_minor, loan.paid_interest_minor), loan.row


def test_notes_every_schedule_adds_up_and_runs_forward(notes: tuple[DerivedNote, ...]) -> None:
    for note in notes:
        assert [v.known_on for v in note.versions] == sorted(v.known_on for v in note.versions)
        for version in note.versions:
            rows = version.rows
            assert sum(row.principal_minor for row in rows) == note.loan.principal_minor, note.loan.row
            assert min(min(row.principal_minor, row.interest_minor) for row in rows) >= 0, note.loan.row
            assert all(a.due_on <= b.due_on for a, b in pairwise(rows)) and rows[0].due_on > note.disbursed_on


def test_notes_nothing_is_paid_before_the_pay_out_or_after_the_snapshot(notes: tuple[DerivedNote, ...]) -> None:
    for note in notes:
        assert all(note.disbursed_on < paid.value_on <= SNAPSHOT_ON for paid in note.paid), note.loan.row
        assert all(paid.amount_minor > 0 for paid in note.paid), note.loan.row


def test_status_of_the_lender_is_not_used_unless_it_ends_the_loan() -> None:
    for loan in lender_loans()[:500]:
        if loan.status not in (LenderStatus.FULLY_PAID, LenderStatus.CHARGED_OFF):
            seen = {note_derive(replace(loan, status=s)).versions for s in (LenderStatus.CURRENT, LenderStatus.LATE_31)}
            assert len(seen) == 1


def test_agreement_with_the_lender_is_what_the_documentation_says(notes: tuple[DerivedNote, ...]) -> None:
    found = sample_agreement(notes)
    assert (found.compared, found.strict, found.merged, found.all_current) == (9546, 9443, 9450, 9375)
    assert found.recall(LenderStatus.LATE_31) == (65, 66)
    assert found.recall(LenderStatus.GRACE) == (14, 67)


def test_derivation_is_the_same_at_every_call() -> None:
    assert note_derive(a_loan()) == note_derive(a_loan())


def test_month_interest_is_rounded_half_up() -> None:
    assert month_interest(2_800_000, 140_700) == 32_830
    assert (month_interest(600, 10_000), month_interest(599, 10_000)) == (1, 0)


def test_split_whole_instalments_short_by_two_days_is_seen() -> None:
    loan = a_loan(paid_principal_minor=195_759 - 101_519 - 2_189, paid_interest_minor=101_519)
    assert (paid_split(loan).instalments, paid_split(loan).short_days) == (3, 2)


def test_split_money_beyond_is_a_prepayment() -> None:
    loan = a_loan(paid_principal_minor=98_414 + 500_000)
    split = paid_split(loan)
    assert split.instalments == 3 and split.extra_minor > 450_000


def test_interest_is_lost_over_the_weekend_and_the_holiday() -> None:
    assert interest_lost(date(2018, 3, 7)) == 2  # Wednesday
    assert interest_lost(date(2018, 3, 8)) == 4  # Thursday
    assert interest_lost(date(2018, 1, 11)) == 5  # Thursday before Martin Luther King Day
    assert all(day.weekday() < 5 for day in issue_days(2, None))


def test_last_days_of_a_month_are_possible_where_the_calendar_has_them() -> None:
    assert late_possible(1, 2) and not late_possible(1, 4)
    assert late_possible(2, 2) and not late_possible(2, 4)
    assert late_possible(3, 2) and late_possible(3, 4)


@pytest.mark.parametrize(
    ("dpd", "band"),
    [
        (0, Band.CURRENT),
        (1, Band.GRACE),
        (15, Band.GRACE),
        (16, Band.LATE_16),
        (30, Band.LATE_16),
        (31, Band.LATE_31),
        (120, Band.LATE_31),
        (121, Band.OLDER),
    ],
)
def test_band_boundaries(dpd: int, band: Band) -> None:
    assert band_of(dpd) is band


def test_agreement_leaves_terminal_states_out_and_merges_the_first_thirty_days() -> None:
    found = agreement(
        [(LenderStatus.GRACE, 20), (LenderStatus.LATE_16, 20), (LenderStatus.CURRENT, 0), (LenderStatus.FULLY_PAID, 0)]
    )
    assert (found.compared, found.strict, found.merged) == (3, 2, 3)


def test_book_every_state_has_an_outlet_and_every_purpose_a_product() -> None:
    assert sorted(state for region in REGIONS for state in region.states) == sorted(STATES)
    codes = {product.code for product in PRODUCTS}
    assert {product_code(loan.purpose, loan.term_months) for loan in lender_loans()} == codes
    assert {loan.state for loan in lender_loans()} <= set(STATES)
