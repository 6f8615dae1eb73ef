"""Quality of the delivered feeds by day, and what refused deliveries had that was wrong."""

from django.db import migrations, models

from huikuan.kernel.rls import protect

APPEND_ONLY = ["select", "insert"]


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0006_conflicts")]

    operations = [
        migrations.CreateModel(
            name="QualityAlert",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id",
                        "run_id",
                        "feed",
                        "field",
                        "measure",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("run_id", models.UUIDField()),
                ("feed", models.CharField(max_length=32)),
                ("field", models.CharField(blank=True, help_text="empty: the feed as a whole", max_length=64)),
                ("measure", models.CharField(max_length=16)),
                ("business_date", models.DateField()),
                ("level", models.CharField(max_length=8)),
                ("value", models.BigIntegerField(help_text="rows, or ppm of the rows; PSI × 10⁶")),
                (
                    "usual",
                    models.BigIntegerField(
                        help_text="median of the nights before, same unit; the threshold of PSI × 10⁶"
                    ),
                ),
                ("score", models.BigIntegerField(help_text="robust z × 1000; PSI × 10⁶; points in ppm")),
                ("nights", models.IntegerField(help_text="nights that it was held against")),
            ],
            options={
                "db_table": "portfolio_quality_alert",
            },
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id",
                        "run_id",
                        "attempt",
                        "feed",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("run_id", models.UUIDField()),
                ("attempt", models.IntegerField()),
                ("feed", models.CharField(max_length=32)),
                ("business_date", models.DateField()),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(help_text="of the file's bytes", max_length=64)),
                ("rows", models.BigIntegerField()),
                ("rejected", models.BigIntegerField()),
                ("kept", models.BigIntegerField(help_text="rejected rows that are kept, the first of the file")),
                ("controls", models.JSONField(help_text="list of {name, stated, counted, ok}, exact decimal text")),
                ("refused_at", models.DateTimeField()),
            ],
            options={
                "db_table": "portfolio_refusal",
            },
        ),
        migrations.CreateModel(
            name="RefusedRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id",
                        "run_id",
                        "attempt",
                        "feed",
                        "line",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("run_id", models.UUIDField()),
                ("attempt", models.IntegerField()),
                ("feed", models.CharField(max_length=32)),
                ("line", models.BigIntegerField()),
                ("reasons", models.JSONField(help_text="list of {code, field, expected, got}")),
                ("raw", models.JSONField(help_text="field → text as delivered, personal values masked")),
                (
                    "source_file",
                    models.CharField(
                        blank=True, db_default="", help_text="of a mapped row: its own file", max_length=200
                    ),
                ),
                (
                    "source_line",
                    models.BigIntegerField(help_text="of a mapped row: its line in its own file", null=True),
                ),
            ],
            options={
                "db_table": "portfolio_refused_row",
            },
        ),
        migrations.CreateModel(
            name="QualityMeasure",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id",
                        "run_id",
                        "feed",
                        "field",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("run_id", models.UUIDField()),
                ("feed", models.CharField(max_length=32)),
                ("field", models.CharField(max_length=64)),
                ("business_date", models.DateField()),
                ("rows", models.BigIntegerField()),
                ("filled", models.BigIntegerField(help_text="rows with a value")),
                (
                    "invalid",
                    models.BigIntegerField(help_text="of the filled ones: refused with a reason that names the field"),
                ),
                ("sampled", models.BigIntegerField(help_text="accepted values that distinct and bins were counted on")),
                ("distinct_values", models.BigIntegerField()),
                (
                    "bins",
                    models.JSONField(help_text="label of the bin → values; null: personal or free text", null=True),
                ),
            ],
            options={
                "db_table": "portfolio_quality_measure",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("distinct_values__lte", models.F("sampled")),
                            ("filled__lte", models.F("rows")),
                            ("invalid__lte", models.F("filled")),
                            ("sampled__lte", models.F("filled")),
                        ),
                        name="portfolio_quality_measure_parts",
                    )
                ],
            },
        ),
        *protect("portfolio_quality_measure", APPEND_ONLY),
        *protect("portfolio_quality_alert", APPEND_ONLY),
        *protect("portfolio_refusal", APPEND_ONLY),
        *protect("portfolio_refused_row", APPEND_ONLY),
    ]
