"""The counted figures that the simulator is fitted to and judged by, as a file: counts only, never a row of data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from huikuan.kernel.money import PPM
from huikuan.lab.calibrate.calls import call_figures
from huikuan.lab.calibrate.loans import loan_figures
from huikuan.lab.calibrate.panel import panel_figures
from huikuan.lab.parameters import ParametersInvalidError
from huikuan.lab.rules.rates import Mean, Share
from huikuan.portfolio.yaml_strict import yaml_load

TARGETS: Final = Path(__file__).resolve().parent.parent / "policies" / "targets.yaml"
_HEAD: Final = (
    "# Figures counted in public data by `huikuan lab calibrate` (docs/concepts/simulator.md): what the simulated\n"
    "# bank is fitted to (training) and only compared with (held_out). Counts, and the design effect of clustering.\n"
)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _ShareRow(_Strict):
    kind: Literal["share"]
    hits: int = Field(ge=0)
    of: int = Field(ge=0)
    design_ppm: int = Field(ge=PPM, default=PPM)


class _MeanRow(_Strict):
    kind: Literal["mean"]
    total_ppm: int
    of: int = Field(ge=0)
    total_squared: int


_Row = Annotated[_ShareRow | _MeanRow, Field(discriminator="kind")]


class _Entry(_Strict):
    source: str
    training: _Row
    held_out: _Row


class Target(_Strict):
    """One figure: where it was counted, in what is fitted to and in what is held out."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    source: str
    training: Share | Mean
    held_out: Share | Mean


Targets = Mapping[str, Target]
_FILE: Final = TypeAdapter(dict[str, _Entry])


def targets_count(folder: Path) -> Targets:
    """Count all figures in the public data below ``folder`` (docs/concepts/simulator.md names the files).

    Raises duckdb.Error where a file is missing or has other columns.
    """
    found: dict[str, Target] = {}
    for source, figures in (
        ("card_monthly", panel_figures(folder)),
        ("lendingclub", loan_figures(folder)),
        ("bank_marketing", call_figures(folder)),
    ):
        found |= {name: Target(source=source, training=one, held_out=other) for name, (one, other) in figures.items()}
    return found


def targets_load(path: Path = TARGETS) -> Targets:
    """Read a file of targets. Raises ParametersInvalidError; OSError if there is none."""
    try:
        entries = _FILE.validate_python(yaml_load(path.read_text(encoding="utf-8")))
        return {
            name: Target(source=one.source, training=_figure(one.training), held_out=_figure(one.held_out))
            for name, one in entries.items()
        }
    except (yaml.YAMLError, ValidationError, ValueError) as error:
        raise ParametersInvalidError(f"{path}: {error}") from error


@cache
def targets_shipped() -> Targets:
    """The figures that the shipped parameters were fitted to; read once."""
    return targets_load()


def targets_write(targets: Targets, path: Path = TARGETS) -> None:
    """Write the figures, sorted by name, so that the same counts are the same bytes."""
    rows = {
        name: {"source": one.source, "training": _row(one.training), "held_out": _row(one.held_out)}
        for name, one in sorted(targets.items())
    }
    path.write_text(_HEAD + yaml.safe_dump(rows, sort_keys=False, default_flow_style=None, width=160), encoding="utf-8")


def _figure(row: _ShareRow | _MeanRow) -> Share | Mean:
    if isinstance(row, _ShareRow):
        return Share(row.hits, row.of, row.design_ppm)
    return Mean(row.total_ppm, row.of, row.total_squared)


def _row(figure: Share | Mean) -> dict[str, int | str]:
    if isinstance(figure, Share):
        return {"kind": "share", "hits": figure.hits, "of": figure.of, "design_ppm": figure.design_ppm}
    return {"kind": "mean", "total_ppm": figure.total_ppm, "of": figure.of, "total_squared": figure.total_squared}
