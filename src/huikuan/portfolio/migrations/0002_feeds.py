"""Contact points, the register of notes, roles of parties, and what the desk knows of a note beside its days."""

from django.db import migrations, models

from huikuan.kernel.rls import composite_fk, protect


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ContactPoint",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "contact_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("contact_id", models.CharField(max_length=64)),
                ("party_id", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=16)),
                ("value", models.BinaryField()),
                ("value_index", models.CharField(blank=True, max_length=64)),
                ("label", models.CharField(max_length=16)),
                ("source", models.CharField(max_length=16)),
                ("legal_basis", models.CharField(max_length=16)),
                ("service_address", models.BooleanField(help_text="agreed address for service of documents")),
                ("recorded_on", models.DateField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("changed_on", models.DateField(help_text="business date of the delivery that last changed it")),
                (
                    "ended_on",
                    models.DateField(help_text="first business date on which it was no longer delivered", null=True),
                ),
                ("known_at", models.DateTimeField()),
            ],
            options={
                "db_table": "portfolio_contact_point",
            },
        ),
        migrations.CreateModel(
            name="NoteRegister",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "note_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("note_id", models.CharField(max_length=64)),
                ("contract_id", models.CharField(max_length=64)),
                ("party_id", models.CharField(max_length=64)),
                ("institution_code", models.CharField(max_length=32)),
                ("product_code", models.CharField(max_length=32)),
            ],
            options={
                "db_table": "portfolio_note_register",
            },
        ),
        migrations.CreateModel(
            name="PartyRole",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id",
                        "party_id",
                        "contract_id",
                        "role",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("party_id", models.CharField(max_length=64)),
                ("contract_id", models.CharField(max_length=64)),
                ("role", models.CharField(max_length=20)),
            ],
            options={
                "db_table": "portfolio_party_role",
            },
        ),
        migrations.CreateModel(
            name="RepaymentAccount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bank_id", "note_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bank_id", models.BigIntegerField()),
                ("note_id", models.CharField(max_length=64)),
                ("account_number", models.BinaryField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("changed_on", models.DateField(help_text="business date of the delivery that last changed it")),
                (
                    "ended_on",
                    models.DateField(help_text="first business date on which it was no longer delivered", null=True),
                ),
                ("known_at", models.DateTimeField()),
            ],
            options={
                "db_table": "portfolio_repayment_account",
            },
        ),
        migrations.AddField(
            model_name="desknote",
            name="account_balance_minor",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="desknote",
            name="core_class",
            field=models.CharField(blank=True, db_default="", max_length=16),
        ),
        migrations.AddField(
            model_name="desknote",
            name="core_dpd",
            field=models.IntegerField(help_text="larger of the core's two counts of days past due", null=True),
        ),
        migrations.AddField(
            model_name="desknote",
            name="core_status",
            field=models.CharField(db_default="", max_length=16),
        ),
        migrations.AddField(
            model_name="desknote",
            name="department_code",
            field=models.CharField(blank=True, db_default="", max_length=32),
        ),
        migrations.AddField(
            model_name="desknote",
            name="last_failure",
            field=models.CharField(blank=True, db_default="", max_length=16),
        ),
        migrations.AddField(
            model_name="desknote",
            name="matures_on",
            field=models.DateField(help_text="null only until the first night after the upgrade", null=True),
        ),
        migrations.AddField(
            model_name="desknote",
            name="officer_code",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
        migrations.AddField(
            model_name="desknote",
            name="officer_name",
            field=models.CharField(blank=True, db_default="", max_length=100),
        ),
        migrations.AddField(
            model_name="desknote",
            name="overdue_minor",
            field=models.BigIntegerField(
                db_default=0, help_text="overdue principal, interest, penalty and compound interest, costs due"
            ),
        ),
        migrations.AddField(
            model_name="desknote",
            name="party_kind",
            field=models.CharField(db_default="", max_length=16),
        ),
        migrations.AddField(
            model_name="desknote",
            name="principal_minor",
            field=models.BigIntegerField(db_default=0, help_text="amount paid out"),
        ),
        migrations.AddField(
            model_name="desknote",
            name="region",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
        migrations.AddField(
            model_name="desknote",
            name="secured",
            field=models.CharField(db_default="none", help_text="none, guarantee, collateral or both", max_length=16),
        ),
        migrations.AddField(
            model_name="reject",
            name="source_file",
            field=models.CharField(
                blank=True, db_default="", help_text="of a mapped row: its own file", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="reject",
            name="source_line",
            field=models.BigIntegerField(help_text="of a mapped row: its line in its own file", null=True),
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(fields=["bank_id", "party_id"], name="portfolio_contact_party"),
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(fields=["bank_id", "value_index"], name="portfolio_contact_value"),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["mobile", "phone", "email", "address", "wechat"])),
                name="portfolio_contact_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="noteregister",
            index=models.Index(fields=["bank_id", "contract_id"], name="portfolio_register_contract"),
        ),
        migrations.AddIndex(
            model_name="noteregister",
            index=models.Index(fields=["bank_id", "party_id"], name="portfolio_register_party"),
        ),
        migrations.AddIndex(
            model_name="partyrole",
            index=models.Index(fields=["bank_id", "contract_id"], name="portfolio_role_contract"),
        ),
        migrations.AddConstraint(
            model_name="partyrole",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        ["co_borrower", "joint_debtor", "heir", "representative", "guarantor", "collateral_owner"],
                    )
                ),
                name="portfolio_role_role",
            ),
        ),
        *protect("portfolio_contact_point", ("select", "insert", "update")),
        *protect("portfolio_repayment_account", ("select", "insert", "update")),
        *protect("portfolio_note_register"),
        *protect("portfolio_party_role", ("select", "insert", "delete")),
        composite_fk("portfolio_contact_point", ["party_id"], "portfolio_party", ["party_id"]),
        composite_fk("portfolio_party_role", ["party_id"], "portfolio_party", ["party_id"]),
    ]
