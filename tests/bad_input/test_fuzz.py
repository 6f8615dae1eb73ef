"""Every reader of files, with files spoilt at random: it takes them, or refuses them as a person can understand.

Seconds in CI, minutes in `make soak`. Whatever is found here becomes a row of the table.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huikuan.kernel.errors import DomainError
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.check import Delivery, delivery_read
from huikuan.portfolio.intake.manifest import manifest_read
from huikuan.portfolio.lake import Lake
from huikuan.portfolio.loan_file import loan_file_read
from huikuan.portfolio.mapping.learn.propose import feed_likely, mapping_propose
from huikuan.portfolio.mapping.learn.sniff import file_sniff
from huikuan.portfolio.mapping.read import mapping_read
from huikuan.portfolio.mapping.run import delivery_map
from huikuan.portfolio.product_policies import product_own_load
from huikuan.portfolio.tests.deliveries import BANK, DAY
from tests.bad_input.fuzz_more import FIXED, POLICIES, delivered, fixed_lines, parquet_file, policy
from tests.bad_input.mapped import COLUMNS, DATA, GOOD, archive, lines, sent, workbook
from tests.bad_input.spoil import bytes_spoilt, json_spoilt

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = [file.read_text(encoding="utf-8") for file in sorted((ROOT / "examples" / "loans").glob("*.json"))]
BUNDLE = """
code: spring_credit
base: farmer_credit_line
name_zh: 春耕贷
name_en: Spring credit
purpose_zh: 春耕备耕资金，一年以内。
purpose_en: Money for spring ploughing, up to a year.
methods: [interest_first, bullet]
instalment_count: {from: 1, to: 12}
penalty_markup_ppm: {from: 500000, to: 500000}
conventions: {tolerance_days: 2}
declared: {tolerance_days: {from: 0, to: 2}, advance: []}
"""
CONTROL = "control: {source: {file: OK.flg, columns: [file, rows]}, name: file, rows: rows}\n"
SOURCES = (
    f"{{file: {DATA}, columns: [{', '.join(COLUMNS)}]}}",
    f"{{file: {DATA}, columns: [{', '.join(COLUMNS)}], encoding: utf-8, delimiter: ',', quote: double}}",
    f"{{file: {DATA}, columns: [{', '.join(COLUMNS)}], delimiter: '|@|', last_line_open: true, trim: false}}",
    "{file: LN.dat, header: true}",
)
EXAMPLES_MAX = max(12, settings().max_examples // 15)  # of a reader: seconds in CI, minutes in soak
Read = Callable[[Path, bytes], object]


def _file(name: str) -> tuple[Read, st.SearchStrategy[bytes]]:
    """A file of a canonical delivery."""

    def read(folder: Path, content: bytes) -> None:
        delivery = delivered(folder, parquet=name.endswith(".parquet"))
        (delivery.folder / name).write_bytes(content)
        with Lake(folder / "lake", BANK).connect(folders=[delivery.folder]) as con:
            found = delivery_read(Delivery(delivery.folder, BANK, DAY, 2), contracts_shipped(), con)
        assert all(feed.rows == feed.accepted + feed.rejected for feed in found.values())

    with tempfile.TemporaryDirectory() as folder:
        good = delivered(Path(folder), parquet=name.endswith(".parquet"))
        return read, bytes_spoilt((good.folder / name).read_bytes())


def _manifest() -> tuple[Read, st.SearchStrategy[bytes]]:
    def read(folder: Path, content: bytes) -> None:
        (folder / "manifest.yaml").write_bytes(content)
        manifest_read(folder, BANK, DAY, contracts_shipped())

    with tempfile.TemporaryDirectory() as folder:
        return read, bytes_spoilt((delivered(Path(folder)).folder / "manifest.yaml").read_bytes())


def _mapping(name: str) -> tuple[Read, st.SearchStrategy[bytes]]:
    """A mapping file, and the bank's good files through it."""

    def read(folder: Path, content: bytes) -> None:
        place = sent(folder / "home")
        (place.mapping / name).write_bytes(content)
        _map(place.mapping, place.files, folder)

    with tempfile.TemporaryDirectory() as folder:
        content = (sent(Path(folder)).mapping / name).read_bytes()
    return read, bytes_spoilt(content + (CONTROL.encode() if name == "delivery.yaml" else b""))


def _map(mapping: Path, files: Path, folder: Path) -> None:
    contracts = contracts_shipped()
    delivery_map(mapping_read(mapping, contracts), contracts, files, folder / "out", bank_code=BANK, business_date=DAY)


def _data(file: str, good: bytes, source: str) -> tuple[Read, st.SearchStrategy[bytes]]:
    """A file of the bank's own form through a good mapping."""

    def read(folder: Path, content: bytes) -> None:
        place = sent(folder / "home")
        place.source(source)
        (place.files / file).write_bytes(content)
        _map(place.mapping, place.files, folder)
        with Lake(folder / "lake", BANK).connect(folders=[folder / "out"]) as con:
            delivery_read(Delivery(folder / "out", BANK, DAY, 2, mapped=True), contracts_shipped(), con)

    return read, bytes_spoilt(good)


def _control() -> tuple[Read, st.SearchStrategy[bytes]]:
    """A ready file that says what its sender counted."""

    def read(folder: Path, content: bytes) -> None:
        place = sent(folder / "home")
        delivery = place.mapping / "delivery.yaml"
        delivery.write_text(delivery.read_text(encoding="utf-8") + CONTROL, encoding="utf-8")
        (place.files / "OK.flg").write_bytes(content)
        _map(place.mapping, place.files, folder)

    return read, bytes_spoilt(b"LN.dat|122\nOTHER.dat|7\n")


def _learn(name: str, good: bytes) -> tuple[Read, st.SearchStrategy[bytes]]:
    def read(folder: Path, content: bytes) -> None:
        (folder / name).write_bytes(content)
        facts = file_sniff(folder / name)
        feed = feed_likely(facts, contracts_shipped())
        mapping_propose(facts, contracts_shipped()[feed or "party"])

    return read, bytes_spoilt(good)


def _loan(spoilt: st.SearchStrategy[bytes]) -> tuple[Read, st.SearchStrategy[bytes]]:
    def read(folder: Path, content: bytes) -> None:
        (folder / "loan.json").write_bytes(content)
        loan_file_read(folder / "loan.json")

    return read, spoilt


def _bundle() -> tuple[Read, st.SearchStrategy[bytes]]:
    def read(folder: Path, content: bytes) -> None:
        (folder / "spring.yaml").write_bytes(content)
        product_own_load(folder / "spring.yaml")

    return read, bytes_spoilt(BUNDLE.encode())


def _packed(make: Callable[..., object], name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        place = sent(Path(folder))
        make(place)
        return (place.files / name).read_bytes()


def _unpacked(content: bytes) -> bytes:
    """The same archive without compression, so that spoilt bytes reach what is inside."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            out.writestr(name, source.read(name))
    return target.getvalue()


PLAIN = lines(*GOOD)
BOOK = _packed(workbook(*GOOD), "LN.xlsx")
ZIP = _packed(archive((DATA, PLAIN.encode("gb18030"))), "LN.zip")
READERS: dict[str, tuple[Read, st.SearchStrategy[bytes]]] = {
    **{f"{contract.file}.csv": _file(f"{contract.file}.csv") for contract in contracts_shipped().values()},
    "notes.parquet": _file("notes.parquet"),
    "manifest": _manifest(),
    **{name: _mapping(name) for name in ("delivery.yaml", "party.yaml", "contract.yaml", "product.yaml")},
    "own form": _data(DATA, PLAIN.encode("gb18030"), SOURCES[0]),
    "own form, quoted": _data(DATA, PLAIN.replace(",", "").replace("|", ",").encode(), SOURCES[1]),
    "own form, three characters": _data(DATA, PLAIN.replace("|", "|@|").encode("gb18030"), SOURCES[2]),
    "own form, header": _data(DATA, ("|".join(COLUMNS) + "\n" + PLAIN).encode("gb18030"), SOURCES[3]),
    "own form, fixed": _data(DATA, fixed_lines(GOOD), FIXED),
    "own form, Parquet": _data("LN.parquet", parquet_file(), "{file: LN.parquet, format: parquet}"),
    "archive": _data("LN.zip", _unpacked(ZIP), f"{{file: LN.zip, member: {DATA}, columns: [{', '.join(COLUMNS)}]}}"),
    "workbook": _data("LN.xlsx", _unpacked(BOOK), "{file: LN.xlsx, format: xlsx, header: true}"),
    "control file": _control(),
    "learn": _learn("LN.dat", (",".join(COLUMNS) + "\n" + PLAIN.replace(",", "").replace("|", ",")).encode()),
    "learn a workbook": _learn("LN.xlsx", _unpacked(BOOK)),
    "loan file": _loan(json_spoilt(EXAMPLES)),
    "loan file, bytes": _loan(st.sampled_from(EXAMPLES).flatmap(lambda text: bytes_spoilt(text.encode()))),
    "bundle": _bundle(),
    **{name: policy(name) for name in POLICIES},
}


LONG_ONLY = {f"{contract.file}.csv" for contract in contracts_shipped().values()} - {
    "parties.csv", "notes.csv", "repayments.csv", "renumberings.csv",
}  # fmt: skip
"""Feeds that are read as the others are; seconds of CI are for what differs."""


@pytest.mark.parametrize(
    "name",
    [
        *(name for name in READERS if name not in LONG_ONLY),
        *(pytest.param(name, marks=pytest.mark.soak, id=f"{name}, long") for name in READERS),
    ],
)
@settings(max_examples=EXAMPLES_MAX)
@given(data=st.data())
def test_spoilt_file_is_taken_or_refused_with_a_sentence(name: str, data: st.DataObject) -> None:
    read, spoilt = READERS[name]
    content = data.draw(spoilt)
    with tempfile.TemporaryDirectory() as folder:
        try:
            read(Path(folder), content)
        except DomainError as error:
            assert error.message.isprintable(), error.message
            assert 20 < len(error.message) < 3_000
            assert any(word in error.message.lower() for word in ("expected", "missing", "states", "must", "is not"))
            assert not list((Path(folder) / "out").glob("manifest.yaml")), "nothing is made of what is refused"
