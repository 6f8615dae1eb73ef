"""Comparison with the core system: counts of each run, open differences, declarations, sign-offs."""

from django.db import migrations, models

from huikuan.kernel.rls import grant_update, id_sequence, protect

APPEND_ONLY = ("select", "insert")


class Migration(migrations.Migration):
    initial = True

    dependencies = [("kernel", "0001_initial")]

    operations = [
        id_sequence("reconciliation_declaration"),
        migrations.CreateModel(
            name="ReconciliationCell",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id",
                        "run_id",
                        "product_code",
                        "component",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("run_id", models.UUIDField()),
                ("business_date", models.DateField()),
                ("product_code", models.CharField(max_length=32)),
                ("component", models.CharField(max_length=24)),
                ("notes", models.BigIntegerField(help_text="that live on the day")),
                ("compared", models.BigIntegerField(help_text="with figures of both sides of the day")),
                ("equal", models.BigIntegerField()),
                ("tolerated", models.BigIntegerField()),
                ("declared", models.BigIntegerField()),
                ("different", models.BigIntegerField()),
                ("held", models.BigIntegerField()),
                (
                    "carried",
                    models.BigIntegerField(
                        help_text="differences found on an earlier day and not compared on this one"
                    ),
                ),
                ("ours", models.BigIntegerField(help_text="sum of what was compared")),
                ("core", models.BigIntegerField()),
                ("difference", models.BigIntegerField()),
            ],
            options={
                "db_table": "reconciliation_cell",
            },
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "run_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("run_id", models.UUIDField()),
                ("business_date", models.DateField()),
                ("compared", models.BigIntegerField()),
                ("different", models.BigIntegerField()),
                ("declared", models.BigIntegerField()),
                ("held", models.BigIntegerField(help_text="figures in question")),
                ("remark", models.TextField(blank=True)),
                ("signed_by", models.BigIntegerField()),
                ("signed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "reconciliation_sign_off",
            },
        ),
        migrations.CreateModel(
            name="Declared",
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
                        db_default=models.Func(models.Value("reconciliation_declaration_id_seq"), function="nextval"),
                        editable=False,
                    ),
                ),
                ("component", models.CharField(max_length=24)),
                ("note_id", models.CharField(blank=True, max_length=64)),
                ("product_code", models.CharField(blank=True, max_length=32)),
                (
                    "up_to",
                    models.BigIntegerField(help_text="largest size that it covers, in the unit of the component"),
                ),
                ("from_on", models.DateField()),
                ("to_on", models.DateField()),
                ("reason", models.TextField()),
                ("declared_by", models.BigIntegerField()),
                ("declared_at", models.DateTimeField()),
                ("withdrawn_by", models.BigIntegerField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_reason", models.TextField(blank=True)),
            ],
            options={
                "db_table": "reconciliation_declaration",
                "indexes": [models.Index(fields=["bank_id", "to_on"], name="reconciliation_declared_to")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("note_id", ""), models.Q(("product_code", ""), _negated=True)),
                            models.Q(models.Q(("note_id", ""), _negated=True), ("product_code", "")),
                            _connector="OR",
                        ),
                        name="reconciliation_declared_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_on__lte", models.F("to_on")), ("up_to__gt", 0)),
                        name="reconciliation_declared_span",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="reconciliation_declared_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Difference",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "note_id", "component", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("note_id", models.CharField(max_length=64)),
                ("component", models.CharField(max_length=24)),
                ("run_id", models.UUIDField()),
                ("party_id", models.CharField(max_length=64)),
                ("contract_id", models.CharField(max_length=64)),
                ("institution_code", models.CharField(max_length=32)),
                ("product_code", models.CharField(max_length=32)),
                ("ours", models.BigIntegerField(help_text="minor units, days, place of the class, or days ahead")),
                ("core", models.BigIntegerField()),
                ("difference", models.BigIntegerField(help_text="core less ours")),
                ("tolerance", models.BigIntegerField()),
                ("holds", models.BooleanField(help_text="whether an open difference of the component holds the note")),
                ("verdict", models.CharField(help_text="different or declared", max_length=16)),
                ("declaration_id", models.BigIntegerField(null=True)),
                ("held", models.BooleanField()),
                ("first_seen_on", models.DateField(help_text="since when it stands without a break")),
                ("last_seen_on", models.DateField(help_text="business date of the last comparison that found it")),
                (
                    "closed_on",
                    models.DateField(help_text="first business date on which it was not there any more", null=True),
                ),
            ],
            options={
                "db_table": "reconciliation_difference",
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_on__isnull", True)),
                        fields=["bank_id", "first_seen_on", "note_id", "component"],
                        name="reconciliation_diff_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["different", "declared"])),
                        name="reconciliation_diff_verdict",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("held", False), models.Q(("holds", True), ("verdict", "different")), _connector="OR"
                        ),
                        name="reconciliation_diff_held",
                    ),
                ],
            },
        ),
        *protect("reconciliation_cell", APPEND_ONLY),
        *protect("reconciliation_sign_off", APPEND_ONLY),
        *protect("reconciliation_declaration", ("select", "insert", "update")),
        grant_update("reconciliation_declaration", ("withdrawn_by", "withdrawn_at", "withdrawn_reason")),
        *protect("reconciliation_difference", ("select", "insert", "update")),
    ]
