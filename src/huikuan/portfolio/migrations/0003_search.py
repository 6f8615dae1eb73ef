"""Keyed tokens by which names, numbers and phones are found."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0002_feeds")]

    operations = []
