"""The exact engine: one note, replayed in any convention and with every event to the close of a day.

Read first: ``run`` (the order of a day), ``book`` (what is owed, and how to watch), then the module of the question:
``accrual``, ``late_fees``, ``allocation``, ``advance``, ``events``, ``charge_back``, ``close``.
"""

from huikuan.portfolio.rules.engine.accrual import capitalisation_days
from huikuan.portfolio.rules.engine.book import COMPOUND, COSTS, DELAY, INTEREST, PENALTY, PRINCIPAL, Book, Row
from huikuan.portfolio.rules.engine.close import fold_holds
from huikuan.portfolio.rules.engine.run import replay, replay_in, resume

__all__ = [
    "COMPOUND", "COSTS", "DELAY", "INTEREST", "PENALTY", "PRINCIPAL", "Book", "Row", "capitalisation_days",
    "fold_holds", "replay", "replay_in", "resume",
]  # fmt: skip
