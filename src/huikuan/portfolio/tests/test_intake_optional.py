"""Rows of the optional feeds: what is accepted, what is refused and with which code, on both sides of each boundary."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.check import delivery_read
from huikuan.portfolio.tests.deliveries import DAY, ADelivery

TOMORROW = str(DAY + timedelta(days=1))
GOOD: dict[str, dict[str, str]] = {
    "renumberings": {"kind": "party", "old_key": "0077", "new_key": "0078", "effective_on": str(DAY)},
    "management": {"note_id": "N1", "officer_code": "M-1", "officer_name": "李明", "department_code": "west"},
    "contact_points": {
        "contact_id": "K1",
        "party_id": "0001",
        "kind": "mobile",
        "value": "13800138000",
        "label": "own",
        "source": "application",
        "legal_basis": "contract",
        "recorded_on": "2026-01-05",
        "service_address": "false",
    },
    "party_relations": {
        "party_id": "0002",
        "other_party_id": "0001",
        "relation": "legal_representative",
        "since_on": "",
    },
    "contract_parties": {"contract_id": "C1", "party_id": "0002", "role": "co_borrower", "from_on": "", "to_on": ""},
    "guarantees": {
        "guarantee_id": "G1",
        "contract_id": "C1",
        "guarantor_party_id": "0002",
        "liability": "joint",
        "maximum_amount": "true",
        "amount": "50000.00",
        "fixed_on": "2026-12-31",
        "starts_on": "2026-01-05",
        "ends_on": "2029-01-05",
    },
    "collaterals": {
        "collateral_id": "B1",
        "contract_id": "C2",
        "owner_party_id": "0001",
        "kind": "residential",
        "pledge": "false",
        "maximum_amount": "false",
        "secured_amount": "9000.00",
        "appraised_amount": "12000.00",
        "appraised_on": "2026-01-02",
        "registered_on": "2026-01-09",
        "rank": "1",
    },
    "repayment_accounts": {
        "note_id": "N1",
        "account_number": "6217000010001234567",
        "balance": "12.34",
        "balance_at": "2026-03-31T18:00:00+08:00",
        "last_failure": "insufficient",
    },
    "core_figures": {
        **dict.fromkeys(contracts_shipped()["core_figure"].columns, ""),
        "note_id": "N1",
        "as_of_on": "2026-03-31",
        "principal": "600.00",
        "days_principal": "49",
        "class": "special_mention",
    },
    "monthly_statuses": {"account_id": "A-77", "month": "2026-02-01", "status": "m1", "balance": "", "overdue": ""},
    "loan_events": {
        "note_id": "N1",
        "core_ref": "E-1",
        "kind": "pause",
        "value_on": "2026-03-01",
        "recorded_at": "2026-03-01T09:00:00+08:00",
        "amount": "",
        "component": "",
        "until_on": "2026-04-01",
        "annual_rate_pct": "",
        "penalty_rate_pct": "",
        "claim_principal": "",
        "claim_interest": "",
        "claim_penalty": "",
        "claim_compound": "",
        "claim_costs": "",
        "names_ref": "",
        "reverses": "",
    },
    "party_statements": {
        "statement_id": "S1",
        "party_id": "0001",
        "system": "card",
        "field": "phone",
        "value": "13900001234",
        "stated_on": "2026-03-01",
    },
}
FEED_OF = {contract.file: feed for feed, contract in contracts_shipped().items()}


def a_delivery(tmp_path: Path, **rows: dict[str, str]) -> ADelivery:
    """A good delivery with one good row of each optional feed; ``rows`` changes values of that row."""
    delivery = ADelivery(tmp_path / "2026-03-31", many=0)
    delivery.rows |= {name: [{**row, **rows.get(name, {})}] for name, row in GOOD.items()}
    return delivery


def test_every_optional_feed_has_a_good_row_here() -> None:
    assert set(GOOD) == {contract.file for contract in contracts_shipped().values() if contract.optional}


@pytest.mark.parametrize("parquet", [False, True])
def test_good_rows_are_accepted_from_csv_and_parquet_alike(tmp_path: Path, *, parquet: bool) -> None:
    delivery = a_delivery(tmp_path)
    delivery.parquet = parquet
    con = delivery.write().connect()
    checked = delivery.check(con)
    assert {feed: counts.accepted for feed, counts in checked.feeds.items() if contracts_shipped()[feed].optional} == {
        FEED_OF[name]: 1 for name in GOOD
    }
    account = con.execute("select account_number, balance_minor, balance_at from accepted_repayment_account").fetchone()
    assert account == ("6217000010001234567", 1234, datetime(2026, 3, 31, 10, 0))  # noqa: DTZ001 - UTC by contract
    assert con.execute("select month, balance_minor from accepted_monthly_status").fetchone() == (
        date(2026, 2, 1),
        None,
    )


# file, field, value → code of the reject; None: accepted
CASES = [
    ("renumberings", "effective_on", TOMORROW, None),
    ("renumberings", "effective_on", str(DAY - timedelta(days=1)), "renumbering.late"),
    ("renumberings", "new_key", "0077", "renumbering.same"),
    ("renumberings", "kind", "contract", "enum"),
    ("renumberings", "kind", "institution", "renumbering.institution_unknown"),
    ("management", "note_id", "N9", "reference.unknown"),
    ("management", "department_code", "north", "reference.unknown"),
    ("management", "officer_code", "M 1", "text.form"),
    ("contact_points", "party_id", "0009", "reference.unknown"),
    ("contact_points", "value", "1380", "contact.form"),
    ("contact_points", "value", "13800", None),
    ("contact_points", "value", "+86-138-0013-8000", None),
    ("contact_points", "value", "+123456789012345", None),
    ("contact_points", "value", "+1234567890123456", "contact.form"),
    ("contact_points", "value", "138--00138000", "contact.form"),
    ("contact_points", "value", "13800138000-", "contact.form"),
    ("contact_points", "value", "138 0013 8000", "contact.form"),
    ("contact_points", "value", "", "required"),
    ("contact_points", "kind", "fax", "enum"),
    ("contact_points", "source", "bought", "enum"),
    ("contact_points", "legal_basis", "", "required"),
    ("contact_points", "service_address", "yes", "type.boolean"),
    ("contact_points", "recorded_on", str(DAY), None),
    ("contact_points", "recorded_on", TOMORROW, "contact.future"),
    ("party_relations", "other_party_id", "0002", "relation.self"),
    ("party_relations", "other_party_id", "0009", "reference.unknown"),
    ("party_relations", "relation", "friend", "enum"),
    ("party_relations", "since_on", str(DAY), None),
    ("party_relations", "since_on", TOMORROW, "relation.future"),
    ("contract_parties", "role", "guarantor", "enum"),
    ("contract_parties", "contract_id", "C9", "reference.unknown"),
    ("guarantees", "maximum_amount", "false", "guarantee.fixed_on"),
    ("guarantees", "fixed_on", "", None),
    ("guarantees", "ends_on", "2026-01-05", "guarantee.dates_order"),
    ("guarantees", "ends_on", "2026-01-06", None),
    ("guarantees", "ends_on", "", None),
    ("guarantees", "amount", "0.00", "range.min"),
    ("guarantees", "amount", "0.01", None),
    ("guarantees", "guarantor_party_id", "0009", "reference.unknown"),
    ("guarantees", "liability", "several", "enum"),
    ("collaterals", "appraised_on", "", "collateral.appraisal"),
    ("collaterals", "appraised_amount", "", "collateral.appraisal"),
    ("collaterals", "appraised_on", str(DAY), None),
    ("collaterals", "appraised_on", TOMORROW, "collateral.appraisal_future"),
    ("collaterals", "registered_on", TOMORROW, "collateral.registration_future"),
    ("collaterals", "registered_on", "", None),
    ("collaterals", "rank", "0", "range.min"),
    ("collaterals", "rank", "99", None),
    ("collaterals", "rank", "100", "range.max"),
    ("collaterals", "owner_party_id", "0009", "reference.unknown"),
    ("repayment_accounts", "note_id", "N9", "reference.unknown"),
    ("repayment_accounts", "balance", "", "account.balance_incomplete"),
    ("repayment_accounts", "balance_at", "", "account.balance_incomplete"),
    ("repayment_accounts", "account_number", "6217 0000", "text.form"),
    ("repayment_accounts", "last_failure", "", "required"),
    ("core_figures", "as_of_on", str(DAY), None),
    ("core_figures", "as_of_on", TOMORROW, "figures.future"),
    ("core_figures", "days_interest", "20000", None),
    ("core_figures", "days_interest", "20001", "range.max"),
    ("core_figures", "class", "bad", "enum"),
    ("monthly_statuses", "month", "2026-02-02", "month.first_day"),
    ("monthly_statuses", "month", "2026-03-01", None),
    ("monthly_statuses", "month", "2026-04-01", "month.future"),
    ("monthly_statuses", "status", "m8", "enum"),
    ("monthly_statuses", "account_id", "no.note_of-the-book", None),
    ("monthly_statuses", "account_id", "no note", "text.form"),
    ("loan_events", "value_on", "2026-03-31", None),
    ("loan_events", "value_on", "2026-04-01", "event.future"),
    ("loan_events", "value_on", "2026-01-10", None),
    ("loan_events", "value_on", "2026-01-09", "event.rules"),  # before the pay-out
    ("loan_events", "until_on", "2026-03-02", None),
    ("loan_events", "until_on", "2026-03-01", "event.rules"),
    ("loan_events", "until_on", "", "event.rules"),
    ("loan_events", "amount", "1.00", "event.rules"),
    ("loan_events", "kind", "acceleration", "event.rules"),  # has no end
    ("loan_events", "claim_costs", "0", "event.claim"),
    ("loan_events", "reverses", "E-0", "event.rules"),
    ("loan_events", "note_id", "N9", "reference.unknown"),
]


@pytest.mark.parametrize(("file", "field", "value", "code"), CASES)
def test_one_value_decides(tmp_path: Path, file: str, field: str, value: str, code: str | None) -> None:
    codes = a_delivery(tmp_path, **{file: {field: value}}).write().reject_codes(FEED_OF[file])
    assert [found for _, found, _ in codes] == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("kind", "value", "good"),
    [
        ("phone", "955", True),
        ("phone", "95", False),
        ("phone", "0571-88001122-8", True),
        ("email", "a@b.cn", True),
        ("email", "a@b", False),
        ("email", "a b@c.cn", False),
        ("email", "a@b@c.cn", False),
        ("wechat", "wx_12", True),
        ("wechat", "wx12", False),
        ("wechat", "微信12345", False),
        ("address", "杭州市西湖区一号", True),
    ],
)
def test_form_of_a_contact_point_depends_on_its_kind(tmp_path: Path, kind: str, value: str, *, good: bool) -> None:
    codes = a_delivery(tmp_path, contact_points={"kind": kind, "value": value}).write().reject_codes("contact_point")
    assert codes == ([] if good else [(2, "contact.form", "value")])


@pytest.mark.parametrize(("to_on", "codes"), [("2026-02-01", []), ("2026-01-31", ["role.dates_order"])])
def test_role_ends_on_or_after_its_first_day(tmp_path: Path, to_on: str, codes: list[str]) -> None:
    dates = {"from_on": "2026-02-01", "to_on": to_on}
    found = a_delivery(tmp_path, contract_parties=dates).write().reject_codes("contract_party")
    assert [code for _, code, _ in found] == codes


def test_reject_of_a_contact_point_shows_no_number(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path, contact_points={"value": "phone 13800138000"})
    with delivery.write().connect() as con:
        delivery_read(delivery.delivery, contracts_shipped(), con)
        found = con.execute("select reasons::varchar, raw::varchar from intake_reject").fetchone() or ("", "")
    assert "138" not in found[0] and "138" not in found[1] and '"***"' in found[1]


def test_rejected_party_rejects_all_that_hangs_on_it(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    delivery.rows["parties"][0]["party_kind"] = "?"
    con = delivery.write().connect()
    delivery_read(delivery.delivery, contracts_shipped(), con)
    rows = con.execute("select distinct feed from intake_reject where feed <> 'party'").fetchall()
    on_contract = {"contract", "note", "instalment", "repayment", "guarantee", "contract_party"}
    on_note = {"management", "repayment_account", "core_figure", "loan_event"}
    assert {feed for (feed,) in rows} == on_contract | on_note | {
        "contact_point", "party_relation", "collateral", "party_statement",
    }  # fmt: skip
    codes = con.execute("select distinct reasons->0->>'code' from intake_reject where feed = 'guarantee'").fetchall()
    assert codes == [("reference.rejected",)]


def test_two_rows_of_one_key_are_both_rejected(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    delivery.rows["monthly_statuses"] *= 2
    delivery.rows["party_relations"] = [
        *delivery.rows["party_relations"],
        {**GOOD["party_relations"], "relation": "controller"},
    ]
    con = delivery.write().connect()
    assert delivery.reject_codes("monthly_status", con) == [
        (2, "key.duplicate", "month"),
        (3, "key.duplicate", "month"),
    ]
    assert con.execute("select count(*) from accepted_party_relation").fetchone() == (2,), (
        "another relation, another key"
    )


def test_optional_feed_may_be_left_out_and_one_that_is_there_is_checked_like_any_other(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    del delivery.rows["guarantees"]
    checked = delivery.write().check()
    assert "guarantee" not in checked.feeds and "collateral" in checked.feeds
    with (delivery.folder / "management.csv").open(encoding="utf-8") as stream:
        assert list(csv.DictReader(stream)) == [GOOD["management"]]
