"""Keys that a merger of institutions or systems replaced."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0007_data_quality")]

    operations = []
