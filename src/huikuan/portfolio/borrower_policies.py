"""Policies of the level above the note, from dated YAML files: contagion of class, and the order of debts."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from huikuan.portfolio.facts import ClassFloor
from huikuan.portfolio.policies import Source, policy_load, same_dates
from huikuan.portfolio.rules.across_notes import Step
from huikuan.portfolio.rules.contagion import ContagionPolicy

Ppm = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Shares(_Part):
    own_non_performing_above_ppm: dict[date, Ppm]
    market_overdue_above_ppm: dict[date, Ppm]


class NotApplied(_Part):
    """Why a parameter is known and not used."""

    why: str
    why_zh: str


class ContagionExample(_Part):
    """One sentence that the file promises; the tests hold the rules to it."""

    name: str
    business_date: date
    non_performing: int
    claims: int
    then: ClassFloor


class ContagionFile(_Part):
    """``cn/contagion.yaml``."""

    id: str
    statement: str
    statement_zh: str
    unit: Literal["parts per million of the debtor's claims"]
    scope: Literal["non_retail"]
    floor: ClassFloor
    parameters: _Shares
    not_applied: dict[Literal["market_overdue_above_ppm"], NotApplied]
    source: dict[date, Source] = Field(min_length=1)
    examples: tuple[ContagionExample, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _dates_agree(self) -> ContagionFile:
        same_dates(self.parameters, self.source)
        return self


class StepText(_Part):
    """One step of the order of debts: what the law says and how it is read here."""

    id: Step
    statement: str
    statement_zh: str
    reading: str
    reading_zh: str
    certainty: Literal["V1", "V2", "V3", "R", "own"]


class AcrossFile(_Part):
    """``cn/across_notes.yaml``."""

    id: str
    statement: str
    statement_zh: str
    source: Source
    steps: tuple[StepText, ...]

    @model_validator(mode="after")
    def _every_step_once(self) -> AcrossFile:
        if [step.id for step in self.steps] != list(Step):
            raise ValueError(f"the steps {', '.join(Step)}, in this order")
        return self


def contagion_file_load(path: Path | None = None) -> ContagionFile:
    """The file of contagion as it stands; without ``path`` the one that is shipped."""
    return policy_load(ContagionFile, "cn/contagion.yaml", path)


def contagion_policies_load(path: Path | None = None) -> tuple[ContagionPolicy, ...]:
    """Contagion by date of effect, oldest first; without ``path`` the shipped one."""
    file = contagion_file_load(path)
    shares = file.parameters
    return tuple(ContagionPolicy(on, shares.own_non_performing_above_ppm[on], file.floor) for on in sorted(file.source))


@cache
def across_file_load() -> AcrossFile:
    """The shipped order of debts with its readings; read once."""
    return policy_load(AcrossFile, "cn/across_notes.yaml", None)
