"""Print docs/reference/bad-input.md from the table: `python -m tests.bad_input.page`."""

from collections.abc import Iterator, Sequence

from tests.bad_input import foreign, table
from tests.bad_input.foreign import Foreign
from tests.bad_input.row import Row, Stored
from tests.bad_input.trouble import TROUBLES

HEAD = """# Bad input

What comes in wrong, what is said, what is stored. Every line of these tables is a test (`tests/bad_input/`): it
spoils a good delivery of bank `north` for 31 March 2026, sends it through the intake of a night and compares the
message word for word. Lines of 200 MB are checked in a process that may not grow by more than 48 MiB. `make docs`
writes this page from the same table. What to do about a message:
[the night](../operations/nightly.md#when-something-is-wrong).

**Refused** deliveries leave nothing behind: no row, no file in the lake, no person in the vault; the run ledger and
the page *Nights* keep the message. The canonical ones were all sent to one bank in turn, and the good delivery after
them was loaded whole.

A **rejected** row is kept with file, line, field, expectation and what was there (values of persons masked). Every
other row is loaded, and rows = accepted + rejected for every file; what hangs on a rejected row is rejected with that
reason. `row` in a message is the line as a whole.
"""
STORED = {
    Stored.NOTHING: "nothing of the day",
    Stored.REST: "all other rows; the reject",
    Stored.ALL: "every row",
}


GROUPS: tuple[tuple[str, Sequence[Row | Foreign]], ...] = (*table.GROUPS.items(), *foreign.GROUPS.items())


def page() -> str:
    """Return the page."""
    return "\n".join([HEAD, *(line for name, rows in GROUPS for line in _group(name, rows)), *_troubles()])


def _group(name: str, rows: Sequence[Row | Foreign]) -> Iterator[str]:
    yield f"## {name}\n"
    yield "| what comes | what is said | what is stored |"
    yield "|---|---|---|"
    for row in rows:
        says = "<br>".join(f"`{_cell(text)}`" for text in row.says) or "nothing"
        yield f"| {_cell(row.input)} | {says} | {STORED[row.stored]} |"
    yield ""


def _troubles() -> Iterator[str]:
    yield "## The machine\n"
    yield "| what happens | what is said | what stays | the same command afterwards |"
    yield "|---|---|---|---|"
    for one in TROUBLES:
        yield f"| {_cell(one.input)} | `{_cell(one.says)}` | {one.stored} | {one.then} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(page(), end="")
