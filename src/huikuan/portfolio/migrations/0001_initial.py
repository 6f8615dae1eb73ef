"""Tables of the portfolio, each forced to one bank."""

import django.db.models.expressions
from django.db import migrations, models

from huikuan.kernel.rls import composite_fk, protect

APPEND_ONLY = ("select", "insert")


class Migration(migrations.Migration):
    initial = True
    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Product",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "product_code", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("product_code", models.CharField(max_length=32)),
                ("name_zh", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=16)),
                ("retail", models.BooleanField()),
                ("monthly_instalment", models.BooleanField()),
                ("changed_on", models.DateField()),
            ],
            options={
                "db_table": "portfolio_product",
            },
        ),
        migrations.CreateModel(
            name="BucketCell",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id",
                        "run_id",
                        "institution_code",
                        "product_code",
                        "bucket",
                        "class_floor",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("run_id", models.UUIDField()),
                ("business_date", models.DateField()),
                ("institution_code", models.CharField(max_length=32)),
                ("product_code", models.CharField(max_length=32)),
                ("bucket", models.CharField(max_length=16)),
                ("class_floor", models.CharField(max_length=16)),
                ("notes", models.BigIntegerField()),
                ("overdue_notes", models.BigIntegerField()),
                ("stale_notes", models.BigIntegerField()),
                ("balance_minor", models.BigIntegerField()),
                ("overdue_principal_minor", models.BigIntegerField()),
                ("overdue_interest_minor", models.BigIntegerField()),
                ("penalty_minor", models.BigIntegerField(help_text="penalty and compound interest")),
                ("management_minor", models.BigIntegerField(help_text="overdue balance, the bank's own definition")),
                ("regulatory_minor", models.BigIntegerField(help_text="overdue balance, regulatory definition")),
                (
                    "denominator_minor",
                    models.BigIntegerField(help_text="balance of notes not closed and not charged off"),
                ),
            ],
            options={
                "db_table": "portfolio_bucket_cell",
            },
        ),
        migrations.CreateModel(
            name="DeskNote",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "note_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("note_id", models.CharField(max_length=64)),
                ("run_id", models.UUIDField()),
                ("business_date", models.DateField()),
                ("contract_id", models.CharField(max_length=64)),
                ("party_id", models.CharField(max_length=64)),
                ("institution_code", models.CharField(max_length=32)),
                ("product_code", models.CharField(max_length=32)),
                ("dpd", models.IntegerField()),
                ("dpd_principal", models.IntegerField()),
                ("dpd_interest", models.IntegerField()),
                ("bucket", models.CharField(max_length=16)),
                ("class_floor", models.CharField(max_length=16)),
                ("balance_minor", models.BigIntegerField()),
                ("overdue_principal_minor", models.BigIntegerField()),
                ("overdue_interest_minor", models.BigIntegerField()),
                ("penalty_minor", models.BigIntegerField()),
                ("compound_minor", models.BigIntegerField()),
                ("costs_due_minor", models.BigIntegerField()),
                (
                    "stale_since",
                    models.DateField(help_text="first date on which the note was carried forward", null=True),
                ),
            ],
            options={
                "db_table": "portfolio_desk_note",
                "indexes": [
                    models.Index(fields=["bank_id", "party_id"], name="portfolio_desk_note_party"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("dpd__gte", 0)), name="portfolio_desk_note_dpd")
                ],
            },
        ),
        migrations.CreateModel(
            name="LakeFile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id",
                        "table_name",
                        "business_date",
                        "run_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("table_name", models.CharField(max_length=63)),
                ("business_date", models.DateField()),
                ("run_id", models.UUIDField()),
                ("path", models.CharField(help_text="relative to the lake's root", max_length=400)),
                ("rows", models.BigIntegerField()),
                ("content_hash", models.CharField(help_text="decimal text; portfolio.lake", max_length=40)),
                ("known_at", models.DateTimeField(help_text="end of the run that wrote it")),
            ],
            options={
                "db_table": "portfolio_lake_file",
                "indexes": [models.Index(fields=["bank_id", "run_id"], name="portfolio_lake_file_run")],
                "constraints": [
                    models.UniqueConstraint(fields=("bank_id", "path"), name="portfolio_lake_file_path"),
                    models.CheckConstraint(condition=models.Q(("rows__gte", 0)), name="portfolio_lake_file_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Load",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("id", models.UUIDField()),
                ("run_id", models.UUIDField()),
                ("business_date", models.DateField()),
                ("feed", models.CharField(max_length=32)),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(help_text="of the file's bytes", max_length=64)),
                (
                    "delivery_hash",
                    models.CharField(help_text="over all files of the day; portfolio.intake", max_length=64),
                ),
                ("rows", models.BigIntegerField()),
                ("accepted", models.BigIntegerField()),
                ("rejected", models.BigIntegerField()),
                ("controls", models.JSONField(help_text="list of {name, stated, counted, ok}, exact decimal text")),
                ("known_at", models.DateTimeField()),
            ],
            options={
                "db_table": "portfolio_load",
                "constraints": [
                    models.UniqueConstraint(fields=("bank_id", "run_id", "feed"), name="portfolio_load_run_feed"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "rows",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("accepted"), "+", models.F("rejected")
                                ),
                            )
                        ),
                        name="portfolio_load_adds_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "party_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("party_id", models.CharField(max_length=64)),
                ("party_kind", models.CharField(max_length=16)),
                ("name", models.BinaryField()),
                ("identity_kind", models.CharField(blank=True, max_length=32)),
                ("identity", models.BinaryField(null=True)),
                ("identity_index", models.CharField(blank=True, max_length=64)),
                ("region", models.CharField(blank=True, max_length=64)),
                ("fingerprint", models.CharField(max_length=64)),
                ("changed_on", models.DateField(help_text="business date of the delivery that last changed it")),
                ("known_at", models.DateTimeField()),
            ],
            options={
                "db_table": "portfolio_party",
                "indexes": [models.Index(fields=["bank_id", "identity_index"], name="portfolio_party_identity")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("party_kind__in", ["person", "enterprise"])), name="portfolio_party_kind"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "run_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("run_id", models.UUIDField()),
                ("business_date", models.DateField()),
                ("known_at", models.DateTimeField()),
                ("notes", models.BigIntegerField()),
                (
                    "stale_notes",
                    models.BigIntegerField(help_text="carried forward: absent from or rejected in the delivery"),
                ),
                (
                    "roll_from",
                    models.DateField(help_text="business date from which the roll cells count; null: none", null=True),
                ),
            ],
            options={
                "db_table": "portfolio_publication",
                "indexes": [
                    models.Index(fields=["bank_id", "business_date", "known_at"], name="portfolio_publication_date")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reject",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "load_id", "line", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("load_id", models.UUIDField()),
                (
                    "line",
                    models.BigIntegerField(
                        help_text="line of a CSV file (header = 1); row number + 1 of a Parquet file"
                    ),
                ),
                ("run_id", models.UUIDField()),
                ("feed", models.CharField(max_length=32)),
                ("reasons", models.JSONField(help_text="list of {code, field, expected, got}")),
                ("raw", models.JSONField(help_text="field → text as delivered, personal values masked")),
            ],
            options={
                "db_table": "portfolio_reject",
                "indexes": [models.Index(fields=["bank_id", "run_id", "feed", "line"], name="portfolio_reject_run")],
            },
        ),
        migrations.CreateModel(
            name="RollCell",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id",
                        "run_id",
                        "institution_code",
                        "product_code",
                        "from_bucket",
                        "to_bucket",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("run_id", models.UUIDField()),
                ("business_date", models.DateField()),
                ("from_date", models.DateField()),
                ("institution_code", models.CharField(max_length=32)),
                ("product_code", models.CharField(max_length=32)),
                ("from_bucket", models.CharField(max_length=16)),
                ("to_bucket", models.CharField(max_length=16)),
                ("notes", models.BigIntegerField()),
                ("amount_minor", models.BigIntegerField(help_text="balance at from_date")),
            ],
            options={
                "db_table": "portfolio_roll_cell",
            },
        ),
        *protect("portfolio_lake_file", APPEND_ONLY),
        *protect("portfolio_load", APPEND_ONLY),
        *protect("portfolio_reject", APPEND_ONLY),
        *protect("portfolio_publication", APPEND_ONLY),
        *protect("portfolio_bucket_cell", APPEND_ONLY),
        *protect("portfolio_roll_cell", APPEND_ONLY),
        *protect("portfolio_desk_note"),
        *protect("portfolio_party", ("select", "insert", "update")),
        *protect("portfolio_product", ("select", "insert", "update")),
        composite_fk("portfolio_reject", ["load_id"], "portfolio_load"),
        composite_fk("portfolio_bucket_cell", ["run_id"], "portfolio_publication", ["run_id"]),
        composite_fk("portfolio_roll_cell", ["run_id"], "portfolio_publication", ["run_id"]),
        composite_fk("portfolio_desk_note", ["run_id"], "portfolio_publication", ["run_id"]),
        composite_fk("portfolio_desk_note", ["institution_code"], "kernel_institution", ["code"]),
        composite_fk("portfolio_bucket_cell", ["institution_code"], "kernel_institution", ["code"]),
        composite_fk("portfolio_roll_cell", ["institution_code"], "kernel_institution", ["code"]),
        composite_fk("portfolio_desk_note", ["party_id"], "portfolio_party", ["party_id"]),
    ]
