"""Commands ``huikuan lab calibrate`` and ``huikuan lab report`` (thin: read, call, write)."""

from __future__ import annotations

import csv
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

if TYPE_CHECKING:
    from huikuan.lab.calibrate.targets import Targets
    from huikuan.lab.parameters import Parameters

# What these commands work with is imported when they run: it would slow the start of every other command.
_Out = Annotated[Path, typer.Option("--out", help="Folder for what is written; made if it is not there.")]
_Start = Annotated[Path | None, typer.Option("--parameters", help="Parameters to begin with, not the shipped ones.")]
_Data = Annotated[Path | None, typer.Option("--data", envvar="HUIKUAN_REAL_DATA", help="Folder of public data sets.")]
_Rolls = Annotated[
    Path | None,
    typer.Option("--rolls", help="A bank's own roll rates as `monthly-roll --csv` prints them; - reads them."),
]
_Targets = Annotated[Path | None, typer.Option("--targets", help="Counted figures, not the shipped ones.")]


def calibrate_command(
    out: _Out,
    data: _Data = None,
    rolls: _Rolls = None,
    bank: Annotated[str | None, typer.Option("--bank", help="Take the roll rates of this bank's month-ends.")] = None,
    parameters: _Start = None,
    rounds: Annotated[
        int, typer.Option("--rounds", min=1, max=200, help="Simulate, compare and adjust so often.")
    ] = 30,
) -> None:
    """Fit the simulator to public data, or to a bank's own roll rates; write parameters, targets and the report.

    A bank's own roll rates take the place of those of the public card panel; what they do not tell is fitted to the
    public data where these are there, and stays as it was where not.
    """
    from huikuan.lab.calibrate.fit import fit, parameters_write
    from huikuan.lab.calibrate.targets import targets_count, targets_write
    from huikuan.lab.parameters import PARAMETERS, parameters_load

    targets = {} if data is None else dict(targets_count(data))
    own = _own_targets(rolls, bank)
    if own:
        targets = {name: one for name, one in targets.items() if not name.startswith(("panel.", "arrears.m1"))} | dict(
            own
        )
    if not targets:
        typer.echo("Nothing to fit to: give --data, --rolls or --bank.", err=True)
        raise typer.Exit(2)
    out.mkdir(parents=True, exist_ok=True)
    with Progress(transient=True) as progress:
        task = progress.add_task("Fitting", total=rounds)
        fitted = fit(
            parameters_load(parameters or PARAMETERS),
            targets,
            rounds=rounds,
            told=lambda done: progress.update(task, completed=done),
        )
    parameters_write(fitted, out / "parameters.yaml")
    targets_write(targets, out / "targets.yaml")
    _report(fitted, targets, out)


def report_command(out: _Out, parameters: _Start = None, targets: _Targets = None) -> None:
    """Simulate with some parameters, and set every figure beside the counted ones: tables and drawings."""
    from huikuan.lab.calibrate.targets import TARGETS, targets_load
    from huikuan.lab.parameters import PARAMETERS, parameters_load

    out.mkdir(parents=True, exist_ok=True)
    _report(parameters_load(parameters or PARAMETERS), targets_load(targets or TARGETS), out)


def _own_targets(rolls: Path | None, bank: str | None) -> Targets:
    from huikuan.kernel.selectors.users import bank_by_code
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.lab.calibrate.own import rolls_of_bank, rolls_read, rolls_targets

    if rolls is not None:
        try:
            with nullcontext(sys.stdin) if str(rolls) == "-" else rolls.open(encoding="utf-8", newline="") as file:
                return rolls_targets(rolls_read(file), "the bank's own roll table")
        except (ValueError, OSError, csv.Error) as problem:
            raise typer.BadParameter(f"{rolls}: {problem}", param_hint="--rolls") from problem
    if bank is None:
        return {}
    known = bank_by_code(bank)
    with bank_scope(known.id):
        return rolls_targets(rolls_of_bank(known.id), f"the roll tables of bank {bank}")


def _report(parameters: Parameters, targets: Targets, out: Path) -> None:
    from huikuan.lab.calibrate.report import drawings, rows_compared, tables

    rows = rows_compared(parameters, targets)
    (out / "report.md").write_text(tables(rows), encoding="utf-8")
    for name, text in drawings(rows).items():
        (out / name).write_text(text, encoding="utf-8")
    wrong = [row for row in rows if row.fitted and not row.agrees]
    typer.echo(
        f"{sum(row.fitted for row in rows)} simulated figures, {len(wrong)} of them do not agree with what was counted."
    )
    for row in wrong:
        typer.echo(f"  {row.group} {row.name}")
    typer.echo(f"Written to {out}: {', '.join(sorted(one.name for one in out.iterdir()))}")
