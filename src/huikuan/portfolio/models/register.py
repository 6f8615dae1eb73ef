"""Who stands where in the book: every note ever seen, and every other party of its contracts.

Both are written by the night from what differs from the day before. They decide which institution may see which party.
"""

from django.db import models


class NoteRegister(models.Model):
    """A note of the book, delinquent or not, with its contract, borrower and institution of the latest night."""

    pk = models.CompositePrimaryKey("bank_id", "note_id")
    bank_id = models.BigIntegerField()
    note_id = models.CharField(max_length=64)
    contract_id = models.CharField(max_length=64)
    party_id = models.CharField(max_length=64)
    institution_code = models.CharField(max_length=32)
    product_code = models.CharField(max_length=32)

    class Meta:
        db_table = "portfolio_note_register"
        indexes = [
            models.Index(fields=["bank_id", "contract_id"], name="portfolio_register_contract"),
            models.Index(fields=["bank_id", "party_id"], name="portfolio_register_party"),
        ]

    def __str__(self) -> str:
        return self.note_id


class PartyRole(models.Model):
    """A party of a contract beside the borrower, as the latest delivery of contract parties, guarantees and collateral
    has it.
    """

    pk = models.CompositePrimaryKey("bank_id", "party_id", "contract_id", "role")
    bank_id = models.BigIntegerField()
    party_id = models.CharField(max_length=64)
    contract_id = models.CharField(max_length=64)
    role = models.CharField(max_length=20)

    class Meta:
        db_table = "portfolio_party_role"
        indexes = [models.Index(fields=["bank_id", "contract_id"], name="portfolio_role_contract")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    role__in=[
                        "co_borrower",
                        "joint_debtor",
                        "heir",
                        "representative",
                        "guarantor",
                        "collateral_owner",
                    ]
                ),
                name="portfolio_role_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.role} {self.contract_id}"
