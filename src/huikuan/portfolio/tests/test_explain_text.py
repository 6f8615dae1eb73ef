"""The words of an explanation: arithmetic that comes out, both languages alike, nothing internal for the customer."""

import re
import string
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.explain.document import WORDS, document_build
from huikuan.portfolio.explain.en import EN
from huikuan.portfolio.explain.interest import compound_section, penalty_section
from huikuan.portfolio.explain.plain import plain_text
from huikuan.portfolio.explain.shape import PAPER_LINES_MAX, Document, Medium
from huikuan.portfolio.explain.words import Language, Speech
from huikuan.portfolio.explain.zh import ZH
from huikuan.portfolio.facts import Compound, CoreStatus, Instalment, NoteTerms, Repayment
from huikuan.portfolio.loan_file import Loan
from huikuan.portfolio.rules.explain.facts import Explanation
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.builders import a_note, due, paid
from huikuan.portfolio.tests.random_notes import Case, cases
from huikuan.portfolio.tests.test_explain_rules import MARCH_31, PLAIN, PLAIN_ROWS, explained


def a_loan(terms: NoteTerms, schedule: tuple[Instalment, ...] = (), *, currency: str = "CNY", digits: int = 2) -> Loan:
    return Loan(
        terms=terms,
        delivered=schedule,
        repayments=(),
        core_status=CoreStatus.ACTIVE,
        minor_digits=digits,
        currency=currency,
    )


def text_of(answer: Explanation, language: Language = Language.EN, *, internal: bool = False) -> str:
    return plain_text(document_build(a_loan(answer.terms), answer, language), internal=internal)


def plain(*repayments: Repayment, as_of: date = MARCH_31, language: Language = Language.EN, tolerance: int = 0) -> str:
    return text_of(explained(PLAIN, repayments, as_of, schedule=PLAIN_ROWS, tolerance_days=tolerance), language)


def test_languages_name_the_same_values_in_every_template() -> None:
    def values(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for field in fields(ZH):
        chinese, english = getattr(ZH, field.name), getattr(EN, field.name)
        if isinstance(chinese, str) and field.name != "language":
            assert values(chinese) == values(english), field.name
        elif isinstance(chinese, tuple):
            assert len(chinese) == len(english), field.name
        elif isinstance(chinese, dict) and field.name != "money_units":
            assert set(chinese) == set(english), field.name


def test_penalty_is_written_as_arithmetic_in_chinese() -> None:
    text = plain(language=Language.ZH)
    assert "2024年3月2日至2024年3月31日，30 天：逾期本金 1,000.00 元 × 年利率 9.00% ÷ 360 × 30 天 = 7.50 元" in text
    assert "目前应还：本金 1,000.00 + 利息 5.00 + 罚息 7.50 = 1,012.50 元" in text


def test_penalty_is_written_as_arithmetic_in_english() -> None:
    text = plain()
    assert "2 March 2024 to 31 March 2024, 30 days: overdue principal CNY 1,000.00 × 9.00% a year" in text
    assert "÷ 360 × 30 days = CNY 7.50" in text


def test_segment_of_one_day_names_the_day_once() -> None:
    assert "\n  2 March 2024, 1 day: overdue principal" in plain(as_of=date(2024, 3, 2))


@given(cases())
def test_segments_in_words_come_out_when_they_are_computed_again(case: Case) -> None:
    answer = explained(case.terms, case.repayments, case.as_of, schedule=case.schedule)
    say = Speech(EN, "CNY", 2)
    for section in (penalty_section(EN, say, answer, Medium.VOICE), compound_section(EN, say, answer, Medium.VOICE)):
        for line in section.sums if section is not None else ():
            found = re.search(r"CNY ([0-9,.]+)\)? × ([0-9.]+)% a year ÷ 360 × (\d+) days? ([=≈]) CNY ([0-9,.]+)$", line)
            if found is None:
                assert "capitalised:" in line
                continue
            base, rate, days, sign, amount = found.groups()
            exact = Decimal(base.replace(",", "")) * Decimal(rate) * int(days) / 36_000
            gap = abs(Decimal(amount.replace(",", "")) - exact)
            assert gap <= Decimal("0.0000005") if sign == "≈" else gap < Decimal("1e-12")


@given(cases())
def test_sums_of_due_and_payoff_in_words_add_up(case: Case) -> None:
    answer = explained(case.terms, case.repayments, case.as_of, schedule=case.schedule)
    for line in re.findall(r"^  (?:Due now|To settle): (.*) = CNY (-?[0-9,.]+)$", text_of(answer), re.MULTILINE):
        parts = re.findall(r"(?:^|([+−]) )[a-z ]+ ([0-9,.]+)", line[0])
        total = sum((-1 if sign == "−" else 1) * Decimal(amount.replace(",", "")) for sign, amount in parts)
        assert total == Decimal(line[1].replace(",", ""))


@given(cases(), st.sampled_from(Language), st.sampled_from(Medium))
def test_any_note_can_be_put_into_words_without_a_value_left_open(
    case: Case, language: Language, medium: Medium
) -> None:
    answer = explained(case.terms, case.repayments, case.as_of, schedule=case.schedule)
    document = document_build(a_loan(case.terms, case.schedule), answer, language, medium)
    text = plain_text(replace(document, page=""), internal=True)
    assert "{" not in text
    assert "None" not in text


@pytest.mark.parametrize("language", list(Language))
def test_what_is_for_the_bank_only_is_not_said_to_the_customer(language: Language) -> None:
    answer = explained(PLAIN, schedule=PLAIN_ROWS)
    internal = WORDS[language].class_names[answer.class_floor.floor]
    assert internal not in text_of(answer, language)
    assert internal in text_of(answer, language, internal=True)


@pytest.mark.parametrize("language", list(Language))
def test_core_system_is_said_to_decide(language: Language) -> None:
    answer = explained(PLAIN, schedule=PLAIN_ROWS)
    assert document_build(a_loan(PLAIN), answer, language).statement in text_of(answer, language)
    assert "core system" in EN.statement
    assert "核心系统" in ZH.statement


def test_tolerance_is_said_on_both_sides_of_the_boundary() -> None:
    assert "tolerates 30 days, so the loan does not count as overdue now" in plain(tolerance=30)
    assert "tolerates 29 days; this has been exceeded, so all days count" in plain(tolerance=29)
    assert "tolerates" not in plain()


def test_note_on_its_due_date_is_said_not_to_be_past_due_and_what_is_due() -> None:
    text = plain(as_of=date(2024, 3, 1))
    assert "this loan is not past due" in text
    assert "Due now: principal 1,000.00 + interest 5.00 = CNY 1,005.00" in text


def test_note_before_its_first_due_date_owes_nothing_yet() -> None:
    text = plain(as_of=date(2024, 2, 1))
    assert "Nothing that has fallen due is unpaid." in text
    assert "To settle: principal 1,000.00 + interest of the running period 2.58 = CNY 1,002.58" in text
    assert "interest of no. 1 CNY 5.00 × 31 days ÷ 60 days ≈ CNY 2.58" in text


def test_settled_in_the_core_system_demands_nothing() -> None:
    text = text_of(explained(PLAIN, schedule=PLAIN_ROWS, core_status=CoreStatus.SETTLED))
    assert "nothing is due from you" in text
    assert "Due now" not in text
    assert "To settle" not in text
    assert "penalty interest due" not in text


def test_charged_off_note_is_said_to_be_still_owed() -> None:
    text = text_of(explained(PLAIN, schedule=PLAIN_ROWS, core_status=CoreStatus.CHARGED_OFF))
    assert "the claim remains" in text
    assert "Due now" in text


def test_overpaid_note_is_said_to_be_repaid_and_what_belongs_to_the_customer() -> None:
    text = plain(paid("A", date(2024, 3, 1), 100_600))
    assert "fully repaid" in text
    assert "the difference of CNY 1.00 is yours" in text
    assert "+ held for you 1.00" in text


def test_credit_that_is_held_and_used_is_told() -> None:
    terms = replace(PLAIN, matures_on=date(2024, 4, 1))
    rows = (due(1, date(2024, 3, 1), 50_000), due(2, date(2024, 4, 1), 50_000))
    money = (paid("A", date(2024, 3, 1), 60_000),)
    held = text_of(explained(terms, money, schedule=rows))
    assert "We also hold CNY 100.00 for you" in held
    assert "To settle: principal 500.00 − money held for you 100.00 = CNY 400.00" in held
    used = text_of(explained(terms, money, date(2024, 4, 1), schedule=rows))
    assert "1 April 2024, used CNY 100.00 of the money held for you = principal 100.00 (no. 2: 100.00)" in used


def test_reversed_and_later_repayments_are_told_once() -> None:
    text = plain(
        paid("A", date(2024, 3, 2), 100), paid("B", date(2024, 3, 9), 100, reverses="A"), paid("C", date(2024, 4, 1), 7)
    )
    assert "CNY 1.00 of 2 March 2024 (A) was reversed by B and does not count." in text
    assert "CNY 0.07 of 1 April 2024 (C) came after the day of this page" in text
    assert "(B)" not in text


def test_compound_interest_tells_its_two_bases_and_its_capitalisation() -> None:
    terms = replace(PLAIN, compound=Compound.MONTHLY, matures_on=date(2024, 3, 10))
    text = text_of(explained(terms, schedule=PLAIN_ROWS))
    assert "unpaid interest CNY 5.00 × 6.00% a year ÷ 360 × 9 days = CNY 0.0075" in text
    assert "20 March 2024, capitalised: the compound interest of CNY 0.02 accrued so far joins the base" in text
    assert "(unpaid interest 5.00 + capitalised compound interest 0.02 = CNY 5.02) × 9.00% a year" in text


@pytest.mark.parametrize(
    ("currency", "digits", "amount"), [("CNY", 2, "12.34 元"), ("JPY", 0, "1,234 JPY"), ("KWD", 3, "1.234 KWD")]
)
def test_amounts_carry_the_currency_and_its_decimals(currency: str, digits: int, amount: str) -> None:
    assert Speech(ZH, currency, digits).money(1234) == amount


@pytest.mark.parametrize(("ppm", "text"), [(0, "0.00%"), (90_000, "9.00%"), (140_701, "14.0701%"), (140_700, "14.07%")])
def test_rates_have_two_to_four_decimals(ppm: int, text: str) -> None:
    assert Speech(EN, "CNY", 2).rate(ppm) == text


def _years(medium: Medium) -> Document:
    """A note of which nothing was ever repaid: more segments than a page has place for."""
    terms = a_note(compound=Compound.MONTHLY, instalment_count=36, matures_on=date(2027, 1, 15))
    answer = explained(terms, as_of=date(2027, 12, 31), schedule=schedule_build(terms))
    return document_build(a_loan(terms), answer, Language.EN, medium)


def test_paper_shows_the_last_lines_of_long_lists_and_the_sum_of_the_others() -> None:
    sections = {section.title: section for section in _years(Medium.PAPER).sections}
    penalty = sections[EN.penalty_title]
    assert penalty.table is not None
    assert len(penalty.table.rows) == PAPER_LINES_MAX
    assert len(penalty.sums) == 1
    assert "earlier lines are not listed; together CNY" in penalty.sums[0]
    before = Decimal(penalty.sums[0].rpartition("CNY ")[2].replace(",", ""))
    listed = sum(Decimal(row[-1].replace(",", "")) for row in penalty.table.rows)
    assert abs(before + listed - Decimal(penalty.table.total[-1].replace(",", ""))) <= Decimal("0.00001")


def test_voice_leaves_nothing_out() -> None:
    text = plain_text(_years(Medium.VOICE), internal=False)
    assert "not listed" not in text
