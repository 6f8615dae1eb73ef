"""Rows of many nights in one file."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("nightly", "0002_corrections")]

    operations = []
