"""The numbers of the checks across sources, from ``policies/cn/cross_source.yaml``."""

from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from huikuan.portfolio.policies import Source, policy_load


class CrossSourceFile(BaseModel):
    """``cn/cross_source.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    statement: str
    statement_zh: str
    unit: Literal["customers"]
    shared_phone_customers: Annotated[int, Field(ge=2, le=1000, strict=True)]
    source: Source


@cache
def cross_source_load() -> CrossSourceFile:
    """The shipped file; read once."""
    return policy_load(CrossSourceFile, "cn/cross_source.yaml", None)
