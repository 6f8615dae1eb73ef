"""The writer of merges: a person says that two keys of the bank are one customer, or that they are not.

The keys stay as they are in every feed, table and figure. What changes is an append-only map from key to person, from
a business date on; taking apart adds rows to it and loses none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from django.db import connection

from huikuan.evidence.services.append import event_append
from huikuan.kernel.errors import NotFoundError
from huikuan.kernel.facts import Who
from huikuan.kernel.tenancy import bank_required
from huikuan.portfolio.errors import MergeBoundError, MergeChangedError, MergeTooManyError
from huikuan.portfolio.events import PartiesMerged, PartiesParted
from huikuan.portfolio.models import Duplicate, PartyMerge
from huikuan.portfolio.rules.merging import KEYS_MAX, MergeStep, persons, renumbered_steps
from huikuan.portfolio.selectors.book_read import book_day
from huikuan.portfolio.selectors.person import person_keys
from huikuan.portfolio.services.findings import reason_checked

LOCK_CLASS: Final = 0x706D  # "pm"; the second key is the bank
Decision = Literal["merged", "apart"]


@dataclass(frozen=True, slots=True)
class MergeChoice:
    """What a person decided on the evidence that was looked at, and what stood decided then."""

    decision: Decision
    evidence: str
    before: Literal["", "merged", "apart"]


def merge_decide(
    *, bank_id: int, duplicate_id: int, choice: MergeChoice, reason: str, user_id: int, by: Who, at: datetime
) -> None:
    """Enter that two keys are one person, or are not, from the business date of the latest night on.

    "apart" of a merged pair takes it apart again; keys that other merges connect stay together. Raises NotFoundError,
    InputInvalidError for the reason, BookNoNightError, MergeChangedError when it is not what was looked at,
    MergeTooManyError, and MergeBoundError where two keys that were never merged as a pair are one by others.
    """
    bank_required(bank_id, "Merging customers")
    text = reason_checked(reason)
    with connection.cursor() as cursor:  # two merges that share a key see each other's pairs
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, bank_id])
    pair = Duplicate.objects.select_for_update().filter(bank_id=bank_id, id=duplicate_id).first()
    if pair is None:
        raise NotFoundError("duplicate", duplicate_id)
    if (pair.decision, pair.evidence) != (choice.before, choice.evidence) or pair.decision == choice.decision:
        raise MergeChangedError(duplicate_id)
    if pair.closed_on is not None and pair.decision != "merged":
        raise MergeChangedError(duplicate_id)
    on = book_day(bank_id=bank_id).business_date
    keys = _connected(bank_id, pair, on)
    merged = pair.decision == "merged"
    if choice.decision == "apart" and not merged and len({person for _, person in keys.items()}) == 1:
        raise MergeBoundError(min(keys.values()))
    if choice.decision == "merged" and len(keys) > KEYS_MAX:
        raise MergeTooManyError(len(keys), KEYS_MAX)
    Duplicate.objects.filter(bank_id=bank_id, id=duplicate_id).update(
        decision=choice.decision, decided_evidence=pair.evidence, decided_reason=text, decided_by=user_id, decided_at=at
    )
    found = persons(keys, _pairs(bank_id, keys))
    moved = sorted(key for key, person in found.items() if keys[key] != person)
    PartyMerge.objects.bulk_create(
        PartyMerge(
            bank_id=bank_id, party_id=key, person_id=found[key], effective_on=on, duplicate_id=duplicate_id,
            decided_by=user_id, decided_at=at,
        )
        for key in moved
    )  # fmt: skip
    ends = (pair.party_a, pair.party_b)
    event_append(
        bank_id=bank_id,
        name="portfolio.parties_merged" if choice.decision == "merged" else "portfolio.parties_parted",
        subject_kind="party",
        subject_id=min(keys) if choice.decision == "merged" else pair.party_a,
        payload=PartiesMerged(duplicate_id, ends, tuple(sorted(keys)), pair.evidence, on, text)
        if choice.decision == "merged"
        else PartiesParted(duplicate_id, ends, merged, tuple(moved), pair.evidence, on, text),
        actor=by,
        at=at,
    )


def merges_renumber(*, bank_id: int, now: Mapping[str, str]) -> None:
    """Let merged customers follow their keys: former → present, of keys that change today.

    In the transaction of *ingest*. What was decided, by whom and when stays as it is on the steps that are added.
    """
    rows = list(PartyMerge.objects.filter(bank_id=bank_id).order_by("id"))
    steps = [MergeStep(row.party_id, row.person_id, row.effective_on) for row in rows]
    if not any(step.key in now or step.person in now for step in steps):
        return
    PartyMerge.objects.bulk_create(
        PartyMerge(
            bank_id=bank_id, party_id=step.key, person_id=step.person, effective_on=step.on,
            duplicate_id=rows[place].duplicate_id, decided_by=rows[place].decided_by, decided_at=rows[place].decided_at,
        )
        for step, place in renumbered_steps(steps, now)
    )  # fmt: skip


def _connected(bank_id: int, pair: Duplicate, on: date) -> dict[str, str]:
    """Return all keys of the persons of both ends, with the person of each."""
    found: dict[str, str] = {}
    for end in (pair.party_a, pair.party_b):
        keys = person_keys(bank_id=bank_id, party_id=end, on=on)
        found |= dict.fromkeys(keys, keys[0])
    return found


def _pairs(bank_id: int, keys: dict[str, str]) -> list[tuple[str, str]]:
    return list(
        Duplicate.objects.filter(
            bank_id=bank_id, decision="merged", party_a__in=list(keys), party_b__in=list(keys)
        ).values_list("party_a", "party_b")
    )
