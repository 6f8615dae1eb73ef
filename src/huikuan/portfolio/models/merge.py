"""Customers under several keys: proposals that two keys are one person, and the map of what people decided."""

from django.db import models

from huikuan.kernel.ids import sequence_id


class Duplicate(models.Model):
    """Two keys of the bank that may be one person or enterprise, with the evidence; ``party_a`` < ``party_b``.

    ``evidence`` is what speaks for it at present (`rules.merging.Evidence`, joined by commas). ``decided_evidence`` is
    what did when a person decided: "apart" holds until there is more. It ends with ``closed_on`` when nothing speaks
    for it any more; what was merged stays merged until a person takes it apart.
    """

    pk = models.CompositePrimaryKey("bank_id", "id")
    bank_id = models.BigIntegerField()
    id = sequence_id("portfolio_duplicate")
    party_a = models.CharField(max_length=64)
    party_b = models.CharField(max_length=64)
    evidence = models.CharField(max_length=64)
    first_seen_on = models.DateField()
    changed_on = models.DateField(help_text="business date from which this evidence stands")
    closed_on = models.DateField(null=True)
    decision = models.CharField(max_length=8, blank=True)
    decided_evidence = models.CharField(max_length=64, blank=True)
    decided_reason = models.TextField(blank=True)
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "portfolio_duplicate"
        constraints = [
            models.UniqueConstraint(fields=["bank_id", "party_a", "party_b"], name="portfolio_duplicate_once"),
            models.CheckConstraint(
                condition=models.Q(decision__in=["", "merged", "apart"]), name="portfolio_duplicate_decision"
            ),
        ]
        indexes = [models.Index(fields=["bank_id", "party_b"], name="portfolio_duplicate_party_b")]

    def __str__(self) -> str:
        return f"{self.party_a} {self.party_b}"


class PartyMerge(models.Model):
    """From a business date on, a key belongs to a person, named by the smallest of its keys. Append-only.

    The newest row of a key with ``effective_on`` not after a date counts on that date; one that names the key itself
    takes it apart. The keys of the bank stay as they are everywhere else.
    """

    pk = models.CompositePrimaryKey("bank_id", "id")
    bank_id = models.BigIntegerField()
    id = sequence_id("portfolio_party_merge")
    party_id = models.CharField(max_length=64)
    person_id = models.CharField(max_length=64)
    effective_on = models.DateField(help_text="business date")
    duplicate_id = models.BigIntegerField(help_text="the proposal that was decided")
    decided_by = models.BigIntegerField()
    decided_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_party_merge"
        indexes = [
            models.Index(fields=["bank_id", "party_id", "id"], name="portfolio_merge_party"),
            models.Index(fields=["bank_id", "person_id"], name="portfolio_merge_person"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.person_id} {self.effective_on}"
