"""Thresholds of data quality from dated YAML: the shipped ones, or the bank's own file in its place.

A bank's file is ``<home>/policies/<bank>/data_quality.yaml``; it is checked whole before a night uses it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from huikuan.portfolio.policies import Source, policy_load
from huikuan.portfolio.rules.quality_drift import DriftPolicy

SHIPPED = "cn/data_quality.yaml"
Ppm = Annotated[int, Field(ge=0, le=10_000_000, strict=True)]
Nights = Annotated[int, Field(ge=1, le=120, strict=True)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DriftPart(_Part):
    """What is in force from one date."""

    nights_usual: Nights
    nights_min: Nights
    volume_z_milli: Annotated[int, Field(ge=1, le=100_000, strict=True)]
    volume_spread_min_ppm: Ppm
    psi_watch_ppm: Ppm
    psi_alert_ppm: Ppm
    psi_values_min: Annotated[int, Field(ge=1, le=1_000_000_000, strict=True)]
    completeness_fall_ppm: Ppm
    validity_fall_ppm: Ppm

    @model_validator(mode="after")
    def _in_order(self) -> DriftPart:
        if self.nights_min > self.nights_usual:
            raise ValueError("nights_min not above nights_usual: nothing would ever be judged")
        if self.psi_watch_ppm > self.psi_alert_ppm:
            raise ValueError("psi_watch_ppm not above psi_alert_ppm")
        return self


class DriftExample(_Part):
    """One sentence on the volume that the file promises; the tests hold the rules to it."""

    name: str
    usual: tuple[int, ...]
    rows: int
    then: Literal["usual", "alert"]


class QualityFile(_Part):
    """``data_quality.yaml``: the shipped one, or a bank's."""

    id: str
    statement: str
    statement_zh: str
    unit: Literal["nights, thousandths, parts per million"]
    parameters: dict[date, DriftPart] = Field(min_length=1)
    source: dict[date, Source] = Field(min_length=1)
    examples: tuple[DriftExample, ...] = ()

    @model_validator(mode="after")
    def _dates_agree(self) -> QualityFile:
        if differing := sorted(self.parameters.keys() ^ self.source.keys()):
            raise ValueError(f"the same dates in parameters and source; only one of them has {differing[0]}")
        return self


def quality_file_load(path: Path | None = None) -> QualityFile:
    """The file as it stands; without ``path`` the one that is shipped."""
    return policy_load(QualityFile, SHIPPED, path)


def drift_policy_of_bank(home: Path, bank_code: str, on: date) -> DriftPolicy:
    """The thresholds in force on a date: of the bank's own file where it has one, else the shipped ones.

    Before the first date of a file its first values hold.
    """
    path = home / "policies" / bank_code / "data_quality.yaml"
    file = quality_file_load(path if path.is_file() else None)
    dates = sorted(file.parameters)
    part = file.parameters[max((day for day in dates if day <= on), default=dates[0])]
    return DriftPolicy(**part.model_dump())
