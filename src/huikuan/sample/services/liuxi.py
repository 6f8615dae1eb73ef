"""Sets up the invented bank Liuxi: the bank, its branches, its departments."""

from datetime import datetime

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
from huikuan.sample.liuxi.book import BANK_CODE
from huikuan.sample.services.bank import SINCE

NAME_ZH, NAME_EN = "柳溪农商行", "Liuxi Rural Bank"
NOTICE_ZH = (
    "虚构银行：客户、企业、合同、金额全部为演示而编造，不对应任何真实的人或机构；"
    "手机号以 100 开头、证件号校验位错误，均不可用。"
    "文件按国内核心系统的习惯生成（GB18030、|@| 分隔、无表头），经映射读入。"
)
NOTICE_EN = (
    "Invented bank: customers, enterprises, contracts and amounts are made up for the demonstration and stand for "
    "nobody. Mobile numbers begin with 100 and identity numbers have a wrong check digit: none can be used. Its files "
    "are written as a Chinese core system writes them (GB18030, separator |@|, no header) and read through a mapping."
)
CALENDAR_YEARS = (2025, 2026)
_UNITS = (
    ("8801", InstitutionKind.BRANCH, "城关支行", "Chengguan branch"),
    ("8802", InstitutionKind.BRANCH, "北渠支行", "Beiqu branch"),
    ("8803", InstitutionKind.BRANCH, "柳湾支行", "Liuwan branch"),
    ("QS01", InstitutionKind.DEPARTMENT, "清收中心", "Collections department"),
)


def liuxi_bank_ensure(*, by: Who, at: datetime) -> int:
    """Set up the invented bank unless it is there; return its id. All of it in one transaction."""
    try:
        return bank_by_code(BANK_CODE).id
    except NotFoundError:
        key_ring_ensure()
    with transaction.atomic():
        bank_id = bank_create(
            code=BANK_CODE,
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
        )
        with bank_scope(bank_id):
            root = institution_root(bank_id).id
        for year in CALENDAR_YEARS:
            calendar_seed(bank_id=bank_id, country="cn", year=year, by=by, at=at)
        for code, kind, name_zh, name_en in _UNITS:
            institution_add(
                bank_id=bank_id,
                code=code,
                kind=kind,
                parent_id=root,
                name_zh=name_zh,
                name_en=name_en,
                valid_from=SINCE,
                by=by,
                at=at,
            )
    return bank_id
