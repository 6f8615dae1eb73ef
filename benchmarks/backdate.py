"""One backdated repayment on a long loan, recomputed and stored: `python benchmarks/backdate.py [--nights 7]`.

The loan: 2,000 instalments, one a day, paid out 2,400 days ago; monthly compound interest; every instalment but the
first was paid on its day, so that each repayment since has paid the instalment before it. Each measured night brings
one more repayment for the first instalment, with a value date on its due day 2,400 days ago: all later repayments are
allocated anew, and every day's accruals change.

Real nights of a real bank (`nightly.Bench`), whose book is this note. Measured in each: the stages *age* (read the
history, replay, write the close of the day with its hashes, ledger and event) and *publish* (the row of the desk); the
whole night, with intake and all other stages; beside them, in the same process, the floor: the same rows read and
written once without computing anything (`night_compare.rewrite`). The exact engine alone is timed on the same facts,
and its answer is compared with what the last night stored.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from night_book import BANK, BRANCHES
from nightly import HERE, Bench, machine

from huikuan.kernel.money import money_format
from huikuan.portfolio.facts import Compound, Instalment, NoteTerms, Repayment, RepaymentMethod
from huikuan.portfolio.rules.engine import replay
from huikuan.runtime.home import Home

DAYS, ROWS = 2_400, 2_000
LAST_DAY = date(2024, 6, 14)
NOTE = "N1"
PRINCIPAL, INTEREST = 500, 50  # of one instalment, in minor units
PART = 50  # of the first instalment that a backdated repayment pays
ENGINE_RUNS = 9
COLUMNS = {"instalments": ("note_id", "seq", "due_on", "principal", "interest", "costs")}  # where no row tells them
SUMS = {"notes": ("principal",), "instalments": ("principal", "interest", "costs"), "repayments": ("amount",)}
AMOUNTS = {**SUMS, "contracts": ("amount",)}
FIGURES = ("seconds", "cpu_seconds")
Json = dict[str, Any]


def terms() -> NoteTerms:
    """Terms of the loan; its schedule is delivered."""
    disbursed_on = LAST_DAY - timedelta(days=DAYS)
    return NoteTerms(
        principal_minor=PRINCIPAL * ROWS,
        disbursed_on=disbursed_on,
        matures_on=disbursed_on + timedelta(days=ROWS),
        first_due_on=disbursed_on + timedelta(days=1),
        annual_rate_ppm=140_700,
        penalty_rate_ppm=211_050,
        compound=Compound.MONTHLY,
        method=RepaymentMethod.GIVEN,
        instalment_count=ROWS,
    )


def schedule() -> tuple[Instalment, ...]:
    """One instalment a day."""
    first = terms().first_due_on
    return tuple(Instalment(n + 1, first + timedelta(days=n), PRINCIPAL, INTEREST) for n in range(ROWS))


def history() -> list[Repayment]:
    """Every instalment but the first, paid on its day."""
    return [_repayment(f"R{row.seq}", row.due_on, PRINCIPAL + INTEREST) for row in schedule()[1:]]


def backdated(night: int) -> Repayment:
    """What the measured night brings: a part of the first instalment, on its due day."""
    return _repayment(f"B{night}", terms().first_due_on, PART)


def _repayment(ref: str, value_on: date, amount_minor: int) -> Repayment:
    return Repayment(ref, value_on, datetime(2018, 1, 1, 2, tzinfo=UTC), amount_minor)


def delivery_write(folder: Path, day: date, instalments: Sequence[Instalment], repayments: Sequence[Repayment]) -> None:
    """Write the delivery of a day as CSV files with a manifest."""
    folder.mkdir(parents=True)
    one = terms()
    feeds: dict[str, list[Json]] = {
        "products": [
            {"product_code": "daily", "name_zh": "日日贷", "name_en": "Daily loan", "kind": "operating",
             "retail": "true", "monthly_instalment": "false"},
        ],
        "parties": [
            {"party_id": "P1", "party_kind": "person", "name": "客户", "identity_kind": "id_card",
             "identity_number": "330182199003074514", "region": "R1"},
        ],
        "contracts": [
            {"contract_id": "C1", "party_id": "P1", "institution_code": BRANCHES[0], "product_code": "daily",
             "amount": one.principal_minor, "signed_on": one.disbursed_on, "expires_on": one.matures_on},
        ],
        "notes": [
            {"note_id": NOTE, "contract_id": "C1", "principal": one.principal_minor,
             "disbursed_on": one.disbursed_on, "matures_on": one.matures_on, "annual_rate_pct": "14.07",
             "repayment_method": one.method, "instalment_count": ROWS, "first_due_on": one.first_due_on,
             "penalty_rate_pct": "21.105", "compound": one.compound, "core_status": "active"},
        ],
        "instalments": [
            {"note_id": NOTE, "seq": row.seq, "due_on": row.due_on, "principal": row.principal_minor,
             "interest": row.interest_minor, "costs": 0}
            for row in instalments
        ],
        "repayments": [
            {"note_id": NOTE, "core_ref": row.core_ref, "value_on": row.value_on,
             "received_at": row.received_at.isoformat(), "amount": row.amount_minor, "reverses": ""}
            for row in repayments
        ],
    }  # fmt: skip
    manifest: Json = {}
    for feed, rows in feeds.items():
        amounts = AMOUNTS.get(feed, ())
        with (folder / f"{feed}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]) if rows else COLUMNS[feed], lineterminator="\n")
            writer.writeheader()
            writer.writerows({**row, **{name: money_format(row[name], 2) for name in amounts}} for row in rows)
        sums = {name: money_format(sum(row[name] for row in rows), 2) for name in SUMS.get(feed, ())}
        manifest[feed] = {"file": f"{feed}.csv", "rows": len(rows), "sums": sums}
    text = yaml.safe_dump({"bank": BANK, "business_date": day, "feeds": manifest})
    (folder / "manifest.yaml").write_text(text, encoding="utf-8")


def main(
    nights: Annotated[int, typer.Option(help="Measured nights; the median counts.")] = 7,
    folder: Annotated[Path | None, typer.Option(help="Folder for temporary files.")] = None,
) -> None:
    """Run the benchmark."""
    result: Json = {"machine": machine(), "days": DAYS, "rows": ROWS, "nights": nights}
    days = [LAST_DAY - timedelta(days=nights - n) for n in range(nights + 1)]
    base = Path(tempfile.mkdtemp(prefix="backdate-", dir=folder))
    base.chmod(0o755)
    try:
        home = Home.at(base / "home")
        for n, day in enumerate(days):
            rows = (schedule(), history()) if n == 0 else ((), (backdated(n),))
            delivery_write(home.path / "inbox" / BANK / day.isoformat(), day, *rows)
        bench = Bench(base)
        try:
            result |= _measured(bench, [day.isoformat() for day in days], base / "out")
        finally:
            bench.stop()
    finally:
        shutil.rmtree(base, ignore_errors=True)
    result["engine_seconds"], state = _engine(nights)
    result["stored_is_replayed"] = {name: str(state[name]) for name in result["state"]} == result["state"]
    result["load_after"] = os.getloadavg()
    target = HERE / "results" / "backdate.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(_table(result))
    print(f"\nWritten: {target.relative_to(HERE.parent)}")


def _measured(bench: Bench, days: list[str], out: Path) -> Json:
    """Nights in one process, the first of which brings the history and is not counted; then the floor."""
    found = bench.job(do="nights", days=days, seeded=False)["nights"][1:]
    if any(night["totals"]["age"]["notes_replayed"] != 1 for night in found):
        raise SystemExit("A night did not replay the note.")
    floor = bench.job(do="rewrite", day=days[-1], note=NOTE, target=str(out), runs=len(days))
    return {
        "stages": {stage: _median(found, (stage,), "seconds") for stage in found[0]["stages"]},
        "night": {figure: _median(found, tuple(found[0]["stages"]), figure) for figure in FIGURES},
        "stored": {figure: _median(found, ("age", "publish"), figure) for figure in FIGURES},
        "floor": {name: floor[name] for name in ("seconds", "cpu_seconds", "rows_read", "rows_written")},
        "state": floor["state"],
    }


def _median(nights: list[Json], stages: tuple[str, ...], figure: str) -> float:
    """Median over nights of what some stages took together; CPU seconds with those of PostgreSQL."""
    figures = ("cpu_seconds", "postgres_cpu_seconds") if figure == "cpu_seconds" else (figure,)
    sums = [sum(float(night["stages"][stage][one]) for stage in stages for one in figures) for night in nights]
    return round(statistics.median(sums), 3)


def _engine(nights: int) -> tuple[float, Json]:
    """Median of replays of all facts at once, and the state."""
    facts = (terms(), schedule(), [*history(), *(backdated(n) for n in range(1, nights + 1))], LAST_DAY)
    seconds = []
    for _ in range(ENGINE_RUNS):
        began = time.perf_counter()
        done = replay(*facts)
        seconds.append(time.perf_counter() - began)
    return round(statistics.median(seconds), 4), asdict(done.state)


def _table(result: Json) -> str:
    stored, floor, night = result["stored"], result["floor"], result["night"]
    lines = [
        f"{result['days']:,} days, {result['rows']:,} instalments, {result['nights']} nights (median), "
        f"load {result['machine']['load_before'][0]:.1f} before, {result['load_after'][0]:.1f} after",
        "",
        "| | s | CPU s |",
        "|---|---|---|",
        f"| exact engine alone | {result['engine_seconds']:.3f} | |",
        f"| recomputed and stored: *age* and *publish* | {stored['seconds']:.2f} | {stored['cpu_seconds']:.2f} |",
        f"| floor: {floor['rows_read']:,} rows read, {floor['rows_written']:,} written | {floor['seconds']:.2f} | "
        f"{floor['cpu_seconds']:.2f} |",
        f"| all stages of the night | {night['seconds']:.2f} | {night['cpu_seconds']:.2f} |",
        "",
        f"stored / floor = {stored['seconds'] / floor['seconds']:.1f} in seconds, "
        f"{stored['cpu_seconds'] / floor['cpu_seconds']:.1f} in CPU seconds; "
        f"stored is what the engine says: {result['stored_is_replayed']}",
        f"stages: {', '.join(f'{stage} {seconds:.2f}' for stage, seconds in result['stages'].items())}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(main)
