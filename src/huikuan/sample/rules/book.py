"""How the sample bank is organised: regions, states, products. Our arrangement, not the lender's."""

from dataclasses import dataclass

BANK_CODE = "sample"
CURRENCY = "USD"
MINOR_DIGITS = 2
TIME_ZONE = "America/New_York"
NAME_ZH, NAME_EN = "样本银行", "Sample Bank"
NOTICE_ZH = (
    "样本数据：LendingClub 2018 年第一季度公布的 10,000 笔真实贷款。金额、利率、期限和已还总额为公布数据；"
    "还款日、期供表和逐笔还款由总额推导；借款人名称只是编号，机构、产品和管户人为演示而设；"
    "电话（555-01xx）和邮箱（example.com）为虚构，联系不到任何人；42 笔借据的贷款事件和三名保证人按规则编造。"
)
NOTICE_EN = (
    "Sample data: 10,000 real loans published by LendingClub for the first quarter of 2018. Amounts, rates, terms and "
    "totals paid are as published; due days, schedules and single repayments are derived from them; borrowers are "
    "numbers; institutions, products and officers are made for the demonstration; telephones (555-01xx) and mail "
    "addresses (example.com) are made up and reach nobody; loan events of 42 notes and three guarantors are made up by "
    "rule."
)
COLLECTIONS_CODE = "collections"


@dataclass(frozen=True, slots=True)
class Region:
    """A branch of the sample bank; its outlets are the states, by postal code."""

    code: str
    name_zh: str
    name_en: str
    states: tuple[str, ...]


# Regions follow the divisions of the US Census Bureau, some of them joined.
REGIONS = (
    Region("northeast", "东北部支行", "Northeast branch", ("CT", "MA", "ME", "NH", "NJ", "NY", "PA", "RI", "VT")),
    Region(
        "midwest", "中西部支行", "Midwest branch", ("IL", "IN", "KS", "MI", "MN", "MO", "ND", "NE", "OH", "SD", "WI")
    ),
    Region(
        "south-atlantic",
        "南大西洋支行",
        "South Atlantic branch",
        ("DC", "DE", "FL", "GA", "MD", "NC", "SC", "VA", "WV"),
    ),
    Region("south-central", "中南部支行", "South Central branch", ("AL", "AR", "KY", "LA", "MS", "OK", "TN", "TX")),
    Region("mountain", "山区支行", "Mountain branch", ("AZ", "CO", "ID", "MT", "NM", "NV", "UT", "WY")),
    Region("pacific", "太平洋支行", "Pacific branch", ("AK", "CA", "HI", "OR", "WA")),
)

# fmt: off
STATES = {
    "AK": ("阿拉斯加", "Alaska"), "AL": ("亚拉巴马", "Alabama"), "AR": ("阿肯色", "Arkansas"),
    "AZ": ("亚利桑那", "Arizona"), "CA": ("加利福尼亚", "California"), "CO": ("科罗拉多", "Colorado"),
    "CT": ("康涅狄格", "Connecticut"), "DC": ("哥伦比亚特区", "District of Columbia"),
    "DE": ("特拉华", "Delaware"), "FL": ("佛罗里达", "Florida"), "GA": ("佐治亚", "Georgia"),
    "HI": ("夏威夷", "Hawaii"), "ID": ("爱达荷", "Idaho"), "IL": ("伊利诺伊", "Illinois"),
    "IN": ("印第安纳", "Indiana"), "KS": ("堪萨斯", "Kansas"), "KY": ("肯塔基", "Kentucky"),
    "LA": ("路易斯安那", "Louisiana"), "MA": ("马萨诸塞", "Massachusetts"), "MD": ("马里兰", "Maryland"),
    "ME": ("缅因", "Maine"), "MI": ("密歇根", "Michigan"), "MN": ("明尼苏达", "Minnesota"),
    "MO": ("密苏里", "Missouri"), "MS": ("密西西比", "Mississippi"), "MT": ("蒙大拿", "Montana"),
    "NC": ("北卡罗来纳", "North Carolina"), "ND": ("北达科他", "North Dakota"), "NE": ("内布拉斯加", "Nebraska"),
    "NH": ("新罕布什尔", "New Hampshire"), "NJ": ("新泽西", "New Jersey"), "NM": ("新墨西哥", "New Mexico"),
    "NV": ("内华达", "Nevada"), "NY": ("纽约", "New York"), "OH": ("俄亥俄", "Ohio"),
    "OK": ("俄克拉何马", "Oklahoma"), "OR": ("俄勒冈", "Oregon"), "PA": ("宾夕法尼亚", "Pennsylvania"),
    "RI": ("罗得岛", "Rhode Island"), "SC": ("南卡罗来纳", "South Carolina"), "SD": ("南达科他", "South Dakota"),
    "TN": ("田纳西", "Tennessee"), "TX": ("得克萨斯", "Texas"), "UT": ("犹他", "Utah"),
    "VA": ("弗吉尼亚", "Virginia"), "VT": ("佛蒙特", "Vermont"), "WA": ("华盛顿", "Washington"),
    "WI": ("威斯康星", "Wisconsin"), "WV": ("西弗吉尼亚", "West Virginia"), "WY": ("怀俄明", "Wyoming"),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class SampleProduct:
    """A product of the sample bank: a group of the published purposes, by term."""

    code: str
    name_zh: str
    name_en: str
    kind: str


_GROUPS = {
    "debt": ("债务整合贷款", "Debt consolidation loan", "consumer"),
    "consumer": ("个人消费贷款", "Consumer loan", "consumer"),
    "business": ("小微经营贷款", "Small business loan", "operating"),
}
_GROUP_OF = {"debt_consolidation": "debt", "credit_card": "debt", "small_business": "business"}
PRODUCTS = tuple(
    SampleProduct(f"{group}-{term}", f"{zh} {term} 个月", f"{en}, {term} months", kind)
    for group, (zh, en, kind) in _GROUPS.items()
    for term in (36, 60)
)


def product_code(purpose: str, term_months: int) -> str:
    """Return the product of a published purpose and term."""
    return f"{_GROUP_OF.get(purpose, 'consumer')}-{term_months}"
