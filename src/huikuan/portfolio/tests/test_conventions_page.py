"""The page of conventions by example: every row is computed, and every convention has one."""

import pytest

from huikuan.portfolio.loan_parts import ConventionsPart
from huikuan.portfolio.tests.conventions_doc import PAGE, Line, outcome, page_lines, page_loan

TEXT = PAGE.read_text(encoding="utf-8")
LINES = list(page_lines(TEXT))


@pytest.mark.parametrize("line", LINES, ids=[f"{line.conventions} {line.figure}" for line in LINES])
def test_row_of_the_page_is_what_the_program_computes(line: Line) -> None:
    loan = page_loan(TEXT)
    assert outcome(loan, line.given, "", line.figure) == line.before
    assert outcome(loan, line.given, line.conventions, line.figure) == line.after


def test_every_convention_has_a_row_and_a_word_on_the_page() -> None:
    names = set(ConventionsPart.model_fields)
    assert names == {name for name in names if any(f'"{name}"' in line.conventions for line in LINES)}
    assert names - {"tolerance_days", "tolerance_on"} == {
        name for name in names - {"tolerance_days", "tolerance_on"} if f"**{name}**" in TEXT
    }
