"""Checks a delivery without loading it."""

from dataclasses import dataclass, replace

from django.conf import settings

from huikuan.kernel.selectors.institution import institution_root, institution_subtree
from huikuan.kernel.tenancy import bank_scope
from huikuan.portfolio.feed_contract import contracts_shipped
from huikuan.portfolio.intake.book import KNOWN_FEEDS, known_load
from huikuan.portfolio.intake.check import CheckedFeed, Delivery, delivery_read
from huikuan.portfolio.intake.delta import feed_delivered, feeds_delta
from huikuan.portfolio.intake.renumber import FEED as RENUMBERING
from huikuan.portfolio.intake_policies import reject_floor_of_bank
from huikuan.portfolio.lake import Lake
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.product_policies import products_of_bank
from huikuan.portfolio.renumbering import renumbered_load, steps_latest
from huikuan.portfolio.rules.reject_limit import rejects_refuse
from huikuan.portfolio.selectors.lake import lake_files, lake_latest
from huikuan.portfolio.selectors.workday import workdays_of_bank

REASONS_MAX = 5


@dataclass(frozen=True, slots=True)
class FeedFinding:
    """What a check found in one file: the counts, and the first rejects as (file, line, code, field, expected, got)."""

    feed: CheckedFeed
    limit_ppm: int
    floor_rows: int
    reasons: list[tuple[str, int, str, str, str, str]]

    @property
    def refused(self) -> bool:
        """Whether this file alone would refuse the day."""
        counts = {"rejected": self.feed.rejected, "rows": self.feed.rows}
        return any(not control.ok for control in self.feed.controls) or rejects_refuse(
            **counts, limit_ppm=self.limit_ppm, floor_rows=self.floor_rows
        )


def feed_check(*, bank_id: int, lake: Lake, delivery: Delivery) -> list[FeedFinding]:
    """Check a delivery against the contracts and the book as it was before that day; nothing is written.

    Raises a DeliveryError where a file cannot be read at all.
    """
    contracts = contracts_shipped()
    delta = feeds_delta(delivery, contracts)
    tables = {feed_tables()[feed].name: feed for feed in {*KNOWN_FEEDS, *delta, RENUMBERING}}
    with bank_scope(bank_id):
        named = lake_latest(lake_files(bank_id=bank_id, tables=tables))
        root = institution_root(bank_id).id
        tree = institution_subtree(bank_id=bank_id, roots=[root], on=delivery.business_date)
    paths: dict[str, list[str]] = {}
    for file in named:
        if file.business_date < delivery.business_date:
            paths.setdefault(tables[file.table], []).append(file.path)
    with lake.connect(reads=[path for each in paths.values() for path in each], folders=[delivery.folder]) as con:
        steps = [lake.read_sql(feed_tables()[RENUMBERING], [path]) for path in paths.get(RENUMBERING, [])]
        rekeyed = bool(steps) or feed_delivered(delivery, contracts, RENUMBERING)
        if rekeyed:
            con.execute(f"create temp table renumbered_step as {steps_latest(steps)}")
            renumbered_load(con, delivery.business_date)
        known_load(con, lake, paths, [node.code for node in tree], delta, rekeyed=rekeyed)
        bundles = products_of_bank(settings.HOME, delivery.bank_code)
        floor = reject_floor_of_bank(settings.HOME, delivery.bank_code, delivery.business_date)
        delivery = replace(delivery, bundles=bundles, is_workday=workdays_of_bank(bank_id), reject_floor=floor)
        feeds = delivery_read(delivery, contracts, con)
        return [
            FeedFinding(
                checked,
                contracts[feed].reject_limit_ppm,
                delivery.rows_borne,
                con.execute(
                    "select coalesce(nullif(source_file, ''), $3), coalesce(source_line, line), reasons->0->>'code', "
                    "reasons->0->>'field', reasons->0->>'expected', reasons->0->>'got' "
                    "from intake_reject where feed = $1 order by line limit $2",
                    [feed, REASONS_MAX, checked.file_name],
                ).fetchall(),
            )
            for feed, checked in feeds.items()
        ]
