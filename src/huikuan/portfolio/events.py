"""Events of the portfolio."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from huikuan.kernel.event_types import event_type


@event_type("portfolio.delivery_loaded")
@dataclass(frozen=True, slots=True)
class DeliveryLoaded:
    """A day's delivery was accepted. Subject: delivery, by business date."""

    business_date: date
    run_id: UUID
    delivery_hash: str
    rows: int
    accepted: int
    rejected: int
    parties_new: int
    parties_changed: int


@event_type("portfolio.party_revealed")
@dataclass(frozen=True, slots=True)
class PartyRevealed:
    """A user saw a party's personal data in clear. Subject: party. The note of the user is kept, not the values."""

    reason: str
    note: str
    fields: tuple[str, ...]


@event_type("portfolio.book_published")
@dataclass(frozen=True, slots=True)
class BookPublished:
    """A night's figures and delinquent notes reached the desk. Subject: book, by business date."""

    run_id: UUID
    notes: int
    stale_notes: int
    desk_notes_changed: int
