"""Numbers of identity papers: known good ones, every single slip, both sides of every date, SQL beside the rule."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.intake.findings import numbers_judge
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.rules.identity_numbers import (
    CARD_CHECKS,
    CARD_WEIGHTS,
    CODE_ALPHABET,
    CODE_WEIGHTS,
    NumberProblem,
    number_problems,
)

ON = date(2026, 3, 31)
CARD = "11010519491231002X"  # the example of GB 11643-1999
CODE = "91350100M000100Y43"  # the example of GB 32100-2015


def card(born: str, order: str = "002") -> str:
    """A number with this date of birth and its right check character."""
    digits = f"110105{born}{order}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, CARD_WEIGHTS, strict=True))
    return digits + CARD_CHECKS[total % 11]


def test_examples_of_the_standards_have_no_problem() -> None:
    assert number_problems("id_card", CARD, ON) == ()
    assert number_problems("id_card", CARD.lower(), ON) == ()
    assert number_problems("credit_code", CODE, ON) == ()
    assert number_problems("credit_code", "91350100-M000100Y4-3", ON) == ()


def test_old_card_of_15_digits_has_a_date_and_no_check() -> None:
    assert number_problems("id_card", "110105491231002", ON) == ()
    assert number_problems("id_card", "110105491331002", ON) == (NumberProblem.CARD_BIRTH,)


@pytest.mark.parametrize(
    ("born", "problems"),
    [
        ("20260331", ()),
        ("20260401", (NumberProblem.CARD_BIRTH,)),
        ("18960331", ()),
        ("18960330", (NumberProblem.CARD_BIRTH,)),
        ("20000229", ()),
        ("19000229", (NumberProblem.CARD_BIRTH,)),
        ("19900431", (NumberProblem.CARD_BIRTH,)),
    ],
)
def test_date_of_birth_exists_is_not_ahead_and_not_older_than_a_life(
    born: str, problems: tuple[NumberProblem, ...]
) -> None:
    assert number_problems("id_card", card(born), ON) == problems


def test_earliest_date_of_birth_on_a_leap_day() -> None:
    leap = date(2028, 2, 29)
    assert number_problems("id_card", card("18980228"), leap) == ()
    assert number_problems("id_card", card("18980227"), leap) == (NumberProblem.CARD_BIRTH,)


@pytest.mark.parametrize("number", [CARD[:17], f"{CARD}1", "0" + CARD[1:], CARD[:5] + "A" + CARD[6:], "X" * 18])
def test_card_of_another_form_says_only_that(number: str) -> None:
    assert number_problems("id_card", number, ON) == (NumberProblem.CARD_FORM,)


@pytest.mark.parametrize("number", [CODE[:17], CODE[:9] + "I" + CODE[10:], CODE[:9] + "O" + CODE[10:], "A" * 18])
def test_code_of_another_form_says_only_that(number: str) -> None:
    assert number_problems("credit_code", number, ON) == (NumberProblem.CODE_FORM,)


def test_passports_and_other_papers_are_not_judged() -> None:
    assert number_problems("passport", "X1", ON) == number_problems("other", "?", ON) == ()


@given(st.integers(6, 16), st.integers(1, 9))
def test_every_wrong_digit_of_a_card_is_seen(place: int, by: int) -> None:
    wrong = CARD[:place] + str((int(CARD[place]) + by) % 10) + CARD[place + 1 :]
    assert NumberProblem.CARD_CHECKSUM in number_problems("id_card", wrong, ON)


@given(st.integers(0, 15))
def test_two_neighbours_in_the_wrong_order_are_seen(place: int) -> None:
    wrong = CARD[:place] + CARD[place + 1] + CARD[place] + CARD[place + 2 :]
    problems = number_problems("id_card", wrong, ON)
    assert problems if wrong != CARD else not problems


@given(st.integers(8, 16), st.integers(1, 30))
def test_every_wrong_character_of_a_code_is_seen(place: int, by: int) -> None:
    other = CODE_ALPHABET[(CODE_ALPHABET.index(CODE[place]) + by) % 31]
    wrong = CODE[:place] + other + CODE[place + 1 :]
    assert number_problems("credit_code", wrong, ON) == (NumberProblem.CODE_CHECKSUM,)


def test_weights_are_those_of_the_standard() -> None:
    assert CODE_WEIGHTS == (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


_DIGITS = st.text("0123456789", min_size=14, max_size=19)
_CARDS = st.one_of(
    _DIGITS,
    st.builds(lambda digits, end: digits[:17] + end, _DIGITS, st.sampled_from("0123456789Xx")),
    st.builds(card, st.dates(date(1880, 1, 1), date(2040, 1, 1)).map(lambda day: day.strftime("%Y%m%d"))),
)
_CODES = st.one_of(
    st.builds(lambda text: f"91350100{text}", st.text(f"{CODE_ALPHABET}IO", min_size=9, max_size=10)),
    st.builds(lambda end: CODE[:17] + end, st.sampled_from(CODE_ALPHABET)),
)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("id_card"), _CARDS),
            st.tuples(st.just("credit_code"), _CODES),
            st.tuples(st.just("passport"), _DIGITS),
        ),
        max_size=20,
    )
)
def test_night_says_the_same_as_the_rule(numbers: list[tuple[str, str]]) -> None:
    con = duckdb.connect()
    columns = [Column(name, "VARCHAR") for name in ("party_id", "identity_kind", "identity_number")]
    rows_load(con, "given", columns, [(str(place), *each) for place, each in enumerate(numbers)])
    con.execute("create table checked_party as select *, 2::bigint as line, []::varchar[] as reasons from given")
    numbers_judge(con, ON)
    found = sorted(con.execute("select party_id, code from number_finding").fetchall())
    wanted = [(str(n), str(one)) for n, each in enumerate(numbers) for one in number_problems(*each, ON)]
    assert found == sorted(wanted)
