"""The customers of the invented bank: persons and enterprises that do not exist.

Nothing here reaches anybody: mobile numbers begin with 100 and fixed lines with 000, which no network gives out;
identity numbers begin with the region 99, which does not exist, and end in a wrong check digit; mail goes to
example.com, a domain that is reserved for examples.
"""

from dataclasses import dataclass, replace
from datetime import date

PERSONS = 28
ENTERPRISES = 12
FIRST_PERSON, FIRST_ENTERPRISE = 10001, 20001
SAME_CARD = (4, 23)  # places of persons whom the core has under two numbers: opened again with the same card,
OLD_CARD = (7, 22)  # and once with the card of 15 digits of the years before 1999
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华"
# fmt: off
_GIVEN = (
    "秋收", "禾生", "麦香", "稻丰", "田雨", "春耕", "满仓", "青苗", "立夏", "谷雨", "小满", "芒种", "白露", "霜降",
    "清明", "惊蛰", "寒露", "冬至", "大暑", "处暑", "雨水", "春分", "秋分", "立冬", "小寒", "大寒", "小雪", "立秋",
)
# fmt: on
_ENTERPRISES = (
    "柳溪县绿源粮油有限公司",
    "柳溪县北渠农机有限公司",
    "柳溪县柳湾水产养殖专业合作社",
    "柳溪县丰谷种业有限公司",
    "柳溪县禾田饲料有限公司",
    "柳溪县清泉食品有限公司",
    "柳溪县向阳建材有限公司",
    "柳溪县远山物流有限公司",
    "柳溪县金穗米业有限公司",
    "柳溪县新田蔬菜专业合作社",
    "柳溪县古渡茶业有限公司",
    "柳溪县绿源集团有限公司",
)  # fmt: skip
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as the core system keeps it; empty text where it has nothing."""

    number: int
    person: bool
    name: str
    identity: str
    region: str
    mobile: str
    phone: str
    address: str
    email: str
    recorded_on: date
    representative: int = 0  # customer number of the legal representative
    controller: int = 0
    group: int = 0
    spouse: int = 0


def wrong_identity_number(number: int) -> str:
    """Return a number of the form of an identity card that no card can have: region 99, wrong check digit."""
    body = f"990000{1960 + number % 40}{1 + number % 12:02d}{1 + number % 28:02d}{number % 1000:03d}"
    right = _CHECK[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]
    return body + ("0" if right != "0" else "1")


def old_identity_number(number: str) -> str:
    """Return the form of 15 digits of a number: a year of two digits, no check digit."""
    return number[:6] + number[8:17]


def customers() -> tuple[Customer, ...]:
    """Return all customers, persons first; two persons have two numbers each."""
    persons = [_person(place) for place in range(PERSONS)]
    first, again = SAME_CARD
    persons[again] = replace(persons[again], name=persons[first].name, identity=persons[first].identity)
    first, again = OLD_CARD
    persons[again] = replace(
        persons[again],
        name=persons[first].name,
        identity=old_identity_number(persons[first].identity),
        mobile=persons[first].mobile,
    )
    return (*persons, *(_enterprise(place) for place in range(ENTERPRISES)))


def _person(place: int) -> Customer:
    number = FIRST_PERSON + place
    region = f"9900{1 + place % 3:02d}"
    return Customer(
        number=number,
        person=True,
        name=_SURNAMES[place] + _GIVEN[place],
        identity=wrong_identity_number(number),
        region=region,
        mobile=f"100{number * 7919 % 100_000_000:08d}",
        phone="" if place % 4 else f"000-{number % 10_000:04d}{place:02d}",
        address=f"柳溪县示例镇第{1 + place % 9}村{1 + place}号",
        email=f"k{number}@example.com" if place % 5 == 0 else "",
        recorded_on=date(2021, 1 + place % 12, 1 + place),
        spouse=number + 1 if place in (0, 6, 12) else 0,
    )


def _enterprise(place: int) -> Customer:
    number = FIRST_ENTERPRISE + place
    return Customer(
        number=number,
        person=False,
        name=_ENTERPRISES[place],
        identity=f"91990000MA{number:05d}00X"[:18].ljust(18, "0"),
        region=f"9900{1 + place % 3:02d}",
        mobile=f"100{number * 6151 % 100_000_000:08d}",
        phone=f"000-{number % 100_000:05d}8",
        address=f"柳溪县示例工业园{1 + place}号",
        email=f"q{number}@example.com",
        recorded_on=date(2020, 1 + place, 15),
        representative=FIRST_PERSON + 14 + place,
        controller=FIRST_PERSON + (14 + place if place % 3 else 26),
        group=FIRST_ENTERPRISE + 11 if place in (0, 4, 8) else 0,
    )
