"""What the checks of a delivery cost in a night: `python benchmarks/checks.py --loans 100000 [--nights 2]`.

The book of `benchmarks/nightly.py` with three optional feeds every day: a mobile number of every customer
(contact_points), the same from another system, another one of one customer in 200 (party_statements), and the core's
figures of every note (core_figures): those of yesterday's close with the days counted on, so that what was paid today
differs. Measured in each night, in CPU seconds with PostgreSQL's: measuring data quality and judging drift, findings,
conflicts, proposals of duplicates, and the stages *classify* and *reconcile*. The first night has the history, the
second brings the optional feeds; neither is counted. Writes `benchmarks/results/checks-<loans>.json`.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
import yaml
from night_book import BANK, book_write
from night_child import Meter, Watch, _cpu_own, _cpu_tree
from nightly import Bench, machine

Json = dict[str, Any]
HERE = Path(__file__).resolve().parent
PARTS = {
    "data quality": (
        ("huikuan.nightly.stages.ingest", "quality_measure"), ("huikuan.nightly.stages.ingest", "drift_judge"),
        ("huikuan.portfolio.services.intake", "measures_write"),
    ),
    "findings": (("huikuan.portfolio.services.intake", "findings_write"),),
    "conflicts": (("huikuan.portfolio.services.intake", "conflicts_write"),),
    "duplicates": (("huikuan.portfolio.services.intake", "duplicates_write"),),
}  # fmt: skip
CONTACTS = """
select printf('K%08d', n) as contact_id, party_id, 'mobile' as kind, '138' || printf('%08d', n % 100000000) as value,
    'own' as label, 'application' as source, 'contract' as legal_basis, '2020-01-01' as recorded_on,
    'false' as service_address
from (select party_id, cast(substr(party_id, 2) as bigint) as n from read_parquet('{parties}'))
"""
STATEMENTS = """
select printf('S%08d', n) as statement_id, party_id, 'card' as system, 'phone' as field,
    '138' || printf('%08d', (n + case when n % 200 = 0 then 7 else 0 end) % 100000000) as value,
    '2020-01-01' as stated_on
from (select party_id, cast(substr(party_id, 2) as bigint) as n from read_parquet('{parties}'))
"""
FIGURES = """
select note_id, cast('{day}' as date) as as_of_on, cast(balance_minor / 100 as decimal(18, 2)) as principal,
    cast(overdue_principal_minor / 100 as decimal(18, 2)) as overdue_principal,
    cast(overdue_interest_minor / 100 as decimal(18, 2)) as overdue_interest,
    cast(null as varchar) as interest_on, cast(null as varchar) as interest_off, cast(null as varchar) as penalty,
    cast(null as varchar) as compound, cast(null as varchar) as costs_advanced,
    dpd_principal + (dpd_principal > 0)::bigint as days_principal,
    dpd_interest + (dpd_interest > 0)::bigint as days_interest, class_floor_borrower as class
from read_parquet('{classes}') where balance_minor > 0
"""
SUMS = ("principal", "overdue_principal", "overdue_interest")


class Checks(Bench):
    """Nights with the checks measured one by one, in a process of this file."""

    def night(self, day: str) -> Json:
        """Add the optional feeds to the delivery of a day, run its night, return what each check took."""
        process = self._server.process
        asked, answer = self._folder / "checks.json", self._folder / "checks-answer.json"
        asked.write_text(json.dumps({"day": day, "server_pid": process.pid if process else 0}), encoding="utf-8")
        command = [sys.executable, str(HERE / "checks.py"), "--child", str(asked), "--answer", str(answer)]
        subprocess.run(command, env={**self._environment("huikuan_app"), "PYTHONPATH": str(HERE)}, check=True)
        found: Json = json.loads(answer.read_text(encoding="utf-8"))
        return found


def main(
    loans: Annotated[int, typer.Option(help="Notes of the book.")] = 100_000,
    nights: Annotated[int, typer.Option(help="Nights that count; the median is shown.")] = 2,
    seed: Annotated[int, typer.Option(help="Seed of the book.")] = 1,
    folder: Annotated[Path | None, typer.Option(help="Folder for temporary files.")] = None,
    child: Annotated[Path | None, typer.Option(hidden=True)] = None,
    answer: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """Run the benchmark."""
    if child is not None and answer is not None:
        answer.write_text(json.dumps(_measured(json.loads(child.read_text(encoding="utf-8")))), encoding="utf-8")
        return
    base = Path(tempfile.mkdtemp(prefix="checks-", dir=folder))
    base.chmod(0o755)
    result: Json = {"machine": machine(), "loans": loans, "nights": []}
    try:
        days = book_write(base, base / "inbox", notes=loans, nights=nights + 1, seed=seed, seeded=True)
        home = base / "home"
        (home).mkdir()
        (base / "inbox").rename(home / "inbox")
        bench = Checks(base)
        try:
            bench.job(do="nights", days=[days[0].isoformat()], seeded=True)
            bench.night(days[1].isoformat())
            result["nights"] = [{**bench.night(day.isoformat()), "load": os.getloadavg()[0]} for day in days[2:]]
        finally:
            bench.stop()
    finally:
        shutil.rmtree(base, ignore_errors=True)
    target = HERE / "results" / f"checks-{loans}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(_table(result))


def _measured(job: Json) -> Json:
    """Run the night of a day in this process."""
    import django

    django.setup()
    from django.conf import settings
    from night_child import _bank

    from huikuan.nightly.cycle import nights_run
    from huikuan.nightly.opening import NightPlaces

    day = date.fromisoformat(job["day"])
    _feeds_add(settings.HOME, day)
    server = job["server_pid"]
    taken = dict.fromkeys(PARTS, 0.0)
    for part, places in PARTS.items():
        for module, name in places:
            _timed(module, name, server, lambda seconds, part=part: taken.update({part: taken[part] + seconds}))
    watch = Watch(Meter(server))
    began = _cpu_own() + _cpu_tree(server)
    nights_run(_bank(), day, NightPlaces(settings.HOME / "lake", settings.HOME / "inbox"), watch)
    night = _cpu_own() + _cpu_tree(server) - began
    for stage in ("classify", "reconcile"):
        figures = watch.stages[stage]
        taken[f"stage {stage}"] = figures["cpu_seconds"] + figures["postgres_cpu_seconds"]
    return {"day": job["day"], "night": night, "parts": taken}


def _timed(module: str, name: str, server: int, add: Callable[[float], object]) -> None:
    """Have a function of a module tell its CPU seconds."""
    from importlib import import_module

    holder = import_module(module)
    function = getattr(holder, name)

    def measured(*given: Any, **named: Any) -> Any:
        began = _cpu_own() + _cpu_tree(server)
        try:
            return function(*given, **named)
        finally:
            add(_cpu_own() + _cpu_tree(server) - began)

    setattr(holder, name, measured)


def _feeds_add(home: Path, day: date) -> None:
    """Put the optional feeds into the delivery of a day; its manifest is written last."""
    folder = home / "inbox" / BANK / day.isoformat()
    (classes,) = (home / "lake" / BANK / "note_class" / (day - timedelta(days=1)).isoformat()).glob("*/*.parquet")
    selects = {
        "contact_points": CONTACTS.format(parties=folder / "parties.parquet"),
        "party_statements": STATEMENTS.format(parties=folder / "parties.parquet"),
        "core_figures": FIGURES.format(day=day, classes=classes),
    }
    manifest = yaml.safe_load((folder / "manifest.yaml").read_text(encoding="utf-8"))
    for feed, select in selects.items():
        file = folder / f"{feed}.parquet"
        duckdb.execute(f"copy ({select}) to '{file}' (format parquet, compression zstd)")
        sums = SUMS if feed == "core_figures" else ()
        totals = "".join(f", coalesce(sum({name}), 0)" for name in sums)
        (row,) = duckdb.execute(f"select count(*){totals} from '{file}'").fetchall()  # noqa: S608
        stated = {name: f"{total:f}" for name, total in zip(sums, row[1:], strict=True)}
        manifest["feeds"][feed] = {"file": file.name, "rows": row[0], "sums": stated}
    (folder / "manifest.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")


def _table(result: Json) -> str:
    nights = result["nights"]
    whole = statistics.median(night["night"] for night in nights)
    loads = [round(night["load"], 1) for night in nights]
    lines = [f"{result['loans']:,} notes, {len(nights)} nights (median), load {loads}, night {whole:.1f} CPU s"]
    lines += ["", "| check | CPU s | of the night |", "|---|---|---|"]
    for part in nights[0]["parts"]:
        taken = statistics.median(night["parts"][part] for night in nights)
        lines.append(f"| {part} | {taken:.2f} | {100 * taken / whole:.1f} % |")
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(main)
