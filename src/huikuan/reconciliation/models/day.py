"""The reconciliation of a day: its counts and its sign-off."""

from django.db import models


class ReconciliationCell(models.Model):
    """Counts and sums of one run by product and component (lake table ``reconciled``). Append-only."""

    pk = models.CompositePrimaryKey("bank_id", "run_id", "product_code", "component")
    bank_id = models.BigIntegerField()
    run_id = models.UUIDField()
    business_date = models.DateField()
    product_code = models.CharField(max_length=32)
    component = models.CharField(max_length=24)
    notes = models.BigIntegerField(help_text="that live on the day")
    compared = models.BigIntegerField(help_text="with figures of both sides of the day")
    equal = models.BigIntegerField()
    tolerated = models.BigIntegerField()
    declared = models.BigIntegerField()
    different = models.BigIntegerField()
    held = models.BigIntegerField()
    carried = models.BigIntegerField(help_text="differences found on an earlier day and not compared on this one")
    ours = models.BigIntegerField(help_text="sum of what was compared")
    core = models.BigIntegerField()
    difference = models.BigIntegerField()

    class Meta:
        db_table = "reconciliation_cell"

    def __str__(self) -> str:
        return f"{self.business_date} {self.product_code} {self.component}"


class SignOff(models.Model):
    """Accounting has signed the reconciliation of one run of a day. Append-only; another run needs another one."""

    pk = models.CompositePrimaryKey("bank_id", "run_id")
    bank_id = models.BigIntegerField()
    run_id = models.UUIDField()
    business_date = models.DateField()
    compared = models.BigIntegerField()
    different = models.BigIntegerField()
    declared = models.BigIntegerField()
    held = models.BigIntegerField(help_text="figures in question")
    remark = models.TextField(blank=True)
    signed_by = models.BigIntegerField()
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "reconciliation_sign_off"

    def __str__(self) -> str:
        return f"{self.business_date} {self.run_id}"
