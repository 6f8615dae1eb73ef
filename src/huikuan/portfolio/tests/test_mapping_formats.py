"""Forms of files that core systems write: fixed positions, archives, marks of encodings, very long lines."""

import resource
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huikuan.portfolio.errors import ColumnsError, FileUnreadableError
from huikuan.portfolio.mapping import archive
from huikuan.portfolio.mapping.errors import MappingError
from huikuan.portfolio.tests.test_mapping import DELIVERY, GOOD, NOTES, ABank, codes

WIDTHS = (12, 8, 10, 8, 8, 1)
FIXED = NOTES.replace(
    "columns: [JJH, HTH, DKJE, FFRQ, DQRQ, ZT]",
    "format: fixed, positions: {JJH: 1-12, HTH: 13-20, DKJE: 21-30, FFRQ: 31-38, DQRQ: 39-46, ZT: '47'}",
)
DATA = "LN_20240131.dat"


def line(*values: str, encoding: str = "gb18030") -> bytes:
    """Return a line whose values stand at positions counted in bytes."""
    return b"".join(value.encode(encoding).ljust(width) for value, width in zip(values, WIDTHS, strict=True))


def fixed_bank(folder: Path, *lines: bytes, more: str = "") -> ABank:
    """Return a bank whose notes stand at fixed positions."""
    bank = ABank(folder, FIXED.replace("format: fixed,", f"format: fixed, {more}"))
    (bank.files / DATA).write_bytes(b"".join(one + b"\n" for one in lines))
    return bank


def test_positions_count_bytes_of_gbk_and_not_characters(tmp_path: Path) -> None:
    four_bytes = bytes([0x95, 0x32, 0x82, 0x36]).decode("gb18030")
    bank = fixed_bank(tmp_path, line("借据1", *GOOD[1:]), line(four_bytes + "中a", *GOOD[1:]), line(*GOOD))
    rows = bank.notes()
    assert [row["note_id"] for row in rows] == ["借据1", four_bytes + "中a", "N1"]
    assert {row["principal"] for row in rows} == {"1234.56"} and not any(codes(row) for row in rows)


def test_positions_count_characters_where_the_mapping_says_so(tmp_path: Path) -> None:
    text = "".join(value.ljust(width) for value, width in zip(("借据1", *GOOD[1:]), WIDTHS, strict=True))
    (row,) = fixed_bank(tmp_path, text.encode("gb18030"), more="count: characters,").notes()
    assert (row["note_id"], row["core_status"], codes(row)) == ("借据1", "active", [])


def test_positions_of_utf8_count_its_three_bytes(tmp_path: Path) -> None:
    (row,) = fixed_bank(tmp_path, line("借据1", *GOOD[1:], encoding="utf-8"), more="encoding: utf-8,").notes()
    assert (row["note_id"], row["principal"]) == ("借据1", "1234.56")


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        (line(*GOOD)[:-1], "47 bytes a line, not 46"),
        (line(*GOOD) + b" ", "47 bytes a line, not 48"),
        (b"", "47 bytes a line, not 0"),
        (b"N1234567890" + "中".encode("gb18030") + line(*GOOD)[13:], "JJH at the bytes 1 to 12: one of its ends is"),
        (b"\xff" + line(*GOOD)[1:], "text in the encoding of the mapping"),
        (b"\x7f" + line(*GOOD)[1:], "text in the encoding of the mapping"),
        (b"N" * 200_000, "at most 100000 bytes"),
    ],
)
def test_line_without_its_positions_is_a_reject_that_says_why(tmp_path: Path, broken: bytes, expected: str) -> None:
    rows = fixed_bank(tmp_path, line(*GOOD), broken, line(*GOOD)).notes()
    assert [row["src_line"] for row in rows] == [1, 2, 3]
    assert [codes(row) for row in (rows[0], rows[2])] == [[], []]
    assert rows[1]["mapped_reasons"][0]["code"] == "mapping.line"
    assert expected in rows[1]["mapped_reasons"][0]["expected"]


def test_blanks_at_the_end_may_be_missing_where_the_mapping_says_so(tmp_path: Path) -> None:
    short = line(*GOOD[:4], "", "").rstrip()
    rows = fixed_bank(tmp_path, short, line(*GOOD), line(*GOOD) + b"x", more="open_right: true,").notes()
    assert [row["matures_on"] for row in rows[:2]] == [None, "2025-01-01"]
    assert rows[2]["mapped_reasons"][0]["expected"] == "at most 47 bytes a line, not 48"


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.sampled_from("a0 中国€𠀀Ａ"), max_size=6), min_size=10, max_size=60))
def test_fixed_positions_give_what_was_written_in_any_mix_of_characters(tmp_path: Path, names: list[str]) -> None:
    fitting = [name for name in names if len(name.encode("gb18030")) <= WIDTHS[0]]
    rows = fixed_bank(tmp_path, *(line(name, *GOOD[1:]) for name in fitting)).notes()
    assert [row["note_id"] or "" for row in rows] == [name.strip() for name in fitting]


def test_lines_on_top_are_skipped_and_line_numbers_stay_those_of_the_file(tmp_path: Path) -> None:
    bank = ABank(tmp_path, NOTES.replace("columns: [", "skip: 2, header: true, columns: ["))
    bank.file(("title",), ("", "page 1"), ("JJH", "HTH", "DKJE", "FFRQ", "DQRQ", "ZT"), GOOD, ("short",), GOOD)
    rows = bank.notes()
    assert [(row["src_line"], bool(codes(row))) for row in rows] == [(4, False), (5, True), (6, False)]


def zipped(bank: ABank, *members: tuple[str, bytes]) -> Path:
    """Write an archive into the delivery."""
    path = bank.files / "LN_20240131.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members:
            made.writestr(name, data)
    return path


def zip_bank(folder: Path, delivery: str = DELIVERY) -> ABank:
    """Return a bank whose notes are a member of an archive."""
    return ABank(
        folder, NOTES.replace('"LN_{yyyymmdd}.dat"', "'LN_{yyyymmdd}.zip', member: 'data/LN_{yyyymmdd}.dat'"), delivery
    )


ROW = "|@|".join(GOOD).encode() + b"\n"


def test_member_of_an_archive_is_read_and_named(tmp_path: Path) -> None:
    control = DELIVERY + "control: {source: {file: READY.flg, columns: [F, N]}, name: F, rows: N}\n"
    bank = zip_bank(tmp_path, control)
    zipped(bank, ("readme.txt", b"x"), ("data/LN_20240131.dat", ROW * 2))
    bank.file(("LN_20240131.dat", "2"), name="READY.flg")
    assert [row["src_file"] for row in bank.notes()] == ["LN_20240131.zip/data/LN_20240131.dat"] * 2
    assert [one.stated for one in bank.run()["note"].controls] == ["2"]
    assert sorted(path.name for path in bank.out.iterdir() if "member" in path.name) == []


def test_name_of_a_member_in_gbk_is_found(tmp_path: Path) -> None:
    bank = ABank(tmp_path, NOTES.replace('"LN_{yyyymmdd}.dat"', "'LN_{yyyymmdd}.zip', member: 借据.dat"))
    path = zipped(bank, ("NOTE.dat", ROW))
    path.write_bytes(path.read_bytes().replace(b"NOTE.dat", "借据.dat".encode("gb18030")))
    assert len(bank.notes()) == 1


@pytest.mark.parametrize(
    ("member", "what"),
    [("../LN.dat", "leads out of the archive"), ("/etc/LN.dat", "leads out"), ("C:\\LN.dat", "leads out")],
)
def test_archive_with_a_path_outside_is_refused(tmp_path: Path, member: str, what: str) -> None:
    bank = zip_bank(tmp_path)
    zipped(bank, ("data/LN_20240131.dat", ROW), (member, ROW))
    with pytest.raises(FileUnreadableError, match=what):
        bank.run()
    assert not list(tmp_path.rglob("LN.dat"))


def test_archive_without_the_member_says_what_it_has(tmp_path: Path) -> None:
    bank = zip_bank(tmp_path)
    zipped(bank, ("other.dat", ROW))
    with pytest.raises(FileUnreadableError, match=r"the archive has no data/LN_20240131\.dat, but other\.dat"):
        bank.run()


def test_zip_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bank = zip_bank(tmp_path)
    zipped(bank, ("data/LN_20240131.dat", bytes(40 << 20)))
    with pytest.raises(FileUnreadableError, match="at most 200 times the packed bytes"):
        bank.run()
    monkeypatch.setattr(archive, "MEMBER_RATIO_MAX", 2_000)
    with (
        archive.archive_open(bank.files / "LN_20240131.zip", "LN.zip") as opened,
        pytest.raises(FileUnreadableError, match=f"it unpacks to more than {30 << 20} bytes"),
    ):
        list(archive.member_chunks(opened, "data/LN_20240131.dat", "LN.dat", most=30 << 20))
    assert not list(bank.out.glob("*.member"))


def _linked(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as made:
        info = zipfile.ZipInfo("data/LN_20240131.dat")
        info.external_attr = 0o120777 << 16
        made.writestr(info, "/etc/passwd")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _crc(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[60] ^= 0xFF
    path.write_bytes(bytes(data))


def _locked(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))


def _twice(path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as made:
        made.writestr("data/LN_20240131.dat", ROW)


def _long_list(path: Path) -> None:
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, data.rindex(b"PK\x05\x06") + 12, 1 << 30)
    path.write_bytes(bytes(data))


def _before_itself(path: Path) -> None:
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, data.rindex(b"PK\x05\x06") + 16, 1 << 20)
    path.write_bytes(bytes(data))


def _no_zip(path: Path) -> None:
    path.write_bytes(ROW)


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (_linked, "is a link"),
        (_cut, "the archive cannot be read"),
        (_crc, "the archive cannot be read"),
        (_locked, "encrypted with a password"),
        (_twice, "stands there twice"),
        (_long_list, "the archive cannot be read"),
        (_before_itself, "begins before the archive"),
        (_no_zip, "the archive cannot be read"),
    ],
)
def test_spoiled_archive_is_refused_with_what_is_wrong(tmp_path: Path, spoil: object, what: str) -> None:
    bank = zip_bank(tmp_path)
    path = zipped(bank, ("data/LN_20240131.dat", ROW))
    spoil(path)  # type: ignore[operator]
    with pytest.raises(FileUnreadableError, match=what):
        bank.run()


def test_symbolic_link_in_a_delivery_is_refused(tmp_path: Path) -> None:
    bank = ABank(tmp_path)
    (tmp_path / "elsewhere").write_bytes(ROW)
    (bank.files / DATA).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileUnreadableError, match="symbolic link"):
        bank.run()


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", "\ufeff"), ("gb18030", "\ufeff"), ("gb18030", "")])
def test_mark_of_the_encoding_is_no_part_of_the_first_value(tmp_path: Path, encoding: str, mark: str) -> None:
    bank = ABank(tmp_path, delivery=DELIVERY.replace("gb18030", encoding))
    (bank.files / DATA).write_bytes((mark + "|@|".join(("借1", *GOOD[1:])) + "\n").encode(encoding))
    assert [row["note_id"] for row in bank.notes()] == ["借1"]


def test_utf8_where_gb18030_is_said_is_refused_and_not_read_as_other_characters(tmp_path: Path) -> None:
    bank = ABank(tmp_path)
    (bank.files / DATA).write_bytes(("|@|".join(("天地玄黄宇宙洪荒日月盈昃", *GOOD[1:])) + "\n").encode())
    with pytest.raises(FileUnreadableError, match="the file is UTF-8"):
        bank.run()


def test_header_in_another_encoding_is_named_as_such(tmp_path: Path) -> None:
    text = NOTES.replace(", columns: [JJH, HTH, DKJE, FFRQ, DQRQ, ZT]", ", header: true, encoding: utf-8")
    bank = ABank(tmp_path, text)
    bank.file(("借据号", "HTH", "DKJE", "FFRQ", "DQRQ", "ZT"), GOOD)
    with pytest.raises(FileUnreadableError, match="its header is not utf-8"):
        bank.run()


def test_line_of_200_megabytes_is_one_reject_in_bounded_memory(tmp_path: Path) -> None:
    bank = ABank(tmp_path)
    with (bank.files / DATA).open("wb") as stream:
        stream.write(ROW)
        for _ in range(200):
            stream.write(b"x" * (1 << 20))
        stream.write(b"\n" + ROW)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = bank.notes()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert [bool(codes(row)) for row in rows] == [False, True, False]
    assert rows[1]["mapped_reasons"][0]["expected"] == "at most 100000 bytes"
    assert grown < 150_000, f"{grown} KiB more memory"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("JJH: 1-12", "JJH: 12-1", "source.positions: expected the first position of JJH before its last, not 12-1"),
        ("JJH: 1-12", "JJH: 0-12", "source.positions.JJH"),
        ("format: fixed, ", "", "source: expected `positions` beside `format: fixed`"),
        ("format: fixed, ", "format: fixed, columns: [A], ", "source: expected `positions` without `columns`"),
        ("from: JJH", "from: JJX", "columns.note_id.from: expected a column of the source, got JJX"),
        ("format: fixed, ", "format: fixed, member: ../x, ", "source.member"),
    ],
)
def test_broken_positions_are_refused_with_key(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in FIXED
    with pytest.raises(MappingError) as caught:
        ABank(tmp_path, FIXED.replace(old, new, 1)).read()
    assert words in str(caught.value)


def test_column_that_no_header_has_is_named_for_a_member_of_an_archive(tmp_path: Path) -> None:
    text = NOTES.replace(
        '"LN_{yyyymmdd}.dat", columns: [JJH, HTH, DKJE, FFRQ, DQRQ, ZT]', "LN.zip, member: LN.dat, header: true"
    )
    bank = ABank(tmp_path, text)
    with zipfile.ZipFile(bank.files / "LN.zip", "w") as made:
        made.writestr("LN.dat", b"JJH|@|HTH\n")
    with pytest.raises(ColumnsError, match=r"LN\.zip/LN\.dat"):
        bank.run()
