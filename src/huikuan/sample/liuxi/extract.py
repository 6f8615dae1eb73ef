"""Writes the extract of the invented bank, one folder a day, as its core system would: GB18030, `|@|`, no header.

Some habits of such systems are kept on purpose: keys filled up with zeros, no dates as 00010101 and 99991231, amounts
in yuan, in one file in fen and in another in units of ten thousand, codes, a control file that is written last.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from os import utime
from pathlib import Path
from shutil import copyfile
from zoneinfo import ZoneInfo

from huikuan.portfolio.facts import Compound, RepaymentMethod
from huikuan.portfolio.rules.schedule import months_after
from huikuan.sample.liuxi.book import BANK_CODE, FIRST_ON, LAST_ON, Note, contracts, notes
from huikuan.sample.liuxi.core import core_row
from huikuan.sample.liuxi.people import FIRST_ENTERPRISE, FIRST_PERSON, customers

MAPPING = Path(__file__).resolve().parent / "mapping"
SEPARATOR = "|@|"
NO_START, NO_END = "00010101", "99991231"
ZONE = ZoneInfo("Asia/Shanghai")
LATE_ON = date(2025, 6, 18)
_METHOD = {
    RepaymentMethod.EQUAL_INSTALMENT: "01",
    RepaymentMethod.EQUAL_PRINCIPAL: "02",
    RepaymentMethod.INTEREST_FIRST: "03",
}
_COMPOUND = {Compound.NONE: "0", Compound.QUARTERLY: "3"}
Rows = list[tuple[str, ...]]


def liuxi_deliver(
    inbox: Path,
    from_on: date = FIRST_ON,
    to_on: date = LAST_ON,
    *,
    progress: Callable[[date], None] = lambda _: None,
) -> list[Path]:
    """Write the extracts from ``from_on`` to ``to_on`` below ``<inbox>/liuxi``; return their folders.

    Repeated calls write the same bytes; a folder that already has its control file is left as it is. The first extract
    carries the repayments and monthly statuses of all earlier days.
    """
    start, last = max(from_on, FIRST_ON), min(to_on, LAST_ON)
    folders = []
    for day in (start + timedelta(days=place) for place in range((last - start).days + 1)):
        folder = inbox / BANK_CODE / f"{day:%Y%m%d}"
        if not (folder / _ready(day)).is_file():
            _day_write(folder, day, first=day == start)
        folders.append(folder)
        progress(day)
    return folders


def mapping_install(folder: Path) -> None:
    """Put the mapping files of the bank where its nights look for them; files that are there are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(MAPPING.glob("*.yaml")):
        copyfile(file, folder / file.name)


def _ready(day: date) -> str:
    return f"READY_{day:%Y%m%d}.flg"


def _day_write(folder: Path, day: date, *, first: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "CIF_CUST": _customers(),
        "LN_CONT": _contracts(),
        "LN_NOTE": _notes(),
        "LN_REPAY": _repayments(day, first=first),
        "LN_ACCT": _accounts(day),
        "LN_CORE": [core_row(note, _note_key(note), day) for note in notes()],
        "GU_GUAR": _guarantees(),
        "GU_COLL": _collaterals(),
    }
    control: Rows = []
    for name, rows in files.items():
        file = f"{name}_{day:%Y%m%d}.dat"
        _write(folder / file, rows)
        control.append((file, str(len(rows)), _total(name, rows)))
    if first or (day + timedelta(days=1)).day == 1:
        months = _months(day, first=first)
        text = "借据号,月份,状态,余额\n" + "".join(f'"{row[0]}",{",".join(row[1:])}\n' for row in months)
        (folder / f"LN_MON_{day:%Y%m%d}.csv").write_bytes(text.encode("gb18030"))
    part = folder / f".{_ready(day)}"
    _write(part, control)
    written = _written_at(day).timestamp()
    utime(part, (written, written))
    part.replace(folder / _ready(day))


def _written_at(day: date) -> datetime:
    """When the extract of a day was complete: soon after one at night, and once in the month late."""
    time = datetime.combine(day + timedelta(days=1), datetime.min.time(), ZONE)
    return time + (timedelta(hours=3, minutes=12) if day == LATE_ON else timedelta(hours=1, minutes=day.day))


def _write(path: Path, rows: Iterable[Sequence[str]]) -> None:
    path.write_bytes("".join(SEPARATOR.join(row) + "\n" for row in rows).encode("gb18030"))


def _total(name: str, rows: Rows) -> str:
    """Return the control sum of a file: of the notes' amounts and of the repayments, 0 for the others."""
    place = {"LN_NOTE": 2, "LN_REPAY": 4}.get(name)
    return "0" if place is None else str(sum(Decimal(row[place]) for row in rows))


def _customer(number: int) -> str:
    return f"{number:012d}" if number else ""


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _percent(ppm: int) -> str:
    return f"{ppm // 10_000}.{ppm % 10_000:04d}"


def _note_key(note: Note) -> str:
    return f"{note.number:020d}"


def _contract_key(number: int) -> str:
    return f"HT2022{number:06d}"


def _customers() -> Rows:
    return [
        (
            _customer(one.number),
            "1" if one.person else "2",
            one.name,
            "10" if one.person else "20",
            one.identity,
            one.region,
            one.mobile,
            one.phone,
            one.address,
            one.email,
            _day(one.recorded_on),
            _customer(one.representative),
            _customer(one.controller),
            _customer(one.group),
            _customer(one.spouse),
        )
        for one in customers()
    ]


def _contracts() -> Rows:
    return [
        (
            _contract_key(one.number),
            _customer(one.customer),
            one.branch,
            one.product,
            _yuan(one.amount_fen),
            _day(one.signed_on),
            _day(one.expires_on),
            _customer(one.co_borrower),
        )
        for one in contracts()
    ]


def _notes() -> Rows:
    rows: Rows = []
    for note in notes():
        terms, officer = note.terms, 1 + note.number % 5
        rows.append(
            (
                _note_key(note),
                _contract_key(note.contract.number),
                _yuan(terms.principal_minor),
                _day(terms.disbursed_on),
                _day(terms.matures_on),
                _percent(terms.annual_rate_ppm),
                _METHOD[terms.method],
                str(terms.instalment_count),
                _day(terms.first_due_on),
                _percent(terms.penalty_rate_ppm),
                _COMPOUND[terms.compound],
                "0",
                f"GH{officer:03d}",
                f"客户经理{'甲乙丙丁戊'[officer - 1]}",
                note.contract.branch if note.late < 4 else "QS01",
            )
        )
    return rows


def _repayments(day: date, *, first: bool) -> Rows:
    return [
        (
            row.core_ref,
            _note_key(note),
            _day(row.value_on),
            f"09{row.received_at:%M%S}",
            str(row.amount_minor),
            "",
        )
        for note in notes()
        for row in note.repayments
        if row.value_on == day or (first and row.value_on < day)
    ]


def _accounts(day: date) -> Rows:
    rows: Rows = []
    for note in notes():
        short = note.late > 0
        balance = note.number * 137 % 900 * 100 + (0 if short else 600_000)
        failure = "2" if note.late > 6 else "1" if short else "0"
        rows.append(
            (_note_key(note), f"0000{note.number * 98_321:015d}", _yuan(balance), f"{_day(day)}235959", failure)
        )
    return rows


def _guarantees() -> Rows:
    """Rows of guarantees; amounts in units of ten thousand yuan."""
    rows: Rows = []
    for contract in contracts():
        if contract.number % 4 == 0:
            continue
        guarantor = FIRST_PERSON + (contract.number * 5 + 3) % 28
        if guarantor == contract.customer:
            guarantor += 1
        most = contract.customer >= FIRST_ENTERPRISE
        rows.append(
            (
                f"BZ{contract.number:06d}",
                _contract_key(contract.number),
                _customer(guarantor),
                "1" if contract.number % 5 == 0 else "2",
                "Y" if most else "N",
                f"{contract.amount_fen // 1_000_000 + (5 if most else 0)}.00",
                _day(date(2025, 12, 31)) if most and contract.number % 2 else NO_START,
                _day(contract.signed_on),
                NO_END if contract.number % 3 == 0 else _day(months_after(contract.expires_on, 36)),
            )
        )
    return rows


def _collaterals() -> Rows:
    rows: Rows = []
    for contract in contracts():
        if contract.product not in ("AJ01", "JY01"):
            continue
        home = contract.product == "AJ01"
        kind = "01" if home else ("02", "05", "03", "06")[contract.number % 4]
        rows.append(
            (
                f"DY{contract.number:06d}",
                _contract_key(contract.number),
                _customer(contract.customer),
                kind,
                "2" if kind == "06" else "1",
                "N" if home else "Y",
                _yuan(contract.amount_fen),
                _yuan(contract.amount_fen * 3 // 2),
                _day(contract.signed_on - timedelta(days=20)),
                _day(contract.signed_on + timedelta(days=9)) if contract.number % 5 else NO_START,
                str(1 + (contract.number % 7 == 0)),
            )
        )
    return rows


def _months(day: date, *, first: bool) -> Rows:
    """Rows of the status at month-ends: the last twelve at first, then one a month."""
    month = day.replace(day=1)
    months = [months_after(month, back) for back in range(-12 if first else 0, 1)]
    rows: Rows = []
    for note in notes():
        for start in months:
            close = months_after(start, 1) - timedelta(days=1)
            if close > day or close < note.terms.disbursed_on:
                continue
            state = note.state(close)
            late = max(state.dpd_principal, state.dpd_interest)
            code = "M0" if late == 0 else f"M{min(7, (late + 29) // 30)}"
            rows.append((_note_key(note), f"{start:%Y%m}", code, _yuan(state.principal_outstanding_minor)))
    return rows
