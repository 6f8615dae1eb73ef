"""Correction runs beside the regular ones, what people ask of the night, and files that are not published yet."""

from django.db import migrations, models

from huikuan.kernel.rls import composite_fk, grant_update, protect


class Migration(migrations.Migration):
    dependencies = [("nightly", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="NightRequest",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("id", models.UUIDField()),
                ("kind", models.CharField(help_text="rerun or correction", max_length=16)),
                ("business_date", models.DateField(help_text="of a correction: the first date that is corrected")),
                ("until", models.DateField(help_text="of a correction: the last date, once it is known", null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("by_kind", models.CharField(max_length=16)),
                ("by_ref", models.CharField(max_length=64)),
                ("approval_id", models.BigIntegerField(null=True)),
                ("state", models.CharField(max_length=16)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("error_code", models.CharField(blank=True, max_length=64)),
                ("error_message", models.TextField(blank=True)),
                ("job_id", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "nightly_request",
                "indexes": [models.Index(fields=["bank_id", "created_at"], name="nightly_request_created")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(kind__in=["rerun", "correction"]), name="nightly_request_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(state__in=["queued", "running", "done", "failed"]),
                        name="nightly_request_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(kind="rerun") | ~models.Q(reason=""), name="nightly_request_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PendingFile",
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
                ("path", models.CharField(max_length=400)),
                ("rows", models.BigIntegerField()),
                ("content_hash", models.CharField(max_length=40)),
            ],
            options={"db_table": "nightly_pending_file"},
        ),
        migrations.AddField(
            model_name="run",
            name="request_id",
            field=models.UUIDField(help_text="the correction that this run belongs to", null=True),
        ),
        migrations.AddField(
            model_name="run",
            name="cause_run_id",
            field=models.UUIDField(help_text="the run that this one takes the place of", null=True),
        ),
        migrations.AlterField(
            model_name="run",
            name="kind",
            field=models.CharField(help_text="nightly: the regular night of a date; correction", max_length=16),
        ),
        migrations.RemoveConstraint(model_name="run", name="nightly_run_kind"),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "correction")),
                fields=("bank_id", "request_id", "business_date"),
                name="nightly_run_one_a_correction",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(kind="nightly", request_id=None, cause_run_id=None)
                | models.Q(kind="correction", request_id__isnull=False, cause_run_id__isnull=False),
                name="nightly_run_kind",
            ),
        ),
        *protect("nightly_request", ("select", "insert", "update")),
        # what was asked for, by whom, why and with whose approval, stays as it was entered
        grant_update("nightly_request", ["until", "state", "started_at", "finished_at", "error_code", "error_message"]),
        *protect("nightly_pending_file", ("select", "insert", "delete")),
        composite_fk("nightly_pending_file", ["run_id"], "nightly_run", ["run_id"]),
        composite_fk("nightly_run", ["request_id"], "nightly_request", ["id"]),
        composite_fk("nightly_run", ["cause_run_id"], "nightly_run", ["run_id"]),
    ]
