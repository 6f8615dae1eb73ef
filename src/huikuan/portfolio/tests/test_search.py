"""Search over HTTP: what is found, by whom, what leaves a trace, and that the database is asked by index."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from huikuan.evidence.selectors.events import EventRow, events_of_subject
from huikuan.kernel.facts import Role, Who
from huikuan.kernel.models import Bank, Institution
from huikuan.kernel.services.vault import vault_key_add, vault_key_retire, vault_rotate
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_bank, a_client, a_user, an_institution
from huikuan.kernel.vault import Place, key_ring, vault_of
from huikuan.portfolio.cli import app
from huikuan.portfolio.models import ContactPoint, DeskNote, NoteRegister, PartyRole, Publication, SearchToken
from huikuan.portfolio.search_token import contact_index
from huikuan.portfolio.selectors import search
from huikuan.portfolio.services.search_tokens import search_rebuild, search_tokens_write
from huikuan.portfolio.tests.deliveries import DAY, ADelivery
from huikuan.portfolio.tests.test_services_intake import AT, loaded

pytestmark = pytest.mark.django_db
IDENTITY = "110101199003074514"
PHONE = "13812342231"


def filled(row: type[Model], **values: Any) -> None:
    """Write a row whose amounts and days, where not named, are zero."""
    zero = {f.name: 0 for f in row._meta.fields if (f.name.endswith("_minor") or "dpd" in f.name) and not f.null}
    row._default_manager.create(**{**zero, **values})


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    """0001 张春生 (N1, east), 0002 Orchard, Ltd (N2, west), 0003 张春花 (N3, east, late), 0004 单雄信 (no note)."""
    bank = a_bank()
    an_institution(bank, code="east")
    an_institution(bank, code="west")
    delivery = ADelivery(tmp_path / "d")
    first = delivery.rows["parties"][0]
    delivery.rows["parties"][1]["name"] = "Orchard, Ltd"
    for party_id, name in (("0003", "张春花"), ("0004", "单雄信")):
        delivery.rows["parties"].append({**first, "party_id": party_id, "name": name, "identity_number": ""})
        delivery.rows["parties"][-1]["identity_kind"] = ""
    with bank_scope(bank.id):
        loaded(bank, delivery.write())
        for note, contract, party, code in (
            ("N1", "C1", "0001", "east"),
            ("N2", "C2", "0002", "west"),
            ("N3", "C3", "0003", "east"),
        ):
            NoteRegister.objects.create(
                bank_id=bank.id, note_id=note, contract_id=contract, party_id=party, institution_code=code,
                product_code="P1",
            )  # fmt: skip
        run = uuid4()
        filled(Publication, bank_id=bank.id, run_id=run, business_date=DAY, known_at=AT, notes=1, stale_notes=0)
        filled(
            DeskNote, bank_id=bank.id, note_id="N3", run_id=run, business_date=DAY, contract_id="C3", party_id="0003",
            institution_code="east", product_code="P1", bucket="M2", class_floor="special_mention", dpd=45,
            matures_on=DAY, core_status="active", party_kind="person",
        )  # fmt: skip
        vault = vault_of(bank.id)
        ContactPoint.objects.create(
            bank_id=bank.id, contact_id="K1", party_id="0001", kind="mobile",
            value=vault.seal(PHONE, Place("portfolio_contact_point", "value", "K1")),
            value_index=contact_index(vault, "mobile", PHONE), label="own",
            source="contract", legal_basis="contract", service_address=False, recorded_on=DAY, fingerprint="f",
            changed_on=DAY, known_at=AT,
        )  # fmt: skip
    return bank


def at_branch(bank: Bank, code: str) -> Institution:
    """A branch by its code."""
    with bank_scope(bank.id):
        return Institution.objects.get(bank_id=bank.id, code=code)


def ask(client: Client, q: str, **more: Any) -> Any:
    """Search and return the response."""
    return client.post("/api/search", json.dumps({"q": q, **more}), content_type="application/json")


def keys(client: Client, q: str) -> list[tuple[str, str, str]]:
    """Return (kind, key, matched) of what is found, in order."""
    return [
        (hit["kind"], hit["note_id"] or hit["contract_id"] or hit["party_id"], hit["matched"])
        for hit in ask(client, q).json()["items"]
    ]


def traces(bank: Bank, party_id: str) -> list[EventRow]:
    """The events of a party."""
    with bank_scope(bank.id):
        return list(events_of_subject(bank_id=bank.id, subject_kind="party", subject_id=party_id))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("张春生", [("party", "0001", "name")]),
        ("张春", [("party", "0003", "name"), ("party", "0001", "name")]),  # the worse one first
        ("zcs", [("party", "0001", "initials")]),
        ("zhang chun", [("party", "0003", "pinyin"), ("party", "0001", "pinyin")]),
        ("shanxx", []),
        ("sxx", [("party", "0004", "initials")]),
        ("orc", [("party", "0002", "name")]),
        ("orchard ltd", [("party", "0002", "name")]),
        (IDENTITY, [("party", "0001", "identity")]),
        ("110101 19900307 4514", [("party", "0001", "identity")]),
        (PHONE, [("party", "0001", "phone")]),
        ("+86 138-1234-2231", [("party", "0001", "phone")]),
        (PHONE[:-1], []),
        (PHONE[-4:], []),
        ("0001", [("party", "0001", "party")]),
        ("N1", [("note", "N1", "note")]),
        ("n1", [("note", "N1", "note")]),
        ("C2", [("contract", "C2", "contract")]),
        ("没有", []),
        ("%%", []),
        ("z", []),
    ],
)
def test_what_is_typed_finds(bank: Bank, query: str, expected: list[tuple[str, str, str]]) -> None:
    assert keys(a_client(a_user(bank)), query) == expected


def test_exact_name_stands_before_a_worse_one_that_only_begins_so(bank: Bank, tmp_path: Path) -> None:
    delivery = ADelivery(tmp_path / "e")
    delivery.rows["parties"][0]["name"] = "张春"
    with bank_scope(bank.id):
        loaded(bank, delivery.write())
    assert keys(a_client(a_user(bank)), "张春")[:2] == [("party", "0001", "name"), ("party", "0003", "name")]


def test_answer_is_masked_and_says_the_worst_days(bank: Bank) -> None:
    answer = ask(a_client(a_user(bank)), "N3").json()
    assert answer == {
        "items": [
            {
                "kind": "note", "party_id": "0003", "name": "张*花", "party_kind": "person", "contract_id": "C3",
                "note_id": "N3", "matched": "note", "institution_code": "east", "dpd": 45, "bucket": "M2",
            }
        ],
        "more": False,
    }  # fmt: skip
    assert ask(a_client(a_user(bank)), "C3").json()["items"][0]["dpd"] == 45


def test_branch_finds_only_its_own_customers_contracts_and_notes(bank: Bank) -> None:
    east, west = (a_client(a_user(bank, institution=at_branch(bank, code))) for code in ("east", "west"))
    for query, kind in (("张春生", "party"), (IDENTITY, "party"), (PHONE, "party"), ("N1", "note"), ("C1", "contract")):
        assert [key[0] for key in keys(east, query)] == [kind]
        assert keys(west, query) == [], query
    assert keys(west, "orch") == [("party", "0002", "name")]
    assert keys(east, "单雄") == [], "a customer without a note is seen from the root only"
    assert [event.actor_ref for event in traces(bank, "0001")] != [], "east asked by number"


def test_guarantor_of_a_contract_of_the_branch_is_found_there(bank: Bank) -> None:
    west = a_client(a_user(bank, institution=at_branch(bank, "west")))
    assert keys(west, "单雄") == []
    with bank_scope(bank.id):
        PartyRole.objects.create(bank_id=bank.id, party_id="0004", contract_id="C2", role="guarantor")
    assert keys(west, "单雄") == [("party", "0004", "name")]


def test_other_bank_finds_nothing_and_its_tokens_are_others(bank: Bank, tmp_path: Path) -> None:
    other = a_bank()
    an_institution(other, code="east")
    assert all(keys(a_client(a_user(other)), query) == [] for query in ("张春生", "zcs", IDENTITY, PHONE, "N1", "0001"))
    with bank_scope(other.id):
        loaded(other, ADelivery(tmp_path / "o").write())
        theirs = set(SearchToken.objects.filter(party_id="0001").values_list("token", flat=True))
    with bank_scope(bank.id):
        ours = set(SearchToken.objects.filter(party_id="0001").values_list("token", flat=True))
    assert len(ours) == len(theirs) and not ours & theirs


def test_role_without_the_permission_is_refused(bank: Bank) -> None:
    answer = ask(a_client(a_user(bank, role=Role.STRATEGIST)), "张春生")
    assert answer.status_code == 403 and "张" not in answer.content.decode()


@pytest.mark.parametrize("body", [{"q": "x" * 65}, {"q": "zc", "limit": 0}, {"q": "zc", "limit": 21}, {}])
def test_question_out_of_its_limits_is_refused_without_being_repeated(bank: Bank, body: dict[str, Any]) -> None:
    answer = a_client(a_user(bank)).post("/api/search", json.dumps(body), content_type="application/json")
    assert answer.status_code == 422 and "xxx" not in answer.content.decode()


def test_limit_is_kept_and_more_says_so(bank: Bank) -> None:
    client = a_client(a_user(bank))
    answer = ask(client, "zc", limit=1).json()
    assert [hit["party_id"] for hit in answer["items"]] == ["0003"] and answer["more"]
    answer = ask(client, "zc", limit=2).json()
    assert len(answer["items"]) == 2 and not answer["more"]


def test_customers_of_other_branches_neither_hide_those_of_ones_own_nor_count_as_more(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SCAN_MAX", 1)
    with bank_scope(bank.id):
        NoteRegister.objects.filter(bank_id=bank.id, note_id="N3").update(institution_code="west")
        DeskNote.objects.filter(bank_id=bank.id, note_id="N3").update(institution_code="west")
    west = a_client(a_user(bank, institution=at_branch(bank, "west")))
    assert keys(west, "zc") == [("party", "0003", "initials")], "0001 of the other branch comes before it"
    whole = ask(a_client(a_user(bank)), "zc").json()
    assert len(whole["items"]) == 1 and whole["more"]
    monkeypatch.setattr(search, "SCAN_MAX", 2)
    assert ask(west, "zc").json()["more"] is False


def test_contract_shows_the_days_of_notes_that_may_be_seen_only(bank: Bank) -> None:
    with bank_scope(bank.id):
        NoteRegister.objects.create(
            bank_id=bank.id, note_id="N4", contract_id="C3", party_id="0003", institution_code="west", product_code="P1"
        )
    for code, days in (("east", 45), ("west", None)):
        hit = ask(a_client(a_user(bank, institution=at_branch(bank, code))), "C3").json()["items"][0]
        assert (hit["kind"], hit["dpd"]) == ("contract", days)


def test_customer_found_by_a_number_leaves_an_event_without_the_number(bank: Bank) -> None:
    user = a_user(bank)
    client = a_client(user)
    for query in ("张春生", "zcs", "0001", "N1", "13812342230"):
        ask(client, query)
    assert traces(bank, "0001") == []
    ask(client, PHONE)
    ask(client, IDENTITY)
    events = traces(bank, "0001")
    assert [(event.name, event.actor_ref, event.payload) for event in events] == [
        ("portfolio.party_found_by_number", str(user.id), {"matched": "phone"}),
        ("portfolio.party_found_by_number", str(user.id), {"matched": "identity"}),
    ]


def test_somebody_who_tries_in_turn_is_stopped_and_others_are_not(bank: Bank) -> None:
    client = a_client(a_user(bank))
    statuses = [ask(client, "z").status_code for _ in range(121)]
    assert statuses == [200] * 120 + [429]
    assert ask(client, PHONE).json()["code"] == "kernel.too_many_requests"
    assert traces(bank, "0001") == []
    assert ask(a_client(a_user(bank)), "z").status_code == 200


def tokens(bank: Bank, party_id: str) -> set[Any]:
    """The tokens of a party."""
    with bank_scope(bank.id):
        return set(SearchToken.objects.filter(bank_id=bank.id, party_id=party_id).values_list("token", "kind"))


def test_changed_name_is_found_by_the_new_one_only(bank: Bank, tmp_path: Path) -> None:
    before = tokens(bank, "9000")
    delivery = ADelivery(tmp_path / "e")
    delivery.rows["parties"][0]["name"] = "李乐"
    with bank_scope(bank.id):
        loaded(bank, delivery.write())
    client = a_client(a_user(bank))
    assert keys(client, "张春生") == [] and keys(client, "zcs") == []
    assert keys(client, "ly") == [("party", "0001", "initials")]
    assert before and tokens(bank, "9000") == before


def test_rebuild_gives_the_same_tokens_and_an_event(bank: Bank) -> None:
    before = [tokens(bank, party_id) for party_id in ("0001", "0002", "0003", "0004")]
    with bank_scope(bank.id):
        SearchToken.objects.filter(bank_id=bank.id, party_id="0001").delete()
    done = search_rebuild(bank_id=bank.id, by=Who.program("test"), at=AT)
    assert [tokens(bank, party_id) for party_id in ("0001", "0002", "0003", "0004")] == before
    with bank_scope(bank.id):
        (event,) = events_of_subject(bank_id=bank.id, subject_kind="search", subject_id="tokens")
        assert event.payload == {"parties": done[0], "tokens": SearchToken.objects.count()}


def test_command_rebuilds_and_says_how_much(bank: Bank) -> None:
    result = CliRunner().invoke(app, ["search", "rebuild", "--bank", bank.code])
    with bank_scope(bank.id):
        assert result.output == f"{bank.code}: {SearchToken.objects.count()} tokens of 104 customers\n"


def test_search_finds_after_the_keys_were_rotated_and_the_old_one_was_retired(
    bank: Bank, tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = settings.KEYS_FILE
    settings.KEYS_FILE = tmp_path / "vault.json"
    monkeypatch.delenv("HUIKUAN_KEYS", raising=False)
    shutil.copy2(shared, settings.KEYS_FILE)
    before = tokens(bank, "0001")
    by = Who.program("test")
    old, new = key_ring().primary, vault_key_add(by=by, at=AT)
    assert sum(done.rows for done in vault_rotate(bank_id=bank.id, by=by, at=AT)) > 100
    vault_key_retire(key_id=old, by=by, at=AT)
    assert list(key_ring().keys) == [new]
    assert tokens(bank, "0001") == before
    client = a_client(a_user(bank))
    for query in ("张春生", "zcs", IDENTITY, PHONE):
        assert [key[1] for key in keys(client, query)] == ["0001"]


def test_number_of_queries_does_not_grow_with_what_is_found(bank: Bank) -> None:
    client = a_client(a_user(bank))

    def queries(q: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            ask(client, q)
        return len(captured)

    assert queries("张春") == queries("张春生") == queries("没有")


def crowd(bank: Bank, count: int = 3_000) -> None:
    """Fill the tables with strangers, so that the choice of an index matters."""
    with bank_scope(bank.id), connection.cursor() as cursor:
        numbers = f"from generate_series(1, {count}) as i"
        for insert in (
            "portfolio_search_token (bank_id, token, party_id, kind) "
            f"select %s, gen_random_uuid(), 'X' || i, 'name' {numbers}",
            "portfolio_note_register (bank_id, note_id, contract_id, party_id, institution_code, product_code) "
            f"select %s, 'XN' || i, 'XC' || i, 'X' || i, 'west', 'P1' {numbers}",
            "portfolio_party (bank_id, party_id, party_kind, name, identity_kind, identity_index, region, fingerprint, "
            "changed_on, known_at) "
            f"select %s, 'X' || i, 'person', '', '', md5(i::text), '', '', now(), now() {numbers}",
            "portfolio_contact_point (bank_id, contact_id, party_id, kind, value, value_index, label, source, "
            "legal_basis, service_address, recorded_on, fingerprint, changed_on, known_at) "
            f"select %s, 'X' || i, 'X' || i, 'mobile', '', md5(i::text), '', '', '', false, now(), '', now(), now() "
            f"{numbers}",
        ):
            cursor.execute(f"insert into {insert}", [bank.id])


def plan(statements: Iterable[str]) -> str:
    """The plans of statements."""
    text = []
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(f"explain {statement}")
            text += [row[0] for row in cursor.fetchall()]
    return "\n".join(text)


@pytest.mark.django_db(transaction=True)
def test_every_search_goes_through_an_index_under_row_level_security(
    bank: Bank, owner_connection: psycopg.Connection[Any]
) -> None:
    crowd(bank)
    owner_connection.execute("analyze")
    client = a_client(a_user(bank, institution=at_branch(bank, "east")))
    with CaptureQueriesContext(connection) as captured:
        for query in ("张春生", "zcs", IDENTITY, PHONE, "N1"):
            ask(client, query)
    searches = [
        query["sql"]
        for query in captured
        if query["sql"].lstrip().startswith("with")
        and any(name in query["sql"] for name in ("_search_token", "_register", "_contact_point"))
        and "portfolio_party" in query["sql"]
    ]
    with bank_scope(bank.id):
        found = plan(searches)
    assert len(searches) >= 6
    assert "Seq Scan on portfolio_search_token" not in found
    for index in (
        "portfolio_search_token_pkey",
        "portfolio_party_identity",
        "portfolio_contact_value",
        "portfolio_register_note_range",
        "portfolio_register_contract_range",
    ):
        assert index in found, found
    assert "note_id >= 'N1'" in found.replace('COLLATE "C"', "").replace("::text", "").replace("  ", " ").replace(
        "(note_id)", "note_id"
    ), "the beginning of a number is a condition of the index, not a filter"


@pytest.mark.django_db(transaction=True)
def test_tokens_of_a_changed_name_are_replaced_without_reading_those_of_the_bank(
    bank: Bank, owner_connection: psycopg.Connection[Any]
) -> None:
    crowd(bank)
    owner_connection.execute("analyze")
    with bank_scope(bank.id), connection.cursor() as cursor:
        search_tokens_write(bank_id=bank.id, parties=[("0001", "person", "李乐")])
        cursor.execute("select seq_scan from pg_stat_xact_user_tables where relname = 'portfolio_search_token'")
        assert cursor.fetchone() == (0,)
    assert keys(a_client(a_user(bank)), "李乐") == [("party", "0001", "name")]
