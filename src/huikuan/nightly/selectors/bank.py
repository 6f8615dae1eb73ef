"""The bank as the night knows it."""

from __future__ import annotations

from huikuan.kernel.selectors.users import bank_by_id
from huikuan.nightly.facts import BankFact


def bank_fact(bank_id: int) -> BankFact:
    """Return what the night needs to know of a bank; raises NotFoundError."""
    bank = bank_by_id(bank_id)
    return BankFact(bank.id, bank.code, bank.time_zone, bank.minor_digits)
