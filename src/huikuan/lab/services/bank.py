"""Sets up the simulated bank: the bank, marked as simulated for ever, its branches and outlets, its departments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.db import transaction

from huikuan.kernel.errors import NotFoundError
from huikuan.kernel.facts import InstitutionKind, Who
from huikuan.kernel.lines import simulated_require
from huikuan.kernel.selectors.institution import institution_root
from huikuan.kernel.selectors.users import bank_by_code
from huikuan.kernel.services.bank import bank_create
from huikuan.kernel.services.calendar import calendar_seed
from huikuan.kernel.services.institution import institution_add
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.vault import key_ring_ensure
from huikuan.lab import places

SINCE: Final = date(2000, 1, 1)
CALENDAR_YEARS: Final = (2024, 2025, 2026)
NAME_ZH, NAME_EN = "青禾农商银行", "Qinghe Rural Commercial Bank"
# The frame of every page says before it that the bank is simulated (``kernel.lines``).
NOTICE_ZH: Final = (
    "县、机构、员工、客户、企业、合同、金额全部由模拟器按随机种子生成，不对应任何真实的人或机构。"
    "证件号以 99 开头（无此行政区划），手机号以 100 开头（无此号段），均不可用。"
    "还款行为的形状取自公开数据，其余为书面假设；不得用于评价任何真实的人。"
)
NOTICE_EN: Final = (
    "County, institutions, staff, customers, companies, contracts and amounts come from a simulator and a seed and "
    "stand for nobody. Identity numbers begin with 99 (no such region), mobile numbers with 100 (no "
    "such range): none can be used. How people pay has the shape of public data, the rest is written assumption. Not "
    "for judging any real person."
)
_DEPARTMENTS: Final = (
    ("QHZB", "资产保全部", "Special assets department"),
    ("QHQS", "清收中心", "Collections centre"),
    ("QHFX", "风险管理部", "Risk department"),
)


def simulated_bank_ensure(*, by: Who, at: datetime) -> int:
    """Set up the simulated bank unless it is there; return its id. All of it in one transaction.

    Raises ``kernel.lines.BankNotSimulatedError`` if a real bank has its code.
    """
    try:
        bank = bank_by_code(places.BANK_CODE)
    except NotFoundError:
        key_ring_ensure()
        return _bank_create(by=by, at=at)
    simulated_require(bank_id=bank.id)
    return bank.id


def _bank_create(*, by: Who, at: datetime) -> int:
    with transaction.atomic():
        bank_id = bank_create(
            code=places.BANK_CODE,
            name_zh=NAME_ZH,
            name_en=NAME_EN,
            currency="CNY",
            minor_digits=2,
            time_zone="Asia/Shanghai",
            by=by,
            at=at,
            valid_from=SINCE,
            totp_required=False,
            notice_zh=NOTICE_ZH,
            notice_en=NOTICE_EN,
            simulated=True,
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
            calendar_seed(bank_id=bank_id, country="cn", year=year, by=by, at=at)
        for code, name_zh, name_en in _DEPARTMENTS:
            add(code, InstitutionKind.DEPARTMENT, root, name_zh, name_en)
        ids = {code: add(code, InstitutionKind.BRANCH, root, zh, en) for code, zh, en in places.branches()}
        for code, branch, name_zh, name_en in places.outlets():
            add(code, InstitutionKind.OUTLET, ids[branch], name_zh, name_en)
    return bank_id
