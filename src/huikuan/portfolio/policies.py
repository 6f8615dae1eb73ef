"""Parameters of the portfolio's rules, read from the dated YAML files in ``huikuan/policies``.

A file is checked whole: every parameter has a value for every date that has a source. A wrong file raises
PolicyInvalidError naming file and field; nothing of it is used.
"""

from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, TypeVar, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from huikuan.kernel.errors import DomainError
from huikuan.kernel.model_words import refused
from huikuan.portfolio.errors import printable
from huikuan.portfolio.facts import ClassFloor
from huikuan.portfolio.rules.classification import ClassPolicy, class_policies_check
from huikuan.portfolio.rules.overdue import OverduePolicy
from huikuan.portfolio.yaml_strict import yaml_load, yaml_problem

Days = Annotated[int, Field(ge=0, le=3650, strict=True)]
DAYS_BY_DATE = dict[date, Days]
Model = TypeVar("Model", bound=BaseModel)


class PolicyInvalidError(DomainError):
    """A policy file that cannot be used."""

    code = "portfolio.policy_invalid"
    status = 500

    def __init__(self, file: str, field: str, problem: str) -> None:
        super().__init__(printable(f"Policy file {file}, {field}: {problem}. Nothing of it is used; correct the file."))
        self.file = file
        self.field = field


class Source(BaseModel):
    """Where a value comes from, how binding it is and how sure we are that we read it rightly."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    article: str
    force: Literal["law", "regulation", "rule", "standard", "norm", "self-discipline", "bank", "practice"]
    certainty: Literal["V1", "V2", "V3", "R", "own"]  # V1 read, V2 seen in reliable copies, V3 once, R recalled


class Example(BaseModel):
    """One sentence that the file promises; the tests hold the rules to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    business_date: date
    days_past_due: Days
    then: str


class _PolicyFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    statement: str
    statement_zh: str
    unit: Literal["days past due"]
    source: dict[date, Source] = Field(min_length=1)
    examples: tuple[Example, ...] = Field(min_length=1)


class _ClassificationDays(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    special_mention_above_days: DAYS_BY_DATE
    substandard_above_days: DAYS_BY_DATE
    doubtful_above_days: DAYS_BY_DATE
    loss_above_days: DAYS_BY_DATE


class ClassificationFile(_PolicyFile):
    """``cn/classification.yaml``."""

    parameters: _ClassificationDays

    @model_validator(mode="after")
    def _dates_agree(self) -> "ClassificationFile":
        same_dates(self.parameters, self.source)
        return self


class _OverdueDays(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    principal_only_until_days: DAYS_BY_DATE


class OverdueFile(_PolicyFile):
    """``cn/overdue_rate.yaml``."""

    parameters: _OverdueDays

    @model_validator(mode="after")
    def _dates_agree(self) -> "OverdueFile":
        same_dates(self.parameters, self.source)
        return self


def classification_file_load(path: Path | None = None) -> ClassificationFile:
    """The classification file as it stands; without ``path`` the one that is shipped."""
    return policy_load(ClassificationFile, "cn/classification.yaml", path)


def class_policies_load(path: Path | None = None) -> tuple[ClassPolicy, ...]:
    """Class floors by date of effect, oldest first; without ``path`` the shipped ones."""
    file = classification_file_load(path)
    days = file.parameters
    policies = tuple(
        ClassPolicy(
            effective_on,
            above_days=(
                (days.special_mention_above_days[effective_on], ClassFloor.SPECIAL_MENTION),
                (days.substandard_above_days[effective_on], ClassFloor.SUBSTANDARD),
                (days.doubtful_above_days[effective_on], ClassFloor.DOUBTFUL),
                (days.loss_above_days[effective_on], ClassFloor.LOSS),
            ),
        )
        for effective_on in sorted(file.source)
    )
    if (problem := class_policies_check(policies)) is not None:
        raise PolicyInvalidError(str(path or "cn/classification.yaml"), "parameters", problem)
    return policies


def overdue_file_load(path: Path | None = None) -> OverdueFile:
    """The file of the regulatory overdue rate as it stands; without ``path`` the one that is shipped."""
    return policy_load(OverdueFile, "cn/overdue_rate.yaml", path)


def overdue_policies_load(path: Path | None = None) -> tuple[OverduePolicy, ...]:
    """Parameters of the regulatory overdue rate by date of effect, oldest first; without ``path`` the shipped ones."""
    file = overdue_file_load(path)
    days = file.parameters.principal_only_until_days
    return tuple(OverduePolicy(effective_on, days[effective_on]) for effective_on in sorted(file.source))


def same_dates(parameters: BaseModel, source: dict[date, Source]) -> None:
    """Raise ValueError unless every parameter has a value for exactly the dates that have a source."""
    for name in type(parameters).model_fields:
        values: dict[date, int] = getattr(parameters, name)
        if differing := sorted(values.keys() ^ source.keys()):
            raise ValueError(f"the same dates in {name} and source; only one of them has {differing[0]}")


def policy_load(model: type[Model], shipped: str, path: Path | None) -> Model:
    """Read and check a policy file; without ``path`` the shipped one of that name. Raises PolicyInvalidError."""
    resource = path if path is not None else files("huikuan").joinpath("policies", *shipped.split("/"))
    name = str(path or shipped)
    try:
        text = resource.read_text(encoding="utf-8")
        return cast("Model", _model_read(model, text))
    except OSError as error:
        raise PolicyInvalidError(name, "file", f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise PolicyInvalidError(name, "file", f"is not UTF-8 at byte {error.start + 1}") from error
    except yaml.YAMLError as error:
        problem, line = yaml_problem(error)
        where = f"line {line}" if line else "file"
        raise PolicyInvalidError(name, where, f"expected plain YAML, got {problem}") from error
    except ValidationError as error:
        found = refused(error, yaml_load(text))
        raise PolicyInvalidError(name, found.place or "file", found.said) from error


@lru_cache(maxsize=128)
def _model_read(model: type[BaseModel], text: str) -> BaseModel:
    """Return what a text of YAML says: a file is read every night, its text is mostly the one of yesterday."""
    return model.model_validate(yaml_load(text))
