"""The fold of one night in pandas, over the same files as the stage *age*; run by `benchmarks/nightly.py`.

`python night_pandas.py JOB.json ANSWER.json` in an environment with pandas and pyarrow. It folds every note that the
night folded, and leaves out what the night did besides: which notes must be replayed, and their replay by the exact
engine (their keys come with the job), allocations by repayment, content hashes, one file named in one transaction.
Integers throughout. Answers seconds, CPU seconds, peak memory and how many folded notes differ from the night's.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

DEN = 360 * 1_000_000
COMPONENTS = ("costs_minor", "interest_minor", "principal_minor")


def read(job: dict[str, Any], name: str, columns: list[str], **filters: Any) -> pd.DataFrame:
    """The files of a view as one frame."""
    frames = [pd.read_parquet(file, columns=columns, **filters) for file in job["files"][name]]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def fold(job: dict[str, Any]) -> pd.DataFrame:
    """The close of the day of every folded note, and its open instalments left as a file."""
    day = pd.Timestamp(job["day"]).date()
    note = read(
        job, "note",
        ["note_id", "compound", "penalty_rate_ppm", "annual_rate_ppm", "matures_on", "principal_minor", "schedule_on",
         "core_status"],
    )  # fmt: skip
    state = read(job, "note_state", ["note_id", "replayed"])
    note = note[~note["note_id"].isin(state.loc[state["replayed"], "note_id"])].set_index("note_id")
    open_ = read(job, "prev_open_instalment", ["note_id", "due_on", "seq", *COMPONENTS])
    due = read(
        job, "schedule_version", ["note_id", "schedule_on", "due_on", "seq", *COMPONENTS],
        filters=[("due_on", "==", day)],
    )  # fmt: skip
    due = due[due["note_id"].map(note["schedule_on"]) == due["schedule_on"]].drop(columns="schedule_on")
    open_["old"], due["old"] = True, False
    open_ = pd.concat([open_, due], ignore_index=True)
    open_ = open_[open_["note_id"].isin(note.index)].sort_values(["note_id", "due_on", "seq"], ignore_index=True)
    book = _due(job, note, open_, capitalises=day.day == 20)
    _pay(book)
    left = _left(book, open_)
    return _close(book, left, day)


def _due(job: dict[str, Any], note: pd.DataFrame, open_: pd.DataFrame, *, capitalises: bool) -> pd.DataFrame:
    """Accrue, fall due, capitalise: what is due of each component and the money of the day."""
    day = pd.Timestamp(job["day"]).date()
    columns = ["note_id", "principal_outstanding_minor", "credit_minor", "penalty_whole", "penalty_num",
               "compound_whole", "compound_num", "compound_capitalised_minor"]  # fmt: skip
    book = note.join(read(job, "prev_note_state", columns).set_index("note_id"))
    outstanding = book["principal_outstanding_minor"]
    book["principal_outstanding_minor"] = outstanding.where(outstanding.notna(), book["principal_minor"])
    totals = open_.groupby("note_id")[list(COMPONENTS)].sum()
    old = open_[open_["old"]].groupby("note_id")[["interest_minor", "principal_minor"]].sum()
    paid = read(job, "feed_repayment", ["note_id", "value_on", "amount_minor", "reverses"])
    paid = paid[(paid["value_on"] == day) & paid["reverses"].isna()].groupby("note_id")["amount_minor"].sum()
    book = book.drop(columns="principal_minor").join(totals).join(old.add_prefix("old_"))
    book["paid_in"] = paid.reindex(book.index)
    numbers = [name for name in book.columns if name not in ("compound", "matures_on", "schedule_on", "core_status")]
    book[numbers] = book[numbers].fillna(0).astype("int64")
    penalty = book["penalty_num"] + book["old_principal_minor"] * book["penalty_rate_ppm"]
    book["penalty_whole"] += penalty // DEN
    book["penalty_num"] = penalty % DEN
    rate = book["annual_rate_ppm"].where(book["matures_on"] >= day, book["penalty_rate_ppm"])
    base = (book["old_interest_minor"] + book["compound_capitalised_minor"]).where(book["compound"] != "none", 0)
    compound = book["compound_num"] + base * rate
    book["compound_whole"] += compound // DEN
    book["compound_num"] = compound % DEN
    quarterly = capitalises and day.month % 3 == 0
    now = (book["compound"] == "monthly") & capitalises | (book["compound"] == "quarterly") & quarterly
    rounded = (book["compound_whole"] + (2 * book["compound_num"] >= DEN)).where(now, 0)
    book["compound_whole"] -= rounded
    book["compound_capitalised_minor"] += rounded
    return book


def _pay(book: pd.DataFrame) -> None:
    """Costs, penalty, compound interest, interest, principal: each takes what the one before it has left."""
    book["penalty_due"] = book["penalty_whole"] + (2 * book["penalty_num"] >= DEN)
    book["compound_due"] = (
        book["compound_capitalised_minor"] + book["compound_whole"] + (2 * book["compound_num"] >= DEN)
    )
    money = book["credit_minor"] + book["paid_in"]
    book["money"] = money
    for name, owed in (("costs", "costs_minor"), ("penalty", "penalty_due"), ("compound", "compound_due"),
                       ("interest", "interest_minor"), ("principal", "principal_minor")):  # fmt: skip
        book[f"{name}_paid"] = np.minimum(money, book[owed])
        money = money - book[f"{name}_paid"]
    book["credit_minor"] = money


def _left(book: pd.DataFrame, open_: pd.DataFrame) -> pd.DataFrame:
    """What stays of each instalment: money fills the oldest first."""
    for name in COMPONENTS:
        before = open_.groupby("note_id")[name].cumsum() - open_[name]
        paid = open_["note_id"].map(book[name.replace("_minor", "_paid")])
        open_[name] = open_[name] - (paid - before).clip(lower=0).clip(upper=open_[name])
    return open_[open_[list(COMPONENTS)].sum(axis=1) > 0]


def _close(book: pd.DataFrame, left: pd.DataFrame, day: Any) -> pd.DataFrame:
    """Days past due and shown figures."""
    late = left[left["due_on"] < day]
    sums = late.groupby("note_id")[["interest_minor", "principal_minor"]].sum()
    close = pd.DataFrame(index=book.index)
    close["principal_outstanding_minor"] = book["principal_outstanding_minor"] - book["principal_paid"]
    close["credit_minor"] = book["credit_minor"]
    close["overdue_principal_minor"] = sums["principal_minor"].reindex(book.index).fillna(0).astype("int64")
    close["overdue_interest_minor"] = sums["interest_minor"].reindex(book.index).fillna(0).astype("int64")
    close["penalty_minor"] = book["penalty_due"] - book["penalty_paid"]
    close["compound_minor"] = book["compound_due"] - book["compound_paid"]
    for name in ("principal", "interest"):
        oldest = late[late[f"{name}_minor"] > 0].groupby("note_id")["due_on"].min()
        days = (pd.Timestamp(day) - pd.to_datetime(oldest)).dt.days
        close[f"dpd_{name}"] = days.reindex(book.index).fillna(0).astype("int64")
    return close


def main(job: dict[str, Any]) -> dict[str, Any]:
    """Time the fold and compare it with the night."""
    began, cpu = time.perf_counter(), time.process_time()
    close = fold(job)
    close.reset_index().to_parquet(job["target"], compression="zstd")
    answer: dict[str, Any] = {
        "seconds": round(time.perf_counter() - began, 3),
        "cpu_seconds": round(time.process_time() - cpu, 3),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "pandas": pd.__version__,
        "notes": len(close),
    }
    night = read(job, "note_state", ["note_id", "replayed", *close.columns])
    night = night[~night["replayed"]].set_index("note_id").drop(columns="replayed").reindex(close.index)
    answer["differing"] = int((night.astype("int64") != close).any(axis=1).sum())
    return answer


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Path(sys.argv[2]).write_text(json.dumps(main(given)), encoding="utf-8")
