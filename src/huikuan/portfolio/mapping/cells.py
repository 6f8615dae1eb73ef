"""What a cell of a workbook says, as text: numbers as they were typed, days as YYYY-MM-DD.

A workbook stores numbers as binary fractions and shows 15 digits of them. These 15 digits are the number that somebody
typed; a number with more has lost its last digits before it came here and is refused. A day is a number with a format
that shows a day (ECMA-376 part 1, 18.8.30 and 18.17.4).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

DIGITS_MAX = 15  # that a binary fraction of 64 bits keeps of any decimal number
CELL_CHARACTERS_MAX = 32_767  # of Excel
SERIAL_MIN, SERIAL_MAX = 61, 2_958_465  # 1900-03-01, after a 29 February that never was; 9999-12-31
COLUMNS_MAX = 16_384  # of Excel
ROWS_MAX = 1_048_576

_NUMBER = re.compile(r"-?(\d{1,330}(\.\d{0,330})?|\.\d{1,330})([eE][+-]?\d{1,3})?", re.ASCII)
_BUILT_IN_DAYS = frozenset((14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58))
_SILENT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DAY_0, _DAY_0_1904 = datetime(1899, 12, 30, tzinfo=UTC), datetime(1904, 1, 1, tzinfo=UTC)
_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that has no value that could be trusted; ``expected`` says what it should have."""

    expected: str


def is_day_format(number: int, code: str | None) -> bool:
    """Whether a format of numbers shows a day. ``code`` is that of a format of the workbook itself."""
    if code is None:
        return number in _BUILT_IN_DAYS
    shown = _SILENT.sub("", code.split(";")[0]).lower()
    if "general" in shown:
        return False
    return "y" in shown or "d" in shown or ("m" in shown and not {"h", "s"} & set(shown))


def number_text(raw: str) -> str | Wrong:
    """Return a stored number as plain decimal text."""
    if raw.isascii() and raw.isdigit() and len(raw) <= DIGITS_MAX:
        return str(int(raw))
    if not _NUMBER.fullmatch(raw):
        return Wrong("a number")
    value = float(raw)
    if abs(value) >= 10**DIGITS_MAX:
        return Wrong(f"a number of at most {DIGITS_MAX} digits, or text: Excel keeps no more and has rounded this one")
    return f"{Decimal(format(value, f'.{DIGITS_MAX}g')) + 0:f}"


def day_text(raw: str, *, from_1904: bool) -> str | Wrong:
    """Return a stored day as YYYY-MM-DD, with its time of day if it has one; a number that is no day stays a number."""
    text = number_text(raw)
    if isinstance(text, Wrong):
        return text
    serial = Decimal(text)
    least, most = (0, SERIAL_MAX - 1462) if from_1904 else (SERIAL_MIN, SERIAL_MAX)
    if not least <= serial < most + 1:
        return text
    seconds = int((serial * _SECONDS).to_integral_value())
    days, seconds = divmod(seconds, _SECONDS)
    if days > most:
        return text
    found = (_DAY_0_1904 if from_1904 else _DAY_0) + timedelta(days=days, seconds=seconds)
    return f"{found:%Y-%m-%d %H:%M:%S}" if seconds else f"{found:%Y-%m-%d}"


def string_text(raw: str) -> str:
    """Return text without the escapes of control characters, and with plain line ends."""
    if "_x" in raw:
        raw = _ESCAPED.sub(lambda found: _character(int(found.group(1), 16)), raw)
    return raw.replace("\r\n", "\n").replace("\r", "\n")


def _character(code: int) -> str:
    return "\ufffd" if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)


def column_of(reference: str) -> int:
    """Return the number of the column, from 0, of a reference like `AB12`; -1 if it is none."""
    column = 0
    letters = reference.rstrip("0123456789")
    if not 1 <= len(letters) <= 3 or not letters.isascii() or not letters.isalpha() or not letters.isupper():
        return -1
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1 if column <= COLUMNS_MAX else -1


def column_letters(column: int) -> str:
    """Return the letters of a column, from 0: 0 is A."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return letters
