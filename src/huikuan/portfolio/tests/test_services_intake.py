"""A delivery in PostgreSQL: loads, rejects, vault, products; all of it or nothing."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import duckdb
import pytest
from django.db import connection

from huikuan.evidence.selectors.events import events_of_subject
from huikuan.kernel.facts import Who
from huikuan.kernel.models import Bank
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_bank
from huikuan.kernel.vault import Place, vault_of
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.tokens import feed_tokens
from huikuan.portfolio.models import Load, Party, Product, Reject
from huikuan.portfolio.services import intake
from huikuan.portfolio.services.intake import intake_commit, tokeniser
from huikuan.portfolio.tests.deliveries import DAY, ADelivery

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)


def loaded(bank: Bank, delivery: ADelivery, run_id: UUID | None = None) -> duckdb.DuckDBPyConnection:
    """Check and commit a delivery inside the bank's transaction."""
    con = delivery.connect()
    checked = delivery.check(con)
    feed_tokens(con, contracts_shipped()["party"], tokeniser(bank.id))
    intake_commit(
        bank_id=bank.id, run_id=run_id or uuid4(), checked=checked, con=con, known_at=AT, by=Who.program("test")
    )
    return con


def test_delivery_loaded_counts_rejects_and_event_stand_in_the_database(tmp_path: Path) -> None:
    bank = a_bank()
    delivery = ADelivery(tmp_path / "d")
    delivery.rows["parties"][1]["party_kind"] = "?"
    with bank_scope(bank.id):
        loaded(bank, delivery.write())
        load = Load.objects.get(bank_id=bank.id, feed="party")
        assert (load.rows, load.accepted, load.rejected) == (102, 101, 1)
        assert load.controls == [{"name": "rows", "stated": "102", "counted": "102", "ok": True}]
        reject = Reject.objects.get(bank_id=bank.id, feed="party")
        assert reject.line == 3 and reject.load_id == load.id
        assert reject.reasons[0]["code"] == "enum" and reject.raw["name"] == "***"
        events = events_of_subject(bank_id=bank.id, subject_kind="delivery", subject_id=str(DAY), after_seq=0, limit=5)
        assert [event.payload["parties_new"] for event in events] == [101]


def test_party_is_sealed_in_the_vault_and_opens_with_its_place_only(tmp_path: Path) -> None:
    bank = a_bank()
    with bank_scope(bank.id):
        con = loaded(bank, ADelivery(tmp_path / "d").write())
        party = Party.objects.get(bank_id=bank.id, party_id="0001")
        vault = vault_of(bank.id)
        assert vault.open(party.name, Place("portfolio_party", "name", "0001")) == "张春生"
        assert party.identity_index == vault.blind_index("identity", "110101199003074514")
        assert "张".encode() not in bytes(party.name)
    lake = con.execute("select * from lake_party where party_id = '0001'").fetchone()
    assert lake is not None and not any("张" in str(v) or "19900307" in str(v) for v in lake)


def test_delivery_again_changes_no_ciphertext_and_one_changed_name_changes_one_party(tmp_path: Path) -> None:
    bank = a_bank()
    delivery = ADelivery(tmp_path / "d").write()
    with bank_scope(bank.id):
        loaded(bank, delivery)
        before = dict(Party.objects.filter(bank_id=bank.id).values_list("party_id", "name"))
        loaded(bank, delivery)
        assert dict(Party.objects.filter(bank_id=bank.id).values_list("party_id", "name")) == before
        delivery.rows["parties"][0]["name"] = "张春"
        loaded(bank, delivery.write())
        after = dict(Party.objects.filter(bank_id=bank.id).values_list("party_id", "name"))
        assert [party_id for party_id in after if bytes(after[party_id]) != bytes(before[party_id])] == ["0001"]


def test_products_are_upserted_and_one_that_is_gone_stays(tmp_path: Path) -> None:
    bank = a_bank()
    delivery = ADelivery(tmp_path / "d")
    with bank_scope(bank.id):
        loaded(bank, delivery.write())
        second = {**delivery.rows["products"][0], "product_code": "P2"}
        delivery.rows["products"][0]["name_en"] = "Renamed"
        delivery.rows["products"].append(second)
        loaded(bank, delivery.write())
        names = dict(Product.objects.filter(bank_id=bank.id).values_list("product_code", "name_en"))
        assert names == {"P1": "Renamed", "P2": "Consumer"}


def test_error_in_the_middle_nothing_of_the_day_is_visible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bank = a_bank()

    class StopError(Exception):
        """Stands for a lost connection or a kill."""

    def stop(*_: object) -> None:
        raise StopError

    monkeypatch.setattr(intake, "_sealed", stop)
    with pytest.raises(StopError), bank_scope(bank.id):
        loaded(bank, ADelivery(tmp_path / "d").write())
    with bank_scope(bank.id):
        for model in (Load, Reject, Party, Product):
            assert not model._default_manager.filter(bank_id=bank.id).exists()
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from evidence_event where subject_kind = 'delivery'")
            assert cursor.fetchone() == (0,)


def test_tables_of_another_bank_are_out_of_sight(tmp_path: Path) -> None:
    bank, other = a_bank(), a_bank()
    with bank_scope(bank.id):
        loaded(bank, ADelivery(tmp_path / "d").write())
    with bank_scope(other.id):
        assert not Party.objects.exists() and not Load.objects.exists()
