"""How many rejected rows are borne, from dated YAML: the shipped file, or the bank's own in its place.

A bank's file is ``<home>/policies/<bank>/intake.yaml``; it is checked whole before a night uses it.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from huikuan.portfolio.policies import Source, policy_load, same_dates

SHIPPED: Final = "cn/intake.yaml"
Rows = Annotated[int, Field(ge=0, le=1_000, strict=True)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Floor(_Part):
    reject_floor_rows: dict[date, Rows]


class RejectExample(_Part):
    """One sentence that the file promises; the tests hold the rule to it."""

    name: str
    rejected: int
    rows: int
    limit_ppm: int
    then: Literal["borne", "refused"]


class IntakeFile(_Part):
    """``intake.yaml``: the shipped one, or a bank's."""

    id: str
    statement: str
    statement_zh: str
    unit: Literal["rows"]
    parameters: _Floor
    source: dict[date, Source] = Field(min_length=1)
    examples: tuple[RejectExample, ...] = ()

    @model_validator(mode="after")
    def _dates_agree(self) -> IntakeFile:
        same_dates(self.parameters, self.source)
        return self


def intake_file_load(path: Path | None = None) -> IntakeFile:
    """The file as it stands; without ``path`` the one that is shipped."""
    return policy_load(IntakeFile, SHIPPED, path)


def reject_floor_of_bank(home: Path, bank_code: str, on: date) -> int:
    """The rows in force on a date: of the bank's own file where it has one, else the shipped ones.

    Before the first date of a file its first value holds. Raises PolicyInvalidError.
    """
    path = home / "policies" / bank_code / "intake.yaml"
    return _on(intake_file_load(path), on) if path.is_file() else reject_floor(on)


def reject_floor(on: date) -> int:
    """The shipped rows in force on a date."""
    return _on(_shipped(), on)


@cache
def _shipped() -> IntakeFile:
    return intake_file_load()


def _on(file: IntakeFile, on: date) -> int:
    rows = file.parameters.reject_floor_rows
    return rows[max((day for day in rows if day <= on), default=min(rows))]
