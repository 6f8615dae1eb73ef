"""A request for approval begins open: nobody can store one that is decided already."""

from django.db import migrations

BEGINS_OPEN = [
    """
    create function evidence_approval_begins_open() returns trigger language plpgsql as $$
    begin
        if new.state <> 'open' then
            raise exception 'an approval begins open' using errcode = 'insufficient_privilege';
        end if;
        return new;
    end $$
    """,
    """
    create trigger evidence_approval_begins_open before insert on evidence_approval
        for each row execute function evidence_approval_begins_open()
    """,
]
REVERSE = [
    "drop trigger evidence_approval_begins_open on evidence_approval",
    "drop function evidence_approval_begins_open()",
]


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]

    operations = [migrations.RunSQL(sql=tuple(BEGINS_OPEN), reverse_sql=tuple(REVERSE))]
