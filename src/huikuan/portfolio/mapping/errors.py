"""Errors of mappings that a person can act on."""

from huikuan.kernel.errors import DomainError
from huikuan.portfolio.errors import DeliveryError, printable


class MappingError(DomainError):
    """A mapping file is itself wrong: nothing was read with it."""

    code = "mapping.broken"
    status = 422

    def __init__(self, file: str, key: str, expected: str, got: str = "", line: int | None = None) -> None:
        self.file, self.key, self.line = file, key, line
        where = f"{file}, line {line}" if line is not None else file
        found = f", got {got}" if got else ""
        message = f"Mapping {where}: {key or 'the file'}: expected {expected}{found}. No delivery was read."
        super().__init__(printable(message))


class ExpressionError(DomainError):
    """An expression says something that the language does not have; ``position`` counts characters from 1."""

    code = "mapping.expression"
    status = 422

    def __init__(self, text: str, position: int, what: str) -> None:
        self.text, self.position, self.what = text, position, what
        super().__init__(f"{what} at character {position} of {text!r}")


class LookupKeyError(DeliveryError):
    """A file that rows are looked up in has a key twice."""

    code = "intake.lookup_key"

    def __init__(self, file: str, name: str, key: str, rows: int, line: int) -> None:
        super().__init__(
            f"{file}, line {line}: {name} is a lookup by {key}, and its value here stands {rows} times. Expected each "
            "once: a row would take the values of another by chance. Nothing was loaded. Ask for a file with one row "
            "a key, or look up by a key that is unique.",
            file=file,
            field=key,
        )


class ControlFileError(DeliveryError):
    """The sender's control file does not say what the mapping expects of it."""

    code = "intake.control_file"

    def __init__(self, file: str, expected: str, got: str) -> None:
        super().__init__(
            f"{file}: expected {expected}, got {got}. Nothing was loaded. Ask for the control file to be sent again.",
            file=file,
        )


class MappingFileNoneError(DomainError):
    """No mapping file reads the file."""

    code = "mapping.file_unmapped"
    status = 422

    def __init__(self, file: str, folder: str) -> None:
        super().__init__(
            f"No mapping file in {folder} reads {file}: none has a `source.file` that gives this name. "
            "`huikuan feed learn FILE` proposes one."
        )


class FeedUnknownError(DomainError):
    """The feed of a file is not known."""

    code = "mapping.feed_unknown"
    status = 422

    def __init__(self, feed: str, feeds: list[str]) -> None:
        got = f"got {feed}" if feed else "and the names of the columns say none"
        super().__init__(f"Give the feed with --feed: one of {', '.join(feeds)} expected, {got}.")
