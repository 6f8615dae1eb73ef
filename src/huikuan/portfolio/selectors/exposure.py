"""The joint view of one party: what it owes, what it guarantees, its group, and contagion of class across its notes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict
from datetime import date
from typing import Final

from huikuan.portfolio.book_tables import NOTE, NOTE_CLASS, NOTE_STATE
from huikuan.portfolio.borrower_out import FeedOut, PartyBriefOut
from huikuan.portfolio.borrower_policies import contagion_file_load, contagion_policies_load
from huikuan.portfolio.exposure_out import (
    CollateralHeldOut,
    ContagionOut,
    DebtOut,
    ExposureOut,
    ExposureSumsOut,
    GroupOut,
    GuaranteeHeldOut,
    OwedOut,
)
from huikuan.portfolio.facts import Bucket, ClassFloor
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.rules.contagion import ClaimOnDebtor, contagion_of, contagion_policy_on
from huikuan.portfolio.rules.exposure import NoteOwed, covered, exposure_of
from huikuan.portfolio.selectors.book_read import BookDay, Row, book_day, book_open
from huikuan.portfolio.selectors.debtor import FEEDS, DebtorFacts, debtor_facts, guarantee_terms
from huikuan.portfolio.selectors.note import institution_codes
from huikuan.portfolio.selectors.party import parties_masked, party_find

NOTES_MAX: Final = 200
GUARANTEES_MAX: Final = 200
_ENDED: Final = (Bucket.SETTLED, Bucket.CHARGED_OFF)
_GUARANTEE: Final = (
    "guarantee_id", "contract_id", "liability", "maximum_amount", "amount_minor", "fixed_on", "starts_on", "ends_on",
)  # fmt: skip


def party_exposure(
    *, bank_id: int, party_id: str, roots: Iterable[int], on: date, as_of: date | None = None
) -> ExposureOut:
    """Return the joint view as of a business date (default: the latest night), limited to institutions below ``roots``.

    Raises NotFoundError for a party out of sight and BookNoNightError for a date without a night.
    """
    roots = frozenset(roots)
    party_id = party_find(
        bank_id=bank_id, party_id=party_id, roots=roots, on=on
    ).party_id  # of a former key the present
    day = book_day(bank_id=bank_id, as_of=as_of)
    codes = institution_codes(bank_id=bank_id, roots=roots, on=on)
    with book_open(day, feeds=(*FEEDS, "product"), tables=(NOTE, NOTE_CLASS, NOTE_STATE)) as reader:
        facts = debtor_facts(reader, party_id, codes, with_group=True)
        products = {row["product_code"] for row in facts.classes.values()}
        retail = {
            row["product_code"]: bool(row["retail"])
            for row in reader.rows(feed_tables()["product"], "product_code", products)
        }
        delivered_on = dict(reader.delivered_on)
    return _Shaped(day, facts, retail, delivered_on).out()


class _Shaped:
    """Puts the facts of one answer into its shape."""

    def __init__(
        self, day: BookDay, facts: DebtorFacts, retail: dict[str, bool], delivered_on: dict[str, date | None]
    ) -> None:
        self.day, self.facts, self.retail, self.delivered_on = day, facts, retail, delivered_on
        self.own = frozenset(facts.own())
        self.own_contracts = {facts.owed[note_id].contract_id for note_id in self.own}
        self.borrowers = {row["contract_id"]: str(row["party_id"]) for row in facts.classes.values()}
        self.by_contract: defaultdict[str, list[NoteOwed]] = defaultdict(list)
        for note in facts.owed.values():
            self.by_contract[note.contract_id].append(note)
        self.guarantees = [guarantee_terms(row) for row in facts.guarantees.values()]
        self.briefs = self._briefs()

    def out(self) -> ExposureOut:
        day, facts = self.day, self.facts
        debts = sorted((self.debt(note_id) for note_id in self.own), key=lambda row: (-row.dpd, row.note_id))
        given = self.held(lambda row: row["guarantor_party_id"] == facts.party_id)
        received = self.held(
            lambda row: row["contract_id"] in self.own_contracts and row["guarantor_party_id"] != facts.party_id
        )
        charged_off = {key for key in self.own if facts.classes[key]["bucket"] == Bucket.CHARGED_OFF}
        return ExposureOut(
            party_id=facts.party_id,
            as_of=day.business_date,
            currency=day.currency,
            minor_digits=day.minor_digits,
            owed=_sum(debts),
            charged_off_minor=sum(facts.owed[note_id].owed_minor for note_id in charged_off),
            sums=self.sums([facts.party_id]),
            notes=tuple(debts[:NOTES_MAX]),
            notes_left_out=max(0, len(debts) - NOTES_MAX),
            guarantees_given=given[:GUARANTEES_MAX],
            guarantees_received=received[:GUARANTEES_MAX],
            guarantees_left_out=sum(max(0, len(rows) - GUARANTEES_MAX) for rows in (given, received)),
            collaterals_received=self.collaterals(given=False),
            collaterals_given=self.collaterals(given=True),
            group=self.group(),
            contagion=self.contagion(),
            contracts_elsewhere=len({place.contract_id for place in facts.elsewhere}),
            feeds=tuple(FeedOut(feed=feed, delivered_on=self.delivered_on[feed]) for feed in FEEDS),
        )

    def _briefs(self) -> dict[str, PartyBriefOut]:
        facts = self.facts
        ids = {row["guarantor_party_id"] for row in facts.guarantees.values()}
        ids |= {row["owner_party_id"] for row in facts.collaterals.values()}
        ids |= {facts.party_id, *facts.group.members, *self.borrowers.values()}
        return {
            row.party_id: PartyBriefOut(party_id=row.party_id, party_kind=row.party_kind, name=row.name)  # type: ignore[arg-type]
            for row in parties_masked(bank_id=self.day.bank_id, party_ids=ids)
        }

    def brief(self, party_id: str) -> PartyBriefOut:
        return self.briefs.get(party_id) or PartyBriefOut(party_id=party_id, party_kind="person", name="")

    def sums(self, members: Collection[str]) -> ExposureSumsOut:
        notes = tuple(self.facts.owed.values())
        found = exposure_of(members, notes, self.guarantees, self.day.business_date)
        return ExposureSumsOut.model_validate({**asdict(found), "total_minor": found.total_minor})

    def debt(self, note_id: str) -> DebtOut:
        row, facts = self.facts.classes[note_id], self.facts
        contract_id, owed = row["contract_id"], facts.owed[note_id]
        joint = facts.joint.get(contract_id, {}).get(facts.party_id, "")
        names = ("product_code", "institution_code", "bucket", "dpd", "class_floor", "contagion", "stale_since")
        return DebtOut(
            note_id=note_id,
            contract_id=contract_id,
            **{name: row[name] for name in names},
            principal_minor=row["balance_minor"],
            interest_minor=row["overdue_interest_minor"],
            penalty_minor=row["penalty_minor"],
            compound_minor=row["compound_minor"],
            delay_minor=row["delay_minor"],
            costs_minor=row["costs_due_minor"],
            owed_minor=owed.owed_minor,
            overdue_minor=owed.due_minor,
            role="borrower" if row["party_id"] == facts.party_id else joint,  # type: ignore[arg-type]  # roles that owe
            borrower=self.brief(row["party_id"]),
            class_floor_borrower=row["class_floor_borrower"],
            retail=self.retail.get(row["product_code"], True),
        )

    def held(self, wanted: Callable[[Row], bool]) -> tuple[GuaranteeHeldOut, ...]:
        """Guarantees with what they cover, the largest first."""
        facts, on, rows = self.facts, self.day.business_date, []
        for row in facts.guarantees.values():
            if not wanted(row):
                continue
            notes, guarantor, terms = (
                self.by_contract[row["contract_id"]],
                row["guarantor_party_id"],
                guarantee_terms(row),
            )
            found = covered(terms, notes, on)
            others = [note for note in notes if guarantor not in note.debtors]
            rows.append(
                GuaranteeHeldOut(
                    **{name: row[name] for name in _GUARANTEE},
                    guarantor=self.brief(guarantor),
                    borrower=self.brief(self.borrowers[row["contract_id"]]),
                    standing=found.standing,
                    owed_minor=sum(note.owed_minor for note in notes),
                    covered_minor=found.owed_minor,
                    covered_due_minor=found.due_minor,
                    counted=covered(terms, others, on).owed_minor > 0,
                )
            )
        return tuple(sorted(rows, key=lambda held: (-held.covered_minor, held.guarantee_id)))

    def collaterals(self, *, given: bool) -> tuple[CollateralHeldOut, ...]:
        """Collateral of the party's own debts, or what it gave for debts of others."""
        facts = self.facts
        return tuple(
            CollateralHeldOut(
                **{name: row[name] for name in ("collateral_id", "contract_id", "kind", "pledge", "rank")},
                owner=self.brief(row["owner_party_id"]),
                borrower=self.brief(self.borrowers[row["contract_id"]]),
                secured_minor=row["secured_amount_minor"],
                appraised_minor=row["appraised_amount_minor"],
                appraised_on=row["appraised_on"],
            )
            for row in facts.collaterals.values()
            if (row["contract_id"] in self.own_contracts) is not given
            and (row["owner_party_id"] == facts.party_id or not given)
        )[:GUARANTEES_MAX]

    def group(self) -> GroupOut | None:
        members = self.facts.group.members
        if not members:
            return None
        return GroupOut(
            members=tuple(self.brief(party_id) for party_id in members),
            members_left_out=self.facts.group.cut,
            sums=self.sums([self.facts.party_id, *members]),
        )

    def contagion(self) -> ContagionOut:
        facts, file = self.facts, contagion_file_load()
        policy = contagion_policy_on(contagion_policies_load(), self.day.business_date)
        mine = {key: row for key, row in facts.classes.items() if row["party_id"] == facts.party_id}
        claims = [
            ClaimOnDebtor(
                note_id=key,
                party_id=facts.party_id,
                retail=self.retail.get(row["product_code"], True),
                ended=row["bucket"] in _ENDED,
                balance_minor=row["balance_minor"],
                class_floor=ClassFloor(row["class_floor"]),
            )
            for key, row in mine.items()
        ]
        # The share is that of all claims; where some are out of sight, only what it did to the notes in sight is said.
        whole = not facts.borrowed_elsewhere()
        found = contagion_of(claims, policy).get(facts.party_id) if whole else None
        source = file.source[policy.effective_on] if policy is not None else None
        market = file.not_applied["market_overdue_above_ppm"]
        return ContagionOut(
            applies=policy is not None,
            above_ppm=None if policy is None else policy.own_non_performing_above_ppm,
            claims_minor=None if found is None else found.claims_minor,
            non_performing_minor=None if found is None else found.non_performing_minor,
            spreads=None if found is None else found.spreads,
            notes_lifted=sum(1 for row in mine.values() if row["contagion"]),
            statement=file.statement,
            statement_zh=file.statement_zh,
            source="" if source is None else source.title,
            force="" if source is None else source.force,
            certainty="" if source is None else source.certainty,
            not_applied=market.why,
            not_applied_zh=market.why_zh,
        )


def _sum(debts: Iterable[DebtOut]) -> OwedOut:
    rows = list(debts)
    return OwedOut(**{name: sum(getattr(row, name) for row in rows) for name in OwedOut.model_fields})
