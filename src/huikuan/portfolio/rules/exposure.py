"""What the bank may lose with one party or a group: owed directly, and guaranteed for others. Nothing is counted twice.

- Direct: all that is owed on notes of which a member is borrower, co-borrower or joint debtor, each note once.
- Contingent: for notes of others, what guarantees of the members still cover, called or not. A guarantee covers what is
  owed under its contract up to its amount; several of one contract together cover at most what is owed. A guarantee
  for a note that a member owes anyway adds nothing.
- A guarantee of a maximum amount with a day on which the claims are determined covers notes paid out up to that day
  (Civil Code 423, 690). A guarantee counts while its period runs; one that has run out may live on where the bank
  claimed in time, which the book does not know.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class GuaranteeStanding(StrEnum):
    """Where a guarantee stands on a day."""

    IN_FORCE = "in_force"
    NOT_BEGUN = "not_begun"
    ENDED = "ended"  # its period has run out


@dataclass(frozen=True, slots=True)
class NoteOwed:
    """What is owed on a note. ``due_minor`` is the part that is overdue, with penalty, compound interest and costs."""

    note_id: str
    contract_id: str
    debtors: frozenset[str]  # borrower, co-borrowers and joint debtors of the day
    disbursed_on: date
    owed_minor: int
    due_minor: int


@dataclass(frozen=True, slots=True)
class GuaranteeTerms:
    """A guarantee of a contract; amounts in minor units."""

    guarantee_id: str
    contract_id: str
    guarantor: str
    amount_minor: int
    maximum_amount: bool
    fixed_on: date | None
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Covered:
    """What a guarantee covers on a day: of all that is owed, and of what is due of it."""

    standing: GuaranteeStanding
    owed_minor: int
    due_minor: int


@dataclass(frozen=True, slots=True)
class Exposure:
    """The sum with a set of parties; ``total`` is the sum of both."""

    direct_minor: int
    contingent_minor: int

    @property
    def total_minor(self) -> int:
        return self.direct_minor + self.contingent_minor


def standing_of(guarantee: GuaranteeTerms, on: date) -> GuaranteeStanding:
    """Where a guarantee stands on a day; its first and its last day count."""
    if on < guarantee.starts_on:
        return GuaranteeStanding.NOT_BEGUN
    if guarantee.ends_on is not None and on > guarantee.ends_on:
        return GuaranteeStanding.ENDED
    return GuaranteeStanding.IN_FORCE


def secures(guarantee: GuaranteeTerms, note: NoteOwed, on: date) -> bool:
    """Whether a guarantee stands for a note on a day."""
    determined = guarantee.fixed_on if guarantee.maximum_amount else None
    return (
        guarantee.contract_id == note.contract_id
        and standing_of(guarantee, on) is GuaranteeStanding.IN_FORCE
        and (determined is None or note.disbursed_on <= determined)
    )


def covered(guarantee: GuaranteeTerms, notes: Iterable[NoteOwed], on: date) -> Covered:
    """What a guarantee covers of these notes."""
    secured = [note for note in notes if secures(guarantee, note, on)]
    return Covered(
        standing_of(guarantee, on),
        min(guarantee.amount_minor, sum(note.owed_minor for note in secured)),
        min(guarantee.amount_minor, sum(note.due_minor for note in secured)),
    )


def exposure_of(
    members: Collection[str], notes: Sequence[NoteOwed], guarantees: Iterable[GuaranteeTerms], on: date
) -> Exposure:
    """The exposure with the members together; notes and guarantees that are none of theirs are left out."""
    parties = frozenset(members)
    direct = sum(note.owed_minor for note in notes if note.debtors & parties)
    others: defaultdict[str, list[NoteOwed]] = defaultdict(list)
    for note in notes:
        if not note.debtors & parties:
            others[note.contract_id].append(note)
    given: defaultdict[str, list[GuaranteeTerms]] = defaultdict(list)
    for guarantee in guarantees:
        if guarantee.guarantor in parties:
            given[guarantee.contract_id].append(guarantee)
    return Exposure(direct, sum(_together(rows, others[contract_id], on) for contract_id, rows in given.items()))


def _together(guarantees: Sequence[GuaranteeTerms], notes: Sequence[NoteOwed], on: date) -> int:
    """What guarantees of one contract cover together: at most what is owed on the notes that any of them covers."""
    reached = sum(note.owed_minor for note in notes if any(secures(one, note, on) for one in guarantees))
    return min(reached, sum(covered(one, notes, on).owed_minor for one in guarantees))
