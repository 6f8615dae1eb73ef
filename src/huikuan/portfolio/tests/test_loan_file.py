"""The loan file in version 2: every field reaches the rules, and what does not fit is refused by its JSON field."""

import copy
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from huikuan.portfolio.conventions import (
    CONVENTIONS_DEFAULT,
    Advance,
    Component,
    Conventions,
    DayCount,
    Holidays,
    LateFee,
    LateFeeKind,
    PenaltyAs,
    Rounding,
)
from huikuan.portfolio.facts import FactInvalid, Frequency, Instalment, NoteTerms, Payer
from huikuan.portfolio.loan_events import Claim, EventKind
from huikuan.portfolio.loan_file import Loan, LoanFile, LoanFileError, field_of, loan_file_read, loan_of_file, said_of
from huikuan.portfolio.loan_parts import ConventionsPart, NotePart
from huikuan.portfolio.loan_view import loan_replay
from huikuan.portfolio.rules.products import FIELDS
from huikuan.portfolio.tests.test_cli_loan import LOAN

TWO: dict[str, Any] = LOAN | {"schema": "huikuan.loan/2"}


def read(loan: dict[str, Any]) -> Loan:
    return loan_of_file(LoanFile.model_validate_json(json.dumps(loan)), "loan.json")


def two(**parts: Any) -> dict[str, Any]:
    """TWO with fields of parts replaced; None takes a field away."""
    loan = copy.deepcopy(TWO)
    for name, value in parts.items():
        if isinstance(value, dict):
            loan[name] = {key: each for key, each in (loan.get(name, {}) | value).items() if each is not None}
        else:
            loan[name] = value
    return loan


def test_file_without_version_is_one_of_version_1_with_the_packs_conventions() -> None:
    loan = read(LOAN | {"tolerance_days": 3})
    assert loan.conventions == Conventions(tolerance_days=3)
    assert (loan.events, loan.product, loan.tolerance_days) == ((), None, 3)
    assert read(LOAN).terms == read(TWO).terms


def test_every_convention_has_a_field_in_the_file_with_the_same_default() -> None:
    names = {"instalment_unit": "instalment_unit_minor", "tolerance": "tolerance_minor"}
    assert tuple(names.get(name, name) for name in ConventionsPart.model_fields) == FIELDS
    whole = ConventionsPart.model_validate(ConventionsPart().model_dump())
    assert read(TWO | {"conventions": whole.model_dump(mode="json")}).conventions == CONVENTIONS_DEFAULT


def test_every_term_of_a_note_has_a_field_in_the_file() -> None:
    names = {"repayment_method": "method"}
    file = {
        names.get(name, name.replace("_pct", "_ppm"))
        for name in NotePart.model_fields.keys() - {"note_id", "core_status", "misused"}
    }
    terms = {name.removesuffix("_minor") for name in NoteTerms.__dataclass_fields__} - {"instalment"}
    terms.add("instalment_amount")
    assert file == terms


def test_explicit_conventions_reach_the_rules_in_minor_units_and_parts_per_million() -> None:
    loan = read(
        two(
            conventions={
                "day_count": "act/365", "rounding": "up", "tolerance": "0.50", "tolerance_days": 3,
                "instalment_unit": "1.00", "principal_first_after_days": 90, "advance": "re_amortised",
                "late_fee": {"kind": "instalment", "rate_pct": "5", "after_days": 15},
                "allocation_order": ["interest", "principal", "costs", "penalty", "compound"],
            }
        )
    )  # fmt: skip
    assert loan.conventions == Conventions(
        day_count=DayCount.ACT_365, rounding=Rounding.UP, tolerance_minor=50, tolerance_days=3,
        instalment_unit_minor=100, principal_first_after_days=90, advance=Advance.RE_AMORTISED,
        late_fee=LateFee(LateFeeKind.INSTALMENT, 0, 50_000, 15),
        allocation_order=(
            Component.INTEREST, Component.PRINCIPAL, Component.COSTS, Component.PENALTY, Component.COMPOUND,
        ),
    )  # fmt: skip


def test_product_gives_conventions_kind_and_code_and_overrides_stay_inside_it() -> None:
    note = {"penalty_rate_pct": None, "penalty_markup_pct": "50"}
    loan = read(two(product={"code": "mortgage"}, note=note, conventions={"advance": "re_amortised"}))
    assert (loan.product, loan.monthly_consumer) == ("mortgage", False)
    assert (loan.conventions.penalty_as, loan.conventions.advance) == (PenaltyAs.MARKUP, Advance.RE_AMORTISED)
    assert loan.terms.penalty_markup_ppm == 500_000
    consumer = read(two(product={"code": "consumer"}))
    assert consumer.monthly_consumer
    assert not read(two(product={"code": "consumer"}, note={"frequency": "weekly"})).monthly_consumer


def test_events_payers_and_days_off_reach_the_rules() -> None:
    event = {"core_ref": "E1", "value_on": "2024-03-01", "recorded_at": "2024-03-01T08:00:00+08:00"}
    claim = {"principal": "9000.00", "interest": "1.50", "costs": "50.00"}
    row = {"seq": 20, "due_on": "2024-06-15", "principal": "9000.00", "interest": "30.00"}
    loan = read(
        two(
            calendar={"days_off": ["2024-02-15"], "days_worked": ["2024-02-17"]},
            repayments=[LOAN["repayments"][0] | {"payer": "guarantor"}],
            events=[
                event | {"kind": "rate_change", "annual_rate_pct": "4.2", "penalty_rate_pct": "6.3"},
                event | {"core_ref": "E2", "kind": "judgment", "claim": claim, "until_on": "2024-04-01"},
                event | {"core_ref": "E3", "kind": "waiver", "component": "penalty", "amount": "1.23"},
                event | {"core_ref": "E4", "kind": "restructure", "schedule": [row], "reverses": None},
                event | {"core_ref": "E5", "kind": "charge_back", "names_ref": "R1", "amount": "5"},
                event | {"core_ref": "E6", "kind": "waiver", "reverses": "E3"},
            ],
        )
    )
    rate, judgment, waiver, restructure, back, undone = loan.events
    assert (rate.annual_rate_ppm, rate.penalty_rate_ppm) == (42_000, 63_000)
    assert rate.recorded_at == datetime(2024, 3, 1, tzinfo=UTC)
    assert (judgment.claim, judgment.until_on) == (Claim(900_000, 150, 0, 0, 5_000), date(2024, 4, 1))
    assert (waiver.kind, waiver.component, waiver.amount_minor) == (EventKind.WAIVER, Component.PENALTY, 123)
    assert restructure.schedule == (Instalment(20, date(2024, 6, 15), 900_000, 3_000),)
    assert (back.names_ref, undone.reverses) == ("R1", "E3")
    assert loan.repayments[0].payer is Payer.GUARANTOR
    thursday_off, saturday_worked = date(2024, 2, 15), date(2024, 2, 17)
    assert [loan.is_workday(day) for day in (thursday_off, saturday_worked)] == [False, True]
    assert [loan.is_workday(date(2024, 2, day)) for day in (16, 18, 24)] == [True, False, False]


@pytest.mark.parametrize(
    ("loan", "field"),
    [
        (LOAN | {"conventions": {}}, "conventions"),
        (LOAN | {"events": []}, "events"),
        (LOAN | {"product": {"code": "consumer"}}, "product.code"),
        (LOAN | {"note": LOAN["note"] | {"frequency": "monthly"}}, "note.frequency"),
        (LOAN | {"note": LOAN["note"] | {"repayment_method": "flat"}}, "note.repayment_method"),
        (LOAN | {"repayments": [LOAN["repayments"][0] | {"payer": "other"}]}, "repayments[0].payer"),
        (two(tolerance_days=3), "tolerance_days"),
        (two(note={"penalty_rate_pct": None}), "note.penalty_rate_pct"),
        (two(note={"penalty_markup_pct": "50"}), "note.penalty_markup_pct"),
        (two(conventions={"penalty_as": "markup"}), "note.penalty_rate_pct"),
        (two(conventions={"penalty_as": "markup"}, note={"penalty_rate_pct": None}), "note.penalty_markup_pct"),
        (two(conventions={"tolerance": "0.001"}), "conventions.tolerance"),
        (two(conventions={"instalment_unit": "0"}), "conventions.instalment_unit"),
        (two(conventions={"late_fee": {"kind": "flat"}}), "conventions.late_fee.amount"),
        (two(conventions={"late_fee": {"kind": "none", "rate_pct": "5"}}), "conventions.late_fee.rate_pct"),
        (two(conventions={"allocation_order": ["costs"] * 5}), "conventions.allocation_order"),
        (two(conventions={"due_stages": "past_due_first", "allocation_axis": "horizontal"}), "conventions.due_stages"),
        (two(conventions={"last_instalment": "smoothed"}, note={"repayment_method": "flat"}),
         "conventions.last_instalment"),
        (two(product={"code": "barn"}), "product.code"),
        (two(product={"code": "consumer", "kind": "consumer"}), "product.kind"),
        (two(product={"code": "consumer"}, conventions={"re_ageing": True}), "conventions.re_ageing"),
        (two(product={"code": "consumer"}, conventions={"tolerance_days": 8}), "conventions.tolerance_days"),
        (two(product={"code": "consumer"}, note={"repayment_method": "bullet"}), "note.repayment_method"),
        (two(product={"code": "consumer"}, note={"balloon": "1"}), "note.balloon"),
        (two(product={"code": "consumer"}, note={"instalment_count": 261}), "note.instalment_count"),
        (two(product={"code": "bullet_quarterly"}), "note.penalty_rate_pct"),
        (two(product={"code": "seasonal"}, note={"repayment_method": "given", "compound": "none"}), "instalments"),
        (two(product={"code": "consumer"}, note={"penalty_rate_pct": "9.0001"}), "note.penalty_rate_pct"),
        (two(product={"code": "consumer"}, note={"penalty_rate_pct": "7.7999"}), "note.penalty_rate_pct"),
        (two(product={"code": "consumer"}, note={"misused": True, "penalty_rate_pct": "8.9999"}),
         "note.penalty_rate_pct"),
        (two(product={"code": "consumer"}, conventions={"late_fee": {"kind": "flat", "amount": "50"}}),
         "conventions.late_fee"),
        (two(product={"code": "consumer"}, note={"penalty_rate_pct": "0"},
             conventions={"late_fee": {"kind": "flat", "amount": "50.01"}}), "conventions.late_fee"),
        (two(product={"code": "consumer"}, conventions={"day_count": "act/364"}), "conventions.day_count"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_its_json_field(loan: dict[str, Any], field: str) -> None:
    with pytest.raises(LoanFileError) as refused:
        read(loan)
    assert refused.value.field == field


@pytest.mark.parametrize("rate", ["0", "7.8", "9"])
def test_penalty_rate_on_both_edges_of_the_limit_or_none_is_taken(rate: str) -> None:
    assert read(two(product={"code": "consumer"}, note={"penalty_rate_pct": rate})).terms.penalty_rate_ppm in (
        0, 78_000, 90_000,
    )  # fmt: skip


def test_misused_loan_may_bear_twice_the_rate() -> None:
    note = {"penalty_rate_pct": "12", "misused": True}
    assert read(two(product={"code": "consumer"}, note=note)).terms.penalty_rate_ppm == 120_000
    with pytest.raises(LoanFileError, match="mark-up of 50 to 100 percent for misuse"):
        read(two(product={"code": "consumer"}, note=note | {"penalty_rate_pct": "12.0001"}))


def test_late_fee_without_penalty_interest_is_taken() -> None:
    fee = {"kind": "flat", "amount": "50.00", "after_days": 30}
    loan = read(two(product={"code": "consumer"}, note={"penalty_rate_pct": "0"}, conventions={"late_fee": fee}))
    assert loan.conventions.late_fee == LateFee(LateFeeKind.FLAT, 5_000, 0, 30)


def test_refusal_names_value_and_reason() -> None:
    fee = {"kind": "flat", "amount": "50.00"}
    with pytest.raises(LoanFileError, match=r"late_fee: expected another value beside .*24 percent.*got flat"):
        read(two(product={"code": "consumer"}, conventions={"late_fee": fee}))
    with pytest.raises(LoanFileError, match=r"holidays: expected .* \(A delivered schedule stands"):
        rows = [{"seq": 1, "due_on": "2024-02-15", "principal": "12000.00", "interest": "0"}]
        read(two(conventions={"holidays": Holidays.FOLLOWING}, instalments=rows))


def test_unknown_value_is_refused_before_any_rule() -> None:
    with pytest.raises(ValidationError):
        LoanFile.model_validate_json(json.dumps(two(conventions={"day_count": "act/370"})))
    assert read(two(note={"frequency": "quarterly"})).terms.frequency is Frequency.QUARTERLY


EVENT = {"core_ref": "E1", "value_on": "2024-03-01", "recorded_at": "2024-03-01T08:00:00+08:00"}


@pytest.mark.parametrize(
    ("loan", "field"),
    [
        (two(events=[EVENT | {"kind": "pause"}]), "events[core_ref=E1].until_on"),
        (two(events=[EVENT | {"kind": "waiver", "amount": "5.00"}]), "events[core_ref=E1].component"),
        (two(events=[EVENT | {"kind": "rate_change"}]), "events[core_ref=E1].annual_rate_pct"),
        (two(events=[EVENT | {"kind": "resume", "amount": "5.00"}]), "events[core_ref=E1].amount"),
        (two(events=[EVENT | {"kind": "waiver", "reverses": "E9"}]), "events[core_ref=E1].reverses"),
        (two(events=[EVENT | {"kind": "re_age"}]), "events[core_ref=E1].kind"),
        (two(events=[EVENT | {"kind": "extension", "until_on": "2024-12-31"}]), "events[core_ref=E1].until_on"),
        (
            two(events=[EVENT | {"kind": "charge_back", "names_ref": "R9", "amount": "5.00"}]),
            "events[core_ref=E1].names_ref",
        ),
        (two(repayments=[LOAN["repayments"][0] | {"reverses": "R9"}]), "repayments.reverses"),
        (two(note={"frequency": "weekly", "matures_on": "2024-04-01"}), "note.matures_on"),
        (two(note={"interest_only_count": 12}), "note.interest_only_count"),
        (two(note={"instalment_amount": "0"}), "note.instalment_amount"),
    ],
)
def test_what_the_rules_refuse_is_named_by_its_json_field(loan: dict[str, Any], field: str) -> None:
    with pytest.raises(FactInvalid) as refused:
        loan_replay(read(loan), date(2024, 5, 31))
    assert field_of(refused.value) == field


def written(folder: Path, loan: object) -> Path:
    file = folder / "loan.json"
    file.write_text(json.dumps(loan), encoding="utf-8")
    return file


ROW = LOAN["repayments"][0]


@pytest.mark.parametrize(
    ("loan", "message"),
    [
        (two(currency="cny"), r"currency: expected text like ^[A-Z]{3}$, got 'cny'"),
        (two(note={"note_id": "a\nb"}), r"note.note_id: expected text like ^[^\x00-\x1f\x7f]+$, got 'a\nb'"),
        (two(note={"principal": "1e5"}), "note.principal: expected decimal text such as \"1200.00\", got '1e5'"),
        (two(note={"disbursed_on": "2024-02-30"}), "note.disbursed_on: expected a date of the calendar such as"),
        (two(note={"disbursed_on": 1705276800}), "note.disbursed_on: expected a date of the calendar such as"),
        (two(note={"disbursed_on": "1705276800"}), "note.disbursed_on: expected a date of the calendar such as"),
        (two(repayments=[ROW | {"received_at": 1705276800}]), "received_at: expected an instant with offset such as"),
        (
            two(repayments=[ROW | {"received_at": "2024-02-15T09:00:00"}]),
            "received_at: expected an instant with offset such as",
        ),
        (two(note={"note_id": 5}), 'note.note_id: expected text in quotes, such as "5", got 5'),
        (two(repayments=[ROW | {"amount": ["1"]}]), "repayments[0].amount: expected text, got a list"),
        (two(note={"instalment_amount": "70000.00", "principal": "5000000000000"}), "at most 10000000000.00"),
        (two(product={"code": "consumer"}, conventions={"tolerance": "10.01"}), "tolerance: expected 0.00 to 10.00 (d"),
        (two(product={"code": "consumer"}, note={"penalty_rate_pct": "9.0001"}), "expected 0 or 7.8 % to 9 %: contr"),
        (
            two(product={"code": "consumer"}, note={"balloon": "5"}),
            "balloon: expected no value (product consumer has n",
        ),
    ],
)
def test_message_says_what_kind_of_text_was_expected(tmp_path: Path, loan: dict[str, Any], message: str) -> None:
    with pytest.raises(LoanFileError, match=re.escape(message)):
        loan_file_read(written(tmp_path, loan))


def test_amounts_of_a_refusal_say_their_unit() -> None:
    reversal = ROW | {"core_ref": "R9", "reverses": ROW["core_ref"], "amount": "1.00"}
    with pytest.raises(FactInvalid, match="103280 minor units, the amount of R1, got 100 minor units") as refused:
        loan_replay(read(two(repayments=[ROW, reversal])), date(2024, 5, 31))
    assert said_of(refused.value, 2) == ("1032.80, the amount of R1", "1.00")
    assert said_of(refused.value, 0) == ("103280, the amount of R1", "100")
    low = {"penalty_rate_pct": None, "penalty_markup_pct": "20"}
    with pytest.raises(LoanFileError, match=r"mark-up of 30 to 50 percent .*got 20 %"):
        read(two(product={"code": "consumer"}, note=low, conventions={"penalty_as": "markup"}))


@pytest.mark.parametrize(
    ("fits", "too_large", "message"),
    [
        (
            {"annual_rate_pct": "100"},
            {"annual_rate_pct": "100.0001"},
            "note.annual_rate_pct: expected at most 100.0000",
        ),
        (
            {"principal": "10000000000"},
            {"principal": "10000000000.01"},
            "note.principal: expected at most 10000000000.00",
        ),
    ],
)
def test_amounts_and_rates_have_the_bounds_of_the_feeds(
    fits: dict[str, str], too_large: dict[str, str], message: str
) -> None:
    assert read(two(note=fits)).terms.principal_minor > 0
    with pytest.raises(LoanFileError, match=message):
        read(two(note=too_large))


def test_key_that_comes_twice_is_refused_by_its_name(tmp_path: Path) -> None:
    file = written(tmp_path, two())
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"principal": ', '"principal": "9.00", "principal": ', 1), encoding="utf-8")
    with pytest.raises(LoanFileError, match="principal: expected a key once in its part, got it twice"):
        loan_file_read(file)


def test_mark_at_the_beginning_of_a_file_is_no_part_of_it(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    file = tmp_path / "loan.json"
    file.write_text(json.dumps(two()), encoding="utf-8-sig")
    assert loan_file_read(file).terms == read(two()).terms


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe{", b"[" * 100_000, b'{"minor_digits": ' + b"9" * 5_000 + b"}"])
def test_text_that_is_no_json_of_ours_is_refused_as_a_file(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "loan.json"
    file.write_bytes(content)
    with pytest.raises(LoanFileError, match="expected JSON, got text that is not JSON") as refused:
        loan_file_read(file)
    assert refused.value.field == "file"


def test_delivered_rows_win_over_a_head_that_says_otherwise() -> None:
    """Heads of bought books are often wrong; the rows are what the borrower was told to pay."""
    rows = [
        {"seq": 1, "due_on": "2024-03-01", "principal": "5000.00", "interest": "60.00"},
        {"seq": 2, "due_on": "2025-02-01", "principal": "7000.00", "interest": "70.00"},  # after the maturity
    ]
    given = {"repayment_method": "given", "instalment_count": 2, "first_due_on": "2024-03-01", "compound": "none"}
    right = two(note=given | {"matures_on": "2025-02-01"}, instalments=rows)
    wrong = two(note=given | {"instalment_count": 12, "first_due_on": "2024-02-15"}, instalments=rows)
    for day in (date(2024, 3, 31), date(2025, 1, 31), date(2025, 3, 1)):
        assert loan_replay(read(wrong), day).state == loan_replay(read(right), day).state
    assert loan_replay(read(wrong), date(2025, 2, 2)).days_past_due == 338
    with pytest.raises(FactInvalid, match="a sum of 1200000 minor units"):
        loan_replay(read(two(note=given, instalments=rows[:1])), date(2024, 3, 31))


def test_event_that_the_method_of_the_note_does_not_allow_is_refused_by_the_method() -> None:
    again = two(note={"repayment_method": "flat", "compound": "none"}, events=[EVENT | {"kind": "re_amortise"}])
    with pytest.raises(FactInvalid) as refused:
        loan_replay(read(again), date(2024, 5, 31))
    assert field_of(refused.value) == "note.repayment_method"
    assert refused.value.ref == "E1"


def test_instalment_number_begins_with_one() -> None:
    """Number 0 is that of rows that a judgment or a charge-back makes."""
    rows = [{"seq": 1, "due_on": "2024-02-15", "principal": "12000.00", "interest": "0"}]
    given = {"repayment_method": "given", "instalment_count": 1}
    assert loan_replay(read(two(note=given, instalments=rows)), date(2024, 5, 31)).schedule[0].seq == 1
    with pytest.raises(FactInvalid) as refused:
        loan_replay(read(two(note=given, instalments=[rows[0] | {"seq": 0}])), date(2024, 5, 31))
    assert (refused.value.field, refused.value.got) == ("instalments[seq=0].seq", "0")


def test_reference_of_an_event_is_not_one_of_a_repayment() -> None:
    pause = EVENT | {"kind": "pause", "until_on": "2024-03-09"}
    assert len(read(two(events=[pause])).events) == 1
    with pytest.raises(LoanFileError, match=r"events\[0\].core_ref: expected a reference that no repayment has"):
        read(two(events=[pause | {"core_ref": ROW["core_ref"]}]))


def test_days_after_2199_are_refused() -> None:
    assert loan_replay(read(two()), date(2199, 12, 31)).days_past_due > 0
    with pytest.raises(FactInvalid) as refused:
        loan_replay(read(two()), date(2200, 1, 1))
    assert field_of(refused.value) == "as_of"
