"""What a model refuses, in words: every kind of error that the product's models can raise, by place and value."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from huikuan.kernel.model_words import Refused, refused


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    amount: str = Field(default="1.00", strict=True, min_length=1, max_length=3)
    count: int = Field(default=1, ge=1, lt=5)
    code: str = Field(default="A", pattern="^[A-Z]$")
    colour: Colour = Colour.RED
    unit: Literal["fen", "yuan"] = "fen"
    on: date = date(2024, 1, 31)
    at: AwareDatetime | None = None
    sure: Annotated[bool, Field(strict=True)] = True
    by_day: dict[date, int] = {}
    flags: str | Annotated[tuple[str, ...], Field(min_length=1)] = ""

    @model_validator(mode="after")
    def _own(self) -> "Row":
        if self.count == 4:
            raise ValueError("no count of four")
        return self


class File(BaseModel):
    rows: list[Row] = Field(max_length=2)
    name: str


def said(row: Any) -> Refused:
    data = {"rows": [{}, row], "name": "x"}
    with pytest.raises(ValidationError) as caught:
        File.model_validate(data)
    return refused(caught.value, data)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"amount": 5}, 'rows[1].amount: expected text in quotes, such as "5", got 5'),
        ({"amount": ["5"]}, "rows[1].amount: expected text, got a list"),
        ({"amount": True}, "rows[1].amount: expected text, got true"),
        ({"amount": ""}, "rows[1].amount: expected text of at least 1 character, got ''"),
        ({"amount": "1234"}, "rows[1].amount: expected text of at most 3 characters, got '1234'"),
        ({"count": 0}, "rows[1].count: expected at least 1, got 0"),
        ({"count": 5}, "rows[1].count: expected less than 5, got 5"),
        ({"count": 4}, "rows[1]: expected no count of four"),
        ({"count": "many"}, "rows[1].count: expected a whole number, got 'many'"),
        ({"count": None}, "rows[1].count: expected a whole number, got nothing"),
        ({"code": "ab"}, "rows[1].code: expected text like ^[A-Z]$, got 'ab'"),
        ({"colour": "green"}, "rows[1].colour: expected 'red' or 'blue', got 'green'"),
        ({"unit": "pence"}, "rows[1].unit: expected 'fen' or 'yuan', got 'pence'"),
        ({"on": "2024-02-30"}, "rows[1].on: expected a date such as 2024-01-31, got '2024-02-30'"),
        (
            {"at": "2024-01-31T09:00:00"},
            "rows[1].at: expected an instant with offset such as 2024-01-31T09:00:00+08:00",
        ),
        ({"sure": "yes"}, "rows[1].sure: expected true or false, got 'yes'"),
        ({"by_day": {date(2024, 1, 31): "x"}}, "rows[1].by_day.2024-01-31: expected a whole number, got 'x'"),
        ({"by_day": []}, "rows[1].by_day: expected keys and values, got a list"),
        ({"flags": {}}, "rows[1].flags: expected text, got keys and values"),
        ({"colur": "red"}, "rows[1].colur: expected no such key, got 'red'"),
        ([], "rows[1]: expected keys and values, got a list"),
        ({"amount": "x" * 200}, "got '" + "x" * 99 + "…"),
    ],
)
def test_refusal_says_place_expectation_and_value(row: Any, words: str) -> None:
    found = said(row)
    assert f"{found.place}: {found.said}".startswith(words) or words in found.said
    assert not re.search(r"\b(Input|String|Value|Tuple) ", found.said)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"rows": []}, "name: expected a value, got nothing"),
        ({"rows": [{}, {}, {}], "name": "x"}, "rows: expected at most 2 entries, got a list"),
        ([], ": expected keys and values, got a list"),
    ],
)
def test_refusal_of_the_whole(data: Any, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        File.model_validate(data)
    found = refused(caught.value, data)
    assert f"{found.place}: {found.said}" == words
