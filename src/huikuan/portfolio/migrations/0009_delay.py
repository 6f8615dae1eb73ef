"""Delay interest after a judgment: of a note on the desk, and in the sums."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0007_data_quality")]

    operations = [
        migrations.AddField(
            "desknote",
            "delay_minor",
            models.BigIntegerField(db_default=0, help_text="delay interest after a judgment"),
        ),
        migrations.AlterField(
            "desknote",
            "overdue_minor",
            models.BigIntegerField(
                db_default=0,
                help_text="overdue principal and interest, penalty, compound and delay interest, costs due",
            ),
        ),
        migrations.AlterField(
            "bucketcell",
            "penalty_minor",
            models.BigIntegerField(help_text="penalty, compound and delay interest"),
        ),
    ]
