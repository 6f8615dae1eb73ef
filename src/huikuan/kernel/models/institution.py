"""The tree of institutions of a bank."""

from __future__ import annotations

from django.db import models

from huikuan.kernel.facts import InstitutionKind
from huikuan.kernel.ids import sequence_id


class Institution(models.Model):
    """A node of the tree, existing from ``valid_from`` (inclusive) to ``valid_to`` (exclusive).

    ``parent_id`` is the present parent; earlier ones stand in InstitutionMove.
    """

    pk = models.CompositePrimaryKey("bank_id", "id")
    bank_id = models.BigIntegerField()
    id = sequence_id("kernel_institution")
    code = models.CharField(max_length=32)
    kind = models.CharField(max_length=16)
    parent_id = models.BigIntegerField(null=True, blank=True)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "kernel_institution"
        indexes = [models.Index(fields=["bank_id", "parent_id"], name="kernel_institution_parent")]
        constraints = [
            models.UniqueConstraint(fields=["bank_id", "code"], name="kernel_institution_code"),
            models.UniqueConstraint(
                fields=["bank_id"], condition=models.Q(parent_id=None), name="kernel_institution_one_root"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[str(k) for k in InstitutionKind]), name="kernel_institution_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(parent_id=None, kind="bank")
                | models.Q(~models.Q(kind="bank"), parent_id__isnull=False),
                name="kernel_institution_root_is_bank",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gt=models.F("valid_from")),
                name="kernel_institution_valid_order",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class InstitutionMove(models.Model):
    """A change of parent: before ``moved_on`` the institution stood under ``from_parent_id``."""

    pk = models.CompositePrimaryKey("bank_id", "institution_id", "moved_on")
    bank_id = models.BigIntegerField()
    institution_id = models.BigIntegerField()
    moved_on = models.DateField()
    from_parent_id = models.BigIntegerField()
    to_parent_id = models.BigIntegerField()

    class Meta:
        db_table = "kernel_institution_move"

    def __str__(self) -> str:
        return f"{self.institution_id} {self.moved_on}"
