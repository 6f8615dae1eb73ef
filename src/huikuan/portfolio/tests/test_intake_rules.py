"""What the rules refuse of notes, products and loan events is a rejected row with its reason."""

from pathlib import Path

import pytest

from huikuan.portfolio.tests.deliveries import ADelivery
from huikuan.portfolio.tests.test_intake_optional import GOOD

EVENT = {**GOOD["loan_events"], "until_on": ""}


def a_delivery(tmp_path: Path, **events: str) -> ADelivery:
    """A small good delivery with one loan event, if any of its values are given."""
    delivery = ADelivery(tmp_path / "2026-03-31", many=0)
    if events:
        delivery.rows["loan_events"] = [{**EVENT, **events}]
    return delivery


@pytest.mark.parametrize(("terms", "code"), [("us_instalment", None), ("", None), ("no_such", "product.terms")])
def test_product_names_a_bundle_that_there_is(tmp_path: Path, terms: str, code: str | None) -> None:
    delivery = a_delivery(tmp_path)
    delivery.rows["products"][0]["terms"] = terms
    found = delivery.write().reject_codes("product")
    assert [one[1] for one in found] == ([] if code is None else [code])


def test_note_with_a_method_that_its_product_does_not_declare_is_rejected(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path)
    delivery.rows["products"][0]["terms"] = "us_instalment"
    delivery.rows["notes"][1] |= {"repayment_method": "interest_first", "penalty_rate_pct": "0"}
    found = {(line, code, field) for line, code, field in delivery.write().reject_codes("note")}
    assert (3, "note.product", "repayment_method") in found


@pytest.mark.parametrize(
    ("changes", "reject"),
    [
        ({"balloon": "100.00"}, None),
        ({"balloon": "9000.01"}, (3, "note.terms", "balloon")),
        ({"interest_only_count": "10"}, None),
        ({"interest_only_count": "11"}, (3, "note.terms", "interest_only_count")),
        ({"repayment_method": "fixed_principal", "principal_share_pct": "10"}, None),
        ({"repayment_method": "fixed_principal"}, (3, "note.terms", "principal_share_pct")),
        ({"instalment_amount": "45.00"}, (3, "note.terms", "instalment_amount")),  # does not exceed the interest
        ({"annual_rate_at_start_pct": "5.5"}, None),
    ],
)
def test_terms_that_no_schedule_can_be_built_from_are_rejected(
    tmp_path: Path, changes: dict[str, str], reject: tuple[int, str, str] | None
) -> None:
    delivery = a_delivery(tmp_path)
    delivery.rows["notes"][0] |= dict.fromkeys(changes, "") | {"repayment_method": "given"}
    delivery.rows["notes"][1] |= changes
    assert delivery.write().reject_codes("note") == ([] if reject is None else [reject])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "resume"}, None),
        ({"kind": "waiver", "component": "penalty", "amount": "1.00"}, None),
        ({"kind": "waiver", "amount": "1.00"}, "component"),
        ({"kind": "waiver", "component": "penalty"}, "amount"),
        ({"kind": "charge_back", "names_ref": "K-1", "amount": "412.12"}, None),
        ({"kind": "charge_back", "names_ref": "K-1", "amount": "412.13"}, "amount"),
        ({"kind": "charge_back", "names_ref": "K-2", "amount": "1.00"}, "names_ref"),
        ({"kind": "re_age"}, "kind"),
        ({"kind": "rate_change", "annual_rate_pct": "10"}, "annual_rate_pct"),  # the note does not state its first rate
        ({"kind": "reschedule"}, None),  # the schedule delivered today is its own
        ({"kind": "reschedule", "note_id": "N2"}, "instalments"),
    ],
)
def test_event_that_does_not_fit_is_rejected_with_its_field(
    tmp_path: Path, changes: dict[str, str], field: str | None
) -> None:
    expected = [] if field is None else [(2, "event.rules", field)]
    assert a_delivery(tmp_path, **changes).write().reject_codes("loan_event") == expected


def test_rate_change_of_a_note_that_states_its_first_rate_is_accepted(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path, kind="rate_change", annual_rate_pct="10")
    for note in delivery.rows["notes"]:
        note["annual_rate_at_start_pct"] = note["annual_rate_pct"]
    assert delivery.write().reject_codes("loan_event") == []


def test_event_is_reversed_once_and_by_its_kind(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path, kind="acceleration")
    reversal = {**EVENT, "kind": "acceleration", "core_ref": "E-2", "reverses": "E-1"}
    delivery.rows["loan_events"].append(reversal)
    assert delivery.write().reject_codes("loan_event") == []
    delivery.rows["loan_events"].append({**reversal, "core_ref": "E-3", "kind": "insolvency"})
    assert (4, "event.rules", "reverses") in delivery.write().reject_codes("loan_event")


def test_schedule_adds_up_to_the_principal_and_what_was_drawn(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path, kind="drawdown", amount="200.00")
    assert delivery.write().reject_codes("note") == [(2, "schedule.principal_sum", "principal")]
    delivery.rows["instalments"][1]["principal"] = "800.00"
    assert delivery.write().reject_codes("note") == []
