"""`huikuan feed learn`, `preview` and `check` of a bank's own file."""

from pathlib import Path

import pytest
from django.conf import settings
from typer.testing import CliRunner, Result

from huikuan.kernel.tests.builders import a_bank
from huikuan.portfolio.feed_cli import app
from huikuan.portfolio.mapping.describe import mapping_page
from huikuan.portfolio.mapping.errors import FeedUnknownError, MappingError, MappingFileNoneError
from huikuan.portfolio.tests.test_mapping import ABank

PARTIES = """
feed: party
source: {file: "CIF_{yyyymmdd}.dat", columns: [KHH, KHMC, ZJHM, KHLX]}
columns:
  party_id: {from: KHH}
  party_kind: {from: KHLX, codes: {"1": person, "2": enterprise}}
  name: {from: KHMC}
  identity_kind: {expr: "case when ZJHM is not null then 'id_card' end"}
  identity_number: {from: ZJHM}
"""
ROWS = (("K1", "张三丰", "990000196106060010", "1"), ("K2", "李四光", "990000196207070020", "7"))


def run(*arguments: str) -> Result:
    """Run a command of `huikuan feed`; an error of the domain is raised."""
    answer = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return answer


@pytest.fixture
def bank(tmp_path: Path) -> ABank:
    """A mapping with customers, and their file."""
    made = ABank(tmp_path)
    (made.rules / "party.yaml").write_text(PARTIES, encoding="utf-8")
    made.file(*ROWS, name="CIF_20240131.dat")
    return made


def test_preview_shows_source_beside_result_and_masks_personal_values(bank: ABank) -> None:
    text = run("preview", str(bank.files / "CIF_20240131.dat"), "--mapping", str(bank.rules)).output
    assert "party.yaml → party, line 1" in text and "person" in text
    assert "张三丰" not in text and "990000" not in text and "***" in text
    assert "expected a code of the table: 1 | 2 (mapping.code)" in text


def test_preview_masks_what_is_made_of_a_personal_column(bank: ABank) -> None:
    path = bank.rules / "party.yaml"
    path.write_text(PARTIES.replace("party_id: {from: KHH}", "party_id: {from: ZJHM}"), encoding="utf-8")
    text = run("preview", str(bank.files / "CIF_20240131.dat"), "--mapping", str(bank.rules)).output
    assert "990000" not in text


def test_file_that_no_mapping_reads_is_said_so(bank: ABank) -> None:
    bank.file(name="OTHER_20240131.dat")
    with pytest.raises(MappingFileNoneError, match="OTHER_20240131"):
        run("preview", str(bank.files / "OTHER_20240131.dat"), "--mapping", str(bank.rules))


@pytest.mark.django_db
def test_check_of_one_file_names_the_banks_line_and_ends_with_two(
    bank: ABank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HOME", tmp_path)
    row = a_bank()
    file = str(bank.files / "CIF_20240131.dat")
    answer = run("check", file, "--bank", row.code, "--mapping", str(bank.rules))
    assert answer.exit_code == 2
    assert "parties: 2 rows, 1 would be rejected" in answer.output
    assert "CIF_20240131.dat, line 2: party_kind: expected a code of the table: 1 | 2, got 7" in answer.output
    bank.file(ROWS[0], name="CIF_20240131.dat")
    assert run("check", file, "--bank", row.code, "--mapping", str(bank.rules)).exit_code == 0


LEARNED = "借据号,合同号,贷款金额,起始日,到期日,执行利率,借据状态,备注\n" + "".join(
    f"{n:012d},HT{n},{n}00.50,202401{n:02d},{'99991231' if n == 3 else '20260115'},4.35,{n % 2},张三\n"
    for n in range(1, 10)
)


def test_learn_proposes_with_how_sure_it_is_and_lists_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "LN_20240131.csv"
    file.write_bytes(LEARNED.encode("gb18030"))
    answer = run("learn", str(file))
    text = answer.output
    assert answer.exit_code == 2, "required fields are missing"
    assert "feed: note" in text and "encoding: gb18030" in text and 'file: "LN_{yyyymmdd}.csv"' in text
    assert "note_id: {from: 借据号}   # sure (100)" in text
    assert "principal: {from: 贷款金额, unit: yuan}" in text and "its values have decimals" in text
    assert "disbursed_on: {from: 起始日, date: yyyymmdd}" in text
    assert 'matures_on: {from: 到期日, date: yyyymmdd, sentinels: ["99991231"]}' in text
    assert '"1": FILL_IN' in text and "MISSING, required: repayment_method" in text
    assert "备注" in text and "张三" not in text, "columns that are not used are named; values of customers are not"


def test_proposal_is_refused_by_a_night_until_it_is_filled_in(bank: ABank) -> None:
    file = bank.files / "LN_20240131.csv"
    file.write_bytes(LEARNED.encode("gb18030"))
    text = CliRunner().invoke(app, ["learn", str(file), "--feed", "note"]).stdout
    (bank.rules / "notes.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(MappingError, match="required field repayment_method"):
        bank.read()


def test_learn_asks_for_the_feed_where_no_column_says_it(tmp_path: Path) -> None:
    file = tmp_path / "X.dat"
    file.write_text("1|@|2\n3|@|4\n", encoding="utf-8")
    with pytest.raises(FeedUnknownError, match="--feed"):
        run("learn", str(file))


def test_reference_page_of_mappings_is_in_step_with_the_code() -> None:
    page = Path(__file__).resolve().parents[4] / "docs" / "reference" / "mapping.md"
    assert page.read_text(encoding="utf-8") == mapping_page()
