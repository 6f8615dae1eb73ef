"""Keys that changed at a merger, as the desk knows them: by it the former key finds what goes on under the new one."""

from django.db import models


class Renumbering(models.Model):
    """A former key, or one that will be. The night writes it from all that was delivered of the feed *renumbering*.

    ``now_key`` is the key at the end of the chain on the date of the latest night; empty until the first step of it is
    in force.
    """

    pk = models.CompositePrimaryKey("bank_id", "kind", "old_key")
    bank_id = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    old_key = models.CharField(max_length=64)
    new_key = models.CharField(max_length=64)
    effective_on = models.DateField(help_text="first business date of the new key")
    now_key = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "portfolio_renumbering"
        indexes = [models.Index(fields=["bank_id", "kind", "now_key"], name="portfolio_renumbering_now")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["institution", "party", "note"]), name="portfolio_renumbering_kind"
            ),
            models.CheckConstraint(
                condition=~models.Q(old_key=models.F("new_key")), name="portfolio_renumbering_differs"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.old_key} → {self.new_key}"
