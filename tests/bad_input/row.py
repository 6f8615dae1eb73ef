"""A row of the table of bad input, and the hands that spoil a good delivery."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from huikuan.portfolio.tests.deliveries import GOOD, ADelivery

Make = Callable[[ADelivery], object]


class Stored(StrEnum):
    """What is kept of the delivery."""

    NOTHING = "nothing of the day; the book as it was"
    REST = "every other row; these are kept as rejects"
    ALL = "every row, as it was written"


@dataclass(frozen=True, slots=True)
class Row:
    """One case. ``says`` is the message of a refusal word for word, or one line for each rejected row."""

    id: str
    input: str
    make: Make
    says: tuple[str, ...]
    stored: Stored
    heavy: bool = False


def refused(name: str, what: str, make: Make, says: str, *, heavy: bool = False) -> Row:
    """A delivery that is refused as a whole."""
    return Row(name, what, make, (says,), Stored.NOTHING, heavy)


def rejected(name: str, what: str, make: Make, *says: str) -> Row:
    """A delivery of which some rows are rejected."""
    return Row(name, what, make, says, Stored.REST)


def taken(name: str, what: str, make: Make) -> Row:
    """A delivery that looks odd and is right."""
    return Row(name, what, make, (), Stored.ALL)


def added(file: str, row: int, values: Mapping[str, str]) -> Make:
    """Add a row like the good one at ``row``, with these values."""
    return lambda delivery: delivery.rows[file].append({**GOOD[file][row], **values})


def both(*makes: Make) -> Make:
    """Do several things."""

    def make(delivery: ADelivery) -> None:
        for one in makes:
            one(delivery)

    return make


def edited(file: str, change: Callable[[bytes], bytes]) -> Make:
    """Change the bytes of a file after it was written."""

    def after(folder: Path) -> None:
        path = folder / file
        path.write_bytes(change(path.read_bytes()))

    return lambda delivery: delivery.after.append(after)


def swapped(file: str, old: str, new: bytes) -> Make:
    """Put bytes in the place of a text."""
    return edited(file, lambda content: content.replace(old.encode(), new))


def placed(change: Callable[[Path], object]) -> Make:
    """Do something to the folder after its files were written."""

    def after(folder: Path) -> None:
        change(folder)

    return lambda delivery: delivery.after.append(after)


def stated(name: str, **values: object) -> Make:
    """State something else of a feed in the manifest; ``manifest`` is the manifest itself."""
    return lambda delivery: delivery.stated.setdefault(name, {}).update(values)


def manifest_text(change: Callable[[str], str]) -> Make:
    """Change the text of the manifest once it is written."""
    return lambda delivery: delivery.last.append(lambda folder: _rewrite(folder / "manifest.yaml", change))


def _rewrite(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
