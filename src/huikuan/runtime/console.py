"""What a start prints: one line a step, with seconds."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class Console:
    """Prints progress to standard output, line by line, also when it is no terminal."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the start of the command."""
        return time.monotonic() - self._started

    def say(self, text: str = "") -> None:
        """Print a line at once."""
        print(text, flush=True)

    @contextmanager
    def step(self, name: str, *, talks: bool = False) -> Iterator[None]:
        """Print the name of a step, then its seconds. A step that `talks` prints lines of its own between the two."""
        started = time.monotonic()
        print(f"  {name + ' ...':<48}", end="\n" if talks else "", flush=True)
        try:
            yield
        except BaseException:
            print("" if talks else "stopped", flush=True)
            raise
        print(
            f"{'  ' + name + ' done' if talks else '':<{50 if talks else 0}}{time.monotonic() - started:4.1f} s",
            flush=True,
        )

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print rows in columns. Chinese characters count as two columns."""
        lines = [head, *rows]
        widths = [max(_width(line[column]) for line in lines) for column in range(len(head))]
        for line in lines:
            cells = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
            self.say("    " + "   ".join(cells).rstrip())

    def problem(self, text: str) -> None:
        """Print why the command fails."""
        print(f"\n{text}", file=sys.stderr, flush=True)


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
