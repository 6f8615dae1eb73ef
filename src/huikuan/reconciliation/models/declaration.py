"""Differences that people have declared as known."""

from django.db import models
from django.db.models import Q

from huikuan.kernel.ids import sequence_id


class Declared(models.Model):
    """Why a difference is known, of one note or of all notes of a product, up to a size, from a day to a day."""

    pk = models.CompositePrimaryKey("bank_id", "id")
    bank_id = models.BigIntegerField()
    id = sequence_id("reconciliation_declaration")
    component = models.CharField(max_length=24)
    note_id = models.CharField(max_length=64, blank=True)
    product_code = models.CharField(max_length=32, blank=True)
    up_to = models.BigIntegerField(help_text="largest size that it covers, in the unit of the component")
    from_on = models.DateField()
    to_on = models.DateField()
    reason = models.TextField()
    declared_by = models.BigIntegerField()
    declared_at = models.DateTimeField()
    withdrawn_by = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        db_table = "reconciliation_declaration"
        indexes = [models.Index(fields=["bank_id", "to_on"], name="reconciliation_declared_to")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(note_id="") & ~Q(product_code="")) | (~Q(note_id="") & Q(product_code="")),
                name="reconciliation_declared_one",
            ),
            models.CheckConstraint(
                condition=Q(from_on__lte=models.F("to_on"), up_to__gt=0), name="reconciliation_declared_span"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="reconciliation_declared_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.note_id or self.product_code} {self.component} to {self.to_on}"
