"""Speed of the list of loans: `python benchmarks/loans_page.py [notes] [--plans]`.

A PostgreSQL of its own with the product's settings; 200,000 made-up notes in arrears and 60,000 cured or settled ones
that stay on the desk, spread as in a rural bank's book. Each figure is taken four times: the whole request (session,
permissions, row-level security, decryption, JSON, without the network), the selector inside it, its bare SQL as a
superuser, whom row-level security does not bind, and the ratio of the first to the last.
"""

import functools
import logging
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from huikuan.portfolio.rules.ageing import bucket_of_days
from huikuan.runtime.home import ROLE_APP, ROLE_OWNER, ROLE_SUPERUSER, Home
from huikuan.runtime.postgres import Server, cluster_locate

NOTES = 200_000
LEFT_SHARE = 0.3  # cured and settled notes beside those in arrears
PARTIES_SHARE = 0.7
BRANCHES, OUTLETS, OFFICERS, REGIONS, TAGGED_SHARE = 40, 5, 600, 90, 0.03
ROUNDS, WARM_UP = 100, 5
PAGE = 100
DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 21, 12, tzinfo=UTC)
# Days past due and their shares: most are a few days late, a tail of years.
DAYS = ((1, 30, 45), (31, 60, 17), (61, 90, 9), (91, 120, 6), (121, 150, 5), (151, 180, 4), (181, 2500, 14))

Row = tuple[object, ...]
PARTY_COLUMNS = "bank_id party_id party_kind name identity_kind identity_index region fingerprint changed_on known_at"
NOTE_COLUMNS = (
    "bank_id note_id run_id business_date contract_id party_id institution_code product_code dpd dpd_principal "
    "dpd_interest bucket class_floor balance_minor overdue_principal_minor overdue_interest_minor penalty_minor "
    "compound_minor costs_due_minor stale_since party_kind region officer_code officer_name department_code matures_on "
    "core_status principal_minor overdue_minor secured core_dpd core_class account_balance_minor last_failure"
)


def main() -> None:
    count = next((int(word) for word in sys.argv[1:] if word.isdecimal()), NOTES)
    folder = Path(tempfile.mkdtemp(prefix="huikuan-bench-"))
    folder.chmod(0o711)
    home = Home.at(folder / "home")
    server = Server(cluster_locate(home))
    server.start()
    try:
        socket = server.cluster.socket_folder
        migrate = [sys.executable, "-m", "django", "migrate", "--no-input", "--skip-checks", "--verbosity=0"]
        subprocess.run(migrate, env={**os.environ, **home.environment(ROLE_OWNER, socket)}, check=True)
        os.environ.update(home.environment(ROLE_APP, socket))
        import django
        from django.test.utils import setup_test_environment

        django.setup()
        setup_test_environment(debug=False)
        logging.disable()
        bank_id = fill(count)
        with server.connect(ROLE_OWNER, "huikuan") as owner:
            owner.execute("vacuum analyze portfolio_desk_note, portfolio_party, portfolio_note_tag, portfolio_tag")
        with server.connect(ROLE_SUPERUSER, "huikuan") as bare:
            measure(bank_id, bare)
            writes(bare)
    finally:
        server.stop()
        subprocess.run(["rm", "-rf", str(folder)], check=False)


# --- the book ---------------------------------------------------------------------------------------------------------


def parties(bank_id: int, count: int, rng: random.Random) -> Iterator[Row]:
    """Names of two to three characters, sealed; one in twenty is an enterprise."""
    from huikuan.kernel.vault import Place, vault_of

    vault = vault_of(bank_id)
    for number in range(count):
        key = f"P{number:07}"
        enterprise = number % 20 == 0
        name = (
            "杭州春生贸易有限公司"
            if enterprise
            else rng.choice("王李张刘陈杨赵黄") + rng.choice(["伟", "春生", "小芳"])
        )
        kind = "enterprise" if enterprise else "person"
        sealed = vault.seal(name, Place("portfolio_party", "name", key))
        yield bank_id, key, kind, sealed, "id_card", "", f"3301{number % REGIONS:02}", "", DAY, AT


def notes(bank_id: int, count: int, run: object, rng: random.Random) -> Iterator[Row]:
    """Notes in arrears, then cured and settled ones."""
    people = int(count * PARTIES_SHARE)
    left = int(count * LEFT_SHARE)
    weights = [share for _, _, share in DAYS]
    for number in range(count + left):
        late = number < count
        low, high, _ = rng.choices(DAYS, weights)[0]
        dpd = rng.randint(low, high) if late else 0
        bucket = str(bucket_of_days(dpd)) if late or number % 2 else "settled"
        party = number % people
        balance = int(rng.lognormvariate(15, 1.1))
        overdue = int(min(balance, rng.lognormvariate(12.5, 1.4))) if late else 0
        branch, outlet = int(BRANCHES * rng.random() ** 1.6), rng.randrange(OUTLETS)
        officer = branch * (OFFICERS // BRANCHES) + rng.randrange(OFFICERS // BRANCHES)
        floor = "pass" if not late else "special_mention" if dpd <= 90 else "substandard" if dpd <= 270 else "doubtful"
        yield (
            bank_id, f"N{number:08}", run, DAY, f"C{number:08}", f"P{party:07}", f"b{branch:02}-{outlet}",
            f"P{int(12 * rng.random() ** 2):02}", dpd, dpd, max(0, dpd - 30), bucket, floor, balance, overdue * 8 // 10,
            overdue // 10, overdue // 20, 0, 0, DAY if rng.random() < 0.002 else None,
            "enterprise" if party % 20 == 0 else "person", f"3301{party % REGIONS:02}", f"E{officer:04}",
            f"客户经理{officer}", f"b{branch:02}", DAY + timedelta(days=rng.randint(-800, 1500)), "active", balance * 2,
            overdue * 8 // 10 + overdue // 10 + overdue // 20, rng.choice(["none", "guarantee", "collateral", "both"]),
            dpd if rng.random() < 0.98 else dpd + 1, floor, rng.randint(0, 500_000),
            rng.choice(["none", "insufficient", "insufficient", "frozen"]),
        )  # fmt: skip


def load(table: str, columns: str, rows: Iterable[Row]) -> None:
    """COPY into a temporary table and insert from there, as the night does."""
    from django.db import connection
    from psycopg import sql

    names = sql.SQL(", ").join(map(sql.Identifier, columns.split()))
    words = {"stage": sql.Identifier(f"{table}_in"), "table": sql.Identifier(table), "names": names}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("create temp table {stage} as select {names} from {table} where false").format(**words))
        with cursor.copy(sql.SQL("copy {stage} ({names}) from stdin").format(**words)) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(sql.SQL("insert into {table} ({names}) select {names} from {stage}").format(**words))


def fill(count: int) -> int:
    """Make the bank with its book; return its id."""
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.kernel.tests.builders import a_bank, an_institution
    from huikuan.portfolio.models import Publication, Tag

    began, rng = time.perf_counter(), random.Random(20261120)  # noqa: S311  made-up data, the same each time
    bank = a_bank()
    for branch in range(BRANCHES):
        node = an_institution(bank, code=f"b{branch:02}")
        for outlet in range(OUTLETS):
            an_institution(bank, code=f"b{branch:02}-{outlet}", parent=node)
    run = uuid4()
    with bank_scope(bank.id):
        Publication.objects.create(
            bank_id=bank.id, run_id=run, business_date=DAY, known_at=AT, notes=count, stale_notes=0
        )
        load("portfolio_party", PARTY_COLUMNS, parties(bank.id, int(count * PARTIES_SHARE), rng))
        load("portfolio_desk_note", NOTE_COLUMNS, notes(bank.id, count, run, rng))
        tags = [Tag.objects.create(bank_id=bank.id, name=f"tag {n}", created_at=AT).id for n in range(6)]
        picked = (
            (bank.id, f"N{number:08}", rng.choice(tags)) for number in range(count) if rng.random() < TAGGED_SHARE
        )
        load("portfolio_note_tag", "bank_id note_id tag_id", picked)
    left = int(count * LEFT_SHARE)
    print(f"{count:,} notes in arrears and {left:,} others filled in {time.perf_counter() - began:.0f} s")
    return bank.id


# --- the questions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A kind of request: who asks, and the address, made anew for each round from a number."""

    name: str
    branch: str  # "" for the whole bank
    address: Callable[[int], dict[str, Any]]


def cases() -> list[Case]:
    """What people do with the list."""

    def deep(sort: str) -> Callable[[int], dict[str, Any]]:
        return lambda number: {"sort": sort, "_deep": (number * 0.61803) % 1}

    return [
        Case("first page, whole bank", "", lambda _: {}),
        Case("deep page, by arrears", "", deep("-arrears")),
        Case("deep page, by days past due", "", deep("-dpd")),
        Case("deep page, by maturity", "", deep("matures")),
        Case("M2 or M3, overdue from 5,000", "", lambda _: {"bucket": ["M2", "M3"], "overdue_min": 500_000}),
        Case("one officer", "", lambda n: {"officer": f"E{n * 37 % OFFICERS:04}"}),
        Case("one product and region, M4", "", lambda n: {**product_and_region(n), "bucket": "M4"}),
        Case("one tag, by days past due", "", lambda n: {"tag": 1 + n % 6, "sort": "-dpd"}),
        Case("core differs", "", lambda _: {"core_differs": True}),
        Case("first page, one branch", "b03", lambda _: {}),
        Case("one branch, M1, by balance", "b03", lambda _: {"bucket": "M1", "sort": "-balance"}),
    ]  # fmt: skip


def product_and_region(number: int) -> dict[str, str]:
    """Some product and some region."""
    return {"product": f"P{number % 12:02}", "region": f"3301{number % REGIONS:02}"}


def sums() -> list[Case]:
    """The line of totals above the list."""
    return [
        Case("sums, whole bank", "", lambda _: {}),
        Case("sums, one branch", "b03", lambda _: {}),
        Case("sums, M2", "", lambda _: {"bucket": "M2"}),
    ]


EXPLAINED = {
    "first page, whole bank",
    "deep page, by arrears",
    "M2 or M3, overdue from 5,000",
    "first page, one branch",
    "sums, whole bank",
}


def measure(bank_id: int, bare: Any) -> None:
    """Take every case and print its figures."""
    from huikuan.kernel.models import Bank, Institution
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.kernel.tests.builders import a_client, a_user

    bank = Bank.objects.get(id=bank_id)
    with bank_scope(bank_id):
        found = {node.code: node for node in Institution.objects.filter(bank_id=bank_id)}
    clients = {code: a_client(a_user(bank, institution=found[code] if code else None)) for code in ("", "b03")}
    print(f"\n{ROUNDS} rounds each, a page of {PAGE}; milliseconds p5 / p50 / p95")
    print(f"{'':32}{'request':>22}{'selector':>22}{'bare SQL':>22}{'p50 ratio':>11}")
    plans: list[tuple[str, str, dict[str, Any]]] = []
    for case in [*cases(), *sums()]:
        inner = Inner(bank_id, case.branch, bare, sums=case.name.startswith("sums"))
        path = "/api/loans/summary" if inner.sums else "/api/loans"
        line(case, functools.partial(ask, clients[case.branch], path, case, bank_id), inner)
        plans.append((case.name, *inner.first))
    for name, text, parameters in plans:
        if name in EXPLAINED or "--plans" in sys.argv:
            explain(bank_id, name, text, parameters)


def line(case: Case, request: Callable[[int], None], inner: "Inner") -> None:
    """Print one case; the three measurements take turns, so that the machine's moods fall on all."""
    times: tuple[list[float], list[float], list[float]] = ([], [], [])
    for number in range(WARM_UP + ROUNDS):
        prepared = inner.prepare(case.address(number))
        acts = (functools.partial(request, number), prepared.select, prepared.bare)
        for kept, act in zip(times, acts, strict=True):
            began = time.perf_counter()
            act()
            if number >= WARM_UP:
                kept.append((time.perf_counter() - began) * 1000)
    ratio = statistics.median(times[0]) / statistics.median(times[2])
    figures = [" / ".join(f"{value:.1f}" for value in spread(part)) for part in times]
    print(f"{case.name:32}" + "".join(f"{figure:>22}" for figure in figures) + f"{ratio:>10.1f}x", flush=True)


def spread(values: list[float]) -> tuple[float, float, float]:
    """The 5th, 50th and 95th part of a hundred; the first tells what the machine can, the last what people meet."""
    parts = statistics.quantiles(values, n=20)
    return parts[0], parts[9], parts[18]


def ask(client: Any, path: str, case: Case, bank_id: int, number: int) -> None:
    """Ask as a browser does; fails on anything but a good answer."""
    address = case.address(number)
    share = address.pop("_deep", None)
    if share is not None:
        address["after"] = place_text(bank_id, address["sort"], share)
    answer = client.get(path, address if "summary" in path else {**address, "limit": PAGE})
    if answer.status_code != 200 or not answer.content:
        raise RuntimeError(f"{case.name}: {answer.status_code} {answer.content!r}")


_places: dict[tuple[str, float], Any] = {}


def place(bank_id: int, sort: str, share: float) -> Any:
    """A place in an order: after a note that stands about ``share`` of the way down; made once."""
    from django.db import connection

    from huikuan.kernel.tenancy import bank_scope
    from huikuan.portfolio.rules.loan_query import LoanCursor

    column = {"arrears": "arrears_minor", "dpd": "overdue_since", "matures": "matures_on"}[sort.removeprefix("-")]
    key = (sort, round(share, 2))
    if key not in _places:
        with bank_scope(bank_id), connection.cursor() as cursor:
            way = "desc" if sort.startswith("-") else "asc"
            cursor.execute(
                f"select percentile_disc(%s) within group (order by {column} {way}) from portfolio_desk_note "  # noqa: S608
                "where not (bucket in ('M0', 'settled'))",
                [key[1]],
            )
            _places[key] = LoanCursor(cursor.fetchone()[0], "N00100000")
    return _places[key]


def place_text(bank_id: int, sort: str, share: float) -> str:
    """The same as the address holds it."""
    from huikuan.portfolio.rules.loan_query import cursor_text, loan_query_parse

    return cursor_text(loan_query_parse({"sort": sort}), place(bank_id, sort, share))


@dataclass(frozen=True)
class Prepared:
    """One round of a case, ready to run."""

    select: Callable[[], object]
    bare: Callable[[], object]


class Inner:
    """The selector of a case, and its SQL as the superuser runs it."""

    def __init__(self, bank_id: int, branch: str, bare: Any, *, sums: bool) -> None:
        self.bank_id, self.bare, self.sums = bank_id, bare, sums
        codes = [f"{branch}-{outlet}" for outlet in range(OUTLETS)]
        self.codes = sorted([branch, *codes]) if branch else None
        self.first: tuple[str, dict[str, Any]] = ("", {})

    def prepare(self, address: dict[str, Any]) -> Prepared:
        """Make the selector's call and the bare statement of one address."""
        from huikuan.kernel.tenancy import bank_scope
        from huikuan.portfolio.rules.loan_query import loan_query_parse
        from huikuan.portfolio.selectors.loan_list import loan_page, loan_summary
        from huikuan.portfolio.selectors.loan_sql import OVERDUE, SUMMARY, conditions, segments

        share = address.pop("_deep", None)
        query = loan_query_parse(address)
        after = None if share is None else place(self.bank_id, address["sort"], share)
        base = conditions(bank_id=self.bank_id, institution_codes=self.codes, wanted=query.filter)
        scope = {"bank_id": self.bank_id, "institution_codes": self.codes}
        if self.sums:
            text, parameters = SUMMARY.format(where=base.text, overdue=OVERDUE), base.parameters
        else:
            text, parameters = segments(query, base, after)[0]
            parameters = {**parameters, "limit": PAGE + 1}
        self.first = (text, parameters)

        def select() -> object:
            with bank_scope(self.bank_id):
                if self.sums:
                    return loan_summary(**scope, wanted=query.filter)
                return loan_page(**scope, query=query, after=after, limit=PAGE)

        return Prepared(select, lambda: self.bare.execute(text, parameters).fetchall())


def explain(bank_id: int, name: str, text: str, parameters: dict[str, Any]) -> None:
    """Print how PostgreSQL answers, as the application, under row-level security."""
    from django.db import connection

    from huikuan.kernel.tenancy import bank_scope

    print(f"\n{name}")
    with bank_scope(bank_id), connection.cursor() as cursor:
        cursor.execute("explain (analyze, buffers, costs off, timing off, summary on) " + text, parameters)
        for (row,) in cursor.fetchall():
            print("   ", row)


def writes(bare: Any) -> None:
    """What the list costs the night: one day later every note in arrears is a day older and owes a day's penalty.

    No indexed column changes with that, so nearly all rows are rewritten in their page and no index is touched.
    """
    aged = (
        "update portfolio_desk_note set business_date = business_date + 1, dpd = dpd + 1, "
        "penalty_minor = penalty_minor + 7, overdue_minor = overdue_minor + 7 where not (bucket in ('M0', 'settled'))"
    )
    seen = "select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relname = 'portfolio_desk_note'"
    for night in (1, 2, 3):
        bare.execute("select pg_stat_force_next_flush()")
        before = bare.execute(seen).fetchone()
        began = time.perf_counter()
        count = bare.execute(aged).rowcount
        seconds = time.perf_counter() - began
        bare.execute("select pg_stat_force_next_flush()")
        after = bare.execute(seen).fetchone()
        place = (after[1] - before[1]) / max(1, after[0] - before[0])
        print(f"\nnight {night}: update of {count:,} notes {seconds:.1f} s, {place:.1%} of them in place")


if __name__ == "__main__":
    main()
