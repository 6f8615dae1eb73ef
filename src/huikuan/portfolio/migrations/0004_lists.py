"""Saved views, tags and the indexes of the list of loans."""

from django.db import migrations, models

from huikuan.kernel.rls import composite_fk, id_sequence, protect

# The words of loan_sql.IN_ARREARS: PostgreSQL uses a partial index only where a query repeats its condition.
IN_ARREARS = ~models.Q(bucket__in=["M0", "settled"])


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0003_search")]

    operations = [
        id_sequence("portfolio_saved_view"),
        id_sequence("portfolio_tag"),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                (
                    "id",
                    models.BigIntegerField(
                        db_default=models.Func(models.Value("portfolio_saved_view_id_seq"), function="nextval"),
                        editable=False,
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=60)),
                ("query", models.JSONField()),
                ("shared", models.BooleanField()),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "portfolio_saved_view",
                "constraints": [
                    models.UniqueConstraint(fields=("bank_id", "user_id", "name"), name="portfolio_saved_view_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                (
                    "id",
                    models.BigIntegerField(
                        db_default=models.Func(models.Value("portfolio_tag_id_seq"), function="nextval"),
                        editable=False,
                    ),
                ),
                ("name", models.CharField(max_length=30)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "portfolio_tag",
                "constraints": [
                    models.UniqueConstraint(fields=("bank_id", "name"), name="portfolio_tag_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoteTag",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id",
                        "note_id",
                        "tag_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("note_id", models.CharField(max_length=64)),
                ("tag_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "portfolio_note_tag",
                "indexes": [models.Index(fields=["bank_id", "tag_id", "note_id"], name="portfolio_note_tag_tag")],
            },
        ),
        migrations.AddField(
            "desknote",
            "arrears_minor",
            models.GeneratedField(
                expression=models.F("overdue_principal_minor")
                + models.F("overdue_interest_minor")
                + models.F("costs_due_minor"),
                output_field=models.BigIntegerField(),
                db_persist=True,
                help_text="what has fallen due and is unpaid, without penalty and compound interest",
            ),
        ),
        migrations.AddField(
            "desknote",
            "overdue_since",
            models.GeneratedField(
                expression=models.Case(
                    models.When(
                        dpd__gt=0,
                        then=models.ExpressionWrapper(
                            models.F("business_date") - models.F("dpd"), output_field=models.DateField()
                        ),
                    )
                ),
                output_field=models.DateField(null=True),
                db_persist=True,
                help_text="business date less days past due; null: not past due",
            ),
        ),
        # Every note in arrears changes every night: room in each page for the new version of each of its rows, so that
        # it stays there and no index is touched.
        migrations.RunSQL(
            "alter table portfolio_desk_note set (fillfactor = 45)",
            "alter table portfolio_desk_note reset (fillfactor)",
        ),
        *(
            migrations.AddIndex(
                "desknote",
                models.Index(
                    fields=["bank_id", *columns, "note_id"], condition=IN_ARREARS, name=f"portfolio_desk_{name}"
                ),
            )
            for name, columns in {
                "arrears": ["arrears_minor"],
                "since": ["overdue_since"],
                "balance": ["balance_minor"],
                "matures": ["matures_on"],
                "institution": ["institution_code", "arrears_minor"],
                "officer": ["officer_code", "arrears_minor"],
                "region": ["region", "arrears_minor"],
            }.items()
        ),
        migrations.AddIndex(
            "desknote",
            models.Index(
                fields=["bank_id", "note_id"],
                condition=models.Q(stale_since__isnull=False),
                name="portfolio_desk_stale",
            ),
        ),
        *protect("portfolio_saved_view"),
        *protect("portfolio_tag", ("select", "insert")),
        *protect("portfolio_note_tag", ("select", "insert", "delete")),
        composite_fk("portfolio_saved_view", ["user_id"], "kernel_user"),
        composite_fk("portfolio_note_tag", ["tag_id"], "portfolio_tag"),
        composite_fk("portfolio_note_tag", ["note_id"], "portfolio_desk_note", ["note_id"]),
    ]
