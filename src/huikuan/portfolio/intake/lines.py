"""What is seen of a text file before it is split: its line ends, a line without end, a quote that no line closes.

DuckDB splits lines quickly, but a quoted value that is never closed makes it look through the rest of the file again
and again, and a line of 200 MB it would hold in memory. Both are found here, a megabyte at a time.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from huikuan.portfolio.errors import DeliveryMissingError, FileUnreadableError

LINE_BYTES_MAX = 100_000
"""A longer line is a reject."""
_QUOTED = re.compile(rb'"[^"\n]*"')
LINE_BYTES_FAR = 1 << 20
"""A line beyond this is no line of such a file: the file is refused."""


def delivered_file_check(path: Path) -> None:
    """See that a delivered file is a plain file that can be read.

    A symbolic link would let whoever fills an inbox have us read another bank's file. Raises DeliveryMissingError,
    FileUnreadableError.
    """
    if path.is_symlink():
        raise FileUnreadableError(path.name, "it is a symbolic link", "the file itself")
    if not path.exists():
        raise DeliveryMissingError(f"File {path.name}", path)
    if not path.is_file():
        raise FileUnreadableError(path.name, "it is a folder, a pipe or a device", "a file")
    if not os.access(path, os.R_OK):
        raise FileUnreadableError(path.name, "this process may not read it", "a file that its account can read")


@dataclass(slots=True)
class LineScan:
    """Counts line feeds and delimiters outside quotes, and refuses what no splitting could make rows of.

    ``quoted`` says that values may stand in double quotes; a line break inside them is not allowed. Bytes are UTF-8.
    """

    name: str
    delimiter: bytes = b","
    quoted: bool = True
    lines: int = 0
    delimiters: int = 0
    _rest: bytes = b""

    def see(self, chunk: bytes) -> None:
        """Look at the next bytes of the file; raises FileUnreadableError with the line."""
        data = self._rest + chunk
        end = data.rfind(b"\n") + 1
        if len(data) - end > LINE_BYTES_FAR:
            line = self.lines + data.count(b"\n") + 1
            raise FileUnreadableError(
                self.name,
                f"line {line} does not end within {LINE_BYTES_FAR:,} bytes",
                f"lines of at most {LINE_BYTES_MAX:,} bytes, each with a line feed at its end",
            )
        if self.quoted and b'"' in data:
            self._quotes(data[:end])
            self.delimiters += _QUOTED.sub(b"", data[:end]).count(self.delimiter)
        else:
            self.delimiters += data.count(self.delimiter, 0, end)
        self.lines += data.count(b"\n", 0, end)
        self._rest = data[end:]

    def _quotes(self, data: bytes) -> None:
        for number, line in enumerate(data.split(b"\n"), start=1):
            if line.count(b'"') % 2 and _ends_quoted(line, self.delimiter):
                raise FileUnreadableError(
                    self.name,
                    f"line {self.lines + number} ends inside quotes",
                    "one row a line: every quote closed on its line, no line break inside a value",
                )


def _ends_quoted(line: bytes, delimiter: bytes) -> bool:
    """Tell whether a line ends inside a quoted value; a quote within a plain value opens none."""
    at = 0
    while at <= len(line):
        if line[at : at + 1] != b'"':
            at = _after(line, delimiter, at)
            continue
        at += 1
        while (close := line.find(b'"', at)) >= 0 and line[close + 1 : close + 2] == b'"':
            at = close + 2
        if close < 0:
            return True
        at = _after(line, delimiter, close + 1)
    return False


def _after(line: bytes, delimiter: bytes, at: int) -> int:
    """Return where the next value begins; behind the end of the line if there is none."""
    found = line.find(delimiter, at)
    return len(line) + 1 if found < 0 else found + len(delimiter)


def longer_lines(path: Path, delimiter: bytes, values: int, *, quoted: bool = True) -> list[int]:
    """Return the numbers of lines with values too many; where these are empty, DuckDB leaves them out in silence.

    So `5,000.00,` at the end of a line would become 5. ``quoted`` as in LineScan.
    """
    with path.open("rb") as file:
        return [
            number
            for number, line in enumerate(file, start=1)
            if line.count(delimiter) >= values and (not quoted or _QUOTED.sub(b"", line).count(delimiter) >= values)
        ]


def blank_line(path: Path) -> int | None:
    """Return the number of the first blank line of a file, if there is one."""
    with path.open("rb") as file:
        return next((number for number, line in enumerate(file, start=1) if not line.strip(b"\r\n")), None)
