"""The JSON of Borrower 360: one party with everything that the book knows of it as of a date, personal data masked.

Amounts are integers of minor units. ``stale_since`` says that the core system last delivered a row before that date
and it is carried forward.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from huikuan.portfolio.explain.output import LatenessOut
from huikuan.portfolio.explain.output_interest import LateFeeOut, ObservationOut
from huikuan.portfolio.explain.output_parts import AllocationOut, EventNotCountedOut, EventOut, InstalmentOut, ToldOut
from huikuan.portfolio.facts import Flag, Payer
from huikuan.portfolio.loan_events import EventKind

PartyKind = Literal["person", "enterprise"]
Role = Literal[
    "borrower", "co_borrower", "joint_debtor", "heir", "representative", "guarantor", "collateral_owner"
]  # fmt: skip


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True, use_attribute_docstrings=True)


class PartyBriefOut(_Out):
    """A party beside the one that is looked at."""

    party_id: str
    party_kind: PartyKind
    name: str
    """Masked; empty where the party is not on the desk."""


class RoleOut(_Out):
    """A party in a contract."""

    party: PartyBriefOut
    role: Role
    from_on: date | None = None
    to_on: date | None = None
    stale_since: date | None = None


class RelationOut(_Out):
    """A relation between parties."""

    party: PartyBriefOut
    """The other party."""
    relation: str
    """What the other party is to this one, or this one to it (`reverse`)."""
    reverse: bool
    since_on: date | None
    stale_since: date | None


class OriginOut(_Out):
    """A key under which the bank keeps the person, with what it says, masked."""

    party_id: str
    name: str
    identity_kind: str
    identity_number: str
    region: str


class ContactOut(_Out):
    """A number or address, masked."""

    contact_id: str
    party_id: str
    """The key that it was delivered for."""
    kind: str
    value: str
    label: str
    source: str
    legal_basis: str
    service_address: bool
    """Agreed address for service of documents."""
    recorded_on: date
    dialable: bool
    """Whether source and legal basis allow it: false for a number known only from a third person or without a legal
    basis, and for what is no number. Whether a call is allowed at this moment is decided elsewhere."""
    from_third_person: bool


class GuaranteeOut(_Out):
    """A guarantee of a contract."""

    guarantee_id: str
    contract_id: str
    guarantor: PartyBriefOut
    borrower: PartyBriefOut | None
    liability: Literal["general", "joint"]
    maximum_amount: bool
    amount_minor: int
    fixed_on: date | None
    """Day on which the claims under a maximum amount are determined."""
    starts_on: date
    ends_on: date | None
    stale_since: date | None


class CollateralOut(_Out):
    """What secures a contract."""

    collateral_id: str
    contract_id: str
    owner: PartyBriefOut
    kind: str
    pledge: bool
    """A pledge; otherwise a mortgage."""
    maximum_amount: bool
    secured_minor: int
    appraised_minor: int | None
    appraised_on: date | None
    registered_on: date | None
    rank: int
    stale_since: date | None


class FigureOut(_Out):
    """One figure of a note as computed here and as the core system reports it."""

    name: str
    unit: Literal["minor", "days", "class"]
    ours: int | str | None
    """Null where only the core system keeps the figure."""
    core: int | str | None
    """Null where the core system has not reported it."""
    difference: int | None
    """Core less ours; null unless both are numbers of the same day."""
    agrees: bool | None
    """Null unless both are of the same day. Of the class: the core's is not milder than our floor, with contagion."""


class BalancesOut(_Out):
    """Figures of a note from two sources with their dates."""

    ours_as_of: date
    core_as_of: date | None
    core_stale_since: date | None
    figures: tuple[FigureOut, ...]


class AccountOut(_Out):
    """The account that a note is repaid from."""

    account_number: str
    """Masked."""
    balance_minor: int | None
    balance_at: datetime | None
    last_failure: str
    stale_since: date | None


class MonthOut(_Out):
    """One month of the history of days past due."""

    month: date
    """First day of the month."""
    on: date
    """The day that the cell is of: the month's last, or the date asked for."""
    source: Literal["book", "core", "none"]
    """Our book, the monthly status of the core system from before it, or nothing."""
    bucket: str | None
    dpd: int | None
    balance_minor: int | None


class OfficerOut(_Out):
    """Who manages a note."""

    officer_code: str
    officer_name: str
    department_code: str
    stale_since: date | None


class LifeOut(_Out):
    """What shapes the figures of a note besides its terms."""

    told: ToldOut
    """Conventions and terms that differ from the bank's usual way, in words."""
    matures_on: date
    """In force: after an extension, restructuring, acceleration or judgment another day than the terms say."""
    lateness: LatenessOut
    """Days of the calendar, paused, raw and counted."""
    annual_rate_ppm: int
    """In force."""
    penalty_rate_ppm: int
    """In force."""
    events: tuple[EventOut, ...]
    """In the order in which they took effect."""
    events_not_counted: tuple[EventNotCountedOut, ...]
    """Delivered, but without effect on the day: reversed, reversals, of a later value date."""
    late_fees: tuple[LateFeeOut, ...]
    flags: tuple[Flag, ...]
    observation: ObservationOut | None
    waived_minor: int
    subrogated_minor: int
    """Paid by guarantors."""
    recovered_minor: int
    """Received after the charge-off."""


class FormerKeyOut(_Out):
    """A key that a customer, note or institution had before a merger."""

    key: str
    until_on: date
    """First business date under the next key."""


class NoteOut(_Out):
    """A note with its figures, instalments and where each repayment went."""

    note_id: str
    former_keys: tuple[FormerKeyOut, ...]
    """The latest first."""
    contract_id: str
    product_code: str
    institution_code: str
    core_status: str
    principal_minor: int
    disbursed_on: date
    matures_on: date
    annual_rate_ppm: int
    penalty_rate_ppm: int
    bucket: str
    class_floor: str
    class_floor_borrower: str
    """With contagion from other notes of the borrower; equal to the note's own floor where there is none."""
    dpd: int
    balance_minor: int
    overdue_minor: int
    """Overdue principal and interest, penalty, compound and delay interest, costs due."""
    payoff_minor: int | None
    """Null where the note cannot be computed."""
    unworkable: str | None
    """Why the rules cannot work with the note; its figures are then those of the last night that could."""
    product_terms: str | None
    """Code of the bundle whose conventions it follows; null for the usual ones."""
    life: LifeOut | None
    """Conventions, days and events; null where the note cannot be computed."""
    stale_since: date | None
    schedule_on: date
    """Since when the schedule is in force."""
    schedule_computed: bool
    officer: OfficerOut | None
    balances: BalancesOut
    account: AccountOut | None
    months: tuple[MonthOut, ...]
    instalments: tuple[InstalmentOut, ...]
    allocations: tuple[AllocationOut, ...]


class ContractOut(_Out):
    """A contract in which the party has a role."""

    contract_id: str
    product_code: str
    institution_code: str
    amount_minor: int | None
    """Null where the core system no longer delivers the contract."""
    signed_on: date | None
    expires_on: date | None
    roles: tuple[Role, ...]
    """Of the party that is looked at."""
    parties: tuple[RoleOut, ...]
    guarantees: tuple[GuaranteeOut, ...]
    collaterals: tuple[CollateralOut, ...]
    notes: tuple[NoteOut, ...]


class SumsOut(_Out):
    """Of the notes on which the party is the borrower."""

    notes: int
    balance_minor: int
    overdue_minor: int
    bucket: str
    """The worst."""
    dpd: int


class FeedOut(_Out):
    """When a feed was last delivered; null if the bank does not deliver it."""

    feed: str
    delivered_on: date | None


class TimelineItemOut(_Out):
    """Something that happened."""

    on: date
    at: datetime | None
    """The moment, where it is known."""
    kind: Literal[
        "disbursed", "repaid", "reversed", "missed", "bucket", "revealed", "contact", "corrected", "event",
        "event_reversed", "renumbered",
    ]  # fmt: skip
    event: EventKind | None = None
    """What changed in the loan, of kinds event and event_reversed."""
    payer: Payer | None = None
    """Who paid, of kind repaid."""
    until_on: date | None = None
    """Its end, where it has one."""
    note_id: str | None = None
    amount_minor: int | None = None
    seq: int | None = None
    """Instalment."""
    days: int | None = None
    """Days late."""
    cleared_on: date | None = None
    from_bucket: str | None = None
    to_bucket: str | None = None
    reference: str = ""
    """Booking reference, kind of contact point, reason of a reveal, or a former key."""
    who: str = ""


class TimelinePageOut(_Out):
    """What happened, newest first, in part."""

    items: tuple[TimelineItemOut, ...]
    next: str | None
    """What `after` is to be for the earlier entries; null where nothing is earlier."""
    left_out: int
    """Entries that are earlier than these."""


class BorrowerOut(_Out):
    """A party, person or enterprise, as of a date; limited to the institutions of the person who asks."""

    party_id: str
    former_keys: tuple[FormerKeyOut, ...]
    """The latest first; several where customers became one."""
    party_kind: PartyKind
    name: str
    identity_kind: str
    identity_number: str
    region: str
    origins: tuple[OriginOut, ...]
    """All keys in sight of a person whose keys were merged; none where there is one key."""
    as_of: date
    known_at: datetime
    first_on: date
    """First date of the book."""
    last_on: date
    """Last date of the book."""
    currency: str
    minor_digits: int
    sums: SumsOut
    contracts: tuple[ContractOut, ...]
    contracts_elsewhere: int
    """Contracts of the party that institutions out of sight keep."""
    notes_left_out: int
    """Notes beyond the limit of one answer, the least late ones."""
    relations: tuple[RelationOut, ...]
    contacts: tuple[ContactOut, ...]
    timeline: TimelinePageOut
    """The newest; the earlier ones have a route of their own."""
    feeds: tuple[FeedOut, ...]
