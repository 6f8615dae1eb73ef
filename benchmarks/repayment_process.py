"""Policies on the self-exciting repayment process: one account and a portfolio, beside the closed form and the optimum.

    .venv/bin/python benchmarks/repayment_process.py --paths 1000000

Prints, and writes to benchmarks/results, what each policy is worth, its standard error, and its share of the best
policy's worth, which is computed and not simulated. The portfolio has as many accounts of each pair of a balance of 12,
25, 50, 75, 100 and an intensity of 0.11, 0.3, 0.7, 1.5, at the effort costs 6 and 12; effort for "everyone" ends under
a balance of 0.5, for a balance never comes to nought. "published" is the share that another implementation measured on
40,000 accounts drawn from the same pairs (20,000 for the single account), in steps of 0.02 to a horizon of 90. Binary
fractions; no bank's money.
"""

import argparse
import json
import time
from collections.abc import Mapping
from pathlib import Path
from platform import python_version

import numpy as np

from huikuan.lab.rules.repayment_policies import follow_frontier, hold, leave_alone, push_every, push_once
from huikuan.lab.rules.repayment_process import Policy, ProcessParameters, Worth, simulate
from huikuan.lab.rules.repayment_value import BestWorked, LeftAlone

BALANCES, INTENSITIES = (12, 25, 50, 75, 100), (0.11, 0.3, 0.7, 1.5)
EVERYONE = 0.5
RESULTS = Path(__file__).with_name("results") / "repayment_process.json"
PUBLISHED = {
    ("one", 6.0): (69, 91, 94, 96, 99, 100),
    ("many", 6.0): (83.8, 91.7, 86.0, 96.7, 97.2, 98.0, 85.4, 100),
    ("many", 12.0): (91.5, 92.5, 66.6, 97.6, 99.2, 96.2, 58.6, 100),
}


def policies_of_one(best: BestWorked, least: float) -> Mapping[str, Policy]:
    """The policies shown for the single account."""
    return {
        "no action": leave_alone(),
        "one push to 1 at the start": push_once(1.0),
        f"+0.3 each unit of time, balance ≥ {least:g}": push_every(1.0, 0.3, balance_min=least),
        f"hold 0.5, balance ≥ {least:g}": hold(0.5, balance_min=least),
        f"hold 1.0, balance ≥ {least:g}": hold(1.0, balance_min=least),
        "optimal frontier": follow_frontier(best),
    }


def policies_of_many(best: BestWorked, least: float) -> Mapping[str, Policy]:
    """The policies shown for the portfolio."""
    single = policies_of_one(best, least)
    names = list(single)
    return {
        **{name: single[name] for name in names[:2]},
        "+0.3 each unit of time, everyone": push_every(1.0, 0.3, balance_min=EVERYONE),
        **{name: single[name] for name in names[2:5]},
        "hold 1.0, everyone": hold(1.0, balance_min=EVERYONE),
        "optimal frontier": single["optimal frontier"],
    }


def line(name: str, worth: Worth, exact: float, published: float) -> str:
    """One row of a table."""
    share = 100 * worth.mean / exact
    figures = f"{worth.mean:8.3f} ± {worth.standard_error:.3f} {worth.collected.mean():8.2f} {worth.effort.mean():7.2f}"
    return f"  {name:<38} {figures} {share:7.1f} % {published:7.1f} %"


def table(
    title: str,
    kind: str,
    parameters: ProcessParameters,
    accounts: list[tuple[float, float]],
    given: argparse.Namespace,
) -> dict[str, object]:
    """Print and return the policies for accounts that are repeated until there are as many as asked for."""
    best, alone = BestWorked(parameters, balance_top=101), LeftAlone(parameters)
    exact = float(np.mean([best.worth(*account) for account in accounts]))
    nothing = float(np.mean([alone.worth(*account) for account in accounts]))
    starts = np.tile(np.array(accounts), (max(1, given.paths // len(accounts)), 1))
    found = (policies_of_one if kind == "one" else policies_of_many)(best, 15.5 * parameters.effort_cost / 6)
    rows: dict[str, dict[str, float]] = {}
    published = PUBLISHED[kind, parameters.effort_cost]
    print(f"{title}, effort costs {parameters.effort_cost:g}: best {exact:.3f}, no action {nothing:.3f}, both computed")
    print(f"  {'policy':<38} {'net':>8} ± s.e.  collected  effort  of best  published")
    for (name, policy), other in zip(found.items(), published, strict=True):
        worth = simulate(parameters, policy, balance=starts[:, 0], intensity=starts[:, 1], seed=given.seed)
        print(line(name, worth, exact, other), flush=True)
        rows[name] = {
            "net": round(worth.mean, 3),
            "standard_error": round(worth.standard_error, 3),
            "collected": round(float(worth.collected.mean()), 3),
            "effort": round(float(worth.effort.mean()), 3),
        }
    computed = {"best": round(exact, 3), "no_action": round(nothing, 3)}
    return {"accounts": title, "effort_costs": parameters.effort_cost, "computed": computed, "policies": rows}


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paths", type=int, default=1_000_000, help="accounts a policy")
    parser.add_argument("--seed", type=int, default=1)
    given, begun = parser.parse_args(), time.perf_counter()
    tables = [table("One account, balance 75, intensity 0.11", "one", ProcessParameters(), [(75.0, 0.11)], given)]
    many = [(float(balance), level) for balance in BALANCES for level in INTENSITIES]
    for cost in (6.0, 12.0):
        tables.append(table("Portfolio", "many", ProcessParameters(effort_cost=cost), many, given))
    seconds = time.perf_counter() - begun
    print(f"{seconds:.0f} s, {given.paths:,} accounts a policy, seed {given.seed}, numpy {np.__version__}")
    about = {"accounts_a_policy": given.paths, "seed": given.seed, "numpy": np.__version__, "python": python_version()}
    RESULTS.write_text(json.dumps({**about, "tables": tables}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
