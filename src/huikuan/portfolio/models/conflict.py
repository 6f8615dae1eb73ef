"""What is odd about customers, what their sources say differently, and what people decided."""

from django.db import models

from huikuan.kernel.fields import SealedField
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


class PartyStatement(models.Model):
    """What another system says of a party. One that is no longer delivered keeps its row and gets ``ended_on``.

    ``value_index`` equals that of the party or contact point where the value is the same (`search_token`).
    """

    pk = models.CompositePrimaryKey("bank_id", "statement_id")
    bank_id = models.BigIntegerField()
    statement_id = models.CharField(max_length=64)
    party_id = models.CharField(max_length=64)
    system = models.CharField(max_length=32)
    field = models.CharField(max_length=16)
    stated_on = models.DateField()
    value = SealedField(row_key="statement_id")
    value_index = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    changed_on = models.DateField(help_text="business date of the delivery that last changed it")
    ended_on = models.DateField(null=True, help_text="first business date on which it was no longer delivered")
    known_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_party_statement"
        indexes = [models.Index(fields=["bank_id", "party_id"], name="portfolio_statement_party")]

    def __str__(self) -> str:
        return self.statement_id


class Conflict(models.Model):
    """Two sources or more of one customer have no value of a field in common.

    ``sources`` is a list of {feed, system, key, value_index, file, line, day}: who said it, and in which row of which
    file when the values were last found to contradict. ``values_hash`` is over sources and values: a decision counts as
    long as it stands.
    """

    pk = models.CompositePrimaryKey("bank_id", "id")
    bank_id = models.BigIntegerField()
    id = sequence_id("portfolio_conflict")
    party_id = models.CharField(max_length=64)
    field = models.CharField(max_length=16)
    values_hash = models.CharField(max_length=32)
    sources = models.JSONField()
    first_seen_on = models.DateField()
    changed_on = models.DateField(help_text="business date from which these values stand")
    closed_on = models.DateField(null=True)
    decision_id = models.BigIntegerField(null=True, help_text="the decision on these values")

    class Meta:
        db_table = "portfolio_conflict"
        constraints = [
            models.UniqueConstraint(fields=["bank_id", "party_id", "field"], name="portfolio_conflict_once"),
            models.CheckConstraint(
                condition=models.Q(field__in=["identity_number", "phone", "address", "monthly_income"]),
                name="portfolio_conflict_field",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.field}"


class ConflictDecision(models.Model):
    """Which value counts and why, by whom, on which sources. Append-only; ``value_index`` empty: none of them."""

    pk = models.CompositePrimaryKey("bank_id", "id")
    bank_id = models.BigIntegerField()
    id = sequence_id("portfolio_conflict_decision")
    conflict_id = models.BigIntegerField()
    values_hash = models.CharField(max_length=32)
    sources = models.JSONField(help_text="as they were")
    value_index = models.CharField(max_length=64, blank=True)
    reason = models.TextField()
    decided_by = models.BigIntegerField()
    decided_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_conflict_decision"
        indexes = [models.Index(fields=["bank_id", "conflict_id"], name="portfolio_decision_conflict")]

    def __str__(self) -> str:
        return f"{self.conflict_id} {self.decided_at}"
