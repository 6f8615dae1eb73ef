"""Requests that a second person decides."""

from __future__ import annotations

from django.db import models

from huikuan.kernel.ids import sequence_id


class Approval(models.Model):
    """A request of one person and the decision of another; decided once, then fixed by a trigger."""

    pk = models.CompositePrimaryKey("bank_id", "id")
    bank_id = models.BigIntegerField()
    id = sequence_id("evidence_approval")
    kind = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    request = models.JSONField()
    state = models.CharField(max_length=16)
    requested_by = models.BigIntegerField()
    requested_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "evidence_approval"
        indexes = [models.Index(fields=["bank_id", "state", "id"], name="evidence_approval_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "approved", "refused", "withdrawn"]),
                name="evidence_approval_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", decided_by=None, decided_at=None)
                | models.Q(~models.Q(state="open"), decided_by__isnull=False, decided_at__isnull=False),
                name="evidence_approval_decided",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None)
                | ~models.Q(decided_by=models.F("requested_by"))
                | models.Q(state="withdrawn", decided_by=models.F("requested_by")),
                name="evidence_approval_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
