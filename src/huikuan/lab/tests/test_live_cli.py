"""The commands: no bank of real people, one contact at a time, an error where nobody lives the bank."""

from __future__ import annotations

import json
import threading
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml
from typer.testing import CliRunner

from huikuan.kernel.errors import InputInvalidError, NotFoundError
from huikuan.kernel.facts import Who
from huikuan.kernel.lines import BankNotSimulatedError
from huikuan.kernel.models import Bank
from huikuan.kernel.services.bank import bank_create
from huikuan.kernel.tests.builders import AT, FROM, a_bank
from huikuan.lab.cli import app
from huikuan.lab.contact_parameters import contact_shipped
from huikuan.lab.live import LiveOrder
from huikuan.lab.live_cli import NobodyAnswersError
from huikuan.lab.live_loop import LiveBankOtherError, live_open
from huikuan.lab.parameters import PARAMETERS, parameters_shipped

FIRST = ["--seed", "5", "--borrowers", "40", "--from", "2025-06-01"]
TRUTH_FILES = ("persons", "notes", "events", "accounts")


def run(*words: str) -> tuple[int, str, BaseException | None]:
    done = CliRunner().invoke(app, ["lab", *words])
    return done.exit_code, done.output, done.exception


@pytest.mark.django_db
def test_bank_of_real_people_is_not_played(tmp_path: Path) -> None:
    place = ["--inbox", str(tmp_path / "inbox"), "--folder", str(tmp_path / "live"), "--days", "0"]
    a_bank(code="real")
    assert isinstance(run("live", "--bank", "real", *FIRST, *place)[2], BankNotSimulatedError)
    assert isinstance(run("live", "--bank", "nobody", *FIRST, *place)[2], NotFoundError)
    bank_create(
        code="toy", name_zh="模拟", name_en="Toy", currency="CNY", minor_digits=2, time_zone="Asia/Shanghai",
        by=Who.program("test"), at=AT, valid_from=FROM, simulated=True,
    )  # fmt: skip
    assert isinstance(run("live", "--bank", "toy", *FIRST, *place)[2], InputInvalidError)
    a_bank(code="qinghe")
    assert isinstance(run("live", *FIRST, *place)[2], BankNotSimulatedError)
    assert not (tmp_path / "inbox").exists()


@pytest.mark.django_db
def test_bank_is_set_up_and_goes_on_where_it_was(tmp_path: Path) -> None:
    place = ["--inbox", str(tmp_path / "inbox"), "--folder", str(tmp_path / "live"), "--speed", "1000000000"]
    code, output, _ = run("live", *FIRST, *place, "--until", "2025-06-02", "--days", "1")
    assert code == 0, output
    assert "2025-06-03 is open" in output
    assert "2025-06-03 delivered" in output
    assert Bank.objects.get(code="qinghe").simulated
    code, output, _ = run("live", *place, "--days", "1")
    assert code == 0, output
    assert "2025-06-04 delivered" in output
    assert len(list((tmp_path / "inbox" / "qinghe").iterdir())) == 4
    assert run("live", *place, "--seed", "5")[0] == 2


@pytest.mark.django_db
def test_bank_that_was_created_with_other_parameters_is_lived_on(tmp_path: Path) -> None:
    other = tmp_path / "parameters.yaml"
    document = yaml.safe_load(PARAMETERS.read_text(encoding="utf-8"))
    document["paying"]["part_ppm"]["value"] = 900_000
    other.write_text(yaml.safe_dump(document), encoding="utf-8")
    files = [*FIRST, "--out", str(tmp_path), "--parameters", str(other)]
    assert run("create", *files, "--months", "1")[0] == 0
    place = ["--inbox", str(tmp_path / "inbox"), "--folder", str(tmp_path / "live"), "--speed", "1000000000"]
    code, output, _ = run("live", *FIRST, *place, "--days", "1", "--parameters", str(other))
    assert code == 0, output
    assert "2025-07-01 delivered" in output
    other.unlink()
    code, output, _ = run("live", *place, "--days", "1")
    assert code == 0, output
    assert "2025-07-02 delivered" in output
    assert isinstance(run("live", *place, "--parameters", str(PARAMETERS))[2], LiveBankOtherError)
    assert run("live", *place, "--parameters", str(other))[0] == 2


@pytest.mark.django_db
def test_truth_at_the_end_is_that_of_create(tmp_path: Path) -> None:
    assert run("create", *FIRST, "--months", "1", "--out", str(tmp_path / "created"))[0] == 0
    place = ["--inbox", str(tmp_path / "inbox"), "--folder", str(tmp_path / "live"), "--speed", "1000000000"]
    code, output, _ = run("live", *FIRST, *place, "--until", "2025-06-29", "--days", "1")
    assert code == 0, output
    told = tmp_path / "live" / "truth"
    assert {file.name for file in told.iterdir()} == {f"{name}.parquet" for name in TRUTH_FILES}
    for name in TRUTH_FILES:
        mine, theirs = (
            duckdb.sql(f"select * from '{folder / name}.parquet'").fetchall()
            for folder in (told, tmp_path / "created" / "truth")
        )
        assert mine == theirs
        assert mine


def test_contact_is_answered_while_the_bank_lives_and_not_otherwise(tmp_path: Path) -> None:
    folder = ["--folder", str(tmp_path / "live")]
    nobody = run("contact", "--party", "P00000003", "--wait", "1", *folder)
    assert isinstance(nobody[2], NobodyAnswersError)
    asked = tmp_path / "live" / "asked"
    assert len(list(asked.glob("*.json"))) == 1
    with live_open(
        LiveOrder(5, 40, date(2025, 6, 1)), parameters_shipped(), contact_shipped(),
        inbox=tmp_path / "inbox", folder=tmp_path / "live",
    ) as live:  # fmt: skip
        live.catch_up(date(2025, 6, 1))
        assert live.contacts_answer() == 1
        stop = threading.Event()

        def answer_until_stopped() -> None:
            while not stop.wait(0.02):
                live.contacts_answer()

        thread = threading.Thread(target=answer_until_stopped)
        thread.start()
        try:
            code, output, _ = run("contact", "--party", "P00000004", "--channel", "visit", "--at", "18:30", *folder)
            wrong, said, _ = run("contact", "--party", "P00000041", *folder)
        finally:
            stop.set()
            thread.join()
    assert code == 0
    assert json.loads(output)["day"] == "2025-06-02"
    assert set(json.loads(output)) == {
        "key", "day", "result", "complains", "promise_on", "promise_share_ppm", "calls_back_on",
    }  # fmt: skip
    assert wrong == 1
    assert "P00000001 to P00000040" in json.loads(said)["error"]
