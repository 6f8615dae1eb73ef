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
    contacts_changed: int = 0  # contact points and repayment accounts, new ones among them
    contacts_ended: int = 0


@event_type("portfolio.quality_drifted")
@dataclass(frozen=True, slots=True)
class QualityDrifted:
    """A delivered feed was unlike the nights before; it was loaded. Subject: feed.

    ``drifts`` name level, measure and, where it is one, the field.
    """

    business_date: date
    run_id: UUID
    drifts: tuple[str, ...]


@event_type("portfolio.quality_reported")
@dataclass(frozen=True, slots=True)
class QualityReported:
    """The report of data quality of a month was taken. Subject: month, as 2018-06."""

    rows: int
    sha256: str


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


@event_type("portfolio.search_tokens_rebuilt")
@dataclass(frozen=True, slots=True)
class SearchTokensRebuilt:
    """The tokens by which names are found were written anew. Subject: search, ``tokens``."""

    parties: int
    tokens: int


@event_type("portfolio.party_found_by_number")
@dataclass(frozen=True, slots=True)
class PartyFoundByNumber:
    """A user typed the identity or telephone number of a party and found it. Subject: party. Never the number."""

    matched: str


@event_type("portfolio.view_saved")
@dataclass(frozen=True, slots=True)
class ViewSaved:
    """A view of the list of loans was saved or changed. Subject: view. Names the filters it sets, not their values."""

    filters: tuple[str, ...]
    shared: bool


@event_type("portfolio.view_deleted")
@dataclass(frozen=True, slots=True)
class ViewDeleted:
    """A view of the list of loans was deleted. Subject: view."""

    shared: bool


@event_type("portfolio.tag_added")
@dataclass(frozen=True, slots=True)
class TagAdded:
    """A word was added to the bank's catalogue of tags. Subject: tag."""

    name: str


@event_type("portfolio.note_tagged")
@dataclass(frozen=True, slots=True)
class NoteTagged:
    """Tags were put on a note or taken off it. Subject: note. Lists what changed, by id of the tag."""

    added: tuple[int, ...]
    removed: tuple[int, ...]


@event_type("portfolio.export_requested")
@dataclass(frozen=True, slots=True)
class ExportRequested:
    """A person asked for a file. Subject: export, whose row holds the question; ``query_sha256`` is of its JSON.

    ``purpose`` is what the person said, ``legal_basis`` that of the purpose (`rules.export_purposes`).
    """

    kind: str
    form: str
    query_sha256: str
    columns: tuple[str, ...]
    rows: int
    row_limit: int
    purpose: str
    legal_basis: str


@event_type("portfolio.export_made")
@dataclass(frozen=True, slots=True)
class ExportMade:
    """A file was made. Subject: export. ``sha256`` is of its bytes, so that a file found elsewhere can be traced."""

    rows: int
    bytes: int
    sha256: str


@event_type("portfolio.export_downloaded")
@dataclass(frozen=True, slots=True)
class ExportDownloaded:
    """The person who asked for a file fetched it. Subject: export."""

    rows: int
    sha256: str


@event_type("portfolio.findings_changed")
@dataclass(frozen=True, slots=True)
class FindingsChanged:
    """A delivery showed odd values of customers, or shows them no more. Subject: delivery, by business date."""

    opened: int
    closed: int


@event_type("portfolio.finding_explained")
@dataclass(frozen=True, slots=True)
class FindingExplained:
    """A person said why an odd value may stay. Subject: finding. ``customers`` is how many had the value then."""

    code: str
    reason: str
    customers: int


@event_type("portfolio.conflicts_changed")
@dataclass(frozen=True, slots=True)
class ConflictsChanged:
    """Sources of customers contradict each other in another way than before, or agree. Subject: delivery, by date."""

    opened: int
    closed: int


@event_type("portfolio.conflict_decided")
@dataclass(frozen=True, slots=True)
class ConflictDecided:
    """A person said which of contradicting values counts. Subject: conflict. Rows by feed and key, never the values.

    ``counts`` are the rows that hold the value; none where no source has the right one.
    """

    party_id: str
    field: str
    counts: tuple[str, ...]
    sources: int
    reason: str


@event_type("portfolio.duplicates_changed")
@dataclass(frozen=True, slots=True)
class DuplicatesChanged:
    """Keys that may be one person were found, with new evidence or no more. Subject: delivery, by business date."""

    opened: int
    closed: int


@event_type("portfolio.parties_merged")
@dataclass(frozen=True, slots=True)
class PartiesMerged:
    """A person said that two keys are one. Subject: party, by the smallest key. ``keys`` are all of the person now."""

    duplicate_id: int
    pair: tuple[str, ...]
    keys: tuple[str, ...]
    evidence: str
    effective_on: date
    reason: str


@event_type("portfolio.parties_parted")
@dataclass(frozen=True, slots=True)
class PartiesParted:
    """A person said that two keys are not one; ``merged``: they had been merged. Subject: party, by the smaller key.

    ``moved`` are the keys that belong to another person than before.
    """

    duplicate_id: int
    pair: tuple[str, ...]
    merged: bool
    moved: tuple[str, ...]
    evidence: str
    effective_on: date
    reason: str
