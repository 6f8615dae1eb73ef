"""Canonical deliveries that are refused as a whole."""

import os
from pathlib import Path

from huikuan.portfolio.tests.deliveries import ADelivery
from tests.bad_input.row import Row, added, both, edited, manifest_text, placed, refused, stated, swapped

PARTIES = "party_id, party_kind, name, identity_kind, identity_number, region"
BY_COMMAS = f"parties.csv, line 1: expected a header with {PARTIES}, separated by commas, in any order; got "
LOADED = " Nothing was loaded."
AGAIN = f"{LOADED} Ask for the delivery to be sent again."
CUT = f"{LOADED} The file was cut or changed on its way, or the manifest is of another run: ask for both again."
ONE_ROW = "one row a line: every quote closed on its line, no line break inside a value"
MEBIBYTE = (
    "does not end within 1,048,576 bytes; expected lines of at most 100,000 bytes, each with a line feed at its end."
)
LINE_200_MB = 200_000_000


def _linked(folder: Path) -> None:
    """A file of another bank under the name of ours."""
    other = folder.parent / "other-bank.csv"
    (folder / "parties.csv").rename(other)
    (folder / "parties.csv").symlink_to(other)


def _in_place(name: str, make: object) -> object:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)  # type: ignore[operator]

    return change


def _folder_linked(delivery: ADelivery) -> None:
    def change(folder: Path) -> None:
        there = folder.parent / "elsewhere"
        folder.rename(there)
        folder.symlink_to(there)

    delivery.last.append(change)


def _line_of(size: int, end: bytes) -> object:
    """Append one line of ``size`` bytes, written a megabyte at a time."""

    def change(folder: Path) -> None:
        with (folder / "parties.csv").open("ab") as file:
            file.write(b"0003,person,")
            for _ in range(size // 1_000_000):
                file.write(b"x" * 1_000_000)
            file.write(end)

    return change


def _many_bad(delivery: ADelivery) -> None:
    for number in range(3):
        added("repayments", 0, {"core_ref": f"B-{number}", "amount": "-1.00"})(delivery)


FILES: tuple[Row, ...] = (
    refused(
        "file-empty",
        "a file of no bytes",
        edited("parties.csv", lambda _: b""),
        f"parties.csv: the file is empty; expected a header line.{LOADED}",
    ),
    refused(
        "file-missing",
        "a file that the manifest names is not there",
        placed(lambda folder: (folder / "parties.csv").unlink()),
        "File parties.csv is missing: <folder>/parties.csv. Nothing was loaded. Ask for the delivery to be sent again "
        "in full; manifest.yaml is written last.",
    ),
    refused(
        "file-is-a-link",
        "a symbolic link to a file outside the folder",
        placed(_linked),
        f"parties.csv: it is a symbolic link; expected the file itself.{LOADED}",
    ),
    refused(
        "folder-is-a-link",
        "the folder of the day is a symbolic link",
        _folder_linked,
        f"manifest.yaml: file: expected the folder and the manifest themselves, got a symbolic link.{AGAIN}",
    ),
    refused(
        "file-is-a-pipe",
        "a named pipe instead of a file (reading it would wait for ever)",
        placed(_in_place("parties.csv", os.mkfifo)),  # type: ignore[arg-type]
        f"parties.csv: it is a folder, a pipe or a device; expected a file.{LOADED}",
    ),
    refused(
        "encoding-utf-16",
        "a file in UTF-16, as a spreadsheet program saves “Unicode text”",
        edited("parties.csv", lambda content: content.decode().encode("utf-16")),
        f"parties.csv: the header is not UTF-8; expected text in UTF-8.{LOADED}",
    ),
    refused(
        "delimiter-semicolon",
        "values separated by semicolons",
        edited("parties.csv", lambda content: content.replace(b",", b";")),
        f"{BY_COMMAS}columns separated by ';'.{LOADED}",
    ),
    refused(
        "delimiter-tab",
        "values separated by tabs",
        edited("parties.csv", lambda content: content.replace(b",", b"\t")),
        f"{BY_COMMAS}columns separated by '\\t'.{LOADED}",
    ),
    refused(
        "header-missing",
        "no header: the first line is a customer, whose name the message must not show",
        edited("parties.csv", lambda content: content.partition(b"\n")[2]),
        f"{BY_COMMAS}6 values, none of which is a column.{LOADED}",
    ),
    refused(
        "column-missing",
        "a column is missing",
        edited("parties.csv", lambda content: content.replace(b",region", b"", 1)),
        f"parties.csv: columns: missing region. Expected {PARTIES} in any order.{LOADED}",
    ),
    refused(
        "column-unknown",
        "a column that nobody knows",
        edited("parties.csv", lambda content: content.replace(b",region", b",region,phone", 1)),
        f"parties.csv: columns: unknown phone. Expected {PARTIES} in any order.{LOADED}",
    ),
    refused(
        "column-twice",
        "a column stands twice",
        edited("parties.csv", lambda content: content.replace(b",region", b",region,name", 1)),
        f"parties.csv: columns: unknown name (twice). Expected {PARTIES} in any order.{LOADED}",
    ),
    refused(
        "last-line-cut",
        "the last line is cut off",
        edited("parties.csv", lambda content: content[:-9]),
        "parties.csv: line 103, the last one, does not end; expected a line feed at the end: the file may be cut off."
        f"{LOADED}",
    ),
    refused(
        "cut-at-a-line",
        "the file is cut off behind a line",
        edited("parties.csv", lambda content: content[: content[:-1].rfind(b"\n") + 1]),
        f"parties.csv: control total rows: manifest states 102, the file has 101.{CUT}",
    ),
    refused(
        "line-ends-cr",
        "lines end with a carriage return alone",
        edited("parties.csv", lambda content: content.replace(b"\n", b"\r")),
        f"parties.csv: its lines end with a carriage return alone; expected a line feed after each.{LOADED}",
    ),
    refused(
        "quoted-newline",
        "a line break inside a quoted value",
        swapped("parties.csv", "张春生", '"张\n春生"'.encode()),
        f"parties.csv: line 2 ends inside quotes; expected {ONE_ROW}.{LOADED}",
    ),
    refused(
        "quote-never-closed",
        "a quote that is never closed, with 200 MB of short lines behind it",
        placed(_line_of(0, b'"' + b"x\n" * 100_000_000)),  # type: ignore[arg-type]
        f"parties.csv: line 104 ends inside quotes; expected {ONE_ROW}.{LOADED}",
        heavy=True,
    ),
    refused(
        "blank-line",
        "a blank line between two rows",
        swapped("parties.csv", "\n0002,", b"\n\n0002,"),
        "parties.csv: line 3 is blank; expected one row a line: no blank line, no line break inside quotes, every "
        f"quote closed.{LOADED}",
    ),
    refused(
        "line-200-mb",
        "one line of 200 MB",
        placed(_line_of(LINE_200_MB, b",,,\n")),  # type: ignore[arg-type]
        f"parties.csv: line 104 {MEBIBYTE}{LOADED}",
        heavy=True,
    ),
    refused(
        "no-line-end-200-mb",
        "200 MB without any line end",
        placed(_line_of(LINE_200_MB, b"")),  # type: ignore[arg-type]
        f"parties.csv: line 104 {MEBIBYTE}{LOADED}",
        heavy=True,
    ),
    refused(
        "another-format",
        "a zip archive under the name of a CSV file",
        edited("parties.csv", lambda _: b"PK\x03\x04\x14\x00\xff\xfe\n" * 20),
        f"parties.csv: the header is not UTF-8; expected text in UTF-8.{LOADED}",
    ),
    refused(
        "too-many-rejects",
        "more rejected rows than the contract of the feed allows",
        _many_bad,
        "repayments.csv: 3 of 104 rows rejected, more than the limit of 2 %. Nothing was loaded. First reason: line 3, "
        "amount: expected at least 0.01, got -1.00. `huikuan feed check` lists them all.",
    ),
)

TOTALS: tuple[Row, ...] = (
    refused(
        "total-off-by-a-cent",
        "a control total that is off by the smallest unit",
        stated("repayments", sums={"amount": "41624.13"}),
        f"repayments.csv: control total amount: manifest states 41624.13, the file has 41624.12.{CUT}",
    ),
    refused(
        "rows-header-only",
        "only the header of a file has arrived",
        edited("parties.csv", lambda content: content[: content.find(b"\n") + 1]),
        f"parties.csv: control total rows: manifest states 102, the file has 0.{CUT}",
    ),
)


def _manifest(name: str, what: str, old: str, new: str, says: str) -> Row:
    return refused(name, what, manifest_text(lambda text: text.replace(old, new)), f"manifest.yaml: {says}.{AGAIN}")


MANIFESTS: tuple[Row, ...] = (
    _manifest("manifest-other-bank", "a manifest of another bank", "bank: north", "bank: south",
              "bank: expected north, got south"),
    _manifest("manifest-other-day", "a manifest of another day", "2026-03-31", "2026-03-30",
              "business_date: expected 2026-03-31, got 2026-03-30"),
    _manifest("manifest-no-such-day", "a manifest of 29 February 2026", "2026-03-31", "2026-02-29",
              "line 2: expected plain YAML, got a value that is not of its kind"),
    _manifest("manifest-empty-value", "a manifest without a number of rows", "rows: 1\n", "rows:\n",
              "feeds.products.rows: expected a whole number, got nothing"),
    _manifest("manifest-path-outside", "a manifest that names a file outside the folder", "file: parties.csv",
              "file: ../../south/2026-03-31/parties.csv",
              "feeds.parties.file: expected text like "
              "^[A-Za-z0-9][A-Za-z0-9._-]*\\.(csv|parquet)$, got '../../south/2026-03-31/parties.csv'"),
    _manifest("manifest-key-twice", "a key stands twice", "bank: north", "bank: north\nbank: north",
              "line 2: expected plain YAML, got the key bank twice"),
    _manifest("manifest-bomb", "references that unfold to gigabytes (a YAML bomb)", "bank: north",
              "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\nbank: north",
              "line 2: expected plain YAML, got a reference (*a)"),
    _manifest("manifest-deep", "brackets nested without end", "bank: north", "bank: " + "[" * 5000,
              "line 1: expected plain YAML, got more than 40 levels"),
    _manifest("manifest-code", "a tag that would run a program", "bank: north",
              "bank: !!python/object/apply:os.system [id]",
              "line 1: expected plain YAML, got could not determine a constructor for the tag "
              "'tag:yaml.org,2002:python/object/apply:os.system'"),
    _manifest("manifest-unknown-feed", "a feed that nobody knows", "  contracts:", "  contract:",
              "feeds: expected only <feeds>, got contract"),
)  # fmt: skip

REFUSED = (*FILES, *TOTALS, *MANIFESTS)
__all__ = ["MANIFESTS", "REFUSED", "both"]
