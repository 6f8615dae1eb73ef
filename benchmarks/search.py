"""Speed of the search: `python benchmarks/search.py [customers]` (100,000 if left out).

Fills a database of its own (`.data/benchmark-search`, the embedded PostgreSQL, fsync off as nothing is measured that
writes) with made-up customers: one surname and one or two characters, drawn so that the most common names are as common
as in a Chinese county; one note each in one of 40 branches, three of ten on the desk, one telephone each. Then asks as
people do, from the root and from one branch, under row-level security as the application's role, and compares with one
bare lookup of a token in its index.
"""

# ruff: noqa: S311, S608 - made-up customers; names in the SQL are those of this file

import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

CUSTOMERS = 100_000
BRANCHES = 40
ASKED = 150  # questions of each kind
ON = date(2026, 3, 31)
AT = datetime(2026, 4, 1, tzinfo=UTC)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈"
    "钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤查解单"
    "仇"
)
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂春生华建国玉梅红志永海燕晓东文波辉云龙飞鹏林宇鑫婷雪琴凤"
    "莲福贵金宝成德才荣光忠义祥利民新安康乐"
)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS
    ground = _ground()
    try:
        _measure(count, ground)
    finally:
        from django.db import connections

        connections.close_all()
        ground.stop()


def _ground() -> Any:
    """Start a cluster with a fresh, migrated database and set Django up as the application's role."""
    from huikuan.runtime.home import ROLE_APP, Home, HomeLock
    from tests.boot import Ground

    home = Home.at(ROOT / ".data" / "benchmark-search")
    lock = HomeLock(home)
    if not lock.acquire():
        sys.exit("Another run of this benchmark is under way.")
    ground = Ground(home, lock)
    ground.start()
    ground.clone()
    os.environ.update(ground.environment(ROLE_APP, ground.database))
    os.environ.update({"DJANGO_SETTINGS_MODULE": "huikuan.settings", "HUIKUAN_DB_POOL": "0"})
    import django

    django.setup()
    return ground


def _names(count: int, chance: random.Random) -> Iterable[str]:
    weights = [1 / (place + 3) for place in range(len(SURNAMES))]
    given = list(GIVEN)
    falling = [1 / (place + 10) for place in range(len(given))]
    for surname in chance.choices(SURNAMES, weights, k=count):
        yield surname + "".join(chance.choices(given, falling, k=1 if chance.random() < 0.2 else 2))


def _fill(count: int, names: list[str]) -> tuple[Any, Any, float]:
    """Write bank, branches, customers, tokens, notes, telephones; return (bank, a branch, seconds for the tokens)."""
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.kernel.tests.builders import a_bank, an_institution
    from huikuan.kernel.vault import Place, vault_of
    from huikuan.portfolio.services.search_tokens import search_tokens_write

    bank = a_bank()
    branches = [an_institution(bank, code=f"B{number:02}") for number in range(BRANCHES)]
    vault = vault_of(bank.id)
    with bank_scope(bank.id):
        _copy(
            "portfolio_party", "bank_id, party_id, party_kind, name, identity_kind, identity_index, region, "
            "fingerprint, changed_on, known_at",
            ((bank.id, f"P{n:07}", "person", vault.seal(name, Place("portfolio_party", "name", f"P{n:07}")), "id_card",
              vault.blind_index("identity", _identity(n)), "", "", ON, AT) for n, name in enumerate(names)),
        )  # fmt: skip
        _copy(
            "portfolio_contact_point", "bank_id, contact_id, party_id, kind, value, value_index, label, source, "
            "legal_basis, service_address, recorded_on, fingerprint, changed_on, known_at",
            ((bank.id, f"K{n}", f"P{n:07}", "mobile", b"\x01", vault.blind_index("phone", _phone(n)), "own", "contract",
              "contract", False, ON, "", ON, AT) for n in range(count)),
        )  # fmt: skip
        _copy(
            "portfolio_note_register", "bank_id, note_id, contract_id, party_id, institution_code, product_code",
            ((bank.id, f"N{n:07}", f"C{n:07}", f"P{n:07}", f"B{n % BRANCHES:02}", "P1") for n in range(count)),
        )  # fmt: skip
        began = time.perf_counter()
        search_tokens_write(bank_id=bank.id, parties=((f"P{n:07}", "person", name) for n, name in enumerate(names)))
        seconds = time.perf_counter() - began
        _desk(bank.id)
    return bank, branches[7], seconds


def _identity(n: int) -> str:
    return f"33018219{n:010}"


def _phone(n: int) -> str:
    return f"138{n:08}"


def _copy(table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"create temp table filled on commit drop as select {columns} from {table} with no data")
        with cursor.copy("copy filled from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"insert into {table} ({columns}) select * from filled")
        cursor.execute("drop table filled")


def _desk(bank_id: int) -> None:
    """Three of ten notes are delinquent."""
    from uuid import uuid4

    from django.db import connection

    from huikuan.portfolio.models import DeskNote, Publication

    run = uuid4()
    Publication.objects.create(
        bank_id=bank_id, run_id=run, business_date=ON, known_at=AT, notes=0, stale_notes=0, roll_from=None
    )
    zero = [f.column for f in DeskNote._meta.fields if f.name.endswith("_minor") and not f.null]
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into portfolio_desk_note (bank_id, note_id, run_id, business_date, contract_id, party_id, "
            f"institution_code, product_code, dpd, dpd_principal, dpd_interest, bucket, class_floor, {', '.join(zero)})"
            " "
            "select bank_id, note_id, %s, %s, contract_id, party_id, institution_code, product_code, "
            "length(note_id) + substr(note_id, 5)::int %% 400, 1, 1, 'M1', 'special_mention'"
            f"{', 0' * len(zero)} from portfolio_note_register where substr(note_id, 8) < '3'",
            [run, ON],
        )


def _measure(count: int, ground: Any) -> None:
    from huikuan.runtime.home import ROLE_OWNER

    chance = random.Random(7)
    names = list(_names(count, chance))
    bank, branch, seconds = _fill(count, names)
    with ground.server.connect(ROLE_OWNER, ground.database) as owner:
        owner.execute("analyze")
        rows = owner.execute(
            "select reltuples::bigint, pg_total_relation_size(oid) / 1e6 from pg_class where relname = %s",
            ["portfolio_search_token"],
        ).fetchone()
    if rows is None:
        raise LookupError("the table of tokens")
    print(f"{count} customers: {rows[0]} tokens, {rows[1]:.0f} MB with indexes, written in {seconds:.1f} s "
          f"({seconds / count * 1e6:.0f} µs a customer)")  # fmt: skip
    picked = [chance.randrange(count) for _ in range(ASKED)]
    bare = _bare(bank, [names[n] for n in picked])
    print(f"bare lookup of a token: p50 {bare[0]:.2f} ms, p95 {bare[1]:.2f} ms")
    worst = 0.0
    print(f"{'question':22} {'from':7} {'p50 ms':>8} {'p95 ms':>8} {'max ms':>8} {'hits':>6} {'× bare p50':>10}")
    for (kind, query), (place, institution) in product(_questions(names).items(), (("root", None), ("branch", branch))):
        times, hits = _asked(bank, institution, [query(n) for n in picked])
        p50, p95 = _percentile(times, 50), _percentile(times, 95)
        worst = max(worst, p95)
        print(f"{kind:22} {place:7} {p50:8.2f} {p95:8.2f} {max(times):8.2f} {hits:6.1f} {p50 / bare[0]:10.1f}")
    print(f"largest p95: {worst:.1f} ms (aim: below 50)")


def _questions(names: list[str]) -> dict[str, Callable[[int], str]]:
    from pypinyin import lazy_pinyin

    def initials(n: int) -> str:
        return "".join(s[0] for s in lazy_pinyin(names[n]))

    return {
        "name": lambda n: names[n],
        "first two characters": lambda n: names[n][:2],
        "initials": initials,
        "two initials": lambda n: initials(n)[:2],
        "pinyin": lambda n: "".join(lazy_pinyin(names[n])),
        "identity number": _identity,
        "telephone": _phone,
        "note": lambda n: f"N{n:07}",
        "beginning of a note": lambda n: f"N{n:07}"[:4],
        "beginning of all notes": lambda _: "N0",
        "nothing": lambda n: f"不存在{n}",
    }


def _asked(bank: Any, institution: Any, queries: list[str]) -> tuple[list[float], float]:
    """Ask in one transaction each, as a request does; return milliseconds and the mean number of hits."""
    from huikuan.kernel.selectors.institution import institution_root
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.portfolio.selectors.search import search_find

    times, hits = [], 0
    for query in queries:
        with bank_scope(bank.id):
            roots = {institution.id if institution is not None else institution_root(bank.id).id}
            began = time.perf_counter()
            answer = search_find(bank_id=bank.id, query=query, limit=8, roots=roots, on=ON)
            times.append((time.perf_counter() - began) * 1000)
        hits += len(answer.items)
    return times, hits / len(queries)


def _bare(bank: Any, names: list[str]) -> tuple[float, float]:
    """Milliseconds (p50, p95) of nothing but the lookup of a name's token."""
    from django.db import connection

    from huikuan.kernel.tenancy import bank_scope
    from huikuan.portfolio.rules.search_terms import Term
    from huikuan.portfolio.search_token import search_tokeniser

    token, times = search_tokeniser(bank.id), []
    for name in names:
        with bank_scope(bank.id), connection.cursor() as cursor:
            asked = token(Term.NAME, name)
            began = time.perf_counter()
            cursor.execute(
                "select party_id from portfolio_search_token where bank_id = %s and token = %s::uuid limit 9",
                [bank.id, asked],
            )
            cursor.fetchall()
            times.append((time.perf_counter() - began) * 1000)
    return _percentile(times, 50), _percentile(times, 95)


def _percentile(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    main()
