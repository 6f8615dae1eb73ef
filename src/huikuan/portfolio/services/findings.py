"""The writers of findings: the night notes what is odd and what is gone, a person explains what may stay."""

# ruff: noqa: S608 - names in the SQL are constants of this module

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import duckdb
from django.db import connection

from huikuan.evidence.services.append import event_append
from huikuan.kernel.errors import InputInvalidError, NotFoundError
from huikuan.kernel.facts import Who
from huikuan.kernel.masking import personal_in_text
from huikuan.kernel.tenancy import bank_required
from huikuan.portfolio.cross_source_policy import cross_source_load
from huikuan.portfolio.errors import FindingClosedError
from huikuan.portfolio.events import FindingExplained, FindingsChanged
from huikuan.portfolio.intake.check import CheckedDelivery
from huikuan.portfolio.intake.findings import numbers_judge, places
from huikuan.portfolio.lake import Column, rows_load
from huikuan.portfolio.models import Finding
from huikuan.portfolio.rules.contact import NUMBERS
from huikuan.portfolio.services.rows import rows_copy, rows_read

SHARED_PHONE: Final = "phone.shared"
REASON_LENGTH: Final = (6, 300)


def findings_write(
    *,
    bank_id: int,
    checked: CheckedDelivery,
    con: duckdb.DuckDBPyConnection,
    known_at: datetime,
    by: Who,
    skip: Collection[str] = (),
) -> None:
    """Write what today's delivery shows, close what it shows no more, append an event if anything changed.

    Inside the transaction of *ingest*, after the vaults. ``skip`` are feeds whose later rows are known already. A party
    that is absent or rejected keeps its findings, as it keeps its values.
    """
    bank_required(bank_id, "Writing findings")
    opened = closed = 0
    on = checked.business_date
    with connection.cursor() as cursor:
        if "party" in checked.feeds and checked.feeds["party"].accepted > 0 and "party" not in skip:
            opened, closed = _numbers_write(cursor, bank_id, checked, con)
        if "contact_point" in checked.feeds and "contact_point" not in skip:
            limit = cross_source_load().shared_phone_customers
            values: dict[str, Any] = {
                "bank": bank_id,
                "on": on,
                "kinds": sorted(NUMBERS),
                "limit": limit,
                "code": SHARED_PHONE,
            }
            cursor.execute(_SHARED_CLOSE, values)
            closed += cursor.rowcount
            cursor.execute(_SHARED_OPEN, values)
            opened += cursor.rowcount
    if opened or closed:
        event_append(
            bank_id=bank_id,
            name="portfolio.findings_changed",
            subject_kind="delivery",
            subject_id=on.isoformat(),
            payload=FindingsChanged(opened, closed),
            actor=by,
            at=known_at,
        )


def _numbers_write(
    cursor: Any, bank_id: int, checked: CheckedDelivery, con: duckdb.DuckDBPyConnection
) -> tuple[int, int]:
    """Write findings on identity numbers; return how many have opened and closed."""
    numbers_judge(con, checked.business_date)
    columns = ("id", "code", "party_id", "value_index")
    open_now = Finding.objects.filter(bank_id=bank_id, closed_on=None).exclude(party_id="").values_list(*columns)
    known = [Column("id", "BIGINT"), *(Column(name, "VARCHAR") for name in columns[1:])]
    rows_load(con, "known_finding", known, list(open_now))
    gone = [row[0] for row in rows_read(con, _GONE)]
    closed = Finding.objects.filter(bank_id=bank_id, id__in=gone).update(closed_on=checked.business_date)
    lines = places(con, "party", checked.feeds["party"].file_name)
    cursor.execute(_NEW_TEMP)
    rows_copy(cursor, "finding_new", rows_read(con, _NEW.format(lines)))
    cursor.execute(_NEW_INSERT, [bank_id, checked.business_date])
    opened = int(cursor.rowcount)
    cursor.execute("drop table finding_new")
    return opened, closed


_FOUND = (
    "select f.code, f.party_id, coalesce(t.identity_number_token, '') as value_index, f.line "
    "from number_finding as f join lake_party as t on t.party_id = f.party_id"
)
_NEW = (
    f"select f.code, f.party_id, f.value_index, left(p.source_file, 200), p.source_line from ({_FOUND}) as f "
    "left join ({}) as p on p.line = f.line "
    "anti join known_finding as k on k.code = f.code and k.party_id = f.party_id and k.value_index = f.value_index "
    "order by f.code, f.party_id"
)
_GONE = (
    "select k.id from known_finding as k semi join accepted_party as a on a.party_id = k.party_id "
    f"anti join ({_FOUND}) as f on f.code = k.code and f.party_id = k.party_id and f.value_index = k.value_index"
)
_NEW_TEMP = (
    "create temp table finding_new (code text, party_id text, value_index text, source_file text, source_line bigint) "
    "on commit drop"
)
_NEW_INSERT = (
    "insert into portfolio_finding (bank_id, code, party_id, value_index, customers, source_file, source_line, "
    "first_seen_on, explained_reason) select %s, code, party_id, value_index, 1, coalesce(source_file, ''), "
    "source_line, %s, '' from finding_new "
    "on conflict (bank_id, code, party_id, value_index) do update set closed_on = null"
)
_SHARED = (
    "select value_index, count(distinct party_id) as customers from portfolio_contact_point where bank_id = %(bank)s "
    "and ended_on is null and kind = any(%(kinds)s) and value_index <> '' "
    "group by value_index having count(distinct party_id) >= %(limit)s"
)
_SHARED_CLOSE = (
    "update portfolio_finding as f set closed_on = %(on)s where bank_id = %(bank)s and code = %(code)s "
    f"and closed_on is null and not exists (select from ({_SHARED}) as s where s.value_index = f.value_index)"
)
_SHARED_OPEN = (
    "insert into portfolio_finding as f (bank_id, code, party_id, value_index, customers, source_file, first_seen_on, "
    f"explained_reason) select %(bank)s, %(code)s, '', value_index, customers, '', %(on)s, '' from ({_SHARED}) as s "
    "order by value_index on conflict (bank_id, code, party_id, value_index) do update set closed_on = null, "
    "customers = excluded.customers where f.closed_on is not null or f.customers <> excluded.customers"
)


def finding_explain(*, bank_id: int, finding_id: int, reason: str, user_id: int, by: Who, at: datetime) -> None:
    """Enter why a finding may stay as it is (the paper was seen; an old number; a company's switchboard).

    It is open again when the value changes or, of a telephone, when more customers have it. Raises NotFoundError,
    FindingClosedError, InputInvalidError.
    """
    bank_required(bank_id, "Explaining a finding")
    text = reason_checked(reason)
    finding = Finding.objects.select_for_update().filter(bank_id=bank_id, id=finding_id).first()
    if finding is None:
        raise NotFoundError("finding", finding_id)
    if finding.closed_on is not None:
        raise FindingClosedError(finding_id, finding.closed_on)
    Finding.objects.filter(bank_id=bank_id, id=finding_id).update(
        explained_by=user_id, explained_at=at, explained_reason=text, explained_customers=finding.customers
    )
    event_append(
        bank_id=bank_id,
        name="portfolio.finding_explained",
        subject_kind="finding",
        subject_id=str(finding_id),
        payload=FindingExplained(finding.code, text, finding.customers),
        actor=by,
        at=at,
    )


def reason_checked(reason: str) -> str:
    """Return a reason on one line; raises InputInvalidError if it says too little, too much, or a personal number."""
    text = " ".join(reason.split())
    if not REASON_LENGTH[0] <= len(text) <= REASON_LENGTH[1] or personal_in_text(text):
        expected = f"{REASON_LENGTH[0]} to {REASON_LENGTH[1]} characters without numbers of persons"
        raise InputInvalidError("reason", f"{len(text)} characters", expected)
    return text
