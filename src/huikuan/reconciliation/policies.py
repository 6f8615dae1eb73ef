"""Tolerances of the reconciliation from dated YAML: the shipped ones, or the bank's own file in its place.

A bank's file is ``<home>/policies/<bank>/reconciliation.yaml``; it is checked whole before a night uses it. A wrong
file raises PolicyInvalidError with file and field, and the night stops before it compares anything.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from huikuan.portfolio.policies import Source, policy_load
from huikuan.reconciliation.facts import Component, Tolerances, Verdict

Size = Annotated[int, Field(ge=0, le=100_000_000, strict=True)]
SHIPPED = "cn/reconciliation.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TolerancePart(_Part):
    """What is in force from one date."""

    tolerance: dict[Component, Size]
    holds: tuple[Component, ...]
    products: dict[Annotated[str, Field(max_length=32)], dict[Component, Size]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _every_component(self) -> TolerancePart:
        if missing := [str(name) for name in Component if name not in self.tolerance]:
            raise ValueError(f"every component in tolerance; missing: {', '.join(missing)}")
        if len(set(self.holds)) != len(self.holds):
            raise ValueError("each component once in holds")
        return self


class ToleranceExample(_Part):
    """One sentence that the file promises; the tests hold the rules to it."""

    name: str
    business_date: date
    component: Component
    ours: int
    core: int
    then: Verdict


class ReconciliationFile(_Part):
    """``reconciliation.yaml``: the shipped one, or a bank's."""

    id: str
    statement: str
    statement_zh: str
    unit: Literal["minor units, days, steps of the class"]
    parameters: dict[date, TolerancePart] = Field(min_length=1)
    source: dict[date, Source] = Field(min_length=1)
    examples: tuple[ToleranceExample, ...] = ()

    @model_validator(mode="after")
    def _dates_agree(self) -> ReconciliationFile:
        if differing := sorted(self.parameters.keys() ^ self.source.keys()):
            raise ValueError(f"the same dates in parameters and source; only one of them has {differing[0]}")
        return self


def bank_file(home: Path, bank_code: str) -> Path:
    """Where a bank's own tolerances stand."""
    return home / "policies" / bank_code / "reconciliation.yaml"


def reconciliation_file_load(path: Path | None = None) -> ReconciliationFile:
    """The file as it stands; without ``path`` the one that is shipped."""
    return policy_load(ReconciliationFile, SHIPPED, path)


def tolerances_load(path: Path | None = None) -> tuple[Tolerances, ...]:
    """Tolerances by date of effect, oldest first; without ``path`` the shipped ones."""
    file = reconciliation_file_load(path)
    return tuple(
        Tolerances(
            on, dict(part.tolerance), {code: dict(own) for code, own in part.products.items()}, frozenset(part.holds)
        )
        for on, part in sorted(file.parameters.items())
    )


def tolerances_of_bank(home: Path, bank_code: str) -> tuple[Tolerances, ...]:
    """The bank's own tolerances where it has a file, else the shipped ones."""
    path = bank_file(home, bank_code)
    return tolerances_load(path if path.is_file() else None)
