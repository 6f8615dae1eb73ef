"""A text file as UTF-8 with plain line ends, copied to scratch a megabyte at a time.

Bytes of GBK may hold a separator's byte inside a character, so a file is decoded before it is split. Memory is bounded
whatever the file holds: of a line over `LINE_BYTES_MAX` only that it is too long is kept. What cannot be decoded
becomes a byte that UTF-8 never has, so that its line is refused and only that.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from huikuan.portfolio.errors import FileUnreadableError
from huikuan.portfolio.intake.lines import LineScan
from huikuan.portfolio.mapping.model import Form

LINE_BYTES_MAX = 100_000
FILLER = "\x7f"
"""Stands behind a character once for each further byte that it has in the file, where positions count bytes."""

_CHUNK = 1 << 20
_OVER = b"x" * (LINE_BYTES_MAX + 1)
_MARK = "\ufeff"  # byte order mark
_BAD = "\udcff"  # becomes the byte 0xFF, which UTF-8 never has: DuckDB then refuses the line, and only that
_UTF8_DISTINCT_MIN = 12  # distinct characters beyond ASCII; by chance GBK text reads as UTF-8 in one of 10^7 files
_RUNS_MAX = 20_000  # names and places that are kept as they were filled: most occur again
_WIDE = re.compile(r"[^\x00-\x7e]+")

codecs.register_error("huikuan_bad_byte", lambda error: (_BAD, getattr(error, "end", 0)))


@dataclass(frozen=True, slots=True)
class PlainText:
    """What was copied: lines below the skipped ones, separators in them, and the first of the lines."""

    lines: int
    delimiters: int
    first: str


def plain_copy(path: Path, copy: Path, form: Form, *, name: str, limit: int | None) -> PlainText:
    """Copy a text file without the lines to skip; ``limit`` copies the first rows, ``name`` is what errors call it.

    Raises FileUnreadableError: the last line does not end, no header, another encoding than the mapping says.
    """
    header = form.header and form.format == "csv"
    decoder = codecs.getincrementaldecoder(form.encoding)("huikuan_bad_byte")
    fill = _Filler(form.encoding) if form.format == "fixed" and form.count == "bytes" else None
    most = None if limit is None else limit + header
    with path.open("rb") as source, copy.open("wb") as target:
        scan = LineScan(name, form.delimiter.encode(), quoted(form), lines=form.skip)
        lines = _Lines(target, form.skip, scan)
        start = True
        while chunk := source.read(_CHUNK):
            text = decoder.decode(chunk)
            if start:
                _encoding_check(chunk, form.encoding, name)
                text, start = text.removeprefix(_MARK), False
            lines.take(_bytes(text, fill))
            if most is not None and lines.count >= most:
                break
        else:
            lines.take(_bytes(decoder.decode(b"", final=True), fill))
            lines.end(open_allowed=form.last_line_open, name=name)
    if lines.count == 0 and header:
        raise FileUnreadableError(name, "the file is empty", "a header line")
    with copy.open("rb") as first:
        line = first.readline(LINE_BYTES_MAX).rstrip(b"\n")
    try:
        return PlainText(lines.count, scan.delimiters, line.decode("utf-8", "strict" if header else "replace"))
    except UnicodeDecodeError as error:
        raise FileUnreadableError(
            name, f"its header is not {form.encoding}", f"text in {form.encoding}, which its mapping says"
        ) from error


def _bytes(text: str, fill: "_Filler | None") -> bytes:
    return (text if fill is None else fill.filled(text)).encode("utf-8", "surrogateescape")


def quoted(form: Form) -> bool:
    """Tell whether values may stand in quotes."""
    return form.format == "csv" and form.quote == "double"


class _Lines:
    """Whole lines, looked at and written as they come."""

    def __init__(self, target: BinaryIO, skip: int, scan: LineScan) -> None:
        self._target, self._skip, self._scan = target, skip, scan
        self._rest, self._over = b"", False
        self.count = 0

    def take(self, data: bytes) -> None:
        """Write the lines that end in ``data``, keep the beginning of the last."""
        if self._over:  # inside a line that is too long already: what remains of it is dropped
            end = data.find(b"\n")
            if end < 0:
                return
            data, self._over = data[end:], False
        data = self._rest + data
        end = data.rfind(b"\n") + 1
        self._write(data[:end].replace(b"\r\n", b"\n"))
        self._rest = data[end:]
        if len(self._rest) > LINE_BYTES_MAX:
            self._rest, self._over = _OVER, True

    def end(self, *, open_allowed: bool, name: str) -> None:
        """Write a last line without an end; raises FileUnreadableError where there may be none."""
        if not self._rest:
            return
        if not open_allowed:
            raise FileUnreadableError(
                name,
                "the last line does not end",
                "a line feed at the end (the file may be cut off), or `last_line_open: true` in its mapping",
            )
        self._write(self._rest.removesuffix(b"\r") + b"\n")

    def _write(self, lines: bytes) -> None:
        while self._skip and lines:
            lines, self._skip = lines[lines.index(b"\n") + 1 :], self._skip - 1
        self._scan.see(lines)
        self._target.write(lines)
        self.count += lines.count(b"\n")


class _Filler:
    """Makes the number of a character the number of its byte in the file."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._known = {FILLER: _BAD, _BAD: _BAD}
        self._runs: dict[str, str] = {}

    def filled(self, text: str) -> str:
        """Return the text with a filler behind each character for each further byte that it has."""
        return _WIDE.sub(self._run, text)

    def _run(self, found: re.Match[str]) -> str:
        run = found.group()
        wide = self._runs.get(run)
        if wide is None:
            wide = "".join(self._known.get(one) or self._one(one) for one in run)
            if len(self._runs) < _RUNS_MAX:
                self._runs[run] = wide
        return wide

    def _one(self, character: str) -> str:
        wide = character + FILLER * (len(character.encode(self._encoding)) - 1)
        self._known[character] = wide
        return wide


def _encoding_check(chunk: bytes, encoding: str, name: str) -> None:
    """Refuse UTF-8 where GB18030 is said: its bytes would be read as other characters, without an error."""
    if encoding != "gb18030":
        return
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(chunk)
    except UnicodeDecodeError:
        return
    beyond = {character for character in text if not character.isascii()}
    if text.startswith(_MARK) or len(beyond) >= _UTF8_DISTINCT_MIN:
        raise FileUnreadableError(name, "the file is UTF-8", "text in gb18030, or `encoding: utf-8` in its mapping")
