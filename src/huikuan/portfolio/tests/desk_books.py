"""Notes on the desk for tests of the list of loans: name only what matters."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from huikuan.kernel.models import Bank
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.vault import Place, vault_of
from huikuan.portfolio.facts import ClassFloor
from huikuan.portfolio.models import DeskNote, DeskStand, Party, Publication
from huikuan.portfolio.rules.ageing import bucket_of_days

DAY: Final = date(2026, 6, 5)
AT: Final = datetime(2026, 6, 6, 1, 0, tzinfo=UTC)
BRANCHES: Final = ("east", "west")

_number = itertools.count(1)
_SUMMED: Final = (
    "overdue_principal_minor", "overdue_interest_minor", "penalty_minor", "compound_minor", "delay_minor",
    "costs_due_minor",
)  # fmt: skip


def a_note(**facts: Any) -> dict[str, Any]:
    """Columns of a note 40 days past due in the branch east; ``bucket`` and ``overdue_minor`` follow from the rest."""
    number = next(_number)
    note: dict[str, Any] = {
        "note_id": f"N{number:05}",
        "contract_id": f"C{number:05}",
        "party_id": f"P{number:05}",
        "party_kind": "person",
        "institution_code": "east",
        "product_code": "P1",
        "dpd": 40,
        "class_floor": "special_mention",
        "balance_minor": 900_000,
        "principal_minor": 1_000_000,
        "overdue_principal_minor": 100_000,
        "overdue_interest_minor": 0,
        "penalty_minor": 0,
        "compound_minor": 0,
        "delay_minor": 0,
        "costs_due_minor": 0,
        "matures_on": date(2027, 1, 31),
        **facts,
    }
    note.setdefault("dpd_principal", note["dpd"])
    note.setdefault("dpd_interest", 0)
    note.setdefault("bucket", str(bucket_of_days(note["dpd"])))
    note.setdefault("overdue_minor", sum(note[name] for name in _SUMMED))
    return note


def desk_fill(bank: Bank, notes: Iterable[Mapping[str, Any]], *, name: str = "张春生") -> None:
    """Put notes on the desk of a bank, with a published night and their parties, who all have one name."""
    rows = list(notes)
    run = uuid4()
    with bank_scope(bank.id):
        Publication.objects.create(
            bank_id=bank.id, run_id=run, business_date=DAY, known_at=AT, notes=len(rows), stale_notes=0
        )
        DeskStand.objects.create(bank_id=bank.id, run_id=run, business_date=DAY)
        vault = vault_of(bank.id)
        kinds = {row["party_id"]: row["party_kind"] for row in rows}
        Party.objects.bulk_create(
            Party(
                bank_id=bank.id, party_id=party_id, party_kind=kind, identity_kind="", region="",
                name=vault.seal(name, Place(Party._meta.db_table, "name", party_id)),
                fingerprint="", changed_on=DAY, known_at=AT,
            )
            for party_id, kind in kinds.items()
        )  # fmt: skip
        DeskNote.objects.bulk_create(DeskNote(bank_id=bank.id, run_id=run, business_date=DAY, **row) for row in rows)


def random_notes(count: int, seed: int) -> list[dict[str, Any]]:
    """Notes with few distinct values, so that every order has ties and every filter finds some and misses some."""
    rng = random.Random(seed)
    notes = []
    for _ in range(count):
        gone = rng.random()
        terminal = {"bucket": "settled"} if gone < 0.05 else {"bucket": "charged_off"} if gone < 0.1 else {}
        dpd = 0 if gone < 0.05 else rng.choice([0, 1, 30, 31, 45, 60, 61, 95, 200, 400])
        kind = rng.choice(["person", "person", "enterprise"])
        officer = rng.choice(["", "E1", "E2", "E3"])
        notes.append(
            a_note(
                note_id=f"{rng.choice('ABab一')}{next(_number)}",
                party_id=f"Q{kind}{rng.randrange(40)}",
                party_kind=kind,
                institution_code=rng.choice(BRANCHES),
                product_code=rng.choice(["P1", "P2"]),
                officer_code=officer,
                officer_name={"": "", "E1": "张三", "E2": "李四", "E3": "王五"}[officer],
                department_code=rng.choice(["", "east", "west"]),
                region=rng.choice(["", "330182", "330183"]),
                dpd=dpd,
                class_floor=rng.choice(list(ClassFloor)).value,
                core_class=rng.choice(["", *(c.value for c in ClassFloor)]),
                core_dpd=rng.choice([None, dpd, dpd + 1]),
                balance_minor=rng.choice([0, 500, 1_000, 100_000]),
                overdue_principal_minor=rng.choice([0, 100, 5_000]),
                penalty_minor=rng.choice([0, 7]),
                matures_on=rng.choice([None, *(DAY + timedelta(days=offset) for offset in (-90, 0, 400))]),
                secured=rng.choice(["none", "guarantee", "collateral", "both"]),
                last_failure=rng.choice(["", "none", "insufficient"]),
                stale_since=rng.choice([None, None, DAY]),
                **terminal,
            )
        )
    return notes
