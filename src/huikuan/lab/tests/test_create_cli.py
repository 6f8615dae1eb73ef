"""`huikuan lab create`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from huikuan.lab.cli import app

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
