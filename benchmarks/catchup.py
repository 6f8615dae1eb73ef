"""Nights that were missed and are caught up: `python benchmarks/catchup.py [--missed 1,7,30,100,300,700]`.

A book of 1,000 notes with 24 monthly instalments; nine instalments of ten are paid, in time or up to 20 days late. The
deliveries of all missed days lie in the inbox, and one command runs every missing night in order: no day is skipped, so
that roll tables and allocations have each of them. The nights run once, up to the largest case, in one run from each
case to the next; a case is the sum of its nights and of what the runs had to do before and after them (the desk is
brought once a run).

Real nights of a real bank (`nightly.Bench`). In the same run: the floor of one night (its rows read and written once in
one statement, `night_compare.floor`), and the exact engine on every note from its first day to the last one, whose
answers are compared with what the last night stored (`night_compare.loop`).
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from night_book import BANK, BRANCHES
from nightly import HERE, Bench, machine

from huikuan.kernel.money import money_format
from huikuan.portfolio.facts import Compound, NoteTerms, RepaymentMethod
from huikuan.portfolio.rules.schedule import months_after, schedule_build
from huikuan.runtime.home import Home

NOTES, INSTALMENTS = 1_000, 24
FIRST_DAY = date(2023, 1, 5)
LATE_DAYS = 20  # at most
Row = tuple[object, ...]
Json = dict[str, Any]
HEADERS = {
    "products": ("product_code", "name_zh", "name_en", "kind", "retail", "monthly_instalment"),
    "parties": ("party_id", "party_kind", "name", "identity_kind", "identity_number", "region"),
    "contracts": (
        "contract_id", "party_id", "institution_code", "product_code", "amount", "signed_on", "expires_on",
    ),
    "notes": (
        "note_id", "contract_id", "principal", "disbursed_on", "matures_on", "annual_rate_pct", "repayment_method",
        "instalment_count", "first_due_on", "penalty_rate_pct", "compound", "core_status",
    ),
    "instalments": ("note_id", "seq", "due_on", "principal", "interest", "costs"),
    "repayments": ("note_id", "core_ref", "value_on", "received_at", "amount", "reverses"),
}  # fmt: skip
SUMS = {  # place of each amount with a control total
    "notes": {"principal": 2},
    "instalments": {"principal": 3, "interest": 4, "costs": 5},
    "repayments": {"amount": 4},
}


def terms(number: int) -> NoteTerms:
    """Terms of a note: paid out on one of 28 days before the first night."""
    disbursed_on = FIRST_DAY - timedelta(days=number % 28)
    return NoteTerms(
        principal_minor=1_000_000 + number,
        disbursed_on=disbursed_on,
        matures_on=months_after(disbursed_on, INSTALMENTS),
        first_due_on=months_after(disbursed_on, 1),
        annual_rate_ppm=140_700,
        penalty_rate_ppm=211_050,
        compound=Compound.MONTHLY,
        method=RepaymentMethod.EQUAL_INSTALMENT,
        instalment_count=INSTALMENTS,
    )


def repayments() -> dict[date, list[Row]]:
    """Repayments by day, amounts in minor units."""
    found: defaultdict[date, list[Row]] = defaultdict(list)
    for number in range(NOTES):
        for part in schedule_build(terms(number)):
            place = number + part.seq
            if place % 10:
                on = part.due_on + timedelta(days=place % LATE_DAYS if place % 3 == 0 else 0)
                due = part.principal_minor + part.interest_minor
                found[on].append((f"N{number}", f"R{number}-{part.seq}", on, f"{on}T09:00:00+08:00", due, ""))
    return found


def standing_feeds() -> dict[str, list[Row]]:
    """Feeds that are the same every day, amounts in minor units."""
    every = [(number, terms(number)) for number in range(NOTES)]
    return {
        "products": [("consumer", "个人消费贷", "Consumer loan", "consumer", "true", "true")],
        "parties": [(f"P{n}", "person", f"客户{n}", "passport", f"X{n:07d}", "R1") for n, _ in every],
        "contracts": [
            (f"C{n}", f"P{n}", BRANCHES[n % len(BRANCHES)], "consumer", money_format(one.principal_minor, 2),
             one.disbursed_on, one.matures_on)
            for n, one in every
        ],
        "notes": [
            (f"N{n}", f"C{n}", one.principal_minor, one.disbursed_on, one.matures_on, "14.07", one.method,
             INSTALMENTS, one.first_due_on, "21.105", one.compound, "active")
            for n, one in every
        ],
        "instalments": [],
    }  # fmt: skip


def deliveries_write(inbox: Path, days: Sequence[date]) -> None:
    """Write the deliveries: what stands is written once and linked."""
    standing, paid = standing_feeds(), repayments()
    first = inbox / days[0].isoformat()
    entries: Json = {}
    for number, day in enumerate(days):
        folder = inbox / day.isoformat()
        folder.mkdir(parents=True)
        for feed, rows in (standing if number == 0 else {}).items():
            entries[feed] = _feed_write(folder, feed, rows)
        for feed in standing if number else ():
            (folder / f"{feed}.csv").hardlink_to(first / f"{feed}.csv")
        entries["repayments"] = _feed_write(folder, "repayments", paid.get(day, []))
        text = yaml.safe_dump({"bank": BANK, "business_date": day, "feeds": entries})
        (folder / "manifest.yaml").write_text(text, encoding="utf-8")


def _feed_write(folder: Path, feed: str, rows: Sequence[Row]) -> Json:
    amounts = SUMS.get(feed, {})
    with (folder / f"{feed}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADERS[feed])
        for row in rows:
            shown = {place: money_format(int(str(row[place])), 2) for place in amounts.values()}
            writer.writerow([shown.get(place, value) for place, value in enumerate(row)])
    sums = {name: money_format(sum(int(str(row[place])) for row in rows), 2) for name, place in amounts.items()}
    return {"file": f"{feed}.csv", "rows": len(rows), "sums": sums}


def main(
    missed: Annotated[str, typer.Option(help="Numbers of missed days.")] = "1,7,30,100,300,700",
    folder: Annotated[Path | None, typer.Option(help="Folder for temporary files.")] = None,
) -> None:
    """Run the benchmark."""
    cases = sorted(int(text) for text in missed.split(","))
    result: Json = {"machine": machine(), "notes": NOTES, "instalments": INSTALMENTS}
    days = [FIRST_DAY + timedelta(days=number) for number in range(cases[-1] + 1)]
    base = Path(tempfile.mkdtemp(prefix="catchup-", dir=folder))
    base.chmod(0o755)
    try:
        deliveries_write(Home.at(base / "home").path / "inbox" / BANK, days)
        bench = Bench(base)
        try:
            result |= _measured(bench, [day.isoformat() for day in days], cases, base / "out")
        finally:
            bench.stop()
    finally:
        shutil.rmtree(base, ignore_errors=True)
    result["load_after"] = os.getloadavg()
    target = HERE / "results" / "catchup.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(_table(result))
    print(f"\nWritten: {target.relative_to(HERE.parent)}")


def _measured(bench: Bench, days: list[str], cases: Sequence[int], out: Path) -> Json:
    """The first night brings the book and is not counted."""
    bench.job(do="nights", days=days[:1], seeded=False)
    nights: list[Json] = []
    around: list[float] = []  # seconds of each run outside its nights
    for count in cases:
        run = bench.job(do="catch_up", days=days[len(nights) + 1 : count + 1])
        nights += run["nights"]
        around.append(run["seconds"] - sum(night["seconds"] for night in run["nights"]))
        nights[-1]["stages"]["end"] = run["end"]
        print(f"{count} nights: {sum(night['seconds'] for night in nights) + sum(around):.1f} s", flush=True)
    seconds = [night["seconds"] for night in nights]
    cpu = [sum(stage["cpu_seconds"] + stage["postgres_cpu_seconds"] for stage in night["stages"].values())
           for night in nights]  # fmt: skip
    floor = bench.job(do="floor", day=days[-1], target=str(out / "floor.parquet"))
    loop = bench.job(do="loop", day=days[-1], sample=NOTES)
    night, night_cpu = statistics.median(seconds), statistics.median(cpu)
    return {
        "night": {"seconds": round(night, 3), "cpu_seconds": round(night_cpu, 3)},
        "floor": {name: floor[name] for name in ("seconds", "cpu_seconds")},
        "engine": {name: loop[name] for name in ("seconds", "sample", "differing")},
        "cases": [
            {
                "missed": count,
                "seconds": round(sum(seconds[:count]) + sum(around[: number + 1]), 1),
                "cpu_seconds": round(sum(cpu[:count]), 1),
                "nights": round(sum(cpu[:count]) / night_cpu, 1),
                "floors": round(sum(cpu[:count]) / count / floor["cpu_seconds"]),
            }
            for number, count in enumerate(cases)
        ],
    }


def _table(result: Json) -> str:
    engine = result["engine"]
    lines = [
        f"{result['notes']:,} notes of {result['instalments']} instalments; "
        f"one night {result['night']['seconds']:.2f} s, {result['night']['cpu_seconds']:.2f} CPU s (median), "
        f"its floor {result['floor']['cpu_seconds']:.3f} CPU s; "
        f"load {result['machine']['load_before'][0]:.1f} before, {result['load_after'][0]:.1f} after",
        f"exact engine from the first day: {engine['seconds']:.2f} s for {engine['sample']:,} notes, "
        f"{engine['differing']} differ from the last night",
        "",
        "| missed days | s | CPU s | in ordinary nights (CPU) | CPU s of a night / floor |",
        "|---|---|---|---|---|",
        *(
            f"| {case['missed']} | {case['seconds']:.1f} | {case['cpu_seconds']:.1f} | {case['nights']:.1f} | "
            f"{case['floors']} |"
            for case in result["cases"]
        ),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(main)
