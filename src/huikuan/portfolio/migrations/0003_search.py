"""Keyed tokens by which names are found."""

from django.db import migrations, models

from huikuan.kernel.rls import protect


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0002_feeds")]

    operations = [
        migrations.CreateModel(
            name="SearchToken",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "token", "party_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("token", models.UUIDField()),
                ("party_id", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=16)),
            ],
            options={
                "db_table": "portfolio_search_token",
                "indexes": [models.Index(fields=["bank_id", "party_id"], name="portfolio_search_token_party")],
            },
        ),
        *protect("portfolio_search_token", ("select", "insert", "delete")),
        # A beginning of a number is a range of code points, whatever the collation of the database.
        migrations.RunSQL(
            sql=[
                'create index portfolio_register_note_range on portfolio_note_register (bank_id, note_id collate "C")',
                "create index portfolio_register_contract_range "
                'on portfolio_note_register (bank_id, contract_id collate "C")',
            ],
            reverse_sql=[
                "drop index portfolio_register_note_range",
                "drop index portfolio_register_contract_range",
            ],
        ),
    ]
