"""What happened on a day in a block of the world: what the feeds tell, and what only the truth file does."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np

from huikuan.lab.rules.draw import Integers

TRUTHS: Final = (
    "shock",  # borrower, kind
    "died",  # borrower, month of the year, 0 January
    "moved",  # borrower, 1 if the bank was told
    "number_changed",  # borrower, 1 if the bank was told
    "failed_debit",  # note, days until the money was taken: the bank's own error; on the day of the decision
    "new_for_old",  # new note, old note that it repaid
    "staff_paid",  # note, amount in minor units
    "settled_early",  # note, amount in minor units
    "inbound_call",  # borrower, bucket
    "hardship_request",  # borrower, kind of shock
    "complaint",  # borrower, bucket
    "dispute",  # borrower, note: says that he never borrowed
    "booked_twice",  # note, amount in minor units: the bank's own error, reversed the next day
    "came_late",  # note, amount in minor units: delivered a day after it counts
)


class Payer(IntEnum):
    """Who paid, as the feed of repayments says it."""

    BORROWER = 0
    GUARANTOR = 1
    OTHER = 2


class Plan(IntEnum):
    """What a borrower, or somebody for him, has decided to pay."""

    PART = 0  # of the oldest instalment
    ROWS = 1  # so many of the oldest instalments
    EVERY = 2  # all that is due, and the instalment that is about to fall due
    WHOLE = 3  # the whole loan, early
    BY_NEW = 4  # all that is due, from a new note
    BY_STAFF = 5  # all that is due, out of the officer's pocket
    RECOVERY = 6  # something after the charge-off


@dataclass(slots=True)
class Happened:
    """Places of notes, or numbers of borrowers and keys of notes for the truth; one list element an occasion."""

    day: int
    drawn: list[Integers] = field(default_factory=list)
    settled: list[Integers] = field(default_factory=list)
    charged_off: list[Integers] = field(default_factory=list)
    paid: list[tuple[Integers, Integers, Integers, Integers]] = field(
        default_factory=list
    )  # note, amount, payer, second
    credited: list[Integers] = field(default_factory=list)  # notes on which held money was used
    cards: list[tuple[Integers, Integers, Integers]] = field(default_factory=list)  # holder, bucket, balance
    truth: list[tuple[int, Integers, Integers]] = field(default_factory=list)  # place in TRUTHS, who, what

    def tell(self, kind: str, who: Integers, what: Integers | int) -> None:
        """Add to the truth."""
        if who.size:
            self.truth.append((TRUTHS.index(kind), who, np.broadcast_to(np.asarray(what, dtype=np.int64), who.shape)))

    def touched(self) -> Integers:
        """Notes whose debts money has changed today."""
        parts = [notes for notes, *_ in self.paid] + self.credited
        return np.unique(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)
