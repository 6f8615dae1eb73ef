"""Rows that are read once and texts that are read again: both have the line on which they stand in the file."""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.read import file_open, file_read

PARTY = contracts_shipped()["party"]
HEADER = ("party_id", "party_kind", "name", "identity_kind", "identity_number", "region")
NAMES = {"plain": "李四", "quoted": '"王, ""五"""', "inside": 'a"b', "empty": "", "quoted_empty": '""', "blank": " "}
READ = {"quoted": '王, "五"', "empty": None, "quoted_empty": None}
BROKEN = ("short", "long", "long_empty", "encoding", "quote")


def line_of(kind: str, number: int) -> bytes:
    """A line of parties of a kind."""
    values = [f"P{number}", "person", NAMES.get(kind, "张三"), "passport", f"X{number}", "330182"]
    match kind:
        case "short":
            values.pop()
        case "long":
            values.append("x")
        case "long_empty":
            values.append("")
        case "quote":
            values[2] = '"a" b'
    text = ",".join(values).encode()
    return text.replace("张三".encode(), b"\xff") if kind == "encoding" else text


def assert_read(folder: Path, kinds: Sequence[str]) -> None:
    """Read a file of such lines; see that rows, texts and broken lines stand where they were written."""
    lines = [",".join(HEADER).encode(), *(line_of(kind, number) for number, kind in enumerate(kinds))]
    (folder / "parties.csv").write_bytes(b"\n".join([*lines, b""]))
    con = duckdb.connect(config={"threads": 4})
    opened = file_open(con, folder, "parties.csv", PARTY)
    read = file_read(con, PARTY, opened, "select *, upper(party_id) as id from given_party")
    good = [
        (number + 2, f"P{number}", READ.get(kind, NAMES[kind])) for number, kind in enumerate(kinds) if kind in NAMES
    ]
    assert con.execute("select line, id, name from text_party order by line").fetchall() == good
    assert con.execute("select line, party_id, name from raw_party order by line").fetchall() == good
    broken = [(number + 2,) for number, kind in enumerate(kinds) if kind in BROKEN]
    assert con.execute("select line from ragged_party order by line").fetchall() == broken
    assert (read.rows, read.ragged) == (len(kinds), len(broken))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*NAMES, *BROKEN]), min_size=1, max_size=30))
def test_rows_and_texts_stand_on_their_lines_whatever_lines_are_broken(kinds: list[str]) -> None:
    with TemporaryDirectory() as folder:
        assert_read(Path(folder), kinds)


@pytest.mark.parametrize("broken", [(), BROKEN])
def test_rows_and_texts_of_a_file_in_many_parts_stand_on_their_lines(tmp_path: Path, broken: Sequence[str]) -> None:
    draw = Random(7)
    assert_read(tmp_path, [draw.choice([*NAMES] * 50 + [*broken]) for _ in range(60_000)])
