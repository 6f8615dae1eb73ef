"""Global tables: the application's role changes only what commands and log-in change, never whose row it is."""

from django.db import migrations

from huikuan.kernel.rls import grant_update


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_framework_grants")]

    operations = [
        grant_update("kernel_bank", ["totp_required", "notice_zh", "notice_en"]),
        grant_update("kernel_user", ["password", "last_login", "is_active"]),
    ]
