"""Files that people asked for. The row of an export outlives its file and is never deleted."""

from django.db import migrations, models

from huikuan.kernel.rls import grant_update, protect

STATE = (
    "state", "rows", "rows_total", "started_at", "finished_at", "expires_at", "file_name", "bytes", "sha256",
    "error_code", "error_message",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0004_lists")]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("id", models.UUIDField()),
                ("kind", models.CharField(help_text="loans or rejects", max_length=16)),
                ("form", models.CharField(help_text="xlsx or csv", max_length=8)),
                ("language", models.CharField(max_length=2)),
                ("purpose", models.CharField(help_text="rules.export_purposes", max_length=16)),
                ("legal_basis", models.CharField(max_length=16)),
                ("query", models.JSONField(help_text="what was asked for, in canonical form; no personal data")),
                ("columns", models.JSONField(help_text="keys of the columns in order")),
                ("requested_by", models.BigIntegerField()),
                ("row_limit", models.BigIntegerField()),
                ("state", models.CharField(max_length=16)),
                ("rows", models.BigIntegerField(default=0, help_text="written so far")),
                ("rows_total", models.BigIntegerField()),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "file_name",
                    models.CharField(blank=True, help_text="as it is offered to the browser", max_length=200),
                ),
                ("bytes", models.BigIntegerField(null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("error_code", models.CharField(blank=True, max_length=64)),
                ("error_message", models.TextField(blank=True)),
                ("job_id", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "portfolio_export",
                "indexes": [
                    models.Index(fields=["bank_id", "requested_by", "created_at"], name="portfolio_export_person")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(state__in=["queued", "running", "done", "failed", "expired"]),
                        name="portfolio_export_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            form__in=["xlsx", "csv"], kind__in=["loans", "rejects"], language__in=["zh", "en"]
                        ),
                        name="portfolio_export_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            legal_basis__in=["contract", "legal_duty"],
                            purpose__in=[
                                "collection",
                                "legal_action",
                                "supervision",
                                "internal_review",
                                "data_quality",
                            ],
                        ),
                        name="portfolio_export_purpose",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(rows_total__lte=models.F("row_limit")), name="portfolio_export_limit"
                    ),
                ],
            },
        ),
        *protect("portfolio_export", ("select", "insert", "update")),
        grant_update("portfolio_export", STATE),  # what was asked for, by whom and why, stays as it was entered
    ]
