"""The run ledger, forced to one bank. A finished stage can neither be changed nor removed."""

from django.db import migrations, models

from huikuan.kernel.rls import composite_fk, protect


class Migration(migrations.Migration):
    initial = True

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Run",
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
                ("kind", models.CharField(help_text="nightly: the regular night of a date", max_length=16)),
                ("state", models.CharField(max_length=16)),
                (
                    "attempt",
                    models.IntegerField(
                        default=1, help_text="1, and one more each time it went on after an interruption"
                    ),
                ),
                (
                    "delivery_hash",
                    models.CharField(blank=True, help_text="over all delivered files; portfolio.intake", max_length=64),
                ),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("notes", models.BigIntegerField(help_text="notes in the book of the night", null=True)),
                ("accepted", models.BigIntegerField(help_text="delivered rows accepted, all feeds", null=True)),
                ("rejected", models.BigIntegerField(null=True)),
                ("failed_stage", models.CharField(blank=True, max_length=32)),
                ("error_code", models.CharField(blank=True, max_length=64)),
                ("error_message", models.TextField(blank=True)),
            ],
            options={
                "db_table": "nightly_run",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "nightly")),
                        fields=("bank_id", "business_date"),
                        name="nightly_run_one_a_date",
                    ),
                    models.CheckConstraint(condition=models.Q(("kind", "nightly")), name="nightly_run_kind"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at", None), ("state__in", ["running", "failed"])),
                            models.Q(("finished_at__isnull", False), ("state", "done")),
                            _connector="OR",
                        ),
                        name="nightly_run_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StageRun",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "run_id", "stage", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("run_id", models.UUIDField()),
                ("stage", models.CharField(max_length=32)),
                ("position", models.SmallIntegerField(help_text="place of the stage in the night, from 1")),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField()),
                ("rows_in", models.BigIntegerField()),
                ("rows_out", models.BigIntegerField()),
                (
                    "content_hash",
                    models.CharField(help_text="SHA-256 over the content hashes of the stage's tables", max_length=64),
                ),
                ("totals", models.JSONField(help_text="control totals and counts of the stage, name → integer")),
            ],
            options={
                "db_table": "nightly_stage_run",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bank_id", "run_id", "position"), name="nightly_stage_run_position"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rows_in__gte", 0), ("rows_out__gte", 0)), name="nightly_stage_run_rows"
                    ),
                ],
            },
        ),
        *protect("nightly_run", ("select", "insert", "update")),
        *protect("nightly_stage_run", ("select", "insert")),
        composite_fk("nightly_stage_run", ["run_id"], "nightly_run", ["run_id"]),
    ]
