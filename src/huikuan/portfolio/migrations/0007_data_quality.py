"""Quality of the delivered feeds by day."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0006_conflicts")]

    operations = []
