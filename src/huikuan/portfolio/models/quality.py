"""Quality of the delivered feeds, and what a refused delivery had that was wrong."""

from django.db import models


class QualityMeasure(models.Model):
    """What a delivered file had in one field; see `rules.quality.FieldMeasure`. Append-only."""

    pk = models.CompositePrimaryKey("bank_id", "run_id", "feed", "field")
    bank_id = models.BigIntegerField()
    run_id = models.UUIDField()
    feed = models.CharField(max_length=32)
    field = models.CharField(max_length=64)
    business_date = models.DateField()
    rows = models.BigIntegerField()
    filled = models.BigIntegerField(help_text="rows with a value")
    invalid = models.BigIntegerField(help_text="of the filled ones: refused with a reason that names the field")
    sampled = models.BigIntegerField(help_text="accepted values that distinct and bins were counted on")
    distinct_values = models.BigIntegerField()
    bins = models.JSONField(null=True, help_text="label of the bin → values; null: personal or free text")

    class Meta:
        db_table = "portfolio_quality_measure"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    filled__lte=models.F("rows"),
                    invalid__lte=models.F("filled"),
                    sampled__lte=models.F("filled"),
                    distinct_values__lte=models.F("sampled"),
                ),
                name="portfolio_quality_measure_parts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.business_date} {self.feed}.{self.field}"


class QualityAlert(models.Model):
    """A figure of a delivered feed that is unlike the nights before. It stops nothing. Append-only."""

    pk = models.CompositePrimaryKey("bank_id", "run_id", "feed", "field", "measure")
    bank_id = models.BigIntegerField()
    run_id = models.UUIDField()
    feed = models.CharField(max_length=32)
    field = models.CharField(max_length=64, blank=True, help_text="empty: the feed as a whole")
    measure = models.CharField(max_length=16)
    business_date = models.DateField()
    level = models.CharField(max_length=8)
    value = models.BigIntegerField(help_text="rows, or ppm of the rows; PSI × 10⁶")
    usual = models.BigIntegerField(help_text="median of the nights before, same unit; the threshold of PSI × 10⁶")
    score = models.BigIntegerField(help_text="robust z × 1000; PSI × 10⁶; points in ppm")
    nights = models.IntegerField(help_text="nights that it was held against")

    class Meta:
        db_table = "portfolio_quality_alert"

    def __str__(self) -> str:
        return f"{self.business_date} {self.feed}.{self.field} {self.measure}"


class Refusal(models.Model):
    """A file of a delivery that the night refused for its rejected rows. Append-only: each attempt has its own."""

    pk = models.CompositePrimaryKey("bank_id", "run_id", "attempt", "feed")
    bank_id = models.BigIntegerField()
    run_id = models.UUIDField()
    attempt = models.IntegerField()
    feed = models.CharField(max_length=32)
    business_date = models.DateField()
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, help_text="of the file's bytes")
    rows = models.BigIntegerField()
    rejected = models.BigIntegerField()
    kept = models.BigIntegerField(help_text="rejected rows that are kept, the first of the file")
    controls = models.JSONField(help_text="list of {name, stated, counted, ok}, exact decimal text")
    refused_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_refusal"

    def __str__(self) -> str:
        return f"{self.business_date} {self.feed}"


class RefusedRow(models.Model):
    """A rejected row of a refused delivery; personal values in ``raw`` are masked before they get here."""

    pk = models.CompositePrimaryKey("bank_id", "run_id", "attempt", "feed", "line")
    bank_id = models.BigIntegerField()
    run_id = models.UUIDField()
    attempt = models.IntegerField()
    feed = models.CharField(max_length=32)
    line = models.BigIntegerField()
    reasons = models.JSONField(help_text="list of {code, field, expected, got}")
    raw = models.JSONField(help_text="field → text as delivered, personal values masked")
    source_file = models.CharField(max_length=200, blank=True, db_default="", help_text="of a mapped row: its own file")
    source_line = models.BigIntegerField(null=True, help_text="of a mapped row: its line in its own file")

    class Meta:
        db_table = "portfolio_refused_row"

    def __str__(self) -> str:
        return f"{self.feed}:{self.line}"
