"""Floor of the class of restructured notes, from the dated YAML file ``cn/restructured.yaml``."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from huikuan.portfolio.facts import ClassFloor
from huikuan.portfolio.policies import Source, policy_load, same_dates
from huikuan.portfolio.rules.classification import ObservationPolicy
from huikuan.portfolio.rules.explain.facts import ObservationRule

Count = Annotated[int, Field(ge=0, le=600, strict=True)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Lengths(_Part):
    months_min: dict[date, Count]
    periods_min: dict[date, Count]


class ObservationExample(_Part):
    """One sentence that the file promises; the tests hold the rules to it."""

    name: str
    first_due_on: date
    stated_until: date
    business_date: date
    then: ClassFloor


class RestructuredFile(_Part):
    """``cn/restructured.yaml``."""

    id: str
    statement: str
    statement_zh: str
    unit: Literal["months and periods"]
    floor: ClassFloor
    floor_again: ClassFloor
    parameters: _Lengths
    source: dict[date, Source] = Field(min_length=1)
    examples: tuple[ObservationExample, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _dates_agree(self) -> RestructuredFile:
        same_dates(self.parameters, self.source)
        return self


def restructured_file_load(path: Path | None = None) -> RestructuredFile:
    """The file as it stands; without ``path`` the one that is shipped."""
    return policy_load(RestructuredFile, "cn/restructured.yaml", path)


@cache
def observation_rules_load() -> tuple[ObservationRule, ...]:
    """The shipped rules with their sources, oldest first; read once."""
    file = restructured_file_load()
    lengths = file.parameters
    return tuple(
        ObservationRule(
            policy=ObservationPolicy(
                effective_on,
                lengths.months_min[effective_on],
                lengths.periods_min[effective_on],
                file.floor,
                file.floor_again,
            ),
            id=file.id,
            statement=file.statement,
            statement_zh=file.statement_zh,
            title=source.title,
            article=source.article,
            force=source.force,
            certainty=source.certainty,
        )
        for effective_on, source in sorted(file.source.items())
    )


def observation_policy_on(day: date) -> ObservationPolicy | None:
    """The shipped policy in force on a business date, None before the first."""
    rules = reversed(observation_rules_load())
    return next((rule.policy for rule in rules if rule.policy.effective_on <= day), None)
