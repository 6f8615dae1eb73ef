"""What people asked of the night, and what a correction has made so far."""

from __future__ import annotations

from django.db import models


class NightRequest(models.Model):
    """A night that somebody asked to run again, or a correction: who, why, and how it ended."""

    pk = models.CompositePrimaryKey("bank_id", "id")
    bank_id = models.BigIntegerField()
    id = models.UUIDField()
    kind = models.CharField(max_length=16, help_text="rerun or correction")
    business_date = models.DateField(help_text="of a correction: the first date that is corrected")
    until = models.DateField(null=True, help_text="of a correction: the last date, once it is known")
    reason = models.CharField(max_length=500, blank=True)
    by_kind = models.CharField(max_length=16)
    by_ref = models.CharField(max_length=64)
    approval_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.TextField(blank=True)
    job_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "nightly_request"
        indexes = [models.Index(fields=["bank_id", "created_at"], name="nightly_request_created")]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["rerun", "correction"]), name="nightly_request_kind"),
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "running", "done", "failed"]), name="nightly_request_state"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="rerun") | ~models.Q(reason=""), name="nightly_request_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.business_date} {self.state}"


class PendingFile(models.Model):
    """A lake file of a correction that is not published yet. Readers do not know it; the sweep leaves it alone."""

    pk = models.CompositePrimaryKey("bank_id", "table_name", "business_date", "run_id")
    bank_id = models.BigIntegerField()
    table_name = models.CharField(max_length=63)
    business_date = models.DateField()
    run_id = models.UUIDField()
    path = models.CharField(max_length=400)
    rows = models.BigIntegerField()
    content_hash = models.CharField(max_length=40)

    class Meta:
        db_table = "nightly_pending_file"

    def __str__(self) -> str:
        return self.path
