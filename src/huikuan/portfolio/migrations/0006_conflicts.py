"""What several sources say differently about a party, and what people decided."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0005_exports")]

    operations = []
