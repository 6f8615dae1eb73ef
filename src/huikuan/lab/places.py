"""Names of the county, its institutions and its people: words that are put together, none of a real place or person."""

from __future__ import annotations

from typing import Final

from huikuan.lab.rules.people import OFFICERS_AN_OUTLET, OUTLETS

BANK_CODE: Final = "qinghe"
OUTLETS_A_BRANCH: Final = 4
BRANCHES: Final = OUTLETS // OUTLETS_A_BRANCH
_BRANCH_NAMES: Final = (
    ("城关", "Chengguan"), ("东河", "Donghe"), ("西坪", "Xiping"), ("南塘", "Nantang"),
    ("北岭", "Beiling"), ("青山", "Qingshan"), ("禾丰", "Hefeng"), ("石桥", "Shiqiao"),
)  # fmt: skip
_OUTLET_NAMES: Final = (("营业部", "main office"), ("一", "No. 1"), ("二", "No. 2"), ("三", "No. 3"))
# fmt: off
VILLAGES: Final = ("上", "下", "前", "后", "大", "小", "东", "西", "南", "北", "新", "老")
SURNAMES: Final = tuple("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕")
GIVEN_FIRST: Final = tuple("禾青麦田春秋丰稻雨林山河云明庆国建秀玉桂")
GIVEN_SECOND: Final = tuple("穗苗耕收仓满苇棠杉溪川岭霞兰梅生根旺平安")
TRADES: Final = (
    "粮油", "农机", "果蔬", "饲料", "建材", "物流", "食品", "茶业", "水产", "种业", "百货", "餐饮",
)
FIRMS: Final = ("绿禾", "金穗", "远山", "清泉", "向阳", "丰谷", "新田", "北渠", "东塘", "松岭")
# fmt: on


def branch_code(branch: int) -> str:
    """Code of a branch, counted from 0."""
    return f"QH{branch + 1:02d}"


def outlet_code(outlet: int) -> str:
    """Code of an outlet, counted from 0 through the whole bank."""
    return f"{branch_code(outlet // OUTLETS_A_BRANCH)}{outlet % OUTLETS_A_BRANCH + 1:02d}"


def branches() -> list[tuple[str, str, str]]:
    """Code, Chinese and English name of each branch."""
    return [(branch_code(n), f"{zh}支行", f"{en} branch") for n, (zh, en) in enumerate(_BRANCH_NAMES)]


def outlets() -> list[tuple[str, str, str, str]]:
    """Code, code of the branch, Chinese and English name of each outlet."""
    found = []
    for outlet in range(OUTLETS):
        branch, place = divmod(outlet, OUTLETS_A_BRANCH)
        (zh, en), (part_zh, part_en) = _BRANCH_NAMES[branch], _OUTLET_NAMES[place]
        name_zh = f"{zh}支行{part_zh}" if place == 0 else f"{zh}{part_zh}分理处"
        found.append((outlet_code(outlet), branch_code(branch), name_zh, f"{en} {part_en}"))
    return found


def officer_code(outlet: int, officer: int) -> str:
    """Staff number of an account officer."""
    return f"G{outlet_code(outlet)[2:]}{officer + 1}"


def officer_name(outlet: int, officer: int) -> str:
    """Name of an account officer."""
    number = outlet * OFFICERS_AN_OUTLET + officer
    surname = SURNAMES[number * 7 % len(SURNAMES)]
    return surname + GIVEN_FIRST[number * 3 % len(GIVEN_FIRST)] + GIVEN_SECOND[number // 5 % len(GIVEN_SECOND)]
