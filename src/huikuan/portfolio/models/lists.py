"""What people add to the list of loans: saved views and tags."""

from django.db import models

from huikuan.kernel.ids import sequence_id


class SavedView(models.Model):
    """A question to the list of loans under a name, of one user; a shared one is read by everybody of the bank.

    ``query`` is the canonical document of ``portfolio.rules.loan_query``: filters and order, never rows.
    """

    pk = models.CompositePrimaryKey("bank_id", "id")
    bank_id = models.BigIntegerField()
    id = sequence_id("portfolio_saved_view")
    user_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    query = models.JSONField()
    shared = models.BooleanField()
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_saved_view"
        constraints = [
            models.UniqueConstraint(fields=["bank_id", "user_id", "name"], name="portfolio_saved_view_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A word of the bank's catalogue that people put on notes. It has no colour: colours mean buckets and classes."""

    pk = models.CompositePrimaryKey("bank_id", "id")
    bank_id = models.BigIntegerField()
    id = sequence_id("portfolio_tag")
    name = models.CharField(max_length=30)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_tag"
        constraints = [models.UniqueConstraint(fields=["bank_id", "name"], name="portfolio_tag_name")]

    def __str__(self) -> str:
        return self.name


class NoteTag(models.Model):
    """A tag on a note of the desk. Who put it there and when stands in the note's events."""

    pk = models.CompositePrimaryKey("bank_id", "note_id", "tag_id")
    bank_id = models.BigIntegerField()
    note_id = models.CharField(max_length=64)
    tag_id = models.BigIntegerField()

    class Meta:
        db_table = "portfolio_note_tag"
        indexes = [models.Index(fields=["bank_id", "tag_id", "note_id"], name="portfolio_note_tag_tag")]

    def __str__(self) -> str:
        return f"{self.note_id} {self.tag_id}"
