"""The policy of the book's age from dated YAML: the shipped one, or the bank's own file in its place.

A bank's file is ``<home>/policies/<bank>/freshness.yaml``. While it cannot be used, nothing may be planned.
"""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from huikuan.portfolio.policies import Source, policy_load, same_dates
from huikuan.portfolio.rules.freshness import ContactVerdict, FreshnessPolicy

SHIPPED: Final = "cn/freshness.yaml"
# Yesterday's close is a day old, so that 0 would never allow anything; more than a month would be no limit at all.
AgeDays = Annotated[int, Field(ge=1, le=31, strict=True)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _AgeDays(_Part):
    contact_age_days_max: dict[date, AgeDays]


class FreshnessExample(_Part):
    """One sentence that the file promises; the tests hold the rule to it."""

    name: str
    business_date: date
    today: date
    then: ContactVerdict


class FreshnessFile(_Part):
    """``freshness.yaml``: the shipped one, or a bank's."""

    id: str
    statement: str
    statement_zh: str
    unit: Literal["days"]
    parameters: _AgeDays
    source: dict[date, Source] = Field(min_length=1)
    examples: tuple[FreshnessExample, ...] = ()

    @model_validator(mode="after")
    def _dates_agree(self) -> FreshnessFile:
        same_dates(self.parameters, self.source)
        return self


def freshness_file_load(path: Path | None = None) -> FreshnessFile:
    """The file as it stands; without ``path`` the one that is shipped."""
    return policy_load(FreshnessFile, SHIPPED, path)


@cache
def freshness_policies() -> tuple[FreshnessPolicy, ...]:
    """The shipped policy by date of effect, oldest first; read once."""
    return _policies(freshness_file_load())


def freshness_policies_of_bank(home: Path, bank_code: str) -> tuple[FreshnessPolicy, ...]:
    """The bank's own policy where it has a file, else the shipped one, oldest first. Raises PolicyInvalidError.

    Every page asks for it: a file is read once for as long as it stays as it is.
    """
    path = home / "policies" / bank_code / "freshness.yaml"
    if not path.is_file():
        return freshness_policies()
    state = path.stat()
    return _own(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=64)
def _own(path: Path, _mtime_ns: int, _size: int) -> tuple[FreshnessPolicy, ...]:
    return _policies(freshness_file_load(path))


def _policies(file: FreshnessFile) -> tuple[FreshnessPolicy, ...]:
    days = file.parameters.contact_age_days_max
    return tuple(FreshnessPolicy(on, days[on]) for on in sorted(days))
