"""`huikuan feed learn` recognises the forms of files; what it proposes reads the file that it was made from."""

import zipfile
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml
from typer.testing import CliRunner

from huikuan.portfolio.errors import FileUnreadableError
from huikuan.portfolio.feed_cli import app
from huikuan.portfolio.mapping.model import Source
from huikuan.portfolio.mapping.source import source_read
from huikuan.portfolio.tests.test_cli_mapping import run
from huikuan.portfolio.tests.workbooks import DAY, number, row_xml, text, workbook_write

NAMES = ("借据号", "合同号", "贷款金额", "起始日", "到期日")
ROWS = (
    ("00000001", "C1", "1000.50", "20240101", "99991231"),
    ("00000002", "C2", "2000.00", "20240201", "20250201"),
    ("00000003", "客户", "30.00", "20240301", "20250301"),
)


def learned(file: Path, *options: str) -> str:
    """Return the proposal for a file of notes."""
    return CliRunner().invoke(app, ["learn", str(file), "--feed", "note", *options]).stdout


def reads(proposal: str, file: Path, scratch: Path, member: str | None = None) -> list[tuple[str, ...]]:
    """Read the file as the proposal says it is written."""
    data = yaml.load(proposal, Loader=yaml.BaseLoader)  # noqa: S506 - all values stay text
    con = duckdb.connect()
    table = source_read(con, file, Source.model_validate(data["source"]), table="t", scratch=scratch, member=member)
    assert table.broken == 0
    listed = ", ".join(table.place(name) for name in table.columns)
    return [tuple(row) for row in con.execute(f"select {listed} from t order by src_line").fetchall()]


def fixed_lines() -> bytes:
    """Return the rows at fixed positions of bytes, the amounts to the right."""
    widths = (10, 8, 12, 10, 8)
    lines = []
    for row in ROWS:
        parts = [one.encode("gb18030") for one in row]
        lines.append(
            b"".join(
                (p.rjust(w - 1) + b" " if at == 2 else p.ljust(w))
                for at, (p, w) in enumerate(zip(parts, widths, strict=True))
            )
        )
    return b"\r\n".join(lines) + b"\r\n"


def test_learn_sees_fixed_positions_in_bytes_and_asks_for_a_check(tmp_path: Path) -> None:
    file = tmp_path / "LN_20240131.txt"
    file.write_bytes(fixed_lines())
    proposal = learned(file)
    assert "format: fixed" in proposal and "count: bytes" in proposal and "guessed from blanks" in proposal
    assert 'c01: "1-10"' in proposal and "encoding: gb18030" in proposal
    assert reads(proposal, file, tmp_path) == [tuple(row) for row in ROWS]


def test_learn_reads_a_workbook_below_its_title(tmp_path: Path) -> None:
    file = tmp_path / "LN_20240131.xlsx"
    body = [
        [text(row[0]), text(row[1]), number(row[2]), number(str(45292 + at), DAY), text(row[4])]
        for at, row in enumerate(ROWS)
    ]
    rows = row_xml(1, [text("清单")]) + row_xml(3, [text(name) for name in NAMES])
    rows += "".join(row_xml(at, cells) for at, cells in enumerate(body, 4))
    workbook_write(file, rows, sheets=[("一月", "visible"), ("说明", "visible")])
    proposal = learned(file)
    assert "format: xlsx" in proposal and "skip: 2" in proposal and 'sheet: "一月"' in proposal and "说明" in proposal
    assert "disbursed_on: {from: 起始日, date: yyyy-mm-dd}" in proposal
    assert [row[3] for row in reads(proposal, file, tmp_path)] == ["2024-01-01", "2024-01-02", "2024-01-03"]


def test_learn_looks_into_an_archive_and_names_its_member(tmp_path: Path) -> None:
    file = tmp_path / "ALL_20240131.zip"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("LN_20240131.csv", "\n".join(",".join(row) for row in (NAMES, *ROWS)) + "\n")
    proposal = learned(file)
    assert 'file: "ALL_{yyyymmdd}.zip"' in proposal and 'member: "LN_{yyyymmdd}.csv"' in proposal
    assert len(reads(proposal, file, tmp_path, "LN_20240131.csv")) == len(ROWS)
    with zipfile.ZipFile(file, "a") as made:
        made.writestr("OTHER_20240131.csv", "a,b\n1,2\n")
    with pytest.raises(
        FileUnreadableError, match=r"LN_20240131\.csv, OTHER_20240131\.csv; expected one file in it, or"
    ):
        run("learn", str(file))
    assert "member:" in learned(file, "--member", "LN_20240131.csv")


def test_learn_sees_history_days_of_excel_and_full_width_digits(tmp_path: Path) -> None:
    file = tmp_path / "LN_20240131.csv"
    serial = (date(2024, 1, 1) - date(1899, 12, 30)).days
    rows = [
        ("借据号", "贷款金额", "起始日", "开始日期", "结束日期"),
        ("N1", "１０．５０", str(serial), "20240101", "99991231"),
    ]
    file.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    proposal = learned(file)
    assert "in_force: {from: 开始日期, to: 结束日期, date: yyyymmdd}   # CHECK" in proposal
    assert "disbursed_on: {from: 起始日, date: excel}" in proposal
    assert "principal: {from: 贷款金额, narrow: true, unit: yuan}" in proposal


def test_lines_without_separator_or_positions_are_said_so(tmp_path: Path) -> None:
    file = tmp_path / "X.txt"
    file.write_text("abc def\nab cdefg\n", encoding="utf-8")
    with pytest.raises(FileUnreadableError, match="no separator and no fixed positions"):
        run("learn", str(file))
