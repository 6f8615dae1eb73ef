"""Sets up the sample bank: the bank, its branches and outlets, its collections department."""

from datetime import date, datetime

from django.db import transaction

from huikuan.kernel.errors import NotFoundError
from huikuan.kernel.facts import InstitutionKind, Who
from huikuan.kernel.selectors.institution import institution_root
from huikuan.kernel.selectors.users import bank_by_code
from huikuan.kernel.services.bank import bank_create
from huikuan.kernel.services.calendar import calendar_seed
from huikuan.kernel.services.institution import institution_add
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.vault import key_ring_ensure
from huikuan.sample.rules import book

SINCE = date(2000, 1, 1)
CALENDAR_YEARS = (2018, 2026, 2027)  # of the loans, and those in which people look at them


def sample_bank_ensure(*, by: Who, at: datetime) -> int:
    """Set up the sample bank unless it is there; return its id. All of it in one transaction.

    It asks for no authenticator: nobody's data are in it, and people should be able to look around at once. On a new
    installation it also makes the key ring of the vault.
    """
    try:
        return bank_by_code(book.BANK_CODE).id
    except NotFoundError:
        key_ring_ensure()
    return _sample_bank_create(by=by, at=at)


def _sample_bank_create(*, by: Who, at: datetime) -> int:
    with transaction.atomic():
        bank_id = bank_create(
            code=book.BANK_CODE,
            name_zh=book.NAME_ZH,
            name_en=book.NAME_EN,
            currency=book.CURRENCY,
            minor_digits=book.MINOR_DIGITS,
            time_zone=book.TIME_ZONE,
            by=by,
            at=at,
            valid_from=SINCE,
            totp_required=False,
            notice_zh=book.NOTICE_ZH,
            notice_en=book.NOTICE_EN,
        )
        with bank_scope(bank_id):
            root = institution_root(bank_id).id

        def add(code: str, kind: InstitutionKind, parent_id: int, name_zh: str, name_en: str) -> int:
            return institution_add(
                bank_id=bank_id,
                code=code,
                kind=kind,
                parent_id=parent_id,
                name_zh=name_zh,
                name_en=name_en,
                valid_from=SINCE,
                by=by,
                at=at,
            )

        for year in CALENDAR_YEARS:
            calendar_seed(bank_id=bank_id, country="us", year=year, by=by, at=at)
        add(book.COLLECTIONS_CODE, InstitutionKind.DEPARTMENT, root, "清收中心", "Collections department")
        for region in book.REGIONS:
            branch = add(region.code, InstitutionKind.BRANCH, root, region.name_zh, region.name_en)
            for state in region.states:
                add(state, InstitutionKind.OUTLET, branch, *book.STATES[state])
    return bank_id
