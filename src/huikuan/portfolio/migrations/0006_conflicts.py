"""What is odd about customers, what several sources say differently, and what people decided."""

from django.db import migrations, models

from huikuan.kernel.rls import grant_update, id_sequence, protect


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0005_exports")]

    operations = [
        id_sequence("portfolio_finding"),
        migrations.CreateModel(
            name="Finding",
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
                        db_default=models.Func(models.Value("portfolio_finding_id_seq"), function="nextval"),
                        editable=False,
                    ),
                ),
                ("code", models.CharField(max_length=32)),
                ("party_id", models.CharField(blank=True, max_length=64)),
                ("value_index", models.CharField(max_length=64)),
                ("customers", models.IntegerField(help_text="that the value stands at")),
                ("source_file", models.CharField(blank=True, help_text="where it was seen first", max_length=200)),
                ("source_line", models.BigIntegerField(null=True)),
                ("first_seen_on", models.DateField()),
                ("closed_on", models.DateField(null=True)),
                ("explained_by", models.BigIntegerField(null=True)),
                ("explained_at", models.DateTimeField(null=True)),
                ("explained_reason", models.TextField(blank=True)),
                (
                    "explained_customers",
                    models.IntegerField(help_text="more customers than these open it again", null=True),
                ),
            ],
            options={
                "db_table": "portfolio_finding",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bank_id", "code", "party_id", "value_index"), name="portfolio_finding_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "code__in",
                                [
                                    "identity.form",
                                    "identity.checksum",
                                    "identity.birth_date",
                                    "credit_code.form",
                                    "credit_code.checksum",
                                    "phone.shared",
                                ],
                            )
                        ),
                        name="portfolio_finding_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("explained_at__isnull", True),
                                ("explained_by__isnull", True),
                                ("explained_customers__isnull", True),
                            ),
                            models.Q(
                                ("explained_at__isnull", False),
                                ("explained_by__isnull", False),
                                ("explained_customers__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="portfolio_finding_explained",
                    ),
                ],
            },
        ),
        *protect("portfolio_finding", ("select", "insert", "update")),
        grant_update(
            "portfolio_finding",
            (
                "customers",
                "closed_on",
                "explained_by",
                "explained_at",
                "explained_reason",
                "explained_customers",
            ),
        ),
        migrations.CreateModel(
            name="PartyStatement",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "statement_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("statement_id", models.CharField(max_length=64)),
                ("party_id", models.CharField(max_length=64)),
                ("system", models.CharField(max_length=32)),
                ("field", models.CharField(max_length=16)),
                ("stated_on", models.DateField()),
                ("value", models.BinaryField()),
                ("value_index", models.CharField(max_length=64)),
                ("fingerprint", models.CharField(max_length=64)),
                ("changed_on", models.DateField(help_text="business date of the delivery that last changed it")),
                (
                    "ended_on",
                    models.DateField(help_text="first business date on which it was no longer delivered", null=True),
                ),
                ("known_at", models.DateTimeField()),
            ],
            options={
                "db_table": "portfolio_party_statement",
                "indexes": [models.Index(fields=["bank_id", "party_id"], name="portfolio_statement_party")],
            },
        ),
        *protect("portfolio_party_statement", ("select", "insert", "update")),
        id_sequence("portfolio_conflict"),
        migrations.CreateModel(
            name="Conflict",
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
                        db_default=models.Func(models.Value("portfolio_conflict_id_seq"), function="nextval"),
                        editable=False,
                    ),
                ),
                ("party_id", models.CharField(max_length=64)),
                ("field", models.CharField(max_length=16)),
                ("values_hash", models.CharField(max_length=32)),
                ("sources", models.JSONField()),
                ("first_seen_on", models.DateField()),
                ("changed_on", models.DateField(help_text="business date from which these values stand")),
                ("closed_on", models.DateField(null=True)),
                ("decision_id", models.BigIntegerField(help_text="the decision on these values", null=True)),
            ],
            options={
                "db_table": "portfolio_conflict",
                "constraints": [
                    models.UniqueConstraint(fields=("bank_id", "party_id", "field"), name="portfolio_conflict_once"),
                    models.CheckConstraint(
                        condition=models.Q(("field__in", ["identity_number", "phone", "address", "monthly_income"])),
                        name="portfolio_conflict_field",
                    ),
                ],
            },
        ),
        *protect("portfolio_conflict", ("select", "insert", "update")),
        id_sequence("portfolio_conflict_decision"),
        migrations.CreateModel(
            name="ConflictDecision",
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
                        db_default=models.Func(models.Value("portfolio_conflict_decision_id_seq"), function="nextval"),
                        editable=False,
                    ),
                ),
                ("conflict_id", models.BigIntegerField()),
                ("values_hash", models.CharField(max_length=32)),
                ("sources", models.JSONField(help_text="as they were")),
                ("value_index", models.CharField(blank=True, max_length=64)),
                ("reason", models.TextField()),
                ("decided_by", models.BigIntegerField()),
                ("decided_at", models.DateTimeField()),
            ],
            options={
                "db_table": "portfolio_conflict_decision",
                "indexes": [models.Index(fields=["bank_id", "conflict_id"], name="portfolio_decision_conflict")],
            },
        ),
        *protect("portfolio_conflict_decision", ("select", "insert")),
    ]
