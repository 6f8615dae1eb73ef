"""Every reason for which intake refuses a row has words on the screen, in both languages."""

import re
from pathlib import Path

from huikuan.portfolio.exports.reasons import REASON_WORDS
from huikuan.portfolio.feed_contract import contracts_shipped

ROOT = Path(__file__).resolve().parents[2]
MAPPING = ROOT / "src" / "huikuan" / "portfolio" / "mapping" / "compile.py"
INTAKE = ROOT / "src" / "huikuan" / "portfolio" / "intake"
WORDS = ROOT / "web" / "src" / "domains" / "nightly" / "reasonText.ts"
NOT_REASONS = re.compile(r"^[a-z]\.|^bad\.|\.yaml$")  # columns of aliases in the SQL, files


def test_each_reason_of_intake_has_words_in_both_languages() -> None:
    files = [*sorted(INTAKE.glob("*.py")), MAPPING]
    code = "\n".join(file.read_text(encoding="utf-8") for file in files).replace("'mapping.line'", '"mapping.line"')
    codes = {found for found in re.findall(r'"([a-z]+\.[a-z_]+)"', code) if not NOT_REASONS.search(found)}
    codes |= {check.code for contract in contracts_shipped().values() for check in contract.checks}
    assert {"schedule.interest_sum", "type.amount", "mapping.code", "mapping.line"} <= codes, (
        "the codes are no longer written as this test reads them"
    )
    words = WORDS.read_text(encoding="utf-8")
    lacking = sorted(one for one in codes if words.count(f'"{one}":') != 2)
    assert lacking == []


def test_words_in_exports_are_those_of_the_page() -> None:
    chinese, _, english = WORDS.read_text(encoding="utf-8").partition("  en: {")
    pages = [dict(re.findall(r'^\s+"?([a-z_.]+)"?: "([^"]+)",$', part, re.M)) for part in (chinese, english)]
    assert len(pages[0]) > 40
    assert {code: (pages[0][code], pages[1][code]) for code in pages[0]} == REASON_WORDS
