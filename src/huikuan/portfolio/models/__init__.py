"""Tables of the portfolio."""

from huikuan.portfolio.models.desk import BucketCell, DeskNote, Publication, RollCell
from huikuan.portfolio.models.intake import Load, Reject
from huikuan.portfolio.models.lake_file import LakeFile
from huikuan.portfolio.models.party import Party
from huikuan.portfolio.models.product import Product

__all__ = [
    "BucketCell",
    "DeskNote",
    "LakeFile",
    "Load",
    "Party",
    "Product",
    "Publication",
    "Reject",
    "RollCell",
]
