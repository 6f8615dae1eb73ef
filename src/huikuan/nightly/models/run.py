"""The run ledger: which night ran when, how far it came, and what it counted."""

from __future__ import annotations

from django.db import models


class Run(models.Model):
    """One night of one bank. An interrupted night keeps its ``run_id`` when it goes on."""

    pk = models.CompositePrimaryKey("bank_id", "run_id")
    bank_id = models.BigIntegerField()
    run_id = models.UUIDField()
    business_date = models.DateField()
    kind = models.CharField(max_length=16, help_text="nightly: the regular night of a date; correction")
    state = models.CharField(max_length=16)
    attempt = models.IntegerField(default=1, help_text="1, and one more each time it went on after an interruption")
    delivery_hash = models.CharField(max_length=64, blank=True, help_text="over all delivered files; portfolio.intake")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    notes = models.BigIntegerField(null=True, help_text="notes in the book of the night")
    accepted = models.BigIntegerField(null=True, help_text="delivered rows accepted, all feeds")
    rejected = models.BigIntegerField(null=True)
    failed_stage = models.CharField(max_length=32, blank=True)
    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.TextField(blank=True)
    request_id = models.UUIDField(null=True, help_text="the correction that this run belongs to")
    cause_run_id = models.UUIDField(null=True, help_text="the run that this one takes the place of")

    class Meta:
        db_table = "nightly_run"
        constraints = [
            models.UniqueConstraint(
                fields=["bank_id", "business_date"], condition=models.Q(kind="nightly"), name="nightly_run_one_a_date"
            ),
            models.UniqueConstraint(
                fields=["bank_id", "request_id", "business_date"],
                condition=models.Q(kind="correction"),
                name="nightly_run_one_a_correction",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="nightly", request_id=None, cause_run_id=None)
                | models.Q(kind="correction", request_id__isnull=False, cause_run_id__isnull=False),
                name="nightly_run_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["running", "failed"], finished_at=None)
                | models.Q(state="done", finished_at__isnull=False),
                name="nightly_run_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_date} {self.state}"


class StageRun(models.Model):
    """A finished stage of a run. Append-only: it is written in the transaction that makes the stage visible."""

    pk = models.CompositePrimaryKey("bank_id", "run_id", "stage")
    bank_id = models.BigIntegerField()
    run_id = models.UUIDField()
    stage = models.CharField(max_length=32)
    position = models.SmallIntegerField(help_text="place of the stage in the night, from 1")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    rows_in = models.BigIntegerField()
    rows_out = models.BigIntegerField()
    content_hash = models.CharField(max_length=64, help_text="SHA-256 over the content hashes of the stage's tables")
    totals = models.JSONField(help_text="control totals and counts of the stage, name → integer")

    class Meta:
        db_table = "nightly_stage_run"
        constraints = [
            models.UniqueConstraint(fields=["bank_id", "run_id", "position"], name="nightly_stage_run_position"),
            models.CheckConstraint(condition=models.Q(rows_in__gte=0, rows_out__gte=0), name="nightly_stage_run_rows"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.stage}"
