"""A made-up loan book of any size and its daily deliveries, for `benchmarks/nightly.py`.

A few thousand *lives* (terms, 24 instalments, repayments so far) are drawn in Python with a seed; a note is a copy
of one of them. So a book of a million notes is a join in DuckDB, and its state at the close of the first day is
known exactly: the exact engine replays each life once.

Shares of notes: 30 % are past due (1 to 12 instalments missed, every third with a part payment), 10 % were late
once, 60 % paid every due day; 20 % bear monthly and 10 % quarterly compound interest; 4 notes in 5 have a borrower
of their own. Every later day: repayments for about 1 note in 20, one in 5,000 backdated, one in 40,000 reversed, new
notes 1 in 2,000, changed schedules 1 in 5,000, changed penalty rates 1 in 10,000, settled 1 in 20,000, rejected 1 in
100,000, changed parties 1 in 2,000.
"""

# ruff: noqa: S311, S608 - made-up data; names in the SQL are constants of this module

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import yaml

from huikuan.nightly.stages.replay import allocation_rows
from huikuan.portfolio.book_tables import ALLOCATION, NOTE_STATE, OPEN_INSTALMENT
from huikuan.portfolio.conventions import DayCount
from huikuan.portfolio.facts import Compound, Instalment, NoteState, NoteTerms, Repayment, RepaymentMethod
from huikuan.portfolio.lake import Column, LakeTable, rows_load, sql_text
from huikuan.portfolio.rules.day_count import den_of
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.rules.schedule import schedule_build

DEN = den_of(DayCount.ACT_360)
FIRST_DAY = date(2024, 6, 14)
INSTALMENTS = 24
LIVES = 6_000
BANK = "bench"
BRANCHES = tuple(f"B{number:02d}" for number in range(30))
PRODUCTS = (
    ("consumer", "个人消费贷", "Consumer loan", "consumer", True, True),
    ("farm", "惠农贷", "Farm loan", "agricultural", True, False),
    ("shop", "经营贷", "Business loan", "operating", False, True),
)


@dataclass(frozen=True, slots=True)
class Life:
    """What one note of the book has lived through up to the first day."""

    terms: NoteTerms
    schedule: tuple[Instalment, ...]
    repayments: tuple[Repayment, ...]
    late: bool


def lives_draw(seed: int) -> list[Life]:
    """Draw the lives of a book."""
    drawn = random.Random(seed)
    return [_life(drawn, number) for number in range(LIVES)]


def book_write(folder: Path, inbox: Path, *, notes: int, nights: int, seed: int, seeded: bool) -> list[date]:
    """Write the deliveries of the first day and of ``nights`` days after it; return the days.

    The first delivery holds the whole history of repayments. ``seeded``: instead, `seed_*.parquet` lie beside it with
    the history, the schedules and the close of that day as lake tables would have them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(str(folder / f"book-{notes}.duckdb"), config={"threads": 2, "memory_limit": "4GB"})
    con.execute(f"set temp_directory = {sql_text(str(folder / 'spill'))}")
    _lives_load(con, lives_draw(seed))
    con.execute(
        f"create table note as select i, (i * 7919 + {seed}) % {LIVES} as life, i * 4 // 5 as party, "
        f"{_hash('i', 1, 0)} % {len(BRANCHES)} as branch, {_hash('i', 2, 0)} % {len(PRODUCTS)} as product, "
        f"date '{FIRST_DAY}' as since, "
        f"cast(0 as bigint) as penalty_more_ppm, false as settled from range({notes}) as r(i)"
    )
    con.execute("create table party as select distinct party, 0 as renamed from note")
    con.execute("create table shifted (i bigint, shifted_on date)")
    days = [FIRST_DAY + timedelta(days=number) for number in range(nights + 1)]
    for day in days:
        _day_write(con, inbox / BANK / day.isoformat(), day, notes, seeded=seeded)
    con.close()
    return days


def _life(drawn: random.Random, number: int) -> Life:
    age_months, principal = drawn.randrange(INSTALMENTS), drawn.randrange(500_000, 30_000_000)
    day = 1 + drawn.randrange(28)  # of the month; the next due day lies within a month after the first day
    first_due = _month_on(FIRST_DAY.replace(day=day), (1 if day <= FIRST_DAY.day else 0) - age_months)
    rate = drawn.randrange(36_000, 180_000, 500)
    terms = NoteTerms(
        principal_minor=principal,
        disbursed_on=_month_on(first_due, -1),
        matures_on=_month_on(first_due, INSTALMENTS - 1),
        first_due_on=first_due,
        annual_rate_ppm=rate,
        penalty_rate_ppm=rate * 3 // 2,
        compound=drawn.choices(list(Compound), (7, 2, 1))[0],
        method=RepaymentMethod.EQUAL_INSTALMENT,
        instalment_count=INSTALMENTS,
    )
    schedule = schedule_build(terms)
    due = [row for row in schedule if row.due_on <= FIRST_DAY]
    late, once = drawn.random() < 0.33, drawn.random() < 0.14
    missed = min(len(due), 1 + int(drawn.expovariate(0.5))) if late else 0
    repayments = []
    for row in due[: len(due) - missed]:
        delay = drawn.randrange(1, 60) if once and row.seq % 5 == 2 else 0
        paid_on = min(row.due_on + timedelta(days=delay), FIRST_DAY)
        accrued = (row.principal_minor + row.interest_minor) * terms.penalty_rate_ppm * delay // DEN + 2 * (delay > 0)
        repayments.append(_repayment(number, row.seq, paid_on, row.principal_minor + row.interest_minor + accrued))
    if missed and drawn.random() < 0.33:
        part_on = min(due[-missed].due_on + timedelta(days=drawn.randrange(20)), FIRST_DAY)
        repayments.append(_repayment(number, 99, part_on, 1 + due[-missed].principal_minor // 3))
    return Life(terms, schedule, tuple(repayments), bool(missed))


def _repayment(number: int, seq: int, paid_on: date, amount_minor: int) -> Repayment:
    return Repayment(f"{number}-{seq}", paid_on, datetime(2024, 1, 1, 2, tzinfo=UTC), amount_minor)


def _month_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1)


def _lives_load(con: duckdb.DuckDBPyConnection, lives: list[Life]) -> None:
    """Tables life, life_instalment, life_repayment and the close of the first day of each life."""
    done = [replay(life.terms, life.schedule, life.repayments, FIRST_DAY) for life in lives]
    _load(
        con,
        "life",
        "life BIGINT, principal BIGINT, disbursed_on DATE, matures_on DATE, first_due_on DATE, annual_ppm BIGINT, "
        "penalty_ppm BIGINT, compound VARCHAR, late BOOLEAN",
        (
            (n, t.principal_minor, t.disbursed_on, t.matures_on, t.first_due_on, t.annual_rate_ppm, t.penalty_rate_ppm,
             t.compound, life.late)
            for n, life in enumerate(lives)
            for t in (life.terms,)
        ),
    )  # fmt: skip
    _load(
        con,
        "life_instalment",
        "life BIGINT, seq INTEGER, due_on DATE, principal BIGINT, interest BIGINT",
        (
            (n, row.seq, row.due_on, row.principal_minor, row.interest_minor)
            for n, life in enumerate(lives)
            for row in life.schedule
        ),
    )
    _load(
        con,
        "life_repayment",
        "life BIGINT, ref VARCHAR, value_on DATE, amount BIGINT",
        (
            (n, row.core_ref.split("-")[1], row.value_on, row.amount_minor)
            for n, life in enumerate(lives)
            for row in life.repayments
        ),
    )
    states = ((n, *_state_row(lives[n], one.state)) for n, one in enumerate(done))
    _load(con, "life_state", _of(NOTE_STATE), states)
    opens = (
        (n, row.due_on, row.seq, row.costs_minor, row.interest_minor, row.principal_minor)
        for n, one in enumerate(done)
        for row in one.open
    )
    _load(con, "life_open", _of(OPEN_INSTALMENT), opens)
    allocations = (
        (n, *row[1:3], None if row[3] is None else str(row[3]).split("-")[1], *row[4:])
        for n, one in enumerate(done)
        for row in allocation_rows(str(n), one.allocations)
    )
    _load(con, "life_allocation", _of(ALLOCATION), allocations)


def _state_row(life: Life, state: NoteState) -> list[object]:
    """As the stage writes it: it replays a note of which something fell due before the day, and folds the others."""
    nights = {"replayed": life.terms.first_due_on < FIRST_DAY, "rates_differ": False}
    names = [column.name for column in NOTE_STATE.columns[1:]]
    return [nights[name] if name in nights else getattr(state, name, None) for name in names]


def _of(table: LakeTable) -> str:
    return ", ".join(["life BIGINT", *(f"{column.name} {column.duckdb_type}" for column in table.columns[1:])])


def _load(con: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Iterator[tuple[object, ...]]) -> None:
    listed = [Column(*column.strip().split(" ")) for column in columns.split(",")]
    rows_load(con, f"in_{name}", listed, list(rows))
    con.execute(f"create table {name} as select * from in_{name}")
    con.execute(f"drop table in_{name}")


def _hash(key: str, salt: int, day: int) -> str:
    return f"cast(hash({key}, {salt}, {day}) % 1000000007 as bigint)"


def _day_write(con: duckdb.DuckDBPyConnection, folder: Path, day: date, notes: int, *, seeded: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    number = (day - FIRST_DAY).days
    if number:
        _day_changes(con, day, number, notes)
    feeds = {**_full_feeds(number), "instalments": _instalments(day, number), "repayments": _repayments(day, number)}
    if seeded and not number:
        feeds["repayments"] += " limit 0"
    sums = {"notes": ("principal",), "instalments": ("principal", "interest", "costs"), "repayments": ("amount",)}
    manifest: dict[str, object] = {}
    for feed, select in feeds.items():
        file = folder / f"{feed}.parquet"
        con.execute(f"copy ({select}) to {sql_text(str(file))} (format parquet, compression zstd)")
        totals = ", ".join(f"coalesce(sum({name}), 0)" for name in sums.get(feed, ()))
        rows = con.execute(f"select count(*){totals and ', ' + totals} from {sql_text(str(file))}").fetchall()[0]
        stated = {name: f"{total:f}" for name, total in zip(sums.get(feed, ()), rows[1:], strict=True)}
        manifest[feed] = {"file": file.name, "rows": rows[0], "sums": stated}
    if seeded and not number:
        _seeds_write(con, folder)
    text = yaml.safe_dump({"bank": BANK, "business_date": day, "feeds": manifest})
    (folder / "manifest.yaml").write_text(text, encoding="utf-8")


def _day_changes(con: duckdb.DuckDBPyConnection, day: date, number: int, notes: int) -> None:
    """New notes, other penalty rates, settled notes, other schedules, other names; hashes of note and day decide."""
    fresh = max(1, notes // 2_000)
    con.execute(
        f"insert into note select m + r.i, l.life, (m + r.i) * 4 // 5, {_hash('r.i', 1, number)} % {len(BRANCHES)}, "
        f"{_hash('r.i', 2, number)} % {len(PRODUCTS)}, date '{day}', 0, false "
        f"from range({fresh}) as r(i), (select max(i) + 1 as m from note), "
        "(select list(life order by life) as lives from life where disbursed_on <= "
        f"date '{FIRST_DAY}' and first_due_on > date '{FIRST_DAY}') as f, "
        "lateral (select f.lives[1 + r.i % len(f.lives)] as life) as l"
    )
    con.execute("insert into party select distinct party, 0 from note where party not in (select party from party)")
    con.execute(f"update note set penalty_more_ppm = penalty_more_ppm + 5000 where {_hash('i', 3, number)} % 10000 = 0")
    con.execute(f"update note set settled = true where {_hash('i', 4, number)} % 20000 = 0")
    con.execute(f"update party set renamed = renamed + 1 where {_hash('party', 5, number)} % 2000 = 0")
    con.execute(
        f"insert into shifted select n.i, date '{day}' from note as n where {_hash('n.i', 6, number)} % 5000 = 0 "
        f"and since < date '{day}' and n.i not in (select i from shifted)"
    )


def _full_feeds(number: int) -> dict[str, str]:
    products = ", ".join(
        f"('{code}', '{zh}', '{en}', '{kind}', {str(retail).lower()}, {str(monthly).lower()})"
        for code, zh, en, kind, retail, monthly in PRODUCTS
    )
    codes = f"[{', '.join(sql_text(row[0]) for row in PRODUCTS)}][n.product + 1]"
    refused = f"{_hash('n.i', 7, number)} % 100000 = 0"
    return {
        "products": "select * from (values "
        f"{products}) as p (product_code, name_zh, name_en, kind, retail, monthly_instalment)",
        "parties": "select printf('P%08d', party) as party_id, 'person' as party_kind, '客户' || party || "
        "case when renamed > 0 then '-' || renamed else '' end as name, 'id_card' as identity_kind, "
        "printf('3301%014d', party) as identity_number, printf('R%02d', party % 40) as region "
        "from party order by party",
        "contracts": "select printf('C%08d', n.i) as contract_id, printf('P%08d', n.party) as party_id, "
        f"printf('B%02d', n.branch) as institution_code, {codes} as product_code, "
        "cast(l.principal / 100 as decimal(18, 2)) as amount, l.disbursed_on as signed_on, l.matures_on as expires_on "
        "from note as n join life as l on l.life = n.life order by n.i",
        "notes": "select printf('N%08d', n.i) as note_id, printf('C%08d', n.i) as contract_id, "
        f"{_decimal('l.principal', 2)} as principal, l.disbursed_on, "
        f"case when {refused} then l.disbursed_on else l.matures_on end as matures_on, "
        f"{_decimal('l.annual_ppm', 4)} as annual_rate_pct, 'equal_instalment' as repayment_method, "
        f"{INSTALMENTS} as instalment_count, l.first_due_on, "
        f"{_decimal('(l.penalty_ppm + n.penalty_more_ppm)', 4)} as penalty_rate_pct, l.compound, "
        "case when n.settled then 'settled' else 'active' end as core_status "
        "from note as n join life as l on l.life = n.life order by n.i",
    }


def _decimal(expression: str, digits: int) -> str:
    """Exact: an integer moved by digits, as text and then as DECIMAL."""
    text = f"({expression} // {10**digits}) || '.' || lpad(cast({expression} % {10**digits} as varchar), {digits}, '0')"
    return f"cast({text} as decimal(18, {digits}))"


def _instalments(day: date, number: int) -> str:
    """Delivered schedules: those whose later instalments move by three days; all others follow from the terms."""
    sent = "false" if not number else f"s.shifted_on = date '{day}'"
    moved = f"s.shifted_on is not null and t.due_on > s.shifted_on + 10 and s.shifted_on <= date '{day}'"
    return (
        "select printf('N%08d', n.i) as note_id, t.seq, "
        f"case when {moved} then t.due_on + 3 else t.due_on end as due_on, "
        f"{_decimal('t.principal', 2)} as principal, {_decimal('t.interest', 2)} as interest, "
        "cast(0 as decimal(18, 2)) as costs from note as n join life_instalment as t on t.life = n.life "
        f"left join shifted as s on s.i = n.i where {sent} order by n.i, t.seq"
    )


def _repayments(day: date, number: int) -> str:
    columns = (
        "printf('N%08d', i) as note_id, printf('N%08d-', i) || ref as core_ref, value_on, "
        f"strftime(value_on, '%Y-%m-%d') || 'T10:00:00+08:00' as received_at, {_decimal('amount', 2)} as amount, "
        "reverses"
    )
    if not number:
        rows = (
            "select n.i, r.ref, r.value_on, r.amount, cast(null as varchar) as reverses from note as n "
            "join life_repayment as r on r.life = n.life"
        )
    else:
        rows = " union all ".join((_paid(day, number, old=False), _backdated(day, number), _reversed(day, number)))
    return f"select {columns} from ({rows}) order by i, ref"


def _paid(day: date, number: int, *, old: bool) -> str:
    """Repayments of the day: most who owe an instalment today, some who are late, in part.

    ``old`` leaves out whoever became part of the book that day, whose rows no reversal should need.
    """
    since = f"n.since {'<' if old else '<='} date '{day}' and not n.settled"
    some = f"{_hash('n.i', 9, number)}"
    return (
        f"select n.i, 'D{number}' as ref, date '{day}' as value_on, t.principal + t.interest as amount, "
        "cast(null as varchar) as reverses from note as n join life as l on l.life = n.life join life_instalment as t "
        f"on t.life = n.life where {since} and not l.late and t.due_on = date '{day}' "
        f"and {_hash('n.i', 8, number)} % 100 < 92 union all "
        f"select n.i, 'P{number}', date '{day}', 1 + {some} % (t.principal + t.interest), null "
        "from note as n join life as l on l.life = n.life join life_instalment as t on t.life = n.life and t.seq = 1 "
        f"where {since} and l.late and {some} % 12 = 0"
    )


def _backdated(day: date, number: int) -> str:
    back = f"{_hash('n.i', 11, number)} % 5"
    return (
        f"select n.i, 'B{number}', greatest(l.disbursed_on, date '{day}' - 1 - cast({back} as integer)), 10000, null "
        "from note as n join life as l on l.life = n.life "
        f"where n.since < date '{day}' and not n.settled and {_hash('n.i', 10, number)} % 5000 = 0"
    )


def _reversed(day: date, number: int) -> str:
    """One in a thousand of the repayments of the day before; none of the first day's."""
    before = day - timedelta(days=1)
    return (
        f"select i, 'R{number}', date '{day}', amount, printf('N%08d-', i) || ref from ("
        f"{_paid(before, number - 1, old=True)}) where {number} > 1 and {_hash('i', 12, number)} % 1000 = 0"
    )


def _seeds_write(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Schedules, repayments and the close of the first day of every note, as lake tables would have them."""
    note = "select printf('N%08d', n.i) as note_id"
    selects = {
        "schedule": f"{note}, s.seq, s.due_on, s.principal as principal_minor, s.interest as interest_minor, "
        "cast(0 as bigint) as costs_minor from note as n join life_instalment as s on s.life = n.life",
        "repayment": f"{note}, printf('N%08d-', n.i) || s.ref as core_ref, s.value_on, "
        "cast(s.value_on as timestamp) + interval 2 hour as received_at, s.amount as amount_minor, "
        "cast(null as varchar) as reverses, cast(null as varchar) as payer "
        "from note as n join life_repayment as s on s.life = n.life",
    }
    tables = {"state": NOTE_STATE, "open": OPEN_INSTALMENT, "allocation": ALLOCATION}
    for name, table in tables.items():
        columns = ", ".join(
            "case when s.core_ref is null then null else printf('N%08d-', n.i) || s.core_ref end as core_ref"
            if column.name == "core_ref"
            else f"s.{column.name}"
            for column in table.columns[1:]
        )
        selects[name] = f"{note}, {columns} from note as n join life_{name} as s on s.life = n.life"
    for name, select in selects.items():
        file = folder / f"seed_{name}.parquet"
        con.execute(f"copy ({select}) to {sql_text(str(file))} (format parquet, compression zstd)")
