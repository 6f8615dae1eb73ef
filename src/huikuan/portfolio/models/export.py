"""Files that people asked for."""

from django.db import models


class Export(models.Model):
    """One file that a person asked for: what of, how far it is, until when it can be fetched.

    The row stays when the file has gone: it says who took what out of the system.
    """

    pk = models.CompositePrimaryKey("bank_id", "id")
    bank_id = models.BigIntegerField()
    id = models.UUIDField()
    kind = models.CharField(max_length=16, help_text="loans or rejects")
    form = models.CharField(max_length=8, help_text="xlsx or csv")
    language = models.CharField(max_length=2)
    purpose = models.CharField(max_length=16, help_text="rules.export_purposes")
    legal_basis = models.CharField(max_length=16)
    query = models.JSONField(help_text="what was asked for, in canonical form; no personal data")
    columns = models.JSONField(help_text="keys of the columns in order")
    requested_by = models.BigIntegerField()
    row_limit = models.BigIntegerField()
    state = models.CharField(max_length=16)
    rows = models.BigIntegerField(default=0, help_text="written so far")
    rows_total = models.BigIntegerField()
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    file_name = models.CharField(max_length=200, blank=True, help_text="as it is offered to the browser")
    bytes = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.TextField(blank=True)
    job_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "portfolio_export"
        indexes = [models.Index(fields=["bank_id", "requested_by", "created_at"], name="portfolio_export_person")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "running", "done", "failed", "expired"]),
                name="portfolio_export_state",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["loans", "rejects"], form__in=["xlsx", "csv"], language__in=["zh", "en"]),
                name="portfolio_export_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    purpose__in=["collection", "legal_action", "supervision", "internal_review", "data_quality"],
                    legal_basis__in=["contract", "legal_duty"],
                ),
                name="portfolio_export_purpose",
            ),
            models.CheckConstraint(
                condition=models.Q(rows_total__lte=models.F("row_limit")), name="portfolio_export_limit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
