"""Contracts of feeds: broken ones are refused with their place; the shipped ones make tables and a reference page."""

from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.errors import FeedContractError
from huikuan.portfolio.feed_contract import CONTRACTS, FieldType, contract_read, contracts_read, contracts_shipped
from huikuan.portfolio.intake.compile import decimal_sql
from huikuan.portfolio.intake.describe import feeds_page
from huikuan.portfolio.lake_tables import feed_tables

ROOT = Path(__file__).resolve().parents[4]
GOOD: dict[str, Any] = {
    "feed": "party",
    "file": "parties",
    "statement": "All borrowers.",
    "mode": "full",
    "table": "feed_party",
    "key": ["party_id"],
    "reject_limit_ppm": 0,
    "fields": [
        {"name": "party_id", "type": "text", "required": True, "max_length": 9, "description": "Key."},
        {"name": "limit", "type": "amount", "description": "Limit."},
    ],
}


def a_contract(tmp_path: Path, **changes: Any) -> Path:
    """A contract file that differs from the good one."""
    path = tmp_path / "party.yaml"
    path.write_text(yaml.safe_dump({**deepcopy(GOOD), **changes}), encoding="utf-8")
    return path


def with_field(**field: Any) -> dict[str, Any]:
    """The fields of the good contract and one more."""
    return {"fields": [*GOOD["fields"], {"name": "x", "description": "X.", **field}]}


def test_contract_good_is_read(tmp_path: Path) -> None:
    assert contract_read(a_contract(tmp_path)).columns == ["party_id", "limit"]


@pytest.mark.parametrize(
    ("changes", "place", "what"),
    [
        ({"mode": "sometimes"}, "mode", "full"),
        ({"reject_limit_ppm": 1_000_001}, "reject_limit_ppm", "1000000"),
        ({"author": "me"}, "author", "expected no such key, got 'me'"),
        ({"key": ["limit"]}, "", "expected only required fields in key, not limit"),
        ({"key": ["party"]}, "", "expected in key only fields of party, not party"),
        ({"sums": ["party_id"]}, "", "expected only amounts in sums, not party_id"),
        (
            {"references": [{"field": "region", "feed": "product"}]},
            "",
            "expected in references only fields of party, not region",
        ),
        ({"references": [{"field": "limit", "feed": "region"}]}, "references[0].feed", "product"),
        (with_field(type="money"), "fields[2].type", "amount"),
        (with_field(type="text"), "fields[2]", "max_length"),
        (with_field(type="text", max_length=3, pattern="["), "fields[2]", "unterminated"),
        (with_field(type="enum"), "fields[2]", "values"),
        (with_field(type="date", values={"a": "A"}), "fields[2]", "values"),
        (with_field(type="date", pattern="a"), "fields[2]", "expected pattern only for type text"),
        (with_field(type="date", min="1"), "fields[2]", "min and max"),
        (with_field(type="amount", min="-1"), "fields[2]", "expected a plain decimal number as bound, not '-1'"),
        (with_field(type="rate"), "fields[2]", "_pct"),
        (with_field(type="date", name="limit"), "", "expected each field once; limit stands twice"),
        (
            {"checks": [{"code": "a.b", "rule": "order", "fields": ["limit"], "statement": "S."}]},
            "checks[0]",
            "2 field(s) for rule order, not 1",
        ),
        (
            {"checks": [{"code": "ab", "rule": "together", "fields": ["limit"], "statement": "S."}]},
            "checks[0].code",
            "expected text like",
        ),
    ],
)
def test_contract_broken_is_refused_with_its_place(
    tmp_path: Path, changes: dict[str, Any], place: str, what: str
) -> None:
    with pytest.raises(FeedContractError) as caught:
        contract_read(a_contract(tmp_path, **changes))
    assert f"party.yaml{', ' + place if place else ''}:" in caught.value.message
    assert what in caught.value.message


def test_contract_not_yaml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "party.yaml"
    path.write_text("feed: [", encoding="utf-8")
    with pytest.raises(FeedContractError, match="is not YAML"):
        contract_read(path)


def test_contracts_one_missing_or_referring_forward_is_refused(tmp_path: Path) -> None:
    for file in CONTRACTS.glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    party = yaml.safe_load((tmp_path / "party.yaml").read_text(encoding="utf-8"))
    party["references"] = [{"field": "region", "feed": "note"}]
    (tmp_path / "party.yaml").write_text(yaml.safe_dump(party), encoding="utf-8")
    with pytest.raises(FeedContractError, match="note is not an earlier feed"):
        contracts_read(tmp_path)
    (tmp_path / "party.yaml").unlink()
    with pytest.raises(FeedContractError, match=r"party\.yaml: is missing"):
        contracts_read(tmp_path)


def test_contracts_shipped_no_personal_field_reaches_the_lake() -> None:
    for feed, contract in contracts_shipped().items():
        columns = {column.name for column in feed_tables()[feed].columns}
        assert not columns & {field.name for field in contract.fields if field.personal}
        assert {f"{field.name}_token" for field in contract.fields if field.personal} <= columns


def test_contracts_shipped_patterns_mean_the_same_to_duckdb_as_to_python() -> None:
    import re

    con = duckdb.connect()
    for contract in contracts_shipped().values():
        for field in contract.fields:
            if field.type is FieldType.TEXT and field.pattern:
                for text in ("A1", "a b", "张", "a-b_c.d", "a/b:c(d)", "", "é", "１"):
                    row = con.execute("select regexp_full_match($1, $2)", [text, field.pattern]).fetchone()
                    assert row == (re.fullmatch(field.pattern, text) is not None,), (field.name, text)


def test_reference_page_is_in_step_with_the_contracts() -> None:
    page = (ROOT / "docs" / "reference" / "feeds.md").read_text(encoding="utf-8")
    assert page == feeds_page(contracts_shipped()), "run: huikuan feed describe > docs/reference/feeds.md"


DECIMAL_TEXT = st.one_of(
    st.from_regex(r"\A-?[0-9]{1,15}(\.[0-9]{1,6})?\Z"),
    st.from_regex(r"\A0{0,20}[0-9]{1,14}(\.[0-9]{0,5})?\Z"),
    st.text(alphabet="0123456789.-+eE, ", max_size=8),
)


@given(text=DECIMAL_TEXT, digits=st.sampled_from([0, 2, 3, 4]))
def test_decimal_text_becomes_the_integer_that_exact_arithmetic_gives(text: str, digits: int) -> None:
    import re

    row = duckdb.execute(f"select {decimal_sql('t', digits)} from (select $1 as t)", [text]).fetchone()
    expected = None
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        scaled = Decimal(text).scaleb(digits)
        written = len(text.partition(".")[2])
        whole = len(text.partition(".")[0])
        if written <= digits and whole + digits <= 18:
            expected = int(scaled)
    assert row == (expected,)
