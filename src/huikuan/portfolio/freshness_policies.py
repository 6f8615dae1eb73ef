"""The policy of the book's age, from dated YAML."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from huikuan.portfolio.policies import DAYS_BY_DATE, Source, policy_load, same_dates
from huikuan.portfolio.rules.freshness import ContactVerdict, FreshnessPolicy


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _AgeDays(_Part):
    contact_age_days_max: DAYS_BY_DATE


class FreshnessExample(_Part):
    """One sentence that the file promises; the tests hold the rule to it."""

    name: str
    business_date: date
    today: date
    then: ContactVerdict


class FreshnessFile(_Part):
    """``cn/freshness.yaml``."""

    id: str
    statement: str
    statement_zh: str
    unit: Literal["days"]
    parameters: _AgeDays
    source: dict[date, Source] = Field(min_length=1)
    examples: tuple[FreshnessExample, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _dates_agree(self) -> FreshnessFile:
        same_dates(self.parameters, self.source)
        return self


def freshness_file_load(path: Path | None = None) -> FreshnessFile:
    """The file as it stands; without ``path`` the one that is shipped."""
    return policy_load(FreshnessFile, "cn/freshness.yaml", path)


@cache
def freshness_policies() -> tuple[FreshnessPolicy, ...]:
    """The shipped policy by date of effect, oldest first; read once."""
    days = freshness_file_load().parameters.contact_age_days_max
    return tuple(FreshnessPolicy(on, days[on]) for on in sorted(days))
