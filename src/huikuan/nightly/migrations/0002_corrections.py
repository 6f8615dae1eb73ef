"""Re-runs and corrections of a night."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("nightly", "0001_initial")]

    operations = []
