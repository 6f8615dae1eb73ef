"""Date formats of mapping files: `yyyymmdd`, `yymmdd`, `MM/YYYY`, `yyyy-mm-dd hh:mi:ss`, `excel` …

A text is of a format if it has exactly its digits and separators. Two digits of a year are 1969 to 2068. A format
without a day means the first of the month. `excel` is a day as Excel stores it: 45351 for 2024-02-29, from 1900-03-01
on (before, Excel counts a 29 February that never was); `excel1904` as old workbooks of the Macintosh do.
"""

import re
from dataclasses import dataclass
from datetime import date

from huikuan.portfolio.lake import sql_text

_PARTS = {
    "yyyy": ("%Y", "[0-9]{4}"),
    "yy": ("%y", "[0-9]{2}"),
    "mm": ("%m", "[0-9]{2}"),
    "dd": ("%d", "[0-9]{2}"),
    "hh": ("%H", "[0-9]{2}"),
    "mi": ("%M", "[0-9]{2}"),
    "ss": ("%S", "[0-9]{2}"),
}
_DAY_0 = {"excel": date(1899, 12, 30), "excel1904": date(1904, 1, 1)}
_SERIAL = "[0-9]{1,7}([.]0+)?"
_SERIAL_MIN, _LAST_DAY = 61, date(9999, 12, 31)
_TOKEN = re.compile("yyyy|yy|mm|dd|hh|mi|ss|[-/.: 年月日T]")
_EXPECTED = "a format of yyyy, yy, mm, dd, hh, mi, ss and the separators - / . : T, blank, 年月日"


@dataclass(frozen=True, slots=True)
class DateFormat:
    """A format: as written, for strptime, as a regular expression; whether it has a time of day."""

    written: str
    strptime: str
    pattern: str
    has_time: bool
    day_0: date | None = None


def date_format(written: str) -> DateFormat:
    """Read a format, in any case; raises ValueError that says what is expected."""
    if written.lower() in _DAY_0:
        return DateFormat(written, "", _SERIAL, has_time=False, day_0=_DAY_0[written.lower()])
    text = re.sub("t(?=hh)", "T", written.lower())
    found = _TOKEN.findall(text)
    parts = [token for token in found if token in _PARTS]
    year = "yyyy" in parts or "yy" in parts
    if "".join(found) != text or len(parts) != len(set(parts)) or not year or "mm" not in parts:
        raise ValueError(f"{_EXPECTED}, each once, with a year and a month, or excel, excel1904, not {written}")
    return DateFormat(
        written,
        "".join(_PARTS[token][0] if token in _PARTS else token for token in found),
        "".join(_PARTS[token][1] if token in _PARTS else f"[{token}]" for token in found),
        "hh" in parts,
    )


def date_sql(text: str, form: DateFormat, *, strict: bool) -> str:
    """Return SQL of the date in a text. A text of another form: an error at run time if ``strict``, else null."""
    if form.day_0 is not None:
        parsed = f"cast(date '{form.day_0}' + {_serial(text)} as timestamp)"
    else:
        parse = "strptime" if strict else "try_strptime"
        parsed = f"{parse}({text}, {sql_text(form.strptime)})"
    if strict:
        return f"cast(case when {is_of(text, form)} then {parsed} else cast('!' || {text} as timestamp) end as date)"
    return f"cast(case when {is_of(text, form)} then {parsed} end as date)"


def instant_sql(text: str, form: DateFormat, offset: str) -> str:
    """Return SQL of the canonical text of an instant, null for another form; without a time it is midnight."""
    parsed = f"try_strptime({text}, {sql_text(form.strptime)})"
    return f"case when {is_of(text, form)} then strftime({parsed}, '%Y-%m-%dT%H:%M:%S') || {sql_text(offset)} end"


def is_of(text: str, form: DateFormat) -> str:
    """Return SQL of "the text has the digits and separators of the format"."""
    match = f"regexp_full_match({text}, {sql_text(form.pattern)})"
    if form.day_0 is None:
        return match
    least = _SERIAL_MIN if form.day_0.year < 1900 else 0
    return f"case when {match} then {_serial(text)} between {least} and {(_LAST_DAY - form.day_0).days} else false end"


def _serial(text: str) -> str:
    return f"cast(split_part({text}, '.', 1) as integer)"


_NAME_TOKEN = re.compile(r"\{([^{}]*)\}")
_NAME_PARTS = {"yyyy": "%Y", "yy": "%y", "mm": "%m", "dd": "%d"}


def name_of_day(pattern: str, day: date) -> str:
    """Return the name that a pattern like `LN_{yyyymmdd}.dat` gives for a day."""
    return _NAME_TOKEN.sub(lambda found: day.strftime(_name_strptime(found.group(1))), pattern)


def day_of_name(pattern: str, name: str) -> date | None:
    """Return the day for which a pattern gives this name; None if there is none."""
    expression, position, tokens = "", 0, []
    for found in _NAME_TOKEN.finditer(pattern):
        expression += re.escape(pattern[position : found.start()])
        expression += re.sub("[ymd]", "[0-9]", re.escape(found.group(1))).join("()")
        tokens.append(found.group(1))
        position = found.end()
    match = re.fullmatch(expression + re.escape(pattern[position:]), name)
    if match is None or not tokens:
        return None
    year, month, day = 0, 0, 0
    for token, text in zip(tokens, match.groups(), strict=True):
        for part in re.finditer("yyyy|yy|mm|dd", token):
            digits = int(text[part.start() : part.end()])
            match part.group():
                case "yyyy":
                    year = digits
                case "yy":
                    year = 2000 + digits
                case "mm":
                    month = digits
                case _:
                    day = digits
    try:
        return date(year, month, day)
    except ValueError:
        return None


def name_pattern_check(pattern: str) -> None:
    """Raise ValueError unless the tokens of a name pattern are of yyyy, yy, mm, dd, - and _."""
    for token in _NAME_TOKEN.findall(pattern):
        if not re.fullmatch("((yyyy|yy|mm|dd)[-_.]?)+", token):
            raise ValueError(f"{{yyyymmdd}}, {{yyyy-mm-dd}}, {{yymmdd}} or {{mmdd}}, not {{{token}}}")
    if re.search("[{}]", _NAME_TOKEN.sub("", pattern)):
        raise ValueError(f"every brace closed, not {pattern}")


def _name_strptime(token: str) -> str:
    return re.sub("yyyy|yy|mm|dd", lambda part: _NAME_PARTS[part.group()], token)
