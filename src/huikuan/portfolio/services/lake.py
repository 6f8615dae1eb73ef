"""The writer of the lake's file list: naming a file is what makes it exist."""

from collections.abc import Iterable
from datetime import datetime

from huikuan.portfolio.lake import WrittenFile
from huikuan.portfolio.models import LakeFile


def lake_files_name(*, bank_id: int, files: Iterable[WrittenFile], known_at: datetime) -> int:
    """Name written files; return how many. Part of a stage's atomic step, whose event proves it.

    Runs inside ``bank_scope``; the files must be flushed to disk before (``Lake.write`` does it).
    """
    rows = [
        LakeFile(
            bank_id=bank_id,
            table_name=file.table,
            business_date=file.business_date,
            run_id=file.run_id,
            path=file.path,
            rows=file.rows,
            content_hash=file.content_hash,
            known_at=known_at,
        )
        for file in files
    ]
    LakeFile.objects.bulk_create(rows)
    return len(rows)
