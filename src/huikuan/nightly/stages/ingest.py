"""Stage *ingest*: delivered files → accepted rows in the lake, rejects and personal data in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from django.conf import settings

from huikuan.kernel.facts import Who
from huikuan.kernel.selectors.institution import institution_root, institution_subtree
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.vault import vault_of
from huikuan.nightly.delivery import delivery_canonical
from huikuan.nightly.facts import StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.services.run import run_refuse
from huikuan.nightly.steps import rows_of
from huikuan.portfolio.book_tables import NOTE
from huikuan.portfolio.errors import ControlTotalError, RejectLimitError
from huikuan.portfolio.feed_contract import FeedContract, Mode, contracts_shipped
from huikuan.portfolio.intake.carry import carried_rows, lake_select
from huikuan.portfolio.intake.check import CheckedDelivery, CheckedFeed, Delivery, delivery_judge, delivery_read
from huikuan.portfolio.intake.delta import delta_rows, feed_delivered, feeds_delta, known_with
from huikuan.portfolio.intake.quality import quality_measure
from huikuan.portfolio.intake.tokens import feed_tokens
from huikuan.portfolio.intake_policies import reject_floor_of_bank
from huikuan.portfolio.lake import Column, WrittenFile, rows_load
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.note_row import TERM_COLUMNS
from huikuan.portfolio.product_policies import products_of_bank
from huikuan.portfolio.quality_policies import drift_policy_of_bank
from huikuan.portfolio.rules.schedule import IsWorkday
from huikuan.portfolio.selectors.workday import workdays_of_bank
from huikuan.portfolio.services.intake import intake_commit, tokeniser
from huikuan.portfolio.services.quality import drift_judge
from huikuan.portfolio.services.refusal import refusal_write

WHO = Who.program("nightly")

# What the book knows, for references from today's rows. A contract, party or product is known by a note under it.
_KNOWN = {
    "known_note": (
        "select note_id, principal_minor, disbursed_on, not schedule_computed as schedule_delivered from prev_note"
    ),
    "known_contract": "select distinct contract_id from prev_note",
    "known_party": "select distinct party_id from prev_note",
    "known_product": "select distinct product_code from prev_note",
    "known_repayment": "select core_ref, note_id, amount_minor, reverses from repayment_history",
    "known_loan_event": "select core_ref, note_id, kind, value_on, amount_minor, reverses from loan_event_history",
    "known_terms": (
        f"select note_id, contract_id, product_code, product_terms, {', '.join(TERM_COLUMNS)} from prev_note"  # noqa: S608
    ),
}


def ingest_stage(night: Night) -> StageOutput:
    """Check the delivery and write its accepted rows; raises a DeliveryError that names file, field and expectation."""
    con, contracts = night.con, contracts_shipped()
    is_workday = workdays_of_bank(night.bank.id)
    delivery = _delivery(night, is_workday)
    delta = feeds_delta(delivery, contracts)
    night.renumbering_delivered = feed_delivered(delivery, contracts, "renumbering")
    _known_load(night, delta)
    checked = _checked(night, delivery, contracts)
    measures = quality_measure(con, contracts, checked)
    _tokens(night, [contracts[feed] for feed in checked.feeds if contracts[feed].personal])
    # Nothing in a current feed: all of it has ended. Nothing in a delta: all of it holds on.
    unchanged = _unchanged(night, checked, delta)
    carried = _carry(night, checked, delta, unchanged)
    files = tuple(
        unchanged.get(feed)
        or night.write(
            feed_tables()[feed],
            lake_select(contracts[feed], delta=feed in delta),
            order=_order(contracts[feed], counts, carried.get(feed, 0)),
        )
        for feed, counts in checked.feeds.items()
        if counts.accepted > 0 or contracts[feed].mode is Mode.CURRENT or feed in delta
    )

    def publish(known_at: datetime) -> None:
        intake_commit(
            bank_id=night.bank.id,
            run_id=night.run_id,
            checked=checked,
            con=con,
            known_at=known_at,
            by=WHO,
            newer=night.newer,
            measures=measures,
            former=night.renumbered_today(),
        )
        drift_judge(
            bank_id=night.bank.id,
            run_id=night.run_id,
            business_date=night.business_date,
            rows={name: feed.rows for name, feed in checked.feeds.items()},
            measures=measures,
            policy=drift_policy_of_bank(settings.HOME, night.bank.code, night.business_date),
            is_workday=is_workday,
            at=known_at,
            by=WHO,
        )

    return StageOutput(
        rows_in=sum(feed.rows for feed in checked.feeds.values()),
        rows_out=sum(feed.accepted for feed in checked.feeds.values()),
        files=files,
        totals=_totals(night, checked, carried),
        publish=publish,
    )


def _delivery(night: Night, is_workday: IsWorkday) -> Delivery:
    """Return the canonical delivery of the night, with what the bank may use and bears."""
    delivery = delivery_canonical(
        night.delivery,
        bank_code=night.bank.code,
        business_date=night.business_date,
        minor_digits=night.bank.minor_digits,
        scratch=night.scratch,
    )
    return replace(
        delivery,
        bundles=products_of_bank(settings.HOME, night.bank.code),
        is_workday=is_workday,
        reject_floor=reject_floor_of_bank(settings.HOME, night.bank.code, night.business_date),
    )


def _order(contract: FeedContract, counts: CheckedFeed, carried: int) -> tuple[()] | None:
    """Return nothing to sort by if the rows are those of a file that came in order of its keys, as they came."""
    as_they_came = counts.in_order and not (counts.rejected or carried or contract.personal)
    return () if as_they_came else None


def _tokens(night: Night, contracts: Iterable[FeedContract]) -> None:
    """Put tokens in the place of personal values."""
    with bank_scope(night.bank.id):
        tokenise, pads = tokeniser(night.bank.id), vault_of(night.bank.id).index_pads()
    for contract in contracts:
        feed_tokens(night.con, contract, tokenise, pads)


def _totals(night: Night, checked: CheckedDelivery, carried: Mapping[str, int]) -> dict[str, int]:
    """Control totals of the stage: rows by feed, and the repayments in minor units without reversals."""
    feeds = checked.feeds.values()
    repaid = "select coalesce(sum(amount_minor), 0) from accepted_repayment where reverses is null"
    return {
        "accepted": sum(feed.accepted for feed in feeds),
        "rejected": sum(feed.rejected for feed in feeds),
        "delivery_sequence": night.delivery.sequence,
        **{f"{feed.feed}_accepted": feed.accepted for feed in feeds},
        **{f"{feed.feed}_rejected": feed.rejected for feed in feeds},
        **{f"{feed}_carried": rows for feed, rows in carried.items() if rows},
        "repayment_minor": int(rows_of(night.con, repaid)[0][0]),
    }


def _checked(night: Night, delivery: Delivery, contracts: Mapping[str, FeedContract]) -> CheckedDelivery:
    """Check the delivery; one that is refused keeps its totals and rejected rows for people to see."""
    feeds = delivery_read(delivery, contracts, night.con)
    try:
        return delivery_judge(delivery, feeds, contracts, night.con)
    except (ControlTotalError, RejectLimitError):
        with bank_scope(night.bank.id):
            rejected = sum(feed.rejected for feed in feeds.values())
            attempt = run_refuse(bank_id=night.bank.id, run_id=night.run_id, rejected=rejected)
            refusal_write(
                bank_id=night.bank.id,
                run_id=night.run_id,
                attempt=attempt,
                business_date=night.business_date,
                feeds=feeds,
                con=night.con,
                at=datetime.now(UTC),
            )
        raise


def _unchanged(night: Night, checked: CheckedDelivery, delta: Collection[str]) -> dict[str, WrittenFile]:
    """Write the feeds of which a delta file had no row at all, where that needs no reading."""
    empty = [feed for feed, counts in checked.feeds.items() if feed in delta and counts.rows == 0]
    written = {feed: night.write_unchanged(feed_tables()[feed]) for feed in empty}
    return {feed: file for feed, file in written.items() if file is not None}


def _carry(
    night: Night, checked: CheckedDelivery, delta: Collection[str], unchanged: Mapping[str, WrittenFile]
) -> dict[str, int]:
    """Carry forward rejected rows of the current feeds and what delta files leave as it is; return how many of each."""
    carried = {feed: file.rows for feed, file in unchanged.items()}
    for feed, counts in checked.feeds.items():
        contract = contracts_shipped()[feed]
        if contract.mode is Mode.CURRENT:
            night.view_in_force(feed_tables()[feed], night.yesterday, f"in_force_{feed}")
            carried[feed] = carried_rows(night.con, contract, night.business_date, rejected=counts.rejected)
        elif feed in delta and feed not in unchanged:
            carried[feed] = delta_rows(night.con, contract)
    return carried


def _known_load(night: Night, delta: Collection[str]) -> None:
    night.view_yesterday(NOTE)
    for feed in ("repayment", "loan_event"):
        night.view_history(feed_tables()[feed], f"{feed}_history")
    for feed in delta:
        night.view_in_force(feed_tables()[feed], night.yesterday, f"in_force_{feed}")
    for name, select in _KNOWN.items():
        night.con.execute(f"create or replace temp view {name} as {known_with(name, select, delta)}")
    with bank_scope(night.bank.id):
        root = institution_root(night.bank.id).id
        tree = institution_subtree(bank_id=night.bank.id, roots=[root], on=night.business_date)
    rows_load(night.con, "known_institution", [Column("institution_code", "VARCHAR")], [(node.code,) for node in tree])
