"""Schedules at intake: whole, adding up, and small enough for the fold; delivered, computed, of a note in the book."""

from pathlib import Path

import duckdb
import pytest

from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.tests.deliveries import ADelivery


def a_delivery(tmp_path: Path) -> ADelivery:
    """A good delivery in a folder of its own."""
    return ADelivery(tmp_path / "2026-03-31")


def test_schedule_with_a_bad_row_note_and_whole_schedule_are_rejected(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    delivery.rows["instalments"][1]["interest"] = "-1"
    delivery.write()
    assert [(line, code) for line, code, _ in delivery.reject_codes("note")] == [(2, "schedule.row_rejected")]
    codes = delivery.reject_codes("instalment")
    assert {line for line, _, _ in codes} == {2, 3}


def test_schedule_given_but_not_delivered_note_is_rejected(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    delivery.rows["instalments"] = []
    assert delivery.write().reject_codes("note") == [(2, "schedule.missing", "repayment_method")]


def test_schedule_in_the_book_for_another_principal_note_is_rejected(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    delivery.rows["instalments"] = []
    delivery.write()
    for principal, expected in ((100_000, []), (99_999, [(2, "schedule.principal_sum", "principal")])):
        con = _book_with_note(delivery, disbursed_on="2026-01-10", principal_minor=principal)
        assert delivery.reject_codes("note", con) == expected


def test_schedule_computed_last_due_day_after_maturity_note_is_rejected(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    delivery.rows["notes"][1]["instalment_count"] = "12"
    assert delivery.write().reject_codes("note") == [(3, "terms.due_after_maturity", "matures_on")]


@pytest.mark.parametrize(("last", "rejects"), [("10000000000.00", []), ("10000000000.01", ["schedule.interest_sum"])])
def test_schedule_interest_at_the_limit_of_one_amount_is_accepted_and_one_unit_more_is_not(
    tmp_path: Path, last: str, rejects: list[str]
) -> None:
    delivery = a_delivery(tmp_path)
    whole, cents = last.split(".")
    first = delivery.rows["instalments"]
    first[0]["interest"], first[1]["interest"] = f"{int(whole) - 5}.00", f"5.{cents}"
    assert [code for _, code, _ in delivery.write().reject_codes("note")] == rejects


@pytest.mark.parametrize(
    ("method", "terms", "rejects"),
    [
        # 10,000,000,000.00 at 100 % for 12 months and 360 days bears just as much interest
        ("interest_first", {"instalment_count": "12", "first_due_on": "2026-02-05", "matures_on": "2027-01-05"}, []),
        (
            "interest_first",
            {"instalment_count": "12", "first_due_on": "2026-02-06", "matures_on": "2027-01-06"},
            ["terms.interest_sum"],
        ),
        (
            "interest_first",
            {
                "instalment_count": "4",
                "frequency": "quarterly",
                "first_due_on": "2026-04-05",
                "matures_on": "2027-01-05",
            },
            [],
        ),
        (
            "flat",  # a year of 26 fortnights, and one more
            {
                "instalment_count": "26",
                "frequency": "biweekly",
                "first_due_on": "2026-01-11",
                "matures_on": "2027-01-05",
            },
            [],
        ),
        (
            "flat",
            {
                "instalment_count": "27",
                "frequency": "biweekly",
                "first_due_on": "2026-01-11",
                "matures_on": "2027-01-10",
            },
            ["terms.interest_sum"],
        ),
        # 360 days from 2026-01-10
        ("bullet", {"instalment_count": "1", "first_due_on": "2027-01-05", "matures_on": "2027-01-05"}, []),
        (
            "bullet",
            {"instalment_count": "1", "first_due_on": "2027-01-06", "matures_on": "2027-01-06"},
            ["terms.interest_sum"],
        ),
    ],
)
def test_computed_interest_at_the_limit_of_one_amount_is_accepted_and_one_period_more_is_not(
    tmp_path: Path, method: str, terms: dict[str, str], rejects: list[str]
) -> None:
    delivery = a_delivery(tmp_path)
    large = {"principal": "10000000000.00", "annual_rate_pct": "100", "repayment_method": method}
    delivery.rows["notes"][0]["frequency"] = ""  # the columns of the file are those of its first row
    delivery.rows["notes"][1] |= large | terms
    assert [code for _, code, _ in delivery.write().reject_codes("note")] == rejects


@pytest.mark.parametrize(
    ("feed_row", "value", "code"),
    [
        ({}, "", None),
        ({"principal": "600.01"}, "principal", "schedule.principal_sum"),
        ({"interest": "10000000000.00"}, "interest", "schedule.interest_sum"),
        ({"due_on": "2026-02-09"}, "due_on", "schedule.order"),
    ],
)
def test_schedule_of_a_note_that_only_the_book_knows_is_held_to_that_note(
    tmp_path: Path, feed_row: dict[str, str], value: str, code: str | None
) -> None:
    delivery = a_delivery(tmp_path)
    del delivery.rows["notes"][0]
    delivery.rows["instalments"][1] |= feed_row
    con = _book_with_note(delivery.write(), disbursed_on="2026-01-10")
    expected = [] if code is None else [(2, code, value), (3, code, value)]
    assert delivery.reject_codes("instalment", con) == expected


@pytest.mark.parametrize(("disbursed_on", "rejected"), [("2026-02-10", []), ("2026-02-11", [2, 3])])
def test_schedule_of_a_note_that_only_the_book_knows_is_not_due_before_its_pay_out(
    tmp_path: Path, disbursed_on: str, rejected: list[int]
) -> None:
    delivery = a_delivery(tmp_path)
    del delivery.rows["notes"][0]
    con = _book_with_note(delivery.write(), disbursed_on=disbursed_on)
    codes = delivery.reject_codes("instalment", con)
    assert [line for line, _, _ in codes] == rejected
    assert [code for _, code, _ in codes][:1] == ["schedule.due_on"] * bool(rejected)


def _book_with_note(
    delivery: ADelivery, *, disbursed_on: str, principal_minor: int = 100_000
) -> duckdb.DuckDBPyConnection:
    """Open a connection whose book knows N1 with a delivered schedule."""
    con = delivery.connect()
    columns = [Column("note_id", "VARCHAR"), Column("principal_minor", "BIGINT"), Column("disbursed_on", "DATE")]
    known = [("N1", principal_minor, disbursed_on, True)]
    rows_load(con, "known_note", [*columns, Column("schedule_delivered", "BOOLEAN")], known)
    return con
