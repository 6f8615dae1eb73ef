"""Which lake files exist, now or as known at an earlier instant."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max

from huikuan.portfolio.models import LakeFile

_COLUMNS = ("table_name", "business_date", "run_id", "path", "rows", "content_hash", "known_at")


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that exists; ``path`` is relative to the lake's root."""

    table: str
    business_date: date
    run_id: UUID
    path: str
    rows: int
    content_hash: str
    known_at: datetime


def lake_files(
    *,
    bank_id: int,
    tables: Collection[str] | None = None,
    on: date | None = None,
    until: date | None = None,
    known_at: datetime | None = None,
) -> list[NamedFile]:
    """Return named files by table, business date and known-at, oldest first.

    ``on`` takes one business date, ``until`` all up to and including it; ``known_at`` leaves out what became
    known later.
    """
    found = LakeFile.objects.filter(bank_id=bank_id)
    if tables is not None:
        found = found.filter(table_name__in=list(tables))
    if on is not None:
        found = found.filter(business_date=on)
    if until is not None:
        found = found.filter(business_date__lte=until)
    if known_at is not None:
        found = found.filter(known_at__lte=known_at)
    ordered = found.order_by("table_name", "business_date", "known_at", "run_id").values_list(*_COLUMNS)
    return [NamedFile(*row) for row in ordered]


def lake_latest(files: Collection[NamedFile]) -> list[NamedFile]:
    """Of each table and business date keep the file that became known last."""
    latest: dict[tuple[str, date], NamedFile] = {}
    for file in sorted(files, key=lambda f: (f.known_at, f.run_id)):
        latest[file.table, file.business_date] = file
    return sorted(latest.values(), key=lambda f: (f.table, f.business_date))


def lake_histories(
    *, bank_id: int, tables: Collection[str], until: date, known_at: datetime | None = None
) -> dict[str, list[NamedFile]]:
    """Return ``lake_history`` of several tables by one query; a table without files is empty."""
    found: dict[str, list[NamedFile]] = {table: [] for table in tables}
    for file in lake_latest(lake_files(bank_id=bank_id, tables=tables, until=until, known_at=known_at)):
        found[file.table].append(file)
    return found


def lake_known_at(*, bank_id: int) -> datetime | None:
    """Return when the book of a bank last changed; None for an empty one."""
    found: datetime | None = LakeFile.objects.filter(bank_id=bank_id).aggregate(last=Max("known_at"))["last"]
    return found


def lake_history(*, bank_id: int, table: str, until: date, known_at: datetime | None = None) -> list[NamedFile]:
    """Return the files whose rows together are the history of a table up to a business date, oldest first."""
    return lake_latest(lake_files(bank_id=bank_id, tables=(table,), until=until, known_at=known_at))


def lake_in_force(
    *, bank_id: int, tables: Collection[str], until: date, known_at: datetime | None = None
) -> dict[str, NamedFile]:
    """Return the latest file of each table up to a business date: what was last delivered stays in force."""
    found = LakeFile.objects.filter(bank_id=bank_id, table_name__in=list(tables), business_date__lte=until)
    if known_at is not None:
        found = found.filter(known_at__lte=known_at)
    latest = found.order_by("table_name", "-business_date", "-known_at", "-run_id").distinct("table_name")
    return {file.table: file for file in (NamedFile(*row) for row in latest.values_list(*_COLUMNS))}


def lake_on_dates(
    *, bank_id: int, tables: Collection[str], dates: Collection[date], known_at: datetime | None = None
) -> list[NamedFile]:
    """Return the files of these tables on these business dates, the one known last of each."""
    found = LakeFile.objects.filter(bank_id=bank_id, table_name__in=list(tables), business_date__in=list(dates))
    if known_at is not None:
        found = found.filter(known_at__lte=known_at)
    return lake_latest([NamedFile(*row) for row in found.values_list(*_COLUMNS)])


def lake_paths(*, bank_id: int) -> frozenset[str]:
    """Return the paths of all files of a bank that exist; everything else in its folder may be swept."""
    return frozenset(LakeFile.objects.filter(bank_id=bank_id).values_list("path", flat=True))
