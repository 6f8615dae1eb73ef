"""What a night publishes to the desk: delinquent notes, bucket and roll-rate cells.

Cells are kept for every published night, so that a past date is answered as it was known; desk notes are the
state of the latest business date only.
"""

from django.db import models


class Publication(models.Model):
    """A run that was published for a business date. As-known-at T: the latest ``known_at`` not after T. Append-only."""

    pk = models.CompositePrimaryKey("bank_id", "run_id")
    bank_id = models.BigIntegerField()
    run_id = models.UUIDField()
    business_date = models.DateField()
    known_at = models.DateTimeField()
    notes = models.BigIntegerField()
    stale_notes = models.BigIntegerField(help_text="carried forward: absent from or rejected in the delivery")
    roll_from = models.DateField(null=True, help_text="business date from which the roll cells count; null: none")

    class Meta:
        db_table = "portfolio_publication"
        indexes = [models.Index(fields=["bank_id", "business_date", "known_at"], name="portfolio_publication_date")]

    def __str__(self) -> str:
        return f"{self.business_date} {self.run_id}"


class DeskStand(models.Model):
    """The night that the desk of a bank shows: behind the last publication while a catch-up runs. One row a bank."""

    bank_id = models.BigIntegerField(primary_key=True)
    business_date = models.DateField()
    run_id = models.UUIDField()

    class Meta:
        db_table = "portfolio_desk_stand"

    def __str__(self) -> str:
        return f"{self.business_date} {self.run_id}"


# The list of loans asks for notes in arrears, in one of these orders. PostgreSQL uses a partial index only where a
# query repeats its condition: selectors/loan_sql.py writes the same words. No column of an index may change every
# night: then PostgreSQL rewrites a note in place (a heap-only update) and leaves all indexes as they are. So days past
# due are ordered by the day since which, and amounts by what fell due, without the penalty interest of each day.
IN_ARREARS = ~models.Q(bucket__in=["M0", "settled"])
LIST_INDEXES = [
    *(
        models.Index(fields=["bank_id", *columns, "note_id"], condition=IN_ARREARS, name=f"portfolio_desk_{name}")
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
    models.Index(
        fields=["bank_id", "note_id"], condition=models.Q(stale_since__isnull=False), name="portfolio_desk_stale"
    ),
]


class DeskNote(models.Model):
    """A delinquent note of the latest published night; amounts in minor units at the close of ``business_date``.

    Texts that no feed has delivered are empty. ``core_*`` and the account are what the core system last reported.
    """

    pk = models.CompositePrimaryKey("bank_id", "note_id")
    bank_id = models.BigIntegerField()
    note_id = models.CharField(max_length=64)
    run_id = models.UUIDField()
    business_date = models.DateField()
    contract_id = models.CharField(max_length=64)
    party_id = models.CharField(max_length=64)
    institution_code = models.CharField(max_length=32)
    product_code = models.CharField(max_length=32)
    dpd = models.IntegerField()
    dpd_principal = models.IntegerField()
    dpd_interest = models.IntegerField()
    bucket = models.CharField(max_length=16)
    class_floor = models.CharField(max_length=16)
    balance_minor = models.BigIntegerField()
    overdue_principal_minor = models.BigIntegerField()
    overdue_interest_minor = models.BigIntegerField()
    penalty_minor = models.BigIntegerField()
    compound_minor = models.BigIntegerField()
    delay_minor = models.BigIntegerField(db_default=0, help_text="delay interest after a judgment")
    costs_due_minor = models.BigIntegerField()
    stale_since = models.DateField(null=True, help_text="first date on which the note was carried forward")
    party_kind = models.CharField(max_length=16, db_default="")
    region = models.CharField(max_length=64, blank=True, db_default="")
    officer_code = models.CharField(max_length=64, blank=True, db_default="")
    officer_name = models.CharField(max_length=100, blank=True, db_default="")
    department_code = models.CharField(max_length=32, blank=True, db_default="")
    matures_on = models.DateField(null=True, help_text="null only until the first night after the upgrade")
    core_status = models.CharField(max_length=16, db_default="")
    principal_minor = models.BigIntegerField(db_default=0, help_text="amount paid out")
    overdue_minor = models.BigIntegerField(
        db_default=0, help_text="overdue principal and interest, penalty, compound and delay interest, costs due"
    )
    secured = models.CharField(max_length=16, db_default="none", help_text="none, guarantee, collateral or both")
    core_dpd = models.IntegerField(null=True, help_text="larger of the core's two counts of days past due")
    core_class = models.CharField(max_length=16, blank=True, db_default="")
    account_balance_minor = models.BigIntegerField(null=True)
    last_failure = models.CharField(max_length=16, blank=True, db_default="")
    arrears_minor = models.GeneratedField(
        expression=models.F("overdue_principal_minor")
        + models.F("overdue_interest_minor")
        + models.F("costs_due_minor"),
        output_field=models.BigIntegerField(),
        db_persist=True,
        help_text="what has fallen due and is unpaid, without penalty and compound interest",
    )
    overdue_since = models.GeneratedField(
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
    )

    class Meta:
        db_table = "portfolio_desk_note"
        indexes = [
            models.Index(fields=["bank_id", "party_id"], name="portfolio_desk_note_party"),
            *LIST_INDEXES,
        ]
        constraints = [models.CheckConstraint(condition=models.Q(dpd__gte=0), name="portfolio_desk_note_dpd")]

    def __str__(self) -> str:
        return self.note_id


class BucketCell(models.Model):
    """Sums of one published night by institution × product × bucket × class. Append-only.

    The institution is the one that books the contract; a subtree is summed when it is read.
    """

    pk = models.CompositePrimaryKey("bank_id", "run_id", "institution_code", "product_code", "bucket", "class_floor")
    bank_id = models.BigIntegerField()
    run_id = models.UUIDField()
    business_date = models.DateField()
    institution_code = models.CharField(max_length=32)
    product_code = models.CharField(max_length=32)
    bucket = models.CharField(max_length=16)
    class_floor = models.CharField(max_length=16)
    notes = models.BigIntegerField()
    overdue_notes = models.BigIntegerField()
    stale_notes = models.BigIntegerField()
    balance_minor = models.BigIntegerField()
    overdue_principal_minor = models.BigIntegerField()
    overdue_interest_minor = models.BigIntegerField()
    penalty_minor = models.BigIntegerField(help_text="penalty, compound and delay interest")
    management_minor = models.BigIntegerField(help_text="overdue balance, the bank's own definition")
    regulatory_minor = models.BigIntegerField(help_text="overdue balance, regulatory definition")
    denominator_minor = models.BigIntegerField(help_text="balance of notes not closed and not charged off")

    class Meta:
        db_table = "portfolio_bucket_cell"

    def __str__(self) -> str:
        return f"{self.business_date} {self.institution_code} {self.product_code} {self.bucket} {self.class_floor}"


class RollCell(models.Model):
    """How notes moved between buckets from ``from_date`` to ``business_date``. Append-only."""

    pk = models.CompositePrimaryKey("bank_id", "run_id", "institution_code", "product_code", "from_bucket", "to_bucket")
    bank_id = models.BigIntegerField()
    run_id = models.UUIDField()
    business_date = models.DateField()
    from_date = models.DateField()
    institution_code = models.CharField(max_length=32)
    product_code = models.CharField(max_length=32)
    from_bucket = models.CharField(max_length=16)
    to_bucket = models.CharField(max_length=16)
    notes = models.BigIntegerField()
    amount_minor = models.BigIntegerField(help_text="balance at from_date")

    class Meta:
        db_table = "portfolio_roll_cell"

    def __str__(self) -> str:
        return f"{self.business_date} {self.from_bucket}→{self.to_bucket}"
