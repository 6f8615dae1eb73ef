"""Saved views, tags and the indexes of the list of loans."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0003_search")]

    operations = []
