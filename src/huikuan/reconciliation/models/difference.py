"""Differences to the core system as of the latest published night."""

from django.db import models


class Difference(models.Model):
    """A figure of a note that is away from the core's by more than the tolerance, or was.

    Published by the night; ``verdict``, ``held`` and ``declaration_id`` follow the declarations at once. A row stays
    when the difference is gone (``closed_on``) and comes back to life when it is there again.
    """

    pk = models.CompositePrimaryKey("bank_id", "note_id", "component")
    bank_id = models.BigIntegerField()
    note_id = models.CharField(max_length=64)
    component = models.CharField(max_length=24)
    run_id = models.UUIDField()
    party_id = models.CharField(max_length=64)
    contract_id = models.CharField(max_length=64)
    institution_code = models.CharField(max_length=32)
    product_code = models.CharField(max_length=32)
    ours = models.BigIntegerField(help_text="minor units, days, place of the class, or days ahead")
    core = models.BigIntegerField()
    difference = models.BigIntegerField(help_text="core less ours")
    tolerance = models.BigIntegerField()
    holds = models.BooleanField(help_text="whether an open difference of the component holds the note")
    verdict = models.CharField(max_length=16, help_text="different or declared")
    declaration_id = models.BigIntegerField(null=True)
    held = models.BooleanField()
    first_seen_on = models.DateField(help_text="since when it stands without a break")
    last_seen_on = models.DateField(help_text="business date of the last comparison that found it")
    closed_on = models.DateField(null=True, help_text="first business date on which it was not there any more")

    class Meta:
        db_table = "reconciliation_difference"
        indexes = [
            models.Index(
                fields=["bank_id", "first_seen_on", "note_id", "component"],
                condition=models.Q(closed_on__isnull=True),
                name="reconciliation_diff_open",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict__in=["different", "declared"]), name="reconciliation_diff_verdict"
            ),
            models.CheckConstraint(
                condition=models.Q(held=False) | models.Q(verdict="different", holds=True),
                name="reconciliation_diff_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.note_id} {self.component}"
