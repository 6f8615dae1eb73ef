"""The vault of numbers and addresses: how parties are reached, and the accounts that notes are repaid from."""

from django.db import models

from huikuan.kernel.fields import SealedField


class ContactPoint(models.Model):
    """A number or address of a party. The lake knows only its token.

    ``value`` is a ciphertext; ``value_index`` is the blind index of its normal spelling (``rules.contact``), empty for
    a WeChat name. One that is no longer delivered keeps its row and gets ``ended_on``.
    """

    pk = models.CompositePrimaryKey("bank_id", "contact_id")
    bank_id = models.BigIntegerField()
    contact_id = models.CharField(max_length=64)
    party_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    value = SealedField(row_key="contact_id")
    value_index = models.CharField(max_length=64, blank=True)
    label = models.CharField(max_length=16)
    source = models.CharField(max_length=16)
    legal_basis = models.CharField(max_length=16)
    service_address = models.BooleanField(help_text="agreed address for service of documents")
    recorded_on = models.DateField()
    fingerprint = models.CharField(max_length=64)
    changed_on = models.DateField(help_text="business date of the delivery that last changed it")
    ended_on = models.DateField(null=True, help_text="first business date on which it was no longer delivered")
    known_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_contact_point"
        indexes = [
            models.Index(fields=["bank_id", "party_id"], name="portfolio_contact_party"),
            models.Index(fields=["bank_id", "value_index"], name="portfolio_contact_value"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["mobile", "phone", "email", "address", "wechat"]),
                name="portfolio_contact_kind",
            )
        ]

    def __str__(self) -> str:
        return self.contact_id


class RepaymentAccount(models.Model):
    """Number of the account that a note is repaid from; balances and failures stand in the lake."""

    pk = models.CompositePrimaryKey("bank_id", "note_id")
    bank_id = models.BigIntegerField()
    note_id = models.CharField(max_length=64)
    account_number = SealedField(row_key="note_id")
    fingerprint = models.CharField(max_length=64)
    changed_on = models.DateField(help_text="business date of the delivery that last changed it")
    ended_on = models.DateField(null=True, help_text="first business date on which it was no longer delivered")
    known_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_repayment_account"

    def __str__(self) -> str:
        return self.note_id
