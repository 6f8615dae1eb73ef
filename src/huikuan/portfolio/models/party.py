"""The vault of parties: the only place that holds names and identity numbers, encrypted."""

from django.db import models

from huikuan.kernel.fields import SealedField


class Party(models.Model):
    """A borrower, person or enterprise. The lake knows only ``party_id`` and tokens.

    ``name`` and ``identity`` are ciphertexts of the vault (kernel.crypto); ``identity_index`` is the blind index of
    the identity number, by which an officer's search finds the party without decrypting; ``person_index`` is one over
    name and date of birth together, where the number of a card says it; ``fingerprint`` is an HMAC over all clear
    values, by which a load sees what has changed (a ciphertext differs at every encryption).
    """

    pk = models.CompositePrimaryKey("bank_id", "party_id")
    bank_id = models.BigIntegerField()
    party_id = models.CharField(max_length=64)
    party_kind = models.CharField(max_length=16)
    name = SealedField(row_key="party_id")
    identity_kind = models.CharField(max_length=32, blank=True)
    identity = SealedField(null=True, row_key="party_id")  # type: ignore[misc]  # the field type has no nullable form
    identity_index = models.CharField(max_length=64, blank=True)
    person_index = models.CharField(max_length=64, blank=True, db_default="")
    region = models.CharField(max_length=64, blank=True)
    fingerprint = models.CharField(max_length=64)
    changed_on = models.DateField(help_text="business date of the delivery that last changed it")
    known_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_party"
        indexes = [models.Index(fields=["bank_id", "identity_index"], name="portfolio_party_identity")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(party_kind__in=["person", "enterprise"]), name="portfolio_party_kind"
            )
        ]

    def __str__(self) -> str:
        return self.party_id
