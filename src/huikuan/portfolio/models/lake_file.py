"""The list of lake files: a file exists because a row stands here."""

from django.db import models


class LakeFile(models.Model):
    """One Parquet file of the lake, written by one run. Append-only: the database refuses update and delete."""

    pk = models.CompositePrimaryKey("bank_id", "table_name", "business_date", "run_id")
    bank_id = models.BigIntegerField()
    table_name = models.CharField(max_length=63)
    business_date = models.DateField()
    run_id = models.UUIDField()
    path = models.CharField(max_length=400, help_text="relative to the lake's root")
    rows = models.BigIntegerField()
    content_hash = models.CharField(max_length=40, help_text="decimal text; portfolio.lake")
    known_at = models.DateTimeField(help_text="end of the run that wrote it")

    class Meta:
        db_table = "portfolio_lake_file"
        indexes = [models.Index(fields=["bank_id", "run_id"], name="portfolio_lake_file_run")]
        constraints = [
            models.UniqueConstraint(fields=["bank_id", "path"], name="portfolio_lake_file_path"),
            models.CheckConstraint(condition=models.Q(rows__gte=0), name="portfolio_lake_file_rows"),
        ]

    def __str__(self) -> str:
        return self.path
