"""Rows of the table about the machine: what happens while a night of two days runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """One case; ``then`` is what the same command does afterwards."""

    id: str
    input: str
    says: str
    stored: str
    then: str


_STAYS = "Nothing of this stage is visible, what was finished before it stays."
_ON = "goes on with this stage and ends as an undisturbed night, with the same content hashes"

DISK = Trouble(
    "disk-full",
    "the disk is full in the middle of a stage (a limit of the size of files, in a process of its own)",
    "The stage ingest could not write: the disk is full, or a limit of the size of files is reached. Nothing of this "
    "stage is visible, what was finished before it stays. Make room, then run the same command again: it goes on with "
    "this stage.",
    "what earlier stages and nights have finished",
    _ON,
)
CONNECTION = Trouble(
    "connection-lost",
    "the connection to the database drops in the middle of a stage",
    f"The connection to the database was lost during the stage snapshot. {_STAYS} When the database answers again, run "
    "the same command: it goes on with this stage.",
    "what earlier stages and nights have finished; the night is *failed* in the ledger",
    _ON,
)
AWAY = Trouble(
    "database-away",
    "the database cuts all connections and takes none for a while",
    CONNECTION.says,
    "what earlier stages and nights have finished; the night is *failed* in the ledger, for nobody holds its lock",
    _ON,
)
RESTART = Trouble(
    "database-restarted",
    "PostgreSQL is stopped and started again, and the stage ends before or after it is back (`make soak`)",
    CONNECTION.says,
    AWAY.stored,
    _ON,
)
CLOCK = Trouble(
    "clock-back",
    "the clock of the machine was moved back behind the last change of the book",
    "The clock of this machine says 2026-04-01 03:59:59 UTC, but the book changed at 2026-04-01 04:00:00 UTC: the "
    "clock was moved back. Nothing was changed. Set it right, then run the command again.",
    "the book as it was",
    "runs once the clock is right; a clock that stands still is right",
)
TROUBLES = (DISK, CONNECTION, AWAY, RESTART, CLOCK)
