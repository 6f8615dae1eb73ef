"""Speed and memory of the night: `python benchmarks/nightly.py --loans 1000000 [--nights 3] [--cold-loans 20000]`.

Makes a book (`night_book`), starts PostgreSQL in a home of its own, runs real nights of a real bank over deliveries
in Parquet, and measures them in child processes, stage by stage:

- *warm*: the state of yesterday exists. The first night gets schedules, repayments and states ready (`night_seed`)
  and is not counted.
- *cold*: the first night of a book with history, which the exact engine replays, on ``--cold-loans`` notes.
- in the same run: the floor and the loop (`night_compare`), pandas (`night_pandas`, through `uv run`).

Prints a table and writes `benchmarks/results/nightly-<loans>.json`. Temporary files go to ``--folder`` and are
removed.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
from night_book import book_write

from huikuan.runtime.home import ROLE_APP, ROLE_OWNER, Home, HomeLock
from huikuan.runtime.postgres import Server, cluster_locate

HERE = Path(__file__).resolve().parent
LOOP_SAMPLE = 5_000
STAGES = ("open", "ingest", "snapshot", "age", "classify", "reconcile", "migrate", "publish")
Json = dict[str, Any]


class Bench:
    """A home with its server and the made-up bank; jobs run in processes of their own."""

    def __init__(self, folder: Path) -> None:
        self.home = Home.at(folder / "home")
        self._lock = HomeLock(self.home)
        if not self._lock.acquire():
            raise SystemExit(f"{folder} is in use.")
        self._folder = folder
        self._server = Server(cluster_locate(self.home))
        self._server.start()
        command = [sys.executable, "-m", "huikuan", "migrate"]
        with (self.home.log / "benchmark.log").open("ab") as log:
            subprocess.run(command, env=self._environment(ROLE_OWNER), check=True, stdout=log, stderr=log)
        self.job(do="prepare")

    def job(self, **job: Any) -> Json:
        """Run a job of `night_child` and return its answer."""
        process = self._server.process
        asked, answer = self._folder / "job.json", self._folder / "answer.json"
        asked.write_text(json.dumps({**job, "server_pid": process.pid if process else 0}), encoding="utf-8")
        command = [sys.executable, str(HERE / "night_child.py"), str(asked), str(answer)]
        log = self.home.log / "benchmark.log"
        with log.open("ab") as stream:
            done = subprocess.run(command, env=self._environment(ROLE_APP), stdout=stream, stderr=stream, check=False)
        if done.returncode != 0:
            raise SystemExit(f"A job failed:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}")
        found: Json = json.loads(answer.read_text(encoding="utf-8"))
        return found

    def stop(self) -> None:
        """Stop the server."""
        self._server.stop()
        self._lock.release()

    def _environment(self, role: str) -> dict[str, str]:
        given = self.home.environment(role, self._server.cluster.socket_folder)
        return {**os.environ, **given, "HUIKUAN_DB_POOL": "0"}


def main(
    loans: Annotated[int, typer.Option(help="Notes of the warm nights.")] = 1_000_000,
    nights: Annotated[int, typer.Option(help="Warm nights; the median counts.")] = 3,
    cold_loans: Annotated[int, typer.Option(help="Notes of the cold replay; 0 leaves it out.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Seed of the book.")] = 1,
    folder: Annotated[Path | None, typer.Option(help="Folder for temporary files.")] = None,
    pandas: Annotated[bool, typer.Option(help="Also fold in pandas; needs `uv` and its packages.")] = True,
) -> None:
    """Run the benchmark."""
    result: Json = {"machine": machine(), "loans": loans, "nights": nights, "cold_loans": cold_loans, "seed": seed}
    base = Path(tempfile.mkdtemp(prefix="nightly-", dir=folder))
    base.chmod(0o755)
    try:
        if cold_loans:
            result["cold"] = _cold(base / "cold", cold_loans, seed)
        result |= _warm(base / "warm", loans, nights, seed, pandas=pandas)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    result["load_after"] = os.getloadavg()
    target = HERE / "results" / f"nightly-{loans}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(_table(result))
    print(f"\nWritten: {target.relative_to(HERE.parent)}")


def _cold(folder: Path, notes: int, seed: int) -> Json:
    """The first night by the product's own stages; its states are those that warm books are seeded with."""
    found: list[Json] = []
    for seeded in (False, True):
        place = folder / ("seeded" if seeded else "replayed")
        _say(f"cold: {notes:,} notes, {place.name}")
        days = book_write(place, place / "inbox", notes=notes, nights=0, seed=seed, seeded=seeded)
        night = _nights(place, [day.isoformat() for day in days], seeded=seeded)[0]
        found.append(night)
        shutil.rmtree(place)
    replayed, ready = found
    return {
        **{name: replayed[name] for name in ("seconds", "stages", "totals")},
        "age_equals_seeded": replayed["hashes"]["age"] == ready["hashes"]["age"],
    }


def _nights(place: Path, days: list[str], *, seeded: bool) -> list[Json]:
    bench = _bench(place)
    try:
        answer: list[Json] = bench.job(do="nights", days=days, seeded=seeded)["nights"]
    finally:
        bench.stop()
    return answer


def _bench(place: Path) -> Bench:
    home = Home.at(place / "home")
    shutil.rmtree(home.path / "inbox")
    (place / "inbox").rename(home.path / "inbox")
    return Bench(place)


def _warm(folder: Path, notes: int, nights: int, seed: int, *, pandas: bool) -> Json:
    _say(f"warm: deliveries of {notes:,} notes")
    began = time.perf_counter()
    days = [day.isoformat() for day in book_write(
        folder, folder / "inbox", notes=notes, nights=nights, seed=seed, seeded=True
    )]  # fmt: skip
    found: Json = {"generator_seconds": round(time.perf_counter() - began, 1)}
    bench = _bench(folder)
    try:
        _say("warm: first night, not counted")
        found["first"] = bench.job(do="nights", days=days[:1], seeded=True)["nights"][0]
        found["warm"] = []
        for day in days[1:]:  # a process each, as the scheduler would start them
            _say(f"warm: night of {day}")
            load = os.getloadavg()[0]
            found["warm"].append({**bench.job(do="nights", days=[day], seeded=False)["nights"][0], "load": load})
        _say("floor, loop, pandas")
        job = {"day": days[-1], "target": str(folder / "out" / "floor.parquet"), "sample": LOOP_SAMPLE}
        runs = [bench.job(do="floor", **job) for _ in range(3)]
        files = runs[0].pop("files")
        found["floor"] = min(runs, key=lambda run: float(run["cpu_seconds"]))
        found["loop"] = bench.job(do="loop", **job)
        found["pandas"] = _pandas(folder, {**job, "files": files}) if pandas else {"left_out": "by --no-pandas"}
    finally:
        bench.stop()
    found["floor"].pop("files", None)
    return found


def _pandas(folder: Path, job: Json) -> Json:
    asked, answer = folder / "pandas-job.json", folder / "pandas-answer.json"
    asked.write_text(json.dumps({**job, "target": str(folder / "out" / "pandas.parquet")}), encoding="utf-8")
    command = [
        "uv",
        "run",
        "--no-project",
        "--python",
        sys.executable,
        "--with",
        "pandas",
        "--with",
        "pyarrow",
        "python",
    ]
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    done = subprocess.run(
        [*command, str(HERE / "night_pandas.py"), str(asked), str(answer)],
        env=environment, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        return {"left_out": f"it did not run: {done.stderr.strip().splitlines()[-1:]}"}
    found: Json = json.loads(answer.read_text(encoding="utf-8"))
    return found


def machine() -> Json:
    """What the figures were measured on."""
    model = [
        line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return {
        "cores": os.cpu_count(),
        "processor": model[0] if model else platform.machine(),
        "memory_gib": round(memory, 1),
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_before": os.getloadavg(),
    }


def _stage(nights: list[Json], stage: str, figure: str) -> float:
    return statistics.median(float(night["stages"][stage][figure]) for night in nights)


def _table(result: Json) -> str:
    warm = result["warm"]
    lines = [f"{result['loans']:,} notes, {len(warm)} warm nights (median), load {[round(n['load'], 1) for n in warm]}"]
    lines += ["", "| stage | s | CPU s | of it PostgreSQL | peak MiB |", "|---|---|---|---|---|"]
    for stage in STAGES:
        server = _stage(warm, stage, "postgres_cpu_seconds")
        cpu = _stage(warm, stage, "cpu_seconds") + server
        seconds, peak = _stage(warm, stage, "seconds"), _stage(warm, stage, "peak_mib")
        lines.append(f"| {stage} | {seconds:.1f} | {cpu:.1f} | {server:.1f} | {peak:.0f} |")
    whole = statistics.median(float(night["seconds"]) for night in warm)
    lines.append(f"| whole night | {whole:.1f} | | | {max(_stage(warm, s, 'peak_mib') for s in STAGES):.0f} |")
    lines.append(f"\nwarm: {result['loans'] / whole:,.0f} notes/s")
    if "cold" in result:
        cold = result["cold"]
        age, same = cold["stages"]["age"], "same" if cold["age_equals_seeded"] else "DIFFERENT"
        rate = result["cold_loans"] / cold["seconds"]
        lines.append(
            f"cold: {result['cold_loans']:,} notes in {cold['seconds']:.1f} s ({rate:,.0f} notes/s), "
            f"replay {age['seconds']:.1f} s, "
            f"{age['cpu_seconds']:.1f} CPU s, {age['peak_mib']:.0f} MiB; content as seeded: {same}"
        )
    age_cpu = _stage(warm, "age", "cpu_seconds")
    for name in ("floor", "pandas", "loop"):
        one = result[name]
        if "left_out" in one:
            lines.append(f"{name}: left out, {one['left_out']}")
            continue
        cpu = one.get("extrapolated_cpu_seconds", one["cpu_seconds"])
        seconds = one.get("extrapolated_seconds", one["seconds"])
        note = f", from a sample of {one['sample']:,}" if "sample" in one else f", {one['peak_mib']:.0f} MiB"
        wrong = f", {one['differing']} notes differ from the night" if "differing" in one else ""
        lines.append(
            f"{name}: {seconds:.1f} s, {cpu:.1f} CPU s{note}{wrong}; age / {name} = {age_cpu / cpu:.2f} in CPU s"
        )
    return "\n".join(lines)


def _say(text: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    typer.run(main)
