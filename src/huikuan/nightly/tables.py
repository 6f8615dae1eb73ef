"""Lake tables that the night derives; they are described where they are also read."""

from huikuan.portfolio.book_tables import (
    ALL_TABLES,
    ALLOCATION,
    NOTE,
    NOTE_CLASS,
    NOTE_STATE,
    OPEN_INSTALMENT,
    ROLL,
    SCHEDULE,
)

__all__ = ["ALLOCATION", "ALL_TABLES", "NOTE", "NOTE_CLASS", "NOTE_STATE", "OPEN_INSTALMENT", "ROLL", "SCHEDULE"]
