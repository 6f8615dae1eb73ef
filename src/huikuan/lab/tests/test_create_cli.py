"""`huikuan lab create`."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from typer.testing import CliRunner

from huikuan.kernel.lines import BankNotSimulatedError
from huikuan.kernel.selectors.institution import institution_root, institution_subtree
from huikuan.kernel.selectors.users import bank_by_code
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_bank
from huikuan.lab.cli import app
from huikuan.lab.places import branches, outlets

SMALL = ("--borrowers", "20", "--months", "1", "--seed", "7")


def test_create_writes_files_and_says_where(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["lab", "create", *SMALL, "--from", "2025-02-01", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert str(tmp_path / "truth") in done.stdout
    assert len(list((tmp_path / "inbox" / "qinghe").iterdir())) == 28
    assert (tmp_path / "truth" / "events.parquet").is_file()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--borrowers", "0"), "borrowers: 1 to"),
        (("--from", "2025-02-03"), "first day of a month"),
        (("--parameters", "nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_create_refuses_what_cannot_be_made(tmp_path: Path, wrong: tuple[str, str], said: str) -> None:
    done = CliRunner().invoke(app, ["lab", "create", *SMALL, *wrong, "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert said in " ".join(done.output.replace("│", " ").split())
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db
def test_create_sets_the_bank_up_and_fills_the_inbox(settings: LazySettings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    for _ in range(2):  # again: nothing is added
        done = CliRunner().invoke(app, ["lab", "create", *SMALL, "--from", "2025-02-01"])
        assert done.exit_code == 0, done.output
    assert "huikuan nightly --bank qinghe --date 2025-02-28" in done.stdout
    bank = bank_by_code("qinghe")
    assert bank.simulated
    with bank_scope(bank.id):
        root = institution_root(bank.id).id
        rows = institution_subtree(bank_id=bank.id, roots=[root], on=date(2025, 2, 1))
    assert {one.code for one in rows} >= {"QHZB", *(code for code, *_ in branches()), *(code for code, *_ in outlets())}
    assert (tmp_path / "inbox" / "qinghe" / "2025-02-28" / "manifest.yaml").is_file()


@pytest.mark.django_db
def test_create_writes_into_no_bank_that_is_real(settings: LazySettings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    a_bank(code="qinghe")
    done = CliRunner().invoke(app, ["lab", "create", *SMALL])
    assert isinstance(done.exception, BankNotSimulatedError)
    assert not (tmp_path / "inbox").exists()
