"""Speed and memory of intake: `python benchmarks/intake.py [--notes 1000000]`, 24 instalments a note, all as CSV.

Makes a delivery of made-up notes, each with a contract and a schedule of its own, starts PostgreSQL in a home of its
own and runs the first two stages of a real night of a real bank: *ingest* (every value typed and checked, references,
control totals, accepted rows in the lake with their hashes, ledger) and *snapshot* (every note with its schedule, in
the lake with hashes). DuckDB may take ``--memory``. In the same run, as the floor: a bare DuckDB read of the same files
as text with record numbers, by the same threads.

Borrowers are few (1,000): sealing new names is work of the vault, which `benchmarks/nightly.py` measures. Prints a
table and writes `benchmarks/results/intake-<notes>.json`. Temporary files go to ``--folder`` and are removed.
"""

# ruff: noqa: S608 - made-up data; names in the SQL are constants of this module

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
import yaml
from night_book import BANK, BRANCHES, PRODUCTS

DAY = date(2024, 6, 14)
INSTALMENTS = 24
PARTIES = 1_000
HERE = Path(__file__).resolve().parent
_ID = "printf('N%08d', i)"
_PRINCIPAL = "(50000 + hash(i) % 100000)"  # of an instalment, in minor units
_FIRST = "(date '2023-06-05' + cast(i % 300 as integer))"
_BRANCH = f"printf('B%02d', i % {len(BRANCHES)})"
_PRODUCT = f"({[row[0] for row in PRODUCTS]})[1 + i % {len(PRODUCTS)}]"


def _decimal(minor: str) -> str:
    return f"printf('%d.%02d', cast({minor} as bigint) // 100, cast({minor} as bigint) % 100)"


def _feeds(notes: int) -> dict[str, str]:
    rows = f"range({notes}) as r(i)"
    principal = _decimal(f"{_PRINCIPAL} * {INSTALMENTS}")
    products = ", ".join(f"({', '.join(repr(str(value)) for value in row)})" for row in PRODUCTS)
    return {
        "products": f"select * from (values {products}) as p(product_code, name_zh, name_en, kind, retail, monthly)",
        "parties": "select printf('P%06d', i) as party_id, 'person' as party_kind, '借款人' || i as name, "
        f"'passport' as identity_kind, printf('X%07d', i) as identity_number, '330182' as region "
        f"from range({PARTIES}) as r(i)",
        "contracts": f"select 'C' || {_ID} as contract_id, printf('P%06d', i % {PARTIES}) as party_id, "
        f"{_BRANCH} as institution_code, {_PRODUCT} as product_code, {principal} as amount, "
        f"{_FIRST} - 40 as signed_on, {_FIRST} + 1000 as expires_on from {rows}",
        "notes": f"select {_ID} as note_id, 'C' || {_ID} as contract_id, {principal} as principal, "
        f"{_FIRST} - 31 as disbursed_on, cast({_FIRST} + to_months({INSTALMENTS}) as date) as matures_on, "
        "'5.6000' as annual_rate_pct, 'equal_principal' as repayment_method, "
        f"{INSTALMENTS} as instalment_count, {_FIRST} as first_due_on, '8.4000' as penalty_rate_pct, "
        f"'none' as compound, 'active' as core_status from {rows}",
        "instalments": f"select {_ID} as note_id, s.seq, cast({_FIRST} + to_months(s.seq - 1) as date) as due_on, "
        f"{_decimal(_PRINCIPAL)} as principal, {_decimal('hash(i, s.seq) % 50000')} as interest, '0.00' as costs "
        f"from {rows}, (select cast(unnest(range(1, {INSTALMENTS + 1})) as integer) as seq) as s "
        "order by i, s.seq",
        "repayments": "select '' as note_id, '' as core_ref, '' as value_on, '' as received_at, '' as amount, "
        "'' as reverses where false",
    }


def delivery_write(folder: Path, notes: int) -> None:
    """Write the delivery of ``notes`` notes as CSV files with their manifest."""
    from huikuan.portfolio.feed_contract import contracts_shipped

    sums_of = {contract.file: contract.sums for contract in contracts_shipped().values()}
    folder.mkdir(parents=True)
    con = duckdb.connect(config={"threads": 2, "memory_limit": "4GB"})
    con.execute("set preserve_insertion_order = true")
    feeds: dict[str, object] = {}
    for feed, select in _feeds(notes).items():
        file = folder / f"{feed}.csv"
        con.execute(f"copy ({select}) to '{file}' (format csv, header)")
        if feed == "products":
            text = file.read_text(encoding="utf-8").replace(",monthly\n", ",monthly_instalment\n")
            file.write_text(text.replace("True", "true").replace("False", "false"), encoding="utf-8")
        names = sums_of[feed]
        totals = "".join(f", coalesce(sum(cast({name} as decimal(18, 2))), 0)" for name in names)
        counted = con.execute(
            f"select count(*){totals} from read_csv('{file}', header = true, all_varchar = true)"
        ).fetchall()[0]
        sums = {name: str(value) for name, value in zip(names, counted[1:], strict=True)}
        feeds[feed] = {"file": file.name, "rows": counted[0], **({"sums": sums} if sums else {})}
    con.close()
    manifest = {"bank": BANK, "business_date": DAY, "feeds": feeds}
    (folder / "manifest.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")


def stages_measure(job: Mapping[str, Any], meter: Any, bank: Any) -> dict[str, Any]:
    """Run *ingest* and *snapshot* of the day, in the child process; what a stage takes holds its transaction."""
    from django.conf import settings

    from huikuan.nightly import opening
    from huikuan.nightly.cycle import now_utc, run_open, stage_run
    from huikuan.nightly.delivery import delivery_hash_read
    from huikuan.nightly.facts import StageName

    opening._memory = lambda: str(job["memory"])
    places = opening.NightPlaces.of(settings.HOME)
    found: dict[str, Any] = {}
    meter.reset()
    run = run_open(bank, DAY, None, delivery_hash_read(places.inbox, bank.code, DAY), now_utc())
    with opening.night_open(bank, run, places) as night:
        found["open"] = meter.read()
        for stage in (StageName.INGEST, StageName.SNAPSHOT):
            meter.reset()
            output = stage_run(night, stage, now_utc)
            found[str(stage)] = meter.read()
            found[f"{stage}_totals"] = output.totals
    return found


def floor_measure(job: Mapping[str, Any], meter: Any) -> dict[str, Any]:
    """Read every file as text with record numbers, in the child process."""
    con = duckdb.connect(config={"threads": 2, "memory_limit": str(job["memory"])})
    con.execute(f"set temp_directory = '{job['spill']}'")
    meter.reset()
    for file in sorted(Path(job["folder"]).glob("*.csv")):
        columns = ", ".join(
            f"'{name}': 'VARCHAR'" for name in file.open(encoding="utf-8").readline().strip().split(",")
        )
        con.execute(
            f"create temp table {file.stem} as select row_number() over () as line, * from read_csv('{file}', "
            f"auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', columns = {{{columns}}})"
        )
    return dict(meter.read())


def main(
    notes: Annotated[int, typer.Option(help="Notes; 24 instalments each.")] = 1_000_000,
    memory: Annotated[str, typer.Option(help="What DuckDB may take.")] = "4GiB",
    folder: Annotated[Path | None, typer.Option(help="Folder for temporary files.")] = None,
) -> None:
    """Run the benchmark."""
    from nightly import Bench, machine

    result: dict[str, Any] = {"machine": machine(), "notes": notes, "memory": memory}
    base = Path(tempfile.mkdtemp(prefix="intake-", dir=folder))
    base.chmod(0o755)
    bench = Bench(base)
    try:
        began = time.perf_counter()
        inbox = bench.home.path / "inbox" / BANK / DAY.isoformat()
        delivery_write(inbox, notes)
        result["generator_seconds"] = round(time.perf_counter() - began, 1)
        result["csv_mib"] = round(sum(file.stat().st_size for file in inbox.iterdir()) / 2**20)
        result["load_before"] = os.getloadavg()
        result["floor"] = bench.job(do="intake_floor", folder=str(inbox), spill=str(base / "spill"), memory=memory)
        result["stages"] = bench.job(do="intake", memory=memory)
        result["load_after"] = os.getloadavg()
    finally:
        bench.stop()
        shutil.rmtree(base, ignore_errors=True)
    target = HERE / "results" / f"intake-{notes}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(_table(result))


def _table(result: Mapping[str, Any]) -> str:
    stages = result["stages"]
    load = ", ".join(f"{one:.1f}" for one in (result["load_before"][0], result["load_after"][0]))
    lines = [f"{result['notes']:,} notes, {result['csv_mib']:,} MiB of CSV, load before and after {load}"]
    lines += ["", "| | s | CPU s | of it PostgreSQL | peak MiB |", "|---|---|---|---|---|"]
    whole = dict.fromkeys(("seconds", "cpu_seconds", "postgres_cpu_seconds"), 0.0)
    for name, one in (("floor", result["floor"]), *((name, stages[name]) for name in ("open", "ingest", "snapshot"))):
        lines.append(
            f"| {name} | {one['seconds']:.1f} | {one['cpu_seconds'] + one['postgres_cpu_seconds']:.1f} | "
            f"{one['postgres_cpu_seconds']:.1f} | {one['peak_mib']:.0f} |"
        )
        if name != "floor":
            whole = {figure: whole[figure] + one[figure] for figure in whole}
    cpu = whole["cpu_seconds"] + whole["postgres_cpu_seconds"]
    lines.append(f"| **whole** | **{whole['seconds']:.1f}** | {cpu:.1f} | {whole['postgres_cpu_seconds']:.1f} | |")
    lines.append(f"\nwhole / floor: {cpu / result['floor']['cpu_seconds']:.1f} in CPU s")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(typer.run(main))
