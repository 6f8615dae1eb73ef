"""The JSON of the level above the note: what is owed and guaranteed by one party, and where a payment would go.

Amounts are integers of minor units.
"""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from huikuan.kernel.money import ratio_ppm
from huikuan.portfolio.borrower_out import FeedOut, PartyBriefOut
from huikuan.portfolio.facts import Bucket, ClassFloor
from huikuan.portfolio.pay_preview import NotePaid
from huikuan.portfolio.rules.across_notes import Step
from huikuan.portfolio.rules.contagion import Contagion
from huikuan.portfolio.rules.exposure import GuaranteeStanding

DebtorRole = Literal["borrower", "co_borrower", "joint_debtor"]


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True, use_attribute_docstrings=True)


class OwedOut(_Out):
    """What is owed, by component, at the close of the business date."""

    principal_minor: int
    """The whole principal that is unpaid, due or not."""
    interest_minor: int
    """Interest that is overdue; interest of the running period is not in it."""
    penalty_minor: int
    compound_minor: int
    delay_minor: int
    """Delay interest after a judgment."""
    costs_minor: int
    owed_minor: int
    """The sum of the parts above."""
    overdue_minor: int
    """Of it: overdue principal and interest, penalty, compound and delay interest, costs due."""


class DebtOut(OwedOut):
    """A note on which the party is a debtor."""

    note_id: str
    contract_id: str
    product_code: str
    institution_code: str
    role: DebtorRole
    borrower: PartyBriefOut
    bucket: Bucket
    dpd: int
    class_floor: ClassFloor
    class_floor_borrower: ClassFloor
    """With contagion; never milder than the note's own floor."""
    contagion: Contagion | None
    """Why the floor with contagion is worse than the note's own."""
    retail: bool
    stale_since: date | None


class GuaranteeHeldOut(_Out):
    """A guarantee with what it covers at the close of the business date."""

    guarantee_id: str
    contract_id: str
    guarantor: PartyBriefOut
    borrower: PartyBriefOut
    liability: Literal["general", "joint"]
    maximum_amount: bool
    amount_minor: int
    fixed_on: date | None
    starts_on: date
    ends_on: date | None
    standing: GuaranteeStanding
    owed_minor: int
    """Owed under the contract on notes in sight."""
    covered_minor: int
    """Of it covered, called or not."""
    covered_due_minor: int
    """Covered of what is overdue."""
    counted: bool
    """Whether it adds to the contingent exposure: not where the guarantor owes the debt anyway, nor out of force."""


class CollateralHeldOut(_Out):
    """What secures a contract."""

    collateral_id: str
    contract_id: str
    owner: PartyBriefOut
    borrower: PartyBriefOut
    kind: str
    pledge: bool
    secured_minor: int
    appraised_minor: int | None
    appraised_on: date | None
    rank: int


class ExposureSumsOut(_Out):
    """Exposure with a party or a group; nothing is in it twice."""

    direct_minor: int
    contingent_minor: int
    """Guarantees given for others, as far as they still cover something, called or not."""
    total_minor: int


class GroupOut(_Out):
    """The party with those whom it controls or who control it, directly or through others."""

    members: tuple[PartyBriefOut, ...]
    """Without the party itself."""
    members_left_out: bool
    """More members than one answer reads."""
    sums: ExposureSumsOut


class ContagionOut(_Out):
    """Contagion of class across the party's notes as borrower."""

    applies: bool
    """Whether a policy is in force on the business date."""
    above_ppm: int | None
    claims_minor: int | None
    """Balance of the live notes that are not retail; null where some are out of sight."""
    non_performing_minor: int | None
    spreads: bool | None
    notes_lifted: int
    """Notes whose floor with contagion is worse than their own."""
    statement: str
    statement_zh: str
    source: str
    force: str
    certainty: str
    not_applied: str
    """What the rule knows and does not apply, and why."""
    not_applied_zh: str


class ExposureOut(_Out):
    """The party as debtor and guarantor over all its contracts in sight, as of a business date."""

    party_id: str
    as_of: date
    currency: str
    minor_digits: int
    owed: OwedOut
    charged_off_minor: int
    """Of what is owed: on notes that are charged off; the claim remains."""
    sums: ExposureSumsOut
    notes: tuple[DebtOut, ...]
    """The latest past due first."""
    notes_left_out: int
    guarantees_given: tuple[GuaranteeHeldOut, ...]
    guarantees_received: tuple[GuaranteeHeldOut, ...]
    guarantees_left_out: int
    collaterals_received: tuple[CollateralHeldOut, ...]
    collaterals_given: tuple[CollateralHeldOut, ...]
    group: GroupOut | None
    """Null without anybody who controls or is controlled."""
    contagion: ContagionOut
    contracts_elsewhere: int
    """Contracts of the party or its group that institutions out of sight keep: in no figure."""
    feeds: tuple[FeedOut, ...]


class PortionOut(_Out):
    """What a note gets on what is due of it, or on what is still to come."""

    place: int
    due: bool
    owed_minor: int
    amount_minor: int
    because: Step


class PaidPartsOut(_Out):
    """Where inside the note the money goes."""

    costs_minor: int
    penalty_minor: int
    compound_minor: int
    interest_minor: int
    principal_minor: int
    delay_minor: int
    credit_minor: int
    """Held until the next instalment falls due."""


class NotePaidOut(_Out):
    """A note in the order of payment."""

    note_id: str
    contract_id: str
    amount_minor: int
    portions: tuple[PortionOut, ...]
    parts: PaidPartsOut | None
    due_minor: int
    due_after_minor: int
    dpd: int
    dpd_after: int
    secured_ppm: int
    """Share of the contract's debt that is secured, rounded half up for showing."""
    penalty_rate_ppm: int
    annual_rate_ppm: int
    due_since_on: date | None
    next_due_on: date | None


class StepOut(_Out):
    """A step of the legal order and how it is read here."""

    id: Step
    statement: str
    statement_zh: str
    reading: str
    reading_zh: str
    certainty: str


class AllocationPreviewOut(_Out):
    """Where a payment would go at the close of the business date. A preview: only the core system books."""

    party_id: str
    as_of: date
    currency: str
    minor_digits: int
    amount_minor: int
    note_id: str | None
    """The note that the customer designates."""
    notes: tuple[NotePaidOut, ...]
    """In the order in which they are paid, also those that get nothing."""
    rest_minor: int
    """What no note can take."""
    notes_elsewhere: int
    """Notes of the debtor that institutions out of sight keep: not in the order."""
    steps: tuple[StepOut, ...]
    source: str
    article: str


def note_paid_output(row: NotePaid) -> NotePaidOut:
    """A note of a preview in the shape of the API."""
    debt = row.debt
    covered = debt.covered
    return NotePaidOut(
        note_id=debt.debt_id,
        contract_id=row.group,
        amount_minor=row.amount_minor,
        portions=tuple(PortionOut.model_validate(portion) for portion in row.portions),
        parts=None if row.paid is None else PaidPartsOut.model_validate(row.paid),
        due_minor=debt.due_minor,
        due_after_minor=row.due_after_minor,
        dpd=row.days_before,
        dpd_after=row.days_after,
        secured_ppm=ratio_ppm(covered.numerator, covered.denominator) or 0,
        penalty_rate_ppm=debt.penalty_rate_ppm,
        annual_rate_ppm=debt.annual_rate_ppm,
        due_since_on=debt.due_since_on,
        next_due_on=debt.next_due_on,
    )
