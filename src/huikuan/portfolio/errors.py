"""Errors of the portfolio that a person can act on."""

import re
from collections.abc import Sequence
from datetime import date

from huikuan.kernel.errors import ConflictError, DomainError


def printable(message: str) -> str:
    """Return a message in one line that shows what nobody can see, as a byte order mark in a name, by its number."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in message)


def reader_said(error: Exception) -> str:
    """Return what DuckDB says of a file that it cannot read: without the kind of its error, and without our folders."""
    first = next(iter(str(error).splitlines()), "it cannot be read")
    plain = re.sub(r"^[A-Z][A-Za-z ]*(Error|Exception): ", "", first)
    return re.sub(r"/(?:[^'\"/]+/)+([^'\"/ ]+)", r"\1", plain)


class FeedContractError(DomainError):
    """A feed contract of the installation is itself wrong."""

    code = "intake.contract_broken"
    status = 500

    def __init__(self, file: str, place: str, what: str) -> None:
        where = f"{file}, {place}" if place else file
        super().__init__(f"Feed contract {where}: {what}. Correct the contract; no delivery was read.")


class DeliveryError(DomainError):
    """A delivery that cannot be loaded at all: nothing of the day becomes visible.

    ``feed`` and ``field`` are empty where the trouble is the delivery as a whole.
    """

    code = "intake.delivery_refused"
    status = 422

    def __init__(self, message: str, *, file: str = "", feed: str = "", field: str = "") -> None:
        self.file = file
        self.feed = feed
        self.field = field
        super().__init__(printable(message))


class DeliveryMissingError(DeliveryError):
    """The folder, its manifest or a file that the manifest names is not there."""

    code = "intake.file_missing"

    def __init__(self, what: str, path: object) -> None:
        super().__init__(
            f"{what} is missing: {path}. Nothing was loaded. Ask for the delivery to be sent again in full; "
            "manifest.yaml is written last.",
            file=str(path),
        )


class DeliveryDateError(DeliveryError):
    """The business date of a folder is not known."""

    code = "intake.date_unknown"

    def __init__(self, folder: object) -> None:
        super().__init__(f"{folder} is not named by a date YYYY-MM-DD; give the business date with --date.")


class ManifestError(DeliveryError):
    """The manifest is unreadable, or does not belong to this delivery."""

    code = "intake.manifest"

    def __init__(self, what: str, expected: str, got: object) -> None:
        super().__init__(
            f"manifest.yaml: {what}: expected {expected}, got {got}. Nothing was loaded. Ask for the delivery to be "
            "sent again.",
            file="manifest.yaml",
            field=what,
        )


class FileUnreadableError(DeliveryError):
    """A file is not what the contract calls a CSV or Parquet file."""

    code = "intake.file_unreadable"

    def __init__(self, file: str, what: str, expected: str) -> None:
        super().__init__(f"{file}: {what}; expected {expected}. Nothing was loaded.", file=file)


_SHOWN_MAX = 40


def _shown(name: str) -> str:
    """A name from a foreign file as a message may show it: one line, no control characters, not endless."""
    text = name if name.isprintable() else ascii(name)
    return text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX] + "…"


class ColumnsError(DeliveryError):
    """A file has other columns than its contract."""

    code = "intake.columns"

    def __init__(self, file: str, missing: Sequence[str], unknown: Sequence[str], expected: Sequence[str]) -> None:
        parts = []
        if missing:
            parts.append(f"missing {', '.join(missing)}")
        if unknown:
            parts.append(f"unknown {', '.join(map(_shown, unknown))}")
        super().__init__(
            f"{file}: columns: {'; '.join(parts)}. Expected {', '.join(expected)} in any order. Nothing was loaded.",
            file=file,
            field=(*missing, *unknown, "")[0],
        )


class HeaderError(DeliveryError):
    """The first line of a file names no column of its contract. Its words are not shown: they may be of a customer."""

    code = "intake.columns"

    def __init__(self, file: str, parts: int, delimiter: str, expected: Sequence[str]) -> None:
        got = f"{parts} value{'s' * (parts != 1)}, none of which is a column"
        if delimiter:
            got = f"columns separated by {delimiter!a}"
        super().__init__(
            f"{file}, line 1: expected a header with {', '.join(expected)}, separated by commas, in any order; got "
            f"{got}. Nothing was loaded.",
            file=file,
        )


class ControlTotalError(DeliveryError):
    """Rows or a sum of a file are not what the manifest states."""

    code = "intake.control_total"

    def __init__(self, file: str, name: str, stated: str, counted: str) -> None:
        super().__init__(
            f"{file}: control total {name}: manifest states {stated}, the file has {counted}. Nothing was loaded. "
            "The file was cut or changed on its way, or the manifest is of another run: ask for both again.",
            file=file,
            field=name,
        )


class RejectLimitError(DeliveryError):
    """More rows of a feed were rejected than its contract allows."""

    code = "intake.reject_limit"

    def __init__(self, file: str, rejected: int, rows: int, limit_ppm: int, first: str) -> None:
        super().__init__(
            f"{file}: {rejected} of {rows} rows rejected, more than the limit of {limit_ppm / 10_000:g} %. Nothing was "
            f"loaded. First reason: {first} `huikuan feed check` lists them all.",
            file=file,
        )


class LakeFileMissingError(DomainError):
    """A named lake file is not on the disk, or not what it was."""

    code = "lake.file_missing"
    status = 500

    def __init__(self, path: str) -> None:
        super().__init__(f"Lake file {path} is named but not there. Restore the lake folder from its backup.")


class ExportLimitError(DomainError):
    """More rows than a person may take out in one file."""

    code = "export.limit"
    status = 422

    def __init__(self, rows: int, limit: int) -> None:
        self.rows = rows
        self.limit = limit
        super().__init__(
            f"This export would have {rows:,} rows; your role may take {limit:,} at once. Narrow the filter, or ask "
            "somebody whose role has a higher limit. Nothing was started."
        )


class ExportNotReadyError(DomainError):
    """A file that is not there: not made yet, failed, or expired."""

    code = "export.not_ready"
    status = 409

    def __init__(self, state: str) -> None:
        super().__init__(f"There is no file to fetch: the export is {state}. Ask for it again if it has ended.")


class ExportBusyError(DomainError):
    """A person has too many exports under way."""

    code = "export.busy"
    status = 409

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} exports of yours are under way. Wait until one has ended, then ask again.")


class ExportBookChangedError(DomainError):
    """The book was published anew again and again while the file was written."""

    code = "export.book_changed"
    status = 409

    def __init__(self) -> None:
        super().__init__("A new night was published while the file was written. Ask for it again.")


class ExportLostError(DomainError):
    """The job of an export has ended without a word."""

    code = "export.lost"
    status = 500

    def __init__(self) -> None:
        super().__init__("The job that wrote this file was given up. Ask for it again; the worker's log knows why.")


class FindingClosedError(ConflictError):
    """The odd value is not delivered any more."""

    code = "portfolio.finding_closed"

    def __init__(self, finding_id: int, closed_on: date) -> None:
        super().__init__(f"Finding {finding_id} ended on {closed_on}: the value is not delivered any more. Reload.")


class ConflictChangedError(ConflictError):
    """The sources say something else than what the person has looked at."""

    code = "portfolio.conflict_changed"

    def __init__(self, conflict_id: int) -> None:
        super().__init__(f"What the sources of conflict {conflict_id} say has changed. Reload and look again.")


class MergeChangedError(ConflictError):
    """A proposal to merge was decided, has ended or has other evidence than the person has looked at."""

    code = "portfolio.merge_changed"

    def __init__(self, duplicate_id: int) -> None:
        super().__init__(f"Proposal {duplicate_id} is not what it was any more. Reload and look again.")


class MergeTooManyError(ConflictError):
    """One person would have more keys than is believable."""

    code = "portfolio.merge_too_many"

    def __init__(self, keys: int, limit: int) -> None:
        super().__init__(f"One person would have {keys} keys, more than {limit}. Look for a number that is a filler.")


class MergeBoundError(ConflictError):
    """Two keys that are to be told apart are one person by other decisions."""

    code = "portfolio.merge_bound"

    def __init__(self, person_id: str) -> None:
        super().__init__(f"Both keys belong to person {person_id} by other merges. Take those apart first.")
