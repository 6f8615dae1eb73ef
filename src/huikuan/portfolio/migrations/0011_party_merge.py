"""Customers under several keys: an index of person, proposals, and the map of what people merged."""

from django.db import migrations, models

from huikuan.kernel.rls import id_sequence, protect


def _pk() -> models.CompositePrimaryKey:
    return models.CompositePrimaryKey("bank_id", "id", blank=True, editable=False, primary_key=True, serialize=False)


def _id(table: str) -> models.BigIntegerField:  # type: ignore[type-arg]
    return models.BigIntegerField(
        db_default=models.Func(models.Value(f"{table}_id_seq"), function="nextval"), editable=False
    )


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0010_renumbering")]

    operations = [
        migrations.AddField("party", "person_index", models.CharField(blank=True, db_default="", max_length=64)),
        id_sequence("portfolio_duplicate"),
        migrations.CreateModel(
            name="Duplicate",
            fields=[
                ("pk", _pk()),
                ("bank_id", models.BigIntegerField()),
                ("id", _id("portfolio_duplicate")),
                ("party_a", models.CharField(max_length=64)),
                ("party_b", models.CharField(max_length=64)),
                ("evidence", models.CharField(max_length=64)),
                ("first_seen_on", models.DateField()),
                ("changed_on", models.DateField(help_text="business date from which this evidence stands")),
                ("closed_on", models.DateField(null=True)),
                ("decision", models.CharField(blank=True, max_length=8)),
                ("decided_evidence", models.CharField(blank=True, max_length=64)),
                ("decided_reason", models.TextField(blank=True)),
                ("decided_by", models.BigIntegerField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "portfolio_duplicate",
                "constraints": [
                    models.UniqueConstraint(fields=("bank_id", "party_a", "party_b"), name="portfolio_duplicate_once"),
                    models.CheckConstraint(
                        condition=models.Q(("decision__in", ["", "merged", "apart"])),
                        name="portfolio_duplicate_decision",
                    ),
                ],
                "indexes": [models.Index(fields=["bank_id", "party_b"], name="portfolio_duplicate_party_b")],
            },
        ),
        *protect("portfolio_duplicate", ("select", "insert", "update")),
        id_sequence("portfolio_party_merge"),
        migrations.CreateModel(
            name="PartyMerge",
            fields=[
                ("pk", _pk()),
                ("bank_id", models.BigIntegerField()),
                ("id", _id("portfolio_party_merge")),
                ("party_id", models.CharField(max_length=64)),
                ("person_id", models.CharField(max_length=64)),
                ("effective_on", models.DateField(help_text="business date")),
                ("duplicate_id", models.BigIntegerField(help_text="the proposal that was decided")),
                ("decided_by", models.BigIntegerField()),
                ("decided_at", models.DateTimeField()),
            ],
            options={
                "db_table": "portfolio_party_merge",
                "indexes": [
                    models.Index(fields=["bank_id", "party_id", "id"], name="portfolio_merge_party"),
                    models.Index(fields=["bank_id", "person_id"], name="portfolio_merge_person"),
                ],
            },
        ),
        *protect("portfolio_party_merge", ("select", "insert")),
    ]
