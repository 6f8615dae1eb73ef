"""The parameters of the simulated world: whole numbers, each saying whether it was fitted or assumed, and to what.

They stand in ``policies/parameters.yaml``; ``huikuan lab calibrate`` writes the fitted ones. Shares are parts per
million.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from huikuan.portfolio.yaml_strict import yaml_load

PPM: Final = 1_000_000
BUCKETS: Final = 8  # M0 to M6 and M7+
PARAMETERS: Final = Path(__file__).with_name("policies") / "parameters.yaml"

Ppm = Annotated[int, Field(ge=0, le=PPM)]


class ParametersInvalidError(ValueError):
    """A parameter file that cannot be: the message names the place, what was expected and what is there."""


class Basis(StrEnum):
    """Where a figure comes from."""

    ASSUMED = "assumed"  # somebody's judgement, told in ``source``
    FITTED = "fitted"  # computed by ``huikuan lab calibrate`` from the data that ``source`` names


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Labelled(_Strict):
    basis: Basis
    source: str = Field(min_length=1)


class Figure(_Labelled):
    """One whole number; its unit is the end of its name."""

    value: int


class Figures(_Labelled):
    """Some whole numbers in a stated order; their unit is the end of their name."""

    values: tuple[int, ...] = Field(min_length=1)


class Month(_Labelled):
    """What becomes of the oldest open instalments in the month that follows a decision; adds up to a million.

    With ``b`` instalments missed and one that falls due now (bucket ``b``): ``none`` leads to bucket b + 1, ``one`` to
    b, ``several`` to one between 1 and b - 1, ``every`` to 0. In bucket 0 only ``none`` and ``every`` are possible, in
    bucket 1 ``several`` is not.
    """

    none_ppm: Ppm
    one_ppm: Ppm
    several_ppm: Ppm
    every_ppm: Ppm

    @model_validator(mode="after")
    def _adds_up(self) -> Month:
        if sum(self.weights) != PPM:
            raise ValueError(f"weights that add up to {PPM}")
        return self

    @property
    def weights(self) -> tuple[int, int, int, int]:
        """None, one, several, every."""
        return self.none_ppm, self.one_ppm, self.several_ppm, self.every_ppm


class Paying(_Strict):
    """How borrowers pay, month by month."""

    loans: tuple[Month, ...] = Field(min_length=BUCKETS, max_length=BUCKETS)  # by bucket, M0 first; monthly instalments
    seasonal: tuple[Month, ...] = Field(
        min_length=BUCKETS, max_length=BUCKETS
    )  # by the quarter, harvest or at maturity
    cards: tuple[Month, ...] = Field(min_length=BUCKETS, max_length=BUCKETS)
    spread_ppm: Figures  # by bucket: how much of a borrower's own odds counts; 0 makes all borrowers alike
    part_ppm: Figure  # of those who pay no whole instalment: pay a part of the oldest one
    on_day_weights: Figures  # of those who pay: early, on the due day, 1-5, 6-10, 11-15, 16-20 days late
    others_pay_ppm: Figure  # of repayments of late notes: by family or somebody else
    guarantor_pays_ppm: Figure  # of repayments of guaranteed notes in M3 or later: by a guarantor
    settles_early_ppm: Figure  # a month, of notes in M0: pays the whole loan back
    renews_ppm: Figure  # of notes repaid in time: a new note follows under the contract


class Afterwards(_Strict):
    """Promises, settlements, and what comes after the charge-off."""

    promise_kept_ppm: Figure
    settlement_broken_ppm: Figure
    charge_off_ppm: Figure  # a quarter, of notes more than 360 days past due
    recovers_ppm: Figure  # a month, of notes that are charged off: something comes back
    recovery_share_ppm: Figures  # low and high end of the share of the unpaid principal that one recovery brings


class Answers(_Strict):
    """How contacts are answered."""

    reached_ppm: Figures  # by attempt on the same person, first one first; the last holds for all later ones
    willing_ppm: Figures  # the same, of those who were reached: says yes


class Shock(_Strict):
    """A blow to a borrower's ability to pay."""

    monthly_ppm: Figure  # how often it happens
    months: Figure  # how long it lasts
    odds_ppm: Figure  # what it multiplies the odds of paying nothing by


class World(_Strict):
    """Who the people are, and what happens to them."""

    occupation_weights: Figures  # in the order of ``rules.calendar.Occupation``
    season_ppm: dict[str, Figures]  # by occupation: what multiplies the odds of paying nothing, January first
    shocks: dict[str, Shock]  # by kind, in the order of ``rules.shocks.Kind``
    failed_debit_ppm: Figure  # of debits that should have gone through: the bank's own error, a few days late
    moves_ppm: Figure  # a month: a new address
    changes_number_ppm: Figure  # a month: a new mobile number
    dies_ppm: Figure  # a month, at the age of 50
    wrong_number_ppm: Figure  # of mobile numbers on file: somebody else's
    special_ppm: Figure  # of persons: a special group (severely ill, disabled, pregnant, last 30 days of school …)


class Planted(_Strict):
    """What is hidden in the book to be found; the truth file says where."""

    identity_theft_ppm: Figure  # of small loans: drawn in the name of somebody who knows nothing of it
    new_for_old_ppm: Figure  # of notes that mature unpaid: paid by a new note
    staff_pays_ppm: Figure  # of late notes at quarter end: paid by the officer
    ring_ppm: Figure  # of guarantee circles: borrow for one of them, and stop together


class Parameters(_Strict):
    """Everything that a simulated history depends on beside its seed."""

    paying: Paying
    afterwards: Afterwards
    answers: Answers
    world: World
    planted: Planted


def parameters_load(path: Path = PARAMETERS) -> Parameters:
    """Read a parameter file. Raises ParametersInvalidError, naming the place; OSError if there is none."""
    try:
        return Parameters.model_validate(yaml_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise ParametersInvalidError(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ParametersInvalidError(f"{path}: {place}: {first['msg']}, found {first['input']!r}") from error


@cache
def parameters_shipped() -> Parameters:
    """The parameters that are shipped; read once."""
    return parameters_load()
