"""`huikuan feed check` and `huikuan feed describe`."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from typer.testing import CliRunner

from huikuan.kernel.models import Bank
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_bank, an_institution
from huikuan.portfolio.errors import ControlTotalError, DeliveryDateError
from huikuan.portfolio.feed_cli import app
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.carry import lake_select
from huikuan.portfolio.intake.describe import feeds_page
from huikuan.portfolio.intake.tokens import feed_tokens
from huikuan.portfolio.lake import Lake
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.services.intake import tokeniser
from huikuan.portfolio.services.lake import lake_files_name
from huikuan.portfolio.tests.deliveries import BANK, FEEDS, ADelivery
from huikuan.portfolio.tests.test_services_intake import AT

pytestmark = pytest.mark.django_db
YESTERDAY = date(2026, 3, 30)


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Bank:
    """The bank of the deliveries, in a home of its own."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    bank = a_bank(code=BANK)
    an_institution(bank, code="east")
    return bank


def run(folder: Path, *options: str) -> tuple[int, str]:
    """Check a folder; return exit code and what was printed."""
    answer = CliRunner().invoke(app, ["check", str(folder), "--bank", BANK, *options], env={"COLUMNS": "200"})
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return answer.exit_code, answer.output


def test_check_good_delivery_ends_with_zero(bank: Bank, tmp_path: Path) -> None:
    code, text = run(ADelivery(tmp_path / "2026-03-31").write().folder)
    assert code == 0 and "notes.csv" in text and "refuse" not in text
    assert "last stays in force: renumberings, loan_events, management," in text


def test_check_covers_optional_feeds_with_their_reasons(bank: Bank, tmp_path: Path) -> None:
    delivery = ADelivery(tmp_path / "2026-03-31")
    delivery.rows["monthly_statuses"] = [
        {"account_id": f"A{n}", "month": "2026-02-01", "status": "m1", "balance": "", "overdue": ""} for n in range(99)
    ]
    delivery.rows["monthly_statuses"][0]["month"] = "2026-02-02"
    code, text = run(delivery.write().folder)
    assert code == 2 and "force: renumberings, loan_events" in text and "core_figures, monthly_statuses" not in text
    assert "monthly_statuses.csv, line 2: month: expected the first day of a month" in text


def test_check_reject_below_the_limit_ends_with_two_and_prints_the_reason(bank: Bank, tmp_path: Path) -> None:
    delivery = ADelivery(tmp_path / "2026-03-31")
    delivery.rows["repayments"][0]["amount"] = "412.123"
    code, text = run(delivery.write().folder)
    assert code == 2
    assert "repayments.csv, line 2: amount: expected at most 2 decimals, got 412.123 (decimal.digits)" in text


def test_check_wrong_control_total_ends_with_one_and_shows_both_figures(bank: Bank, tmp_path: Path) -> None:
    delivery = ADelivery(tmp_path / "2026-03-31")
    delivery.stated["notes"] = {"rows": 103}
    code, text = run(delivery.write().folder)
    assert code == 1 and "rows: stated 103, counted 102" in text and "would refuse" in text
    with pytest.raises(ControlTotalError):
        delivery.check()


def test_check_folder_without_a_date_needs_the_date(bank: Bank, tmp_path: Path) -> None:
    folder = ADelivery(tmp_path / "today").write().folder
    with pytest.raises(DeliveryDateError, match="--date"):
        run(folder)
    assert run(folder, "--date", "2026-03-31")[0] == 0


def test_check_knows_the_book_of_earlier_days(bank: Bank, tmp_path: Path) -> None:
    first = ADelivery(tmp_path / "first").write()
    lake, run_id = Lake(tmp_path / "lake", BANK), uuid4()
    paths = [lake.file_path(table.name, YESTERDAY, run_id) for table in feed_tables().values()]
    with first.connect() as con, bank_scope(bank.id):
        first.check(con)
        feed_tokens(con, contracts_shipped()["party"], tokeniser(bank.id))
        with lake.connect(writes=paths) as out:
            files = []
            for feed in FEEDS:
                table = feed_tables()[feed]
                relation = con.execute(lake_select(contracts_shipped()[feed])).fetchall()
                values = ", ".join(_row(row) for row in relation)
                names = ", ".join(f'"{column.name}"' for column in table.columns)
                select = f"select * from (values {values}) as t ({names})"
                files.append(lake.write(out, table, select, business_date=YESTERDAY, run_id=run_id))
        lake_files_name(bank_id=bank.id, files=files, known_at=AT)
    code, text = run(ADelivery(tmp_path / "2026-03-31").write().folder)
    assert code == 1 and "K-1 (key.known)" in text, "the same repayments again: every reference is in the book"


def test_describe_prints_the_reference_page(bank: Bank) -> None:
    assert CliRunner().invoke(app, ["describe"]).output == feeds_page(contracts_shipped())


def _row(row: tuple[object, ...]) -> str:
    return "(" + ", ".join("null" if value is None else f"'{value}'" for value in row) + ")"
