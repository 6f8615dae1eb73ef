"""Exports that people asked for."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0004_lists")]

    operations = []
