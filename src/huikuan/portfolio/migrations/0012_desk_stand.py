"""Which night the desk of a bank shows: in a catch-up it comes to the last one, after the nights are published."""

from django.db import migrations, models

from huikuan.kernel.rls import composite_fk, protect

FILL = """
do $$
declare of_bank bigint;
begin
    for of_bank in select id from kernel_bank loop
        perform set_config('app.bank', of_bank::text, true);
        insert into portfolio_desk_stand (bank_id, business_date, run_id)
        select bank_id, business_date, run_id from portfolio_publication where bank_id = of_bank
        order by business_date desc, known_at desc limit 1;
    end loop;
    perform set_config('app.bank', '', true);
end $$
"""
"""Until now every night brought its desk."""


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0011_party_merge")]

    operations = [
        migrations.CreateModel(
            name="DeskStand",
            fields=[
                ("bank_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("business_date", models.DateField()),
                ("run_id", models.UUIDField()),
            ],
            options={"db_table": "portfolio_desk_stand"},
        ),
        *protect("portfolio_desk_stand", ("select", "insert", "update")),
        composite_fk("portfolio_desk_stand", ["run_id"], "portfolio_publication", ["run_id"]),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
