"""What a file of customers' data may be taken for, and the legal basis of each purpose.

Policy of the installation: a closed list, so that reviews can count, and nothing in it hands data to a third party.
The bases have the words of the feed of contact points (``contracts/contact_point.yaml``).
"""

from enum import StrEnum
from typing import Final


class ExportPurpose(StrEnum):
    """Why somebody takes a file; an export without one is not made."""

    COLLECTION = "collection"  # to work on the own cases
    LEGAL_ACTION = "legal_action"  # for a suit or its enforcement
    SUPERVISION = "supervision"  # a report to the supervisor or an inspection by it
    INTERNAL_REVIEW = "internal_review"  # audit, compliance, quality
    DATA_QUALITY = "data_quality"  # to have wrong data corrected at their source


class LegalBasis(StrEnum):
    """On what the processing rests."""

    CONTRACT = "contract"  # performance of the contract with the borrower
    LEGAL_DUTY = "legal_duty"  # a duty that a law or the supervisor puts on the bank


LEGAL_BASES: Final[dict[ExportPurpose, LegalBasis]] = {
    ExportPurpose.COLLECTION: LegalBasis.CONTRACT,
    ExportPurpose.LEGAL_ACTION: LegalBasis.CONTRACT,
    ExportPurpose.SUPERVISION: LegalBasis.LEGAL_DUTY,
    ExportPurpose.INTERNAL_REVIEW: LegalBasis.LEGAL_DUTY,
    ExportPurpose.DATA_QUALITY: LegalBasis.LEGAL_DUTY,
}
"""One for each purpose: what has none here cannot be exported for."""
