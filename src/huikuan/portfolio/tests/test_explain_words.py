"""Words for everything: every convention, event, flag and kind of allocation has its sentence in both languages."""

import string
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, get_type_hints

import pytest

from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT, Component, Conventions, DueDay, LateFee, LateFeeKind
from huikuan.portfolio.explain.convention_text import convention_sentences, terms_sentences
from huikuan.portfolio.explain.document import WORDS
from huikuan.portfolio.explain.words import Language, Speech, Words
from huikuan.portfolio.facts import Compound, Flag, Frequency, Payer, RepaymentMethod
from huikuan.portfolio.loan_events import EventKind
from huikuan.portfolio.tests.builders import a_note

ENUM_FIELDS = {
    name: kind
    for name, kind in get_type_hints(Conventions).items()
    if isinstance(kind, type) and issubclass(kind, StrEnum)
}
NUMBERS: dict[str, Any] = {
    "instalment_unit_minor": 100,
    "tolerance_days": 3,
    "tolerance_minor": 1_000,
    "re_ageing": True,
    "compound_on_penalty": True,
    "late_fee": LateFee(LateFeeKind.FLAT, 5_000, 0, 10),
    "allocation_order": tuple(reversed(CONVENTIONS_DEFAULT.allocation_order)),
    "principal_first_after_days": 90,
}


def speech(language: Language) -> tuple[Words, Speech]:
    words = WORDS[language]
    return words, Speech(words, "CNY", 2)


def usual_but(name: str, value: Any) -> Conventions:
    return replace(CONVENTIONS_DEFAULT, **{name: value})


def test_every_convention_is_walked() -> None:
    assert {*ENUM_FIELDS, *NUMBERS} == {field.name for field in fields(Conventions)}


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(("name", "kind"), ENUM_FIELDS.items())
def test_every_value_of_every_convention_has_its_own_sentence(
    language: Language, name: str, kind: type[StrEnum]
) -> None:
    words, say = speech(language)
    sentences = words.conventions.values[name]
    assert set(sentences) == {member.value for member in kind}
    assert len(set(sentences.values())) == len(sentences)
    for member in kind:
        said = convention_sentences(words.conventions, say, usual_but(name, member))
        if name != "tolerance_on":  # told with a tolerance only
            assert said == (() if member == getattr(CONVENTIONS_DEFAULT, name) else (sentences[member.value],))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(("name", "value"), NUMBERS.items())
def test_every_other_convention_is_told_when_it_differs(language: Language, name: str, value: Any) -> None:
    words, say = speech(language)
    said = convention_sentences(words.conventions, say, usual_but(name, value))
    assert len(said) == 1
    assert "{" not in said[0]


@pytest.mark.parametrize("language", list(Language))
def test_usual_conventions_are_not_told(language: Language) -> None:
    words, say = speech(language)
    assert convention_sentences(words.conventions, say, CONVENTIONS_DEFAULT) == ()
    assert terms_sentences(words.conventions, say, a_note()) == ()


@pytest.mark.parametrize("language", list(Language))
def test_every_kind_of_everything_has_words(language: Language) -> None:
    words = WORDS[language]
    assert set(words.events.names) == set(words.events.lines) == set(EventKind)
    assert set(words.events.flags) == set(Flag)
    assert set(words.events.payers) == set(Payer)
    assert set(words.conventions.components) == set(Component)
    assert set(words.conventions.late_fees) == set(LateFeeKind)
    assert set(words.conventions.frequency) == set(Frequency)
    assert set(words.method_names) == set(RepaymentMethod)
    assert set(words.compound_names) == set(Compound)
    assert set(words.day_one_is) == set(DueDay)


@pytest.mark.parametrize("part", ["conventions", "events"])
def test_languages_name_the_same_values_in_every_template_of_a_part(part: str) -> None:
    def values(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    chinese, english = (getattr(WORDS[language], part) for language in Language)
    for field in fields(chinese):
        one, other = getattr(chinese, field.name), getattr(english, field.name)
        if isinstance(one, str):
            assert values(one) == values(other), field.name
        else:
            assert list(one) == list(other), field.name
            for key, text in one.items():
                if isinstance(text, str):
                    assert values(text) == values(other[key]), (field.name, key)


@pytest.mark.parametrize("language", list(Language))
def test_terms_that_not_every_loan_has_are_told(language: Language) -> None:
    words, say = speech(language)
    terms = replace(
        a_note(),
        frequency=Frequency.WEEKLY,
        instalment_minor=50_000,
        interest_only_count=2,
        interest_grace_count=3,
        interest_free_count=4,
        balloon_minor=600_000,
        principal_share_ppm=20_000,
    )
    said = terms_sentences(words.conventions, say, terms)
    assert len(said) == 7
    assert any("500.00" in line for line in said)
    assert any("6,000.00" in line for line in said)
    assert any("2.00%" in line for line in said)


def test_date_of_a_row_without_number_is_said() -> None:
    _, say = speech(Language.ZH)
    assert say.row(0, date(2024, 5, 1)) == "2024年5月1日起应还的款项"
    assert say.row(3, date(2024, 5, 1)) == "第 3 期"
