"""Speed and memory of the simulator: `python benchmarks/lab.py [--borrowers 1000000] [--months 24] [--workers 2]`.

Creates the files of the simulated bank as `huikuan lab create --out` does: blocks of borrowers are lived from 18 months
before the first delivery on, then the deliveries are written day by day. Prints both phases with their progress and
writes `benchmarks/results/lab-<borrowers>.json`: seconds, processor seconds, the largest memory of this process and of
one worker, and how many rows and bytes were delivered. Temporary files go to ``--folder`` and are removed.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
import yaml

from huikuan.lab.create import Order, bank_files_create
from huikuan.lab.parameters import parameters_shipped

HERE = Path(__file__).resolve().parent


def _peak_mib(who: int) -> int:
    return resource.getrusage(who).ru_maxrss // 1024


def _processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _delivered(inbox: Path) -> dict[str, int]:
    rows = {"repayments": 0, "notes": 0, "contact_points": 0, "all": 0}
    for manifest in inbox.glob("*/*/manifest.yaml"):
        for name, entry in yaml.safe_load(manifest.read_text(encoding="utf-8"))["feeds"].items():
            rows["all"] += entry["rows"]
            if name in rows:
                rows[name] += entry["rows"]
    return rows


def main(
    borrowers: Annotated[int, typer.Option()] = 1_000_000,
    months: Annotated[int, typer.Option()] = 24,
    workers: Annotated[int, typer.Option()] = 2,
    folder: Annotated[Path | None, typer.Option()] = None,
) -> None:
    """Create, time and count."""
    place = Path(tempfile.mkdtemp(prefix="lab-", dir=folder))
    began, ends = time.perf_counter(), {}

    def progress(what: str, done: int, of: int) -> None:
        seconds = time.perf_counter() - began
        ends[what] = seconds
        typer.echo(f"{seconds:7.1f} s  {what} {done}/{of}", err=True)

    try:
        bank_files_create(
            Order(seed=1, borrowers=borrowers, months=months, start=date(2024, 11, 1)),
            parameters_shipped(),
            inbox=place / "inbox",
            truth=place / "truth",
            journal=place / "journal",
            workers=workers,
            progress=progress,
        )
        seconds = time.perf_counter() - began
        found = {
            "borrowers": borrowers,
            "months": months,
            "workers": workers,
            "cpus": os.cpu_count(),
            "load_at_end": round(os.getloadavg()[0], 1),
            "seconds": round(seconds, 1),
            "seconds_borrowers": round(ends["borrowers"], 1),
            "seconds_months": round(ends["months"] - ends["borrowers"], 1),
            "processor_seconds": round(_processor_seconds(), 1),
            "peak_mib_process": _peak_mib(resource.RUSAGE_SELF),
            "peak_mib_worker": _peak_mib(resource.RUSAGE_CHILDREN),
            "rows": _delivered(place / "inbox"),
            "inbox_mib": sum(file.stat().st_size for file in (place / "inbox").rglob("*.*")) >> 20,
        }
    finally:
        shutil.rmtree(place)
    text = json.dumps(found, indent=2) + "\n"
    (HERE / "results" / f"lab-{borrowers}.json").write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    typer.run(main)
