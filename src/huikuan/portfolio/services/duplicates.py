"""The night's search for customers under two keys: by blind indexes only, set-based; nothing is decrypted or merged."""

from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from huikuan.evidence.services.append import event_append
from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_required
from huikuan.portfolio.events import DuplicatesChanged
from huikuan.portfolio.rules.merging import Evidence

# Each key of a group is paired with the smallest of the group: n keys of one number are n - 1 proposals.
_ALIKE: Final = """
create temp table alike on commit drop as
with paper as (
    select party_kind, identity_kind, identity_index, min(party_id collate "C") as lead
    from portfolio_party where bank_id = %(bank)s and identity_index <> ''
    group by party_kind, identity_kind, identity_index having count(*) > 1
),
person as (
    select person_index from portfolio_party where bank_id = %(bank)s and person_index <> ''
    group by person_index having count(*) > 1
),
reached as (
    select distinct p.party_id, p.person_index, c.value_index
    from person join portfolio_party p on p.bank_id = %(bank)s and p.person_index = person.person_index
    join portfolio_contact_point c on c.bank_id = %(bank)s and c.party_id = p.party_id and c.ended_on is null
        and c.kind in ('mobile', 'phone') and c.value_index <> ''
),
pair as (
    select paper.lead as party_a, p.party_id as party_b, %(paper)s as evidence
    from paper join portfolio_party p on p.bank_id = %(bank)s and p.party_kind = paper.party_kind
        and p.identity_kind = paper.identity_kind and p.identity_index = paper.identity_index
    union
    select min(party_id collate "C") over (partition by person_index, value_index), party_id, %(person)s from reached
)
select party_a, party_b, string_agg(evidence, ',' order by evidence) as evidence
from pair where party_a <> party_b group by party_a, party_b
"""
_CLOSE: Final = """
update portfolio_duplicate as d set closed_on = %(on)s where bank_id = %(bank)s and closed_on is null
and not exists (select from alike a where a.party_a = d.party_a and a.party_b = d.party_b)
"""
_WRITE: Final = """
insert into portfolio_duplicate as d
    (bank_id, party_a, party_b, evidence, first_seen_on, changed_on, decision, decided_evidence, decided_reason)
select %(bank)s, party_a, party_b, evidence, %(on)s, %(on)s, '', '', '' from alike order by party_a, party_b
on conflict (bank_id, party_a, party_b) do update set evidence = excluded.evidence, changed_on = excluded.changed_on,
    closed_on = null,
    decision = case when d.decision = 'apart' and strpos(d.decided_evidence, excluded.evidence) = 0 then ''
        else d.decision end
where d.closed_on is not null or d.evidence <> excluded.evidence
"""


def duplicates_write(*, bank_id: int, business_date: date, known_at: datetime, by: Who) -> None:
    """Write proposals that are new or have other evidence, end those without any, append an event if any changed.

    Inside the transaction of *ingest*, after the vaults; compared is what the vaults hold. What a person decided stays,
    but two keys that were told apart are proposed again when more speaks for it than did then.
    """
    bank_required(bank_id, "Writing duplicates")
    values: dict[str, Any] = {
        "bank": bank_id, "on": business_date, "paper": Evidence.IDENTITY.value, "person": Evidence.PERSON.value,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, values)
        cursor.execute(_CLOSE, values)
        closed = int(cursor.rowcount)
        cursor.execute(_WRITE, values)
        opened = int(cursor.rowcount)
        cursor.execute("drop table alike")
    if opened or closed:
        event_append(
            bank_id=bank_id,
            name="portfolio.duplicates_changed",
            subject_kind="delivery",
            subject_id=business_date.isoformat(),
            payload=DuplicatesChanged(opened, closed),
            actor=by,
            at=known_at,
        )
