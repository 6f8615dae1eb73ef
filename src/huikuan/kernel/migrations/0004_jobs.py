"""What the application's role may do with the tables of the job queue (procrastinate)."""

from django.db import migrations

from huikuan.kernel.rls import ALL_PRIVILEGES, APP_ROLE, grant

TABLES = ("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers")
SEQUENCES = (
    "procrastinate_jobs_id_seq",
    "procrastinate_events_id_seq",
    "procrastinate_periodic_defers_id_seq",
    "procrastinate_workers_id_seq",
)


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0003_columns_that_change"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        *(grant(table, ALL_PRIVILEGES) for table in TABLES),
        migrations.RunSQL(
            sql=[f"grant usage, select on sequence {sequence} to {APP_ROLE}" for sequence in SEQUENCES],
            reverse_sql=[f"revoke all on sequence {sequence} from {APP_ROLE}" for sequence in SEQUENCES],
        ),
    ]
