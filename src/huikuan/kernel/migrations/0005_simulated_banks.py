"""A bank is simulated or not from its first moment to its last, and a simulated one is never bound to the outside."""

from django.db import migrations, models

from huikuan.kernel.rls import SIMULATED_FIXED, SIMULATED_LINE_REFUSED


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_jobs")]

    operations = [
        migrations.AddField(
            "Bank",
            "simulated",
            models.BooleanField(default=False, help_text="an invented bank of the simulator; fixed at creation"),
        ),
        migrations.RunSQL(
            sql=[
                SIMULATED_FIXED,
                "create trigger kernel_bank_simulated_fixed before update on kernel_bank "
                "for each row when (new.simulated is distinct from old.simulated) "
                "execute function kernel_bank_simulated_fixed()",
                SIMULATED_LINE_REFUSED,
            ],
            reverse_sql=[
                "drop function kernel_simulated_line_refused()",
                "drop trigger kernel_bank_simulated_fixed on kernel_bank",
                "drop function kernel_bank_simulated_fixed()",
            ],
        ),
    ]
