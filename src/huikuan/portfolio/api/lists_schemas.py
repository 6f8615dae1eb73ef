"""Shapes of the list of loans, of saved views and of tags."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from huikuan.portfolio.rules.loan_query import DAYS_MAX, SUM_MAX_MINOR, TEXT_LENGTH_MAX, VALUES_MAX
from huikuan.portfolio.selectors.loan_list import LOANS_PER_PAGE_MAX, BucketName, ClassName, LoanRow
from huikuan.portfolio.services.lists import TAG_NAME_LENGTH_MAX, TAGGED_NOTES_MAX, VIEW_NAME_LENGTH_MAX

Text = Annotated[str, Field(max_length=TEXT_LENGTH_MAX)]
Texts = Annotated[list[Text], Field(max_length=VALUES_MAX)]
Ids = Annotated[list[int], Field(max_length=VALUES_MAX)]
Days = Annotated[int | None, Field(ge=0, le=DAYS_MAX)]
Amount = Annotated[int | None, Field(ge=0, le=SUM_MAX_MINOR)]


class LoanFilterIn(Schema):
    """Conditions that must all hold; of a repeated one any. Without any: every note in arrears.

    Cured (M0) and settled notes are found only where `bucket` names them. An empty `officer`, `department`,
    `region`, `core_class` or `last_failure` finds notes for which the core system delivered none.
    """

    institution: Ids = Field([], description="ids; each with everything below it")
    product: Texts = Field([])
    bucket: Annotated[list[BucketName], Field(max_length=VALUES_MAX)] = Field([])
    class_floor: Annotated[list[ClassName], Field(max_length=VALUES_MAX)] = Field([], alias="class")
    officer: Texts = Field([], description="codes of managing officers")
    department: Texts = Field([])
    region: Texts = Field([])
    party_kind: Annotated[list[Literal["person", "enterprise"]], Field(max_length=2)] = Field([])
    secured: Annotated[list[Literal["none", "guarantee", "collateral", "both"]], Field(max_length=4)] = Field([])
    core_class: Annotated[list[ClassName | Literal[""]], Field(max_length=6)] = Field([])
    last_failure: Annotated[
        list[Literal["none", "insufficient", "frozen", "closed", "other", ""]], Field(max_length=6)
    ] = Field([])
    tag: Ids = Field([], description="ids of tags")
    stale: bool | None = Field(None, description="not renewed by the latest delivery")
    core_differs: bool | None = Field(None, description="the core's days differ from ours, or its class is milder")
    dpd_min: Days = None
    dpd_max: Days = None
    overdue_min: Amount = Field(None, description="minor units; both ends of a range belong to it")
    overdue_max: Amount = None
    balance_min: Amount = None
    balance_max: Amount = None
    matures_from: date | None = None
    matures_to: date | None = None


class LoanPageIn(LoanFilterIn):
    """A filter with an order and a place in it."""

    sort: Literal[
        "dpd", "-dpd", "arrears", "-arrears", "balance", "-balance", "matures", "-matures", "note", "-note"
    ] = Field("-arrears", description="`-` in front: descending; ties by key of the note")
    after: Annotated[str | None, Field(max_length=400)] = Field(None, description="`next` of the page before")
    limit: Annotated[int, Field(ge=1, le=LOANS_PER_PAGE_MAX)] = 50


class LoansOut(Schema):
    """A page; ``next`` is null on the last one.

    The list stands at ``business_date``, behind ``published_date``, the last night, while several are caught up with.
    Both are null before the first night.
    """

    items: list[LoanRow]
    next: str | None
    business_date: date | None
    published_date: date | None


class ViewIn(Schema):
    """A view to save."""

    name: Annotated[str, Field(min_length=1, max_length=VIEW_NAME_LENGTH_MAX)]
    query: dict[str, Any]
    shared: bool = False


class ViewChangeIn(Schema):
    """What changes of an own view; what is left out stays."""

    name: Annotated[str | None, Field(max_length=VIEW_NAME_LENGTH_MAX)] = None
    query: dict[str, Any] | None = None
    shared: bool | None = None


class TagIn(Schema):
    """A new word of the catalogue."""

    name: Annotated[str, Field(min_length=1, max_length=TAG_NAME_LENGTH_MAX)]


class TaggingIn(Schema):
    """Tags by id to put on notes and to take off them."""

    note_ids: Annotated[list[Text], Field(min_length=1, max_length=TAGGED_NOTES_MAX)]
    add: Ids = Field([])
    remove: Ids = Field([])


class TaggingOut(Schema):
    """How many notes changed."""

    changed: int
