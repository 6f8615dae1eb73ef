"""The event log."""

from __future__ import annotations

from django.db import models

from huikuan.kernel.ids import sequence_id


class Event(models.Model):
    """A fact that is never changed. The database refuses update, delete and truncate, even to the owner."""

    pk = models.CompositePrimaryKey("bank_id", "id")
    bank_id = models.BigIntegerField()
    id = sequence_id("evidence_event")
    name = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    subject_seq = models.BigIntegerField(help_text="1, 2, 3 … of the subject without gaps: shows omissions")
    payload = models.JSONField()
    actor_kind = models.CharField(max_length=16)
    actor_ref = models.CharField(max_length=64)
    cause_id = models.BigIntegerField(null=True, blank=True, help_text="the event that led to this one")
    at = models.DateTimeField(help_text="when it happened, as the service was told")
    recorded_at = models.DateTimeField(help_text="clock of the database at the start of the transaction")

    class Meta:
        db_table = "evidence_event"
        constraints = [
            models.UniqueConstraint(
                fields=["bank_id", "subject_kind", "subject_id", "subject_seq"], name="evidence_event_subject_seq"
            ),
            models.CheckConstraint(
                condition=models.Q(actor_kind__in=["user", "program"]), name="evidence_event_actor_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_kind}:{self.subject_id}#{self.subject_seq}"


class Subject(models.Model):
    """The number of the last event of a subject; its row lock serialises writers of one subject."""

    pk = models.CompositePrimaryKey("bank_id", "subject_kind", "subject_id")
    bank_id = models.BigIntegerField()
    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    last_seq = models.BigIntegerField()

    class Meta:
        db_table = "evidence_subject"

    def __str__(self) -> str:
        return f"{self.subject_kind}:{self.subject_id}"
