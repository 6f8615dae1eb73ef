"""When deliveries are expected and when they came."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("nightly", "0002_corrections")]

    operations = []
