"""Tables of the portfolio."""

from huikuan.portfolio.models.conflict import Conflict, ConflictDecision, Finding, PartyStatement
from huikuan.portfolio.models.contact import ContactPoint, RepaymentAccount
from huikuan.portfolio.models.desk import BucketCell, DeskNote, DeskStand, Publication, RollCell
from huikuan.portfolio.models.export import Export
from huikuan.portfolio.models.intake import Load, Reject
from huikuan.portfolio.models.lake_file import LakeFile
from huikuan.portfolio.models.lists import NoteTag, SavedView, Tag
from huikuan.portfolio.models.merge import Duplicate, PartyMerge
from huikuan.portfolio.models.party import Party
from huikuan.portfolio.models.product import Product
from huikuan.portfolio.models.quality import QualityAlert, QualityMeasure, Refusal, RefusedRow
from huikuan.portfolio.models.register import NoteRegister, PartyRole
from huikuan.portfolio.models.renumbering import Renumbering
from huikuan.portfolio.models.search import SearchToken

__all__ = [
    "BucketCell",
    "Conflict",
    "ConflictDecision",
    "ContactPoint",
    "DeskNote",
    "DeskStand",
    "Duplicate",
    "Export",
    "Finding",
    "LakeFile",
    "Load",
    "NoteRegister",
    "NoteTag",
    "Party",
    "PartyMerge",
    "PartyRole",
    "PartyStatement",
    "Product",
    "Publication",
    "QualityAlert",
    "QualityMeasure",
    "Refusal",
    "RefusedRow",
    "Reject",
    "Renumbering",
    "RepaymentAccount",
    "RollCell",
    "SavedView",
    "SearchToken",
    "Tag",
]
