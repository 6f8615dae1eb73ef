"""What `benchmarks/nightly.py` measures, in a process of its own: nights of the made-up bank, by stage.

Run by the benchmark with the environment of its home: `python benchmarks/night_child.py JOB.json`; answers on
standard output with one JSON document. Seconds of a stage last until the next begins, so they hold its transaction;
CPU seconds are those of this process, its workers and PostgreSQL; memory is the highest resident size of this
process and its workers while the stage ran, DuckDB included.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from huikuan.nightly.cycle import NightResult
    from huikuan.nightly.facts import StageName

SAMPLE_SECONDS = 0.05
_TICKS = os.sysconf("SC_CLK_TCK")


class Meter:
    """Wall, CPU and memory between two moments."""

    def __init__(self, server_pid: int) -> None:
        self._server = server_pid
        self._workers_kib = 0
        threading.Thread(target=self._sample, daemon=True).start()
        self.reset()

    def reset(self) -> None:
        """Begin anew."""
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the high-water mark of this process
        self._workers_kib = 0
        self._began, self._cpu, self._server_cpu = time.perf_counter(), _cpu_own(), _cpu_tree(self._server)

    def read(self) -> dict[str, float]:
        """Figures since the last reset."""
        return {
            "seconds": round(time.perf_counter() - self._began, 3),
            "cpu_seconds": round(_cpu_own() - self._cpu, 3),
            "postgres_cpu_seconds": round(_cpu_tree(self._server) - self._server_cpu, 3),
            "peak_mib": round((_status_kib("self", "VmHWM") + self._workers_kib) / 1024, 1),
        }

    def _sample(self) -> None:
        while True:
            self._workers_kib = max(self._workers_kib, sum(_status_kib(pid, "VmRSS") for pid in _children(os.getpid())))
            time.sleep(SAMPLE_SECONDS)


class Watch:
    """The progress of a night: reads the meter between stages."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._stage = ""
        self.stages: dict[str, dict[str, float]] = {}

    def night_begins(self, _business_date: date, _number: int, _of: int) -> None:
        """A night begins."""
        self._stage, self.stages = "open", {}
        self._meter.reset()

    def stage_begins(self, _business_date: date, stage: StageName) -> None:
        """The stage before is over."""
        self.stages[self._stage] = self._meter.read()
        self._stage = str(stage)
        self._meter.reset()

    def night_ends(self, _result: NightResult) -> None:
        """The last stage is over."""
        self.stages[self._stage] = self._meter.read()


def main(job: Mapping[str, Any]) -> dict[str, Any]:
    """Do a job: `prepare` the bank, run `nights` or a `catch_up` of several in one run, the `floor`, the `loop`,
    `rewrite` a note, measure `intake`.
    """
    import django

    django.setup()
    jobs = {
        "prepare": _prepare,
        "nights": _nights,
        "catch_up": _catch_up,
        "floor": _floor,
        "loop": _loop,
        "rewrite": _rewrite,
        "intake": _intake,
        "intake_floor": _intake_floor,
    }
    return jobs[job["do"]](job)


def _prepare(_job: Mapping[str, Any]) -> dict[str, Any]:
    from night_book import BANK, BRANCHES

    from huikuan.kernel.facts import InstitutionKind, Who
    from huikuan.kernel.selectors.institution import institution_root
    from huikuan.kernel.services.bank import bank_create
    from huikuan.kernel.services.institution import institution_add
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.kernel.vault import key_ring_ensure

    key_ring_ensure()
    by, at, since = Who.program("benchmark"), datetime.now(UTC), date(2000, 1, 1)
    bank_id = bank_create(
        code=BANK, name_zh="测速农商行", name_en="Benchmark bank", currency="CNY", minor_digits=2,
        time_zone="Asia/Shanghai", by=by, at=at, valid_from=since,
    )  # fmt: skip
    with bank_scope(bank_id):
        root = institution_root(bank_id).id
    for code in BRANCHES:
        institution_add(
            bank_id=bank_id, code=code, kind=InstitutionKind.BRANCH, parent_id=root, name_zh=code, name_en=code,
            valid_from=since, by=by, at=at,
        )  # fmt: skip
    return {"bank_id": bank_id}


def _nights(job: Mapping[str, Any]) -> dict[str, Any]:
    from django.conf import settings

    from huikuan.nightly.cycle import nights_run
    from huikuan.nightly.opening import NightPlaces

    meter = Meter(job["server_pid"])
    watch = Watch(meter)
    places = NightPlaces(settings.HOME / "lake", settings.HOME / "inbox")
    nights = []
    if job["seeded"]:
        import night_seed

        night_seed.stages_replace()
    for day in job["days"]:
        began = time.perf_counter()
        result = nights_run(_bank(), date.fromisoformat(day), places, watch)[-1]
        totals = {stage.stage: stage.totals for stage in result.stages}
        hashes = {stage.stage: stage.content_hash for stage in result.stages}
        nights.append(
            {
                "day": day,
                "seconds": round(time.perf_counter() - began, 3),
                "stages": watch.stages,
                "totals": totals,
                "hashes": hashes,
            }
        )
    return {"nights": nights}


class Nights(Watch):
    """The progress of a catch-up: what each night took."""

    def __init__(self, meter: Meter) -> None:
        super().__init__(meter)
        self._began = time.perf_counter()
        self.nights: list[dict[str, Any]] = []

    def night_begins(self, business_date: date, number: int, of: int) -> None:
        """A night begins."""
        super().night_begins(business_date, number, of)
        self._began = time.perf_counter()

    def night_ends(self, result: NightResult) -> None:
        """A night is over."""
        super().night_ends(result)
        seconds = round(time.perf_counter() - self._began, 3)
        self._meter.reset()
        self.nights.append({"day": result.business_date.isoformat(), "seconds": seconds, "stages": self.stages})


def _catch_up(job: Mapping[str, Any]) -> dict[str, Any]:
    """Run the nights up to the last day by one call; ``end`` is what is left to do after the last of them."""
    from django.conf import settings

    from huikuan.nightly.cycle import nights_run
    from huikuan.nightly.opening import NightPlaces

    meter = Meter(job["server_pid"])
    watch = Nights(meter)
    places = NightPlaces(settings.HOME / "lake", settings.HOME / "inbox")
    began = time.perf_counter()
    nights_run(_bank(), date.fromisoformat(job["days"][-1]), places, watch)
    return {"nights": watch.nights, "end": meter.read(), "seconds": round(time.perf_counter() - began, 3)}


def _bank() -> Any:
    from night_book import BANK

    from huikuan.kernel.selectors.users import bank_by_code
    from huikuan.nightly.facts import BankFact

    bank = bank_by_code(BANK)
    return BankFact(bank.id, bank.code, bank.time_zone, bank.minor_digits)


def _floor(job: Mapping[str, Any]) -> dict[str, Any]:
    from night_compare import floor

    meter = Meter(job["server_pid"])
    return {**floor(_bank(), job), "peak_mib": meter.read()["peak_mib"]}


def _loop(job: Mapping[str, Any]) -> dict[str, Any]:
    from night_compare import loop

    return loop(_bank(), job)


def _rewrite(job: Mapping[str, Any]) -> dict[str, Any]:
    from night_compare import rewrite

    return rewrite(_bank(), job)


def _intake(job: Mapping[str, Any]) -> dict[str, Any]:
    from intake import stages_measure

    return stages_measure(job, Meter(job["server_pid"]), _bank())


def _intake_floor(job: Mapping[str, Any]) -> dict[str, Any]:
    from intake import floor_measure

    return floor_measure(job, Meter(job["server_pid"]))


def _children(pid: int) -> list[int]:
    found = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(word) for word in file.read_text().split()]
        except OSError:  # the thread has ended
            continue
    return found


def _status_kib(pid: int | str, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:  # the process has ended
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)


def _cpu_own() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _cpu_tree(pid: int) -> float:
    """CPU seconds of a process, of its ended children and of those that live."""
    total = 0.0
    for one in (pid, *_children(pid)):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:  # it has just ended, and counts among those of its parent
            continue
        total += sum(int(value) for value in fields[11 : 15 if one == pid else 13]) / _TICKS
    return total


if __name__ == "__main__":
    answer = main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    Path(sys.argv[2]).write_text(json.dumps(answer), encoding="utf-8")
