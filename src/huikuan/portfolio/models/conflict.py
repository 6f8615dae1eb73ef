"""What is odd about customers and has to be looked at by a person."""

from django.db import models

from huikuan.kernel.ids import sequence_id


class Finding(models.Model):
    """An odd value of one customer, or a telephone number of many. Nothing was rejected for it.

    ``value_index`` is the blind index of the odd number: another number is another finding. ``party_id`` is empty where
    the finding is about a number. It ends with ``closed_on`` when the value is not delivered any more.
    """

    pk = models.CompositePrimaryKey("bank_id", "id")
    bank_id = models.BigIntegerField()
    id = sequence_id("portfolio_finding")
    code = models.CharField(max_length=32)
    party_id = models.CharField(max_length=64, blank=True)
    value_index = models.CharField(max_length=64)
    customers = models.IntegerField(help_text="that the value stands at")
    source_file = models.CharField(max_length=200, blank=True, help_text="where it was seen first")
    source_line = models.BigIntegerField(null=True)
    first_seen_on = models.DateField()
    closed_on = models.DateField(null=True)
    explained_by = models.BigIntegerField(null=True)
    explained_at = models.DateTimeField(null=True)
    explained_reason = models.TextField(blank=True)
    explained_customers = models.IntegerField(null=True, help_text="more customers than these open it again")

    class Meta:
        db_table = "portfolio_finding"
        constraints = [
            models.UniqueConstraint(
                fields=["bank_id", "code", "party_id", "value_index"], name="portfolio_finding_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    code__in=[
                        "identity.form",
                        "identity.checksum",
                        "identity.birth_date",
                        "credit_code.form",
                        "credit_code.checksum",
                        "phone.shared",
                    ]
                ),
                name="portfolio_finding_code",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    explained_by__isnull=True, explained_at__isnull=True, explained_customers__isnull=True
                )
                | models.Q(explained_by__isnull=False, explained_at__isnull=False, explained_customers__isnull=False),
                name="portfolio_finding_explained",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.party_id}"
