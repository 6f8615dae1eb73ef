"""What was delivered and what was refused."""

from django.db import models


class Load(models.Model):
    """One delivered file of one day, as accepted. Append-only."""

    pk = models.CompositePrimaryKey("bank_id", "id")
    bank_id = models.BigIntegerField()
    id = models.UUIDField()
    run_id = models.UUIDField()
    business_date = models.DateField()
    feed = models.CharField(max_length=32)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, help_text="of the file's bytes")
    delivery_hash = models.CharField(max_length=64, help_text="over all files of the day; portfolio.intake")
    rows = models.BigIntegerField()
    accepted = models.BigIntegerField()
    rejected = models.BigIntegerField()
    controls = models.JSONField(help_text="list of {name, stated, counted, ok}, exact decimal text")
    known_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_load"
        constraints = [
            models.UniqueConstraint(fields=["bank_id", "run_id", "feed"], name="portfolio_load_run_feed"),
            models.CheckConstraint(
                condition=models.Q(rows=models.F("accepted") + models.F("rejected")), name="portfolio_load_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_date} {self.feed}"


class Reject(models.Model):
    """One refused row with its reasons; personal values in ``raw`` are masked before they get here."""

    pk = models.CompositePrimaryKey("bank_id", "load_id", "line")
    bank_id = models.BigIntegerField()
    load_id = models.UUIDField()
    line = models.BigIntegerField(help_text="line of a CSV file (header = 1); row number + 1 of a Parquet file")
    run_id = models.UUIDField()
    feed = models.CharField(max_length=32)
    reasons = models.JSONField(help_text="list of {code, field, expected, got}")
    raw = models.JSONField(help_text="field → text as delivered, personal values masked")
    source_file = models.CharField(max_length=200, blank=True, db_default="", help_text="of a mapped row: its own file")
    source_line = models.BigIntegerField(null=True, help_text="of a mapped row: its line in its own file")

    class Meta:
        db_table = "portfolio_reject"
        indexes = [models.Index(fields=["bank_id", "run_id", "feed", "line"], name="portfolio_reject_run")]

    def __str__(self) -> str:
        return f"{self.feed}:{self.line}"
