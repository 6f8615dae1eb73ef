"""Keyed tokens of names: how a borrower is found although names stand encrypted."""

from django.db import models


class SearchToken(models.Model):
    """A party is found by a token: 128 bits of a keyed hash of one term of its name (`rules.search_terms`).

    Numbers have blind indexes beside their ciphertexts and are not here. No foreign key to the party: tokens are
    written in the transaction of the party's row, parties are never deleted, and a check for each of ten rows a
    party would cost a first load more than all its encryption.
    """

    pk = models.CompositePrimaryKey("bank_id", "token", "party_id")
    bank_id = models.BigIntegerField()
    token = models.UUIDField()
    party_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)

    class Meta:
        db_table = "portfolio_search_token"
        indexes = [models.Index(fields=["bank_id", "party_id"], name="portfolio_search_token_party")]

    def __str__(self) -> str:
        return f"{self.kind} {self.party_id}"
