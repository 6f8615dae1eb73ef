"""What a borrower is found by, and what a typed text asks for. Pure: clear values in, terms out; nothing is kept.

A *term* is a kind and a normalised text. `party_terms` gives the terms of a name, whose keyed hashes stand in the
database (`portfolio.services.search_tokens`); `query_readings` gives the ways to read what somebody typed, each a set
of terms that a party must all have. Both sides use the same normalisation, so every beginning of at least the stated
length finds the party. Where a reading was cut to the longest stored term, `name_fits` decides on the opened name.

Pinyin has all readings of each character of a person's name (单 dan, shan, chan; 曾 zeng, ceng; 查 zha, cha …), because
which one a family uses is written nowhere. Source of the readings: the tables of pypinyin (Unihan). Simplified and
traditional characters stay different characters; their pinyin is the same.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import Final

from pypinyin import Style, lazy_pinyin, pinyin

QUERY_LENGTH_MAX: Final = 64  # characters of a query
PREFIX_MIN: Final = 2  # characters of a Chinese name
PREFIX_MAX: Final = 6
WORD_MIN: Final = 3  # letters of a word of a Latin name; a word that is shorter is found whole
WORD_MAX: Final = 8
INITIALS_MIN: Final = 2
INITIALS_MAX: Final = 6
READINGS_MAX: Final = 8  # combinations of readings of one name, the likeliest first
SPELT_MAX: Final = 4  # longer names of persons are translations (买买提·阿不都): the usual readings only

# Legal forms say nothing about which enterprise it is, and nearly every enterprise has one.
_FORM = re.compile(r"(股份|有限|责任|合伙|普通|特殊|专业|企业|公司|合作社|合伙企业|\(|\))+$")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_DOTS: Final = frozenset("·・•‧.'’`-")


class Term(StrEnum):
    """Kinds of terms; each has hashes of its own, so equal texts of two kinds cannot be told to be equal."""

    NAME = "name"  # the whole name
    PREFIX = "prefix"  # first characters of a person's Chinese name
    PART = "part"  # two neighbouring characters of an enterprise's Chinese name
    WORD = "word"  # first letters of a word of a Latin name
    INITIALS = "initials"  # first letters of the syllables
    PINYIN = "pinyin"  # syllables, from the first on


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a query: the party has all ``values``; ``cut`` when its opened name is compared too."""

    kind: Term
    values: frozenset[str]
    cut: bool = False


def folded(text: str) -> str:
    """Full-width to plain, no accents, no case, blanks as one blank: `Ｎovák  JAN` → `novak jan`."""
    wide = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).replace("ü", "v").replace("Ü", "v"))
    plain = "".join(c for c in wide if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFC", plain).casefold().split())


def joined(text: str) -> str:
    """`folded` without blanks and without the dots and hyphens inside names."""
    return "".join(c for c in folded(text) if not c.isspace() and c not in _DOTS)


def party_terms(name: str, *, enterprise: bool) -> frozenset[tuple[Term, str]]:
    """Return all terms by which a party of this name is found; none for an empty name."""
    whole = joined(name)
    if not whole:
        return frozenset()
    found: set[tuple[Term, str]] = {(Term.NAME, whole)}
    if _HAN.search(whole) is None:
        found.update((Term.WORD, start) for word in _words(name) for start in _word_starts(word))
    elif enterprise:
        found.update((Term.PART, pair) for pair in _pairs(_without_form(whole)))
        found.update((Term.INITIALS, start) for start in _starts(_initials_plain(whole), INITIALS_MIN, INITIALS_MAX))
    else:
        found.update((Term.PREFIX, start) for start in _starts(whole, PREFIX_MIN, PREFIX_MAX))
        for syllables in _spellings(whole):
            initials = "".join(syllable[0] for syllable in syllables)
            found.update((Term.INITIALS, start) for start in _starts(initials, INITIALS_MIN, INITIALS_MAX))
            found.update((Term.PINYIN, "".join(syllables[:count])) for count in range(2, len(syllables) + 1))
    return frozenset(found)


def query_readings(query: str) -> list[Reading]:
    """Return the ways to read a query, the narrowest first; none when it is too short to search for."""
    whole = joined(query)
    if not any(c.isalpha() for c in whole) or len(whole) > QUERY_LENGTH_MAX:
        return []
    found = [Reading(Term.NAME, frozenset({whole}))]
    if _HAN.search(whole) is not None:
        if len(whole) >= PREFIX_MIN:
            found.append(Reading(Term.PREFIX, frozenset({whole[:PREFIX_MAX]}), len(whole) > PREFIX_MAX))
            pairs = frozenset(_pairs(_without_form(whole)))
            found += [Reading(Term.PART, pairs, cut=True)] if pairs else []
        return found
    if (words := _word_reading(list(_words(query)))) is not None:
        found.append(words)
    if whole.isascii() and whole.isalpha() and len(whole) >= INITIALS_MIN:
        found.append(Reading(Term.INITIALS, frozenset({whole[:INITIALS_MAX]}), len(whole) > INITIALS_MAX))
        found.append(Reading(Term.PINYIN, frozenset({whole})))
    return found


def name_fits(name: str, reading: Reading, query: str, *, enterprise: bool) -> bool:
    """Return whether an opened name really is what the query asks for; always true for a reading that was not cut."""
    if not reading.cut:
        return True
    whole, asked = joined(name), joined(query)
    if reading.kind is Term.PREFIX:
        return whole.startswith(asked)
    if reading.kind is Term.PART:
        return asked in whole
    if reading.kind is Term.WORD:
        words = list(_words(name))
        return all(any(word.startswith(wanted) for word in words) for wanted in _words(query))
    spelt = [_initials_plain(whole)] if enterprise else ["".join(s[0] for s in way) for way in _spellings(whole)]
    return any(initials.startswith(asked) for initials in spelt)


def _starts(text: str, least: int, most: int) -> Iterator[str]:
    return (text[:length] for length in range(least, min(len(text), most) + 1))


def _words(name: str) -> Iterator[str]:
    """The words of a Latin name; an apostrophe belongs to its word (O'Brien), a hyphen parts two."""
    plain = "".join(" " if c in "-.·" else c for c in folded(name) if c not in "'’`")
    return (word.strip(",;()") for word in plain.split() if word.strip(",;()"))


def _word_starts(word: str) -> Iterable[str]:
    return _starts(word, WORD_MIN, WORD_MAX) if len(word) >= WORD_MIN else [word] if len(word) == 2 else []


def _word_reading(words: list[str]) -> Reading | None:
    """Words of at least WORD_MIN letters are looked up; shorter ones beside them are compared with the opened name."""
    long = [word for word in words if len(word) >= WORD_MIN]
    if long:
        cut = len(long) < len(words) or any(len(word) > WORD_MAX for word in long)
        return Reading(Term.WORD, frozenset(word[:WORD_MAX] for word in long), cut)
    short = frozenset(words)
    return Reading(Term.WORD, short) if short and all(len(word) == 2 for word in short) else None


def _without_form(whole: str) -> str:
    return _FORM.sub("", whole)


def _pairs(text: str) -> Iterator[str]:
    return (text[at : at + 2] for at in range(len(text) - 1))


@lru_cache(maxsize=8_192)
def _readings(character: str) -> tuple[str, ...]:
    """The readings of a character without tones, the usual one first; a letter or digit reads as itself."""
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="default")
    return tuple(dict.fromkeys(s for s in found[0] if s)) or (character,)


def _spellings(whole: str) -> list[tuple[str, ...]]:
    """The likeliest READINGS_MAX ways to spell a name in syllables: first those with the most usual readings."""
    choices = [list(enumerate(_readings(character))) for character in whole]
    if len(whole) > SPELT_MAX:
        return [tuple(choice[0][1] for choice in choices)]
    ways = sorted(product(*choices), key=lambda way: sum(place for place, _ in way))
    return [tuple(syllable for _, syllable in way) for way in ways[:READINGS_MAX]]


def _initials_plain(whole: str) -> str:
    """First letters of an enterprise's name, read as words (重庆 chongqing); Latin letters together are one word."""
    return "".join(part[0] for part in lazy_pinyin(whole, style=Style.NORMAL, errors="default") if part)
