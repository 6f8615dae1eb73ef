"""A declaration moves to the new key of its note at a merger."""

from django.db import migrations

from huikuan.kernel.rls import grant_update


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0001_initial")]

    operations = [
        grant_update("reconciliation_declaration", ("note_id", "withdrawn_by", "withdrawn_at", "withdrawn_reason")),
    ]
