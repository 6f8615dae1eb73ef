"""Keys that changed at a merger; what people wrote of a note or a customer moves to the new key."""

from django.db import migrations, models

from huikuan.kernel.rls import grant_update, protect

FINDING = (
    "party_id",
    "customers",
    "closed_on",
    "explained_by",
    "explained_at",
    "explained_reason",
    "explained_customers",
)
TAG_FK = (
    "alter table portfolio_note_tag drop constraint portfolio_note_tag_note_id_fk, "
    "add constraint portfolio_note_tag_note_id_fk foreign key (bank_id, note_id) "
    "references portfolio_desk_note (bank_id, note_id){action}"
)


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0009_delay")]

    operations = [
        migrations.CreateModel(
            name="Renumbering",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "kind", "old_key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=16)),
                ("old_key", models.CharField(max_length=64)),
                ("new_key", models.CharField(max_length=64)),
                ("effective_on", models.DateField(help_text="first business date of the new key")),
                ("now_key", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "db_table": "portfolio_renumbering",
                "indexes": [models.Index(fields=["bank_id", "kind", "now_key"], name="portfolio_renumbering_now")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["institution", "party", "note"])),
                        name="portfolio_renumbering_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("old_key", models.F("new_key")), _negated=True),
                        name="portfolio_renumbering_differs",
                    ),
                ],
            },
        ),
        *protect("portfolio_renumbering"),
        migrations.RunSQL(
            TAG_FK.format(action=" on update cascade"), TAG_FK.format(action="")
        ),  # tags go with their note
        grant_update("portfolio_finding", FINDING),
    ]
