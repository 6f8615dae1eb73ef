"""Errors of the night that a person can act on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from huikuan.kernel.errors import DomainError, NotFoundError

MESSAGE_LENGTH_MAX: Final = 2000


def error_said(error: Exception) -> tuple[str, str]:
    """Return code and text of an error as the ledger keeps them; of one that nobody foresaw only its kind."""
    if isinstance(error, DomainError):
        return error.code, str(error)[:MESSAGE_LENGTH_MAX]
    return "nightly.unexpected", f"{type(error).__name__}: see the log of this night."


class NightBusyError(DomainError):
    """Another process runs a night of the same bank."""

    code = "nightly.busy"
    status = 409

    def __init__(self, bank_code: str, by: str = "", since: datetime | None = None) -> None:
        held = "" if since is None else f" (started by {by}, since {since:%Y-%m-%d %H:%M:%S} UTC)"
        super().__init__(
            f"A night of bank {bank_code} is already running in another process{held}. Wait until it ends, then try "
            "again; `huikuan nights --bank` shows where it stands."
        )


class NightDiskError(DomainError):
    """A stage could not write its files."""

    code = "nightly.disk_full"
    status = 507

    def __init__(self, stage: str) -> None:
        super().__init__(
            f"The stage {stage} could not write: the disk is full, or a limit of the size of files is reached. Nothing "
            "of this stage is visible, what was finished before it stays. Make room, then run the same command again: "
            "it goes on with this stage."
        )


class NightConnectionError(DomainError):
    """The connection to PostgreSQL was lost while a stage ran."""

    code = "nightly.connection_lost"
    status = 503

    def __init__(self, stage: str) -> None:
        super().__init__(
            f"The connection to the database was lost during the stage {stage}. Nothing of this stage is visible, what "
            "was finished before it stays. When the database answers again, run the same command: it goes on with this "
            "stage."
        )


class NightClockError(DomainError):
    """The clock of the machine was moved back behind what the book knows."""

    code = "nightly.clock_back"
    status = 409

    def __init__(self, now: datetime, last: datetime) -> None:
        super().__init__(
            f"The clock of this machine says {now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC, but the book changed at "
            f"{last.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC: the clock was moved back. Nothing was changed. Set it "
            "right, then run the command again."
        )


class NightDateBackError(DomainError):
    """A business date before the first night of the book."""

    code = "nightly.date_before_book"
    status = 409

    def __init__(self, wanted: date, first: date) -> None:
        super().__init__(
            f"The book begins on {first}; {wanted} cannot be run before it. Nights go forward in time only: begin a "
            "new book with the earliest delivery."
        )


class NightDateFutureError(DomainError):
    """A business date that has not ended in the bank's zone."""

    code = "nightly.date_in_future"
    status = 422

    def __init__(self, wanted: date, today: date) -> None:
        super().__init__(
            f"{wanted} has not come yet: today is {today} in the bank's time zone. Give a date up to today."
        )


class NightDateMissingError(DomainError):
    """A date of the catch-up has no delivery."""

    code = "nightly.date_missing"
    status = 422

    def __init__(self, missing: date, wanted: date, folder: object) -> None:
        what = "asked for" if missing == wanted else f"needed before {wanted}"
        super().__init__(
            f"There is no delivery for {missing}, which is {what}: {folder} is missing. Nights run in order without "
            "gaps. Put the delivery there (manifest.yaml last) and run the command again."
        )


class NightDeliveryChangedError(DomainError):
    """Another delivery for a date that is in the book, or is on its way into it."""

    code = "nightly.delivery_changed"
    status = 409

    def __init__(self, business_date: date, run_id: object) -> None:
        super().__init__(
            f"The delivery of {business_date} is not the one that run {run_id} has loaded. Nothing was changed. Put "
            "the first files back and deliver what differs with the next business date; or, once the night is "
            f"published, make a correction run: `huikuan nightly --date {business_date} --correct --reason TEXT`, or "
            "on the page Nights."
        )


class NightDeliveredAgainError(DomainError):
    """A later delivery of a date whose night is published."""

    code = "nightly.delivered_again"
    status = 409

    def __init__(self, business_date: date, run_id: object) -> None:
        super().__init__(
            f"{business_date} was delivered again after run {run_id} had published it. Nothing was changed, and all "
            "deliveries stay. The last complete one counts: make a correction run, "
            f"`huikuan nightly --date {business_date} --correct --reason TEXT`, or on the page Nights."
        )


class NightNothingToCorrectError(DomainError):
    """A correction was asked for and the delivery is the one in the book."""

    code = "nightly.nothing_to_correct"
    status = 409

    def __init__(self, business_date: date) -> None:
        super().__init__(
            f"The delivery of {business_date} in the inbox is the one that the book was made from: there is nothing to "
            "correct. Put the right files into the folder of the day (manifest.yaml last), then ask again."
        )


class NightUnfinishedError(DomainError):
    """A correction was asked for while a night is half-done."""

    code = "nightly.unfinished"
    status = 409

    def __init__(self, business_date: date) -> None:
        super().__init__(
            f"The night of {business_date} has begun and is not published. Finish it first (run it again); a "
            "correction begins from a book that is published up to its last night."
        )


class NightDeliveryNeededError(DomainError):
    """A later night of a correction can only be computed from its delivery, which is no longer there."""

    code = "nightly.delivery_needed"
    status = 422

    def __init__(self, business_date: date, folder: object, why: str) -> None:
        super().__init__(
            f"The correction needs the delivery of {business_date}, which is no longer in the inbox: {why}. Put it "
            f"back to {folder} and run the correction again; it goes on from there."
        )


class NightNoneError(DomainError):
    """Nothing is published for the date that was asked for."""

    code = "nightly.no_night"
    status = 404

    def __init__(self, wanted: date, known: str = "") -> None:
        suffix = f" as known at {known}" if known else ""
        super().__init__(
            f"No night is published for {wanted}{suffix}. `huikuan nights --bank` lists the dates there are."
        )


class CorrectionReasonError(DomainError):
    """A correction without a reason, or with one that may not be kept for ever."""

    code = "nightly.correction_reason"
    status = 422

    def __init__(self) -> None:
        super().__init__(
            "A correction needs a reason of 4 to 500 characters without personal data: what was wrong in the delivery, "
            "and who said so."
        )


class EffectTooLargeError(DomainError):
    """A correction changed more notes than a file of the request may have."""

    code = "nightly.effect_too_large"
    status = 422

    def __init__(self, notes: int, limit: int) -> None:
        super().__init__(
            f"{notes} notes differ on this date; a file has {limit} at most. Take another date of the correction: the "
            "page shows the totals of every date."
        )


class JobLostError(DomainError):
    """The job of a request has ended without a word."""

    code = "nightly.job_lost"
    status = 500

    def __init__(self) -> None:
        super().__init__(
            "The job was given up after several attempts; the worker's log knows why. Remove the cause and ask again."
        )


class NightRequestUnknownError(NotFoundError):
    """A correction that does not exist in this bank."""

    code = "nightly.request_unknown"

    def __init__(self, request_id: object) -> None:
        super().__init__("correction", request_id)


class NightRunUnknownError(NotFoundError):
    """A run that does not exist in this bank."""

    code = "nightly.run_unknown"

    def __init__(self, run_id: object) -> None:
        super().__init__("night", run_id)
