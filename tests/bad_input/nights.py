"""A bank to which the deliveries of the table are sent, and what it holds."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import a_bank, an_institution
from huikuan.nightly.cycle import NightResult, nights_run
from huikuan.nightly.facts import BankFact
from huikuan.nightly.models import StageRun
from huikuan.nightly.opening import NightPlaces
from huikuan.nightly.selectors.runs import RunView, run_views
from huikuan.nightly.tests.night_support import Silent
from huikuan.portfolio.models import ContactPoint, DeskNote, LakeFile, Party, Product, Publication
from huikuan.portfolio.tests.deliveries import BANK, DAY, ADelivery

KEPT = (StageRun, LakeFile, Party, Product, ContactPoint, DeskNote, Publication)


@dataclass(frozen=True, slots=True)
class Place:
    """The bank of the table, its lake and its inbox."""

    bank: BankFact
    places: NightPlaces

    @property
    def folder(self) -> Path:
        """Where the delivery of the day lies."""
        return self.places.inbox / BANK / DAY.isoformat()

    def delivery(self, *, many: int = 100) -> ADelivery:
        """A good delivery of the day; what lay there is removed."""
        shutil.rmtree(self.folder.parent, ignore_errors=True)
        return ADelivery(self.folder, many=many)

    def night(self) -> NightResult:
        """Run the night of the day."""
        return nights_run(self.bank, DAY, self.places, Silent())[-1]

    def ledger(self) -> RunView:
        """What the ledger says of the night."""
        with bank_scope(self.bank.id):
            return run_views(bank_id=self.bank.id, before=None, limit=1)[0]

    def kept(self) -> dict[str, int]:
        """Rows of the bank by table, and files in its lake, which only exist if a row names them."""
        with bank_scope(self.bank.id):
            rows = {model.__name__: model.objects.filter(bank_id=self.bank.id).count() for model in KEPT}
        return {**rows, "files": len([file for file in self.places.lake.rglob("*") if file.is_file()])}


def a_place(folder: Path) -> Place:
    """The bank with its branches."""
    bank = a_bank(code=BANK)
    for branch in ("east", "west"):
        an_institution(bank, code=branch)
    fact = BankFact(bank.id, bank.code, bank.time_zone, bank.minor_digits)
    return Place(fact, NightPlaces(folder / "lake", folder / "inbox"))
