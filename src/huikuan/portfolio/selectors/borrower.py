"""Borrower 360: one party, person or enterprise, with all that the book knows of it as of a date; personal data masked.

A constant number of queries and of lake reads, however many notes there are. Which contracts are shown depends on the
institutions of the person who asks; what other institutions keep is counted and not shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from huikuan.evidence.selectors.events import events_latest_of_subject
from huikuan.kernel.masking import mask_account, mask_contact
from huikuan.kernel.selectors.users import display_names
from huikuan.portfolio.borrower_out import (
    AccountOut,
    BorrowerOut,
    CollateralOut,
    ContactOut,
    ContractOut,
    FeedOut,
    FormerKeyOut,
    GuaranteeOut,
    LifeOut,
    NoteOut,
    OfficerOut,
    OriginOut,
    PartyBriefOut,
    RelationOut,
    RoleOut,
    SumsOut,
    TimelineItemOut,
    TimelinePageOut,
)
from huikuan.portfolio.explain.answer import allocation_outputs, instalment_outputs, life_output
from huikuan.portfolio.facts import Bucket, FactInvalid
from huikuan.portfolio.rules.contact import THIRD_PERSON, contact_dialable
from huikuan.portfolio.rules.explain.facts import Explanation
from huikuan.portfolio.selectors.book_read import BookDay, Row, book_day, book_open
from huikuan.portfolio.selectors.borrower_facts import BorrowerFacts, borrower_facts
from huikuan.portfolio.selectors.borrower_note import balances_of, happened, month_days, months_of
from huikuan.portfolio.selectors.contact import account_numbers, contact_points
from huikuan.portfolio.selectors.note import NoteOfBook, institution_codes
from huikuan.portfolio.selectors.party import (
    PartyRow,
    parties_masked,
    parties_opened,
    party_clear,
    party_find,
    party_mask,
)
from huikuan.portfolio.selectors.person import person_keys_seen
from huikuan.portfolio.selectors.publication import corrected_nights, published_dates
from huikuan.portfolio.selectors.renumbering import keys_former
from huikuan.portfolio.selectors.timeline import timeline_page

EVENTS_MAX: Final = 100
FEEDS: Final = (
    "management", "contact_point", "party_relation", "contract_party", "guarantee", "collateral", "repayment_account",
    "core_figure", "monthly_status",
)  # fmt: skip
_BUCKET_ORDER: Final = {str(bucket): place for place, bucket in enumerate(Bucket)}
Rows = defaultdict[str, list[Row]]


def borrower_overview(
    *, bank_id: int, party_id: str, roots: Iterable[int], on: date, as_of: date | None = None
) -> BorrowerOut:
    """Return the party as of a business date (default: the latest night), limited to institutions below ``roots``.

    Raises NotFoundError for a party out of sight and BookNoNightError for a date without a night.
    """
    return _shaped(bank_id, party_id, frozenset(roots), on, as_of).out()


def borrower_timeline(
    *, bank_id: int, party_id: str, roots: Iterable[int], on: date, as_of: date | None, after: str
) -> TimelinePageOut:
    """Return the entries of the time line that are earlier than a page of it; raises as ``borrower_overview`` does.

    InputInvalidError for an ``after`` that is no page's ``next``.
    """
    shaped = _shaped(bank_id, party_id, frozenset(roots), on, as_of)
    return timeline_page(shaped.timeline(shaped.contracts(), shaped.contacts()), after)


def _shaped(bank_id: int, party_id: str, roots: frozenset[int], on: date, as_of: date | None) -> _Shaped:
    party = party_find(bank_id=bank_id, party_id=party_id, roots=roots, on=on)
    party_id = party.party_id  # a former key has found it
    day = book_day(bank_id=bank_id, as_of=as_of)
    dates = published_dates(bank_id=bank_id) or (day.business_date, day.business_date)
    codes = institution_codes(bank_id=bank_id, roots=roots, on=on)
    days = month_days(day.business_date)
    keys = person_keys_seen(bank_id=bank_id, party_id=party_id, roots=roots, on=on, as_of=day.business_date)
    with book_open(day, feeds=(*FEEDS, "contract"), dates=days) as reader:
        facts = borrower_facts(reader, keys, codes, days)
    return _Shaped(day, dates, party_clear(bank_id, party), keys, facts)


class _Shaped:
    """Puts the rows of one answer into its shape; opens what is sealed, in order to mask it."""

    def __init__(
        self, day: BookDay, dates: tuple[date, date], party: PartyRow, keys: tuple[str, ...], facts: BorrowerFacts
    ) -> None:
        self.day, self.dates, self.party, self.keys, self.facts = day, dates, party, keys, facts
        self.briefs = self._briefs()
        self.former = {
            kind: keys_former(bank_id=day.bank_id, kind=kind, keys=present)
            for kind, present in (("party", keys), ("note", list(facts.notes)))
        }
        self.accounts = account_numbers(bank_id=day.bank_id, note_ids=facts.notes, on=day.business_date)
        self.explained: dict[str, Explanation] = {}
        self.unworkable: dict[str, str] = {}
        for note_id, note in facts.notes.items():
            try:
                self.explained[note_id] = note.explain()
            except FactInvalid as problem:  # the night holds its last good figures
                self.unworkable[note_id] = str(problem)
        self.days = month_days(day.business_date)

    def out(self) -> BorrowerOut:
        facts, masked = self.facts, party_mask(self.party)
        contracts, contacts = self.contracts(), tuple(self.contacts())
        return BorrowerOut(
            party_id=masked.party_id,
            former_keys=self.former_keys("party", masked.party_id),
            party_kind=masked.party_kind,  # type: ignore[arg-type]  # the database checks the two kinds
            name=masked.name,
            identity_kind=masked.identity_kind,
            identity_number=masked.identity_number,
            region=masked.region,
            origins=self.origins(),
            as_of=self.day.business_date,
            known_at=self.day.known_at,
            first_on=self.dates[0],
            last_on=self.dates[1],
            currency=self.day.currency,
            minor_digits=self.day.minor_digits,
            sums=self.sums(),
            contracts=contracts,
            contracts_elsewhere=facts.elsewhere,
            notes_left_out=facts.notes_left_out,
            relations=tuple(self.relation(row) for row in facts.relations),
            contacts=contacts,
            timeline=timeline_page(self.timeline(contracts, contacts), None),
            feeds=tuple(FeedOut(feed=feed, delivered_on=facts.delivered_on[feed]) for feed in FEEDS),
        )

    def contracts(self) -> tuple[ContractOut, ...]:
        return tuple(
            sorted(
                (self.contract(row) for row in self.facts.contracts.values()),
                key=lambda c: ("borrower" not in c.roles, -max((n.dpd for n in c.notes), default=-1), c.contract_id),
            )
        )

    def _briefs(self) -> dict[str, PartyBriefOut]:
        facts = self.facts
        ids = {row["party_id"] for row in facts.contracts.values()}
        ids |= {row["party_id"] for rows in facts.roles.values() for row in rows}
        ids |= {row["guarantor_party_id"] for rows in facts.guarantees.values() for row in rows}
        ids |= {row["owner_party_id"] for rows in facts.collaterals.values() for row in rows}
        ids |= {row[key] for row in facts.relations for key in ("party_id", "other_party_id")}
        return {
            row.party_id: PartyBriefOut(party_id=row.party_id, party_kind=row.party_kind, name=row.name)  # type: ignore[arg-type]
            for row in parties_masked(bank_id=self.day.bank_id, party_ids=ids)
        }

    def origins(self) -> tuple[OriginOut, ...]:
        """Every key of a merged person; none of a customer who has one key."""
        if len(self.keys) == 1:
            return ()
        rows = parties_opened(bank_id=self.day.bank_id, party_ids=self.keys)
        return tuple(OriginOut.model_validate(party_mask(row)) for row in rows)

    def brief(self, party_id: str) -> PartyBriefOut:
        return self.briefs.get(party_id) or PartyBriefOut(party_id=party_id, party_kind="person", name="")

    def sums(self) -> SumsOut:
        own = [
            row
            for row in self.facts.classes.values()
            if row["party_id"] in self.keys and row["bucket"] != Bucket.SETTLED
        ]
        worst = max((row["bucket"] for row in own), key=_BUCKET_ORDER.__getitem__, default=str(Bucket.M0))
        return SumsOut(
            notes=len(own),
            balance_minor=sum(row["balance_minor"] for row in own),
            overdue_minor=sum(row["overdue_minor"] for row in own),
            bucket=worst,
            dpd=max((row["dpd"] for row in own), default=0),
        )

    def contract(self, row: Row) -> ContractOut:
        contract_id = row["contract_id"]
        roles = [RoleOut(party=self.brief(row["party_id"]), role="borrower")]
        roles += [
            RoleOut(
                party=self.brief(part["party_id"]),
                **{name: part[name] for name in ("role", "from_on", "to_on", "stale_since")},
            )
            for part in self.facts.roles[contract_id]
        ]
        guarantees = tuple(self.guarantee(part, row) for part in self.facts.guarantees[contract_id])
        collaterals = tuple(self.collateral(part) for part in self.facts.collaterals[contract_id])
        roles += [RoleOut(party=part.guarantor, role="guarantor") for part in guarantees]
        roles += [RoleOut(party=part.owner, role="collateral_owner") for part in collaterals]
        notes = [self.note(note) for note in self.facts.notes.values() if note.row["contract_id"] == contract_id]
        return ContractOut(
            contract_id=contract_id,
            product_code=row["product_code"],
            institution_code=row["institution_code"],
            amount_minor=row.get("amount_minor"),
            signed_on=row.get("signed_on"),
            expires_on=row.get("expires_on"),
            roles=tuple(dict.fromkeys(part.role for part in roles if part.party.party_id in self.keys)),
            parties=tuple({(part.party.party_id, part.role): part for part in roles}.values()),
            guarantees=guarantees,
            collaterals=collaterals,
            notes=tuple(sorted(notes, key=lambda note: (-note.dpd, note.note_id))),
        )

    def guarantee(self, part: Row, contract: Row) -> GuaranteeOut:
        people = {"guarantor": self.brief(part["guarantor_party_id"]), "borrower": self.brief(contract["party_id"])}
        return GuaranteeOut.model_validate({**part, **people})

    def collateral(self, part: Row) -> CollateralOut:
        amounts = {"secured_minor": part["secured_amount_minor"], "appraised_minor": part["appraised_amount_minor"]}
        return CollateralOut.model_validate({**part, **amounts, "owner": self.brief(part["owner_party_id"])})

    def relation(self, row: Row) -> RelationOut:
        reverse = row["party_id"] not in self.keys
        other = self.brief(row["party_id"] if reverse else row["other_party_id"])
        return RelationOut.model_validate({**row, "party": other, "reverse": reverse})

    def contacts(self) -> Iterator[ContactOut]:
        for row in contact_points(bank_id=self.day.bank_id, party_ids=self.keys, on=self.day.business_date):
            yield ContactOut(
                contact_id=row.contact_id,
                party_id=row.party_id,
                kind=row.kind,
                value=mask_contact(row.kind, row.value),
                label=row.label,
                source=row.source,
                legal_basis=row.legal_basis,
                service_address=row.service_address,
                recorded_on=row.recorded_on,
                dialable=contact_dialable(kind=row.kind, source=row.source, legal_basis=row.legal_basis),
                from_third_person=row.source == THIRD_PERSON,
            )

    def note(self, note: NoteOfBook) -> NoteOut:
        note_id, facts, row = note.row["note_id"], self.facts, note.row
        classed, answer = facts.classes[note_id], self.explained.get(note_id)
        officer, core = facts.by_note["management"].get(note_id), facts.by_note["core_figure"].get(note_id)
        names = (
            "contract_id", "product_code", "institution_code", "core_status", "principal_minor", "disbursed_on",
            "matures_on", "annual_rate_ppm", "penalty_rate_ppm", "stale_since",
        )  # fmt: skip
        figures = ("bucket", "class_floor", "class_floor_borrower", "dpd", "balance_minor", "overdue_minor")
        return NoteOut(
            note_id=note_id,
            former_keys=self.former_keys("note", note_id),
            **{name: row[name] for name in names},
            **{name: classed[name] for name in figures},
            payoff_minor=None if answer is None else answer.payoff.total_minor,
            unworkable=self.unworkable.get(note_id),
            product_terms=row["product_terms"] or None,
            life=None if answer is None else LifeOut.model_validate(life_output(note.loan, answer)),
            schedule_on=note.schedule_on,
            schedule_computed=note.schedule_computed,
            officer=None if officer is None else OfficerOut.model_validate(officer),
            balances=balances_of(classed, core, self.day.business_date),
            account=self.account(note_id, facts.by_note["repayment_account"].get(note_id)),
            months=months_of(self.days, facts.months.get(note_id, {}), facts.statuses.get(note_id, {})),
            instalments=() if answer is None else instalment_outputs(answer),
            allocations=() if answer is None else allocation_outputs(answer),
        )

    def account(self, note_id: str, row: Row | None) -> AccountOut | None:
        if row is None:
            return None
        return AccountOut.model_validate({**row, "account_number": mask_account(self.accounts.get(note_id, ""))})

    def timeline(self, contracts: Iterable[ContractOut], contacts: Iterable[ContactOut]) -> Iterator[TimelineItemOut]:
        for contract in contracts:
            if "borrower" in contract.roles:
                for note in contract.notes:
                    if note.note_id in self.explained:
                        yield from happened(note.note_id, self.explained[note.note_id], note.months)
        for contact in contacts:
            yield TimelineItemOut(on=contact.recorded_on, at=None, kind="contact", reference=contact.kind)
        for night in corrected_nights(bank_id=self.day.bank_id, until=self.day.business_date):
            yield TimelineItemOut(on=night["business_date"], at=night["known_at"], kind="corrected")
        yield from self.renumbered()
        yield from self.reveals()

    def former_keys(self, kind: str, key: str) -> tuple[FormerKeyOut, ...]:
        return tuple(FormerKeyOut(key=one.key, until_on=one.until_on) for one in self.former[kind].get(key, ()))

    def renumbered(self) -> Iterator[TimelineItemOut]:
        for kind, by_key in self.former.items():
            for present, each in by_key.items():
                for one in each:
                    if one.until_on <= self.day.business_date:
                        note_id = present if kind == "note" else None
                        yield TimelineItemOut(
                            on=one.until_on, at=None, kind="renumbered", note_id=note_id, reference=one.key
                        )

    def reveals(self) -> Iterator[TimelineItemOut]:
        """Who saw the clear values; before the night of an earlier date only."""
        found = [
            event
            for key in (*self.keys, *(one.key for each in self.former["party"].values() for one in each))
            for event in events_latest_of_subject(
                bank_id=self.day.bank_id,
                subject_kind="party",
                subject_id=key,
                name="portfolio.party_revealed",
                limit=EVENTS_MAX,
            )
        ]
        latest = self.day.business_date == self.dates[1]
        seen = [event for event in found if latest or event.at <= self.day.known_at]
        users = {int(event.actor_ref) for event in seen if event.actor_kind == "user"}
        names = display_names(bank_id=self.day.bank_id, ids=users)
        for event in seen:
            who = names.get(int(event.actor_ref), "") if event.actor_kind == "user" else event.actor_ref
            reason = str(event.payload.get("reason", ""))
            on = event.at.astimezone(ZoneInfo(self.day.time_zone)).date()
            yield TimelineItemOut(on=on, at=event.at, kind="revealed", reference=reason, who=who)
