"""What a name is found by: an example table, and that every beginning finds the party."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huikuan.portfolio.rules.search_terms import (
    PREFIX_MIN,
    QUERY_LENGTH_MAX,
    SPELT_MAX,
    WORD_MIN,
    folded,
    joined,
    name_fits,
    party_terms,
    query_readings,
)


def finds(query: str, name: str, *, enterprise: bool = False) -> set[str]:
    """Return the kinds of terms by which the query finds a party of this name."""
    terms = party_terms(name, enterprise=enterprise)
    return {
        reading.kind.value
        for reading in query_readings(query)
        if all((reading.kind, value) in terms for value in reading.values)
        and name_fits(name, reading, query, enterprise=enterprise)
    }


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        ("张春生", "张春生", {"name", "prefix"}),
        ("张春", "张春生", {"prefix"}),
        ("张", "张春生", set()),
        ("春生", "张春生", set()),
        ("张 春生", "张春生", {"name", "prefix"}),
        ("zcs", "张春生", {"initials"}),
        ("ZC", "张春生", {"initials"}),
        ("z", "张春生", set()),
        ("ｚｃｓ", "张春生", {"initials"}),
        ("zhangchunsheng", "张春生", {"pinyin"}),
        ("Zhang Chunsheng", "张春生", {"pinyin"}),
        ("zhang chun", "张春生", {"pinyin"}),
        ("zhangchun", "張春生", {"pinyin"}),
        ("张春", "張春生", set()),
        ("sxx", "单雄信", {"initials"}),
        ("dxx", "单雄信", {"initials"}),
        ("zengguofan", "曾国藩", {"pinyin"}),
        ("cengguofan", "曾国藩", {"pinyin"}),
        ("xj", "解缙", {"initials"}),
        ("qiuying", "仇英", {"pinyin"}),
        ("zhaliangyong", "查良镛", {"pinyin"}),
        ("ly", "李乐", {"initials"}),
        ("ll", "李乐", {"initials"}),
        ("lvbu", "吕布", {"pinyin"}),
        ("lübu", "吕布", {"pinyin"}),
        ("ouyang", "欧阳春生", {"pinyin"}),
        ("买买提阿", "买买提·阿不都热依木", {"prefix"}),
        ("买买提·阿不都热依木", "买买提·阿不都热依木", {"name", "prefix"}),
        ("买买提阿不都热木", "买买提·阿不都热依木", set()),
        ("smi", "Mary Ann Smith", {"word"}),
        ("sm", "Mary Ann Smith", set()),
        ("MARY  smi", "Mary Ann Smith", {"word"}),
        ("smi jones", "Mary Ann Smith", set()),
        ("m smith", "Mary Ann Smith", {"word"}),
        ("x smith", "Mary Ann Smith", set()),
        ("novak", "Jan Novák", {"word"}),
        ("Novák", "Jan Novak", {"word"}),
        ("constantinopoulos", "Eleni Constantinopoulos", {"word"}),
        ("constantinople", "Eleni Constantinopoulos", set()),
        ("o'brien", "Pat O'Brien", {"word"}),
        ("wu", "Li Wu", {"word"}),
        ("13812342231", "张春生", set()),
        ("", "张春生", set()),
    ],
)
def test_query_finds_person(query: str, name: str, expected: set[str]) -> None:
    assert finds(query, name) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("重庆兴农", {"part"}),
        ("兴农", {"part"}),
        ("农专", set()),
        ("兴农合作社", {"part"}),
        ("有限责任公司", set()),
        ("庆农", set()),
        ("cqxn", {"initials"}),
        ("zqxn", set()),
        ("重庆兴农合作社有限责任公司", {"name", "part"}),
    ],
)
def test_query_finds_enterprise(query: str, expected: set[str]) -> None:
    assert finds(query, "重庆兴农合作社有限责任公司", enterprise=True) == expected


han = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=PREFIX_MIN, max_size=12)
latin = st.lists(st.from_regex(r"[A-Za-z]{3,14}", fullmatch=True), min_size=1, max_size=4)


@given(han, st.data())
def test_every_beginning_of_a_chinese_name_finds_it(name: str, data: st.DataObject) -> None:
    length = data.draw(st.integers(PREFIX_MIN, len(name)))
    assert "prefix" in finds(name[:length], name)


@given(han.filter(lambda name: len(name) <= SPELT_MAX), st.data())
def test_every_beginning_of_what_is_stored_as_initials_finds_it(name: str, data: st.DataObject) -> None:
    initials = [value for kind, value in party_terms(name, enterprise=False) if kind == "initials" and value.isalpha()]
    if initials:
        value = data.draw(st.sampled_from(initials))
        assert "initials" in finds(value[: data.draw(st.integers(2, len(value)))], name)


@given(latin, st.data())
def test_every_beginning_of_a_word_finds_a_latin_name(words: list[str], data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(words))
    start = word[: data.draw(st.integers(WORD_MIN, len(word)))]
    assert "word" in finds(start, " ".join(words))
    assert "word" in finds(start.upper(), " ".join(words))


@given(han, st.data())
def test_every_part_of_an_enterprise_finds_it_unless_it_is_only_its_legal_form(name: str, data: st.DataObject) -> None:
    name = "兴" + name
    begin = data.draw(st.integers(0, len(name) - 2))
    part = name[begin : data.draw(st.integers(begin + 2, len(name)))]
    reading = [r for r in query_readings(part) if r.kind == "part"]
    assert not reading or "part" in finds(part, name + "有限公司", enterprise=True)


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error_and_reading_it_again_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert joined(joined(text)) == joined(text)
    party_terms(text, enterprise=False)
    party_terms(text, enterprise=True)
    assert all(reading.values for reading in query_readings(text))


def test_query_of_the_longest_length_is_read_and_a_longer_one_is_not() -> None:
    assert query_readings("a" * QUERY_LENGTH_MAX)
    assert query_readings("a" * (QUERY_LENGTH_MAX + 1)) == []
