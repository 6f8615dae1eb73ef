"""Jobs of the night: a night that was started from the page, a correction that was approved."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from huikuan.kernel.errors import DomainError
from huikuan.kernel.jobs import job, periodic

if TYPE_CHECKING:
    from huikuan.nightly.cycle import NightResult
    from huikuan.nightly.facts import BankFact, StageName
    from huikuan.nightly.models import NightRequest
    from huikuan.nightly.opening import NightPlaces


def night_lock_name(bank_id: int) -> str:
    """Return the lock of a bank's nights in the queue: they wait for each other instead of failing."""
    return f"nightly-{bank_id}"


@job("nightly.rerun", in_pieces=True)
def night_rerun(*, bank_id: int, request_id: str) -> None:
    """Run the nights of a bank up to the date of a request, as `huikuan nightly --date` does."""
    from huikuan.kernel.facts import Who
    from huikuan.nightly.cycle import nights_run
    from huikuan.nightly.services.request import request_begin, request_done

    def run(request: NightRequest, bank: BankFact, places: NightPlaces, at: Callable[[], datetime]) -> None:
        from huikuan.kernel.tenancy import bank_scope

        with bank_scope(bank_id):
            request_begin(bank_id=bank_id, request_id=request.id, at=at())
        nights_run(bank, request.business_date, places, Unseen(), by=Who(request.by_kind, request.by_ref))
        with bank_scope(bank_id):
            request_done(bank_id=bank_id, request_id=request.id, at=at())

    _carry_out(bank_id, request_id, run)


@job("nightly.correct", in_pieces=True)
def night_correct(*, bank_id: int, request_id: str) -> None:
    """Make the correction runs of an approved request; begun before, it goes on."""
    from huikuan.kernel.facts import Who
    from huikuan.nightly.correction import correction_run

    def run(request: NightRequest, bank: BankFact, places: NightPlaces, _at: Callable[[], datetime]) -> None:
        correction_run(
            bank,
            request.business_date,
            places,
            Unseen(),
            reason=request.reason,
            by=Who(request.by_kind, request.by_ref),
            request_id=request.id,
        )

    _carry_out(bank_id, request_id, run)


def _carry_out(
    bank_id: int,
    request_id: str,
    run: Callable[[NightRequest, BankFact, NightPlaces, Callable[[], datetime]], None],
) -> None:
    """Do what a request asks for, once; an error that a person has to remove is entered in it."""
    from django.conf import settings
    from django.utils import timezone

    from huikuan.kernel.tenancy import bank_scope
    from huikuan.nightly.opening import NightPlaces
    from huikuan.nightly.selectors.bank import bank_fact
    from huikuan.nightly.selectors.corrections import request_read
    from huikuan.nightly.services.request import request_fail

    with bank_scope(bank_id):
        request = request_read(bank_id=bank_id, request_id=UUID(request_id))
    if request.state not in {"queued", "running"}:
        return
    try:
        run(request, bank_fact(bank_id), NightPlaces.of(settings.HOME), timezone.now)
    except DomainError as error:
        with bank_scope(bank_id):
            request_fail(
                bank_id=bank_id,
                request_id=request.id,
                business_date=request.business_date,
                error=error,
                at=timezone.now(),
            )
        raise


@periodic("nightly.requests_sweep", "*/5 * * * *")
def requests_sweep_all() -> None:
    """Every five minutes: requests whose job was given up have failed."""
    from django.utils import timezone

    from huikuan.kernel.selectors.users import banks_all
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.nightly.services.request import requests_sweep

    for bank in banks_all():
        with bank_scope(bank.id):
            requests_sweep(bank_id=bank.id, at=timezone.now())


@periodic("nightly.arrivals", "*/5 * * * *")
def arrivals_watch() -> None:
    """Every five minutes: keep which deliveries came, are late or are missing. A bank whose mapping is wrong is passed
    over: its night says so.
    """
    from django.conf import settings
    from django.utils import timezone

    from huikuan.kernel.selectors.users import banks_all
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.nightly.selectors.bank import bank_fact
    from huikuan.nightly.services.arrival import arrivals_keep
    from huikuan.portfolio.mapping.errors import MappingError

    for bank in banks_all():
        with bank_scope(bank.id), suppress(MappingError):
            arrivals_keep(bank=bank_fact(bank.id), inbox=settings.HOME / "inbox", at=timezone.now())


class Unseen:
    """A progress that nobody watches: the page reads the ledger."""

    def night_begins(self, business_date: date, number: int, of: int) -> None:
        """A night begins."""

    def stage_begins(self, business_date: date, stage: StageName) -> None:
        """A stage begins."""

    def night_ends(self, result: NightResult) -> None:
        """A night is over."""
