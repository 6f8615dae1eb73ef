"""docs/worked-examples.md: every output block is what the command prints, every sum by hand comes out."""

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from huikuan.portfolio.cli import app
from huikuan.portfolio.facts import Flag, RepaymentMethod
from huikuan.portfolio.loan_events import EventKind

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "worked-examples.md").read_text(encoding="utf-8")
ENGLISH = " --lang en"
LEFT_OUT = "…"  # a line that stands for lines of the output that are not shown
BLOCKS = re.findall(r"^```text\n\$ huikuan (.*?)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SUMS = [
    line for block in re.findall(r"^```calc\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL) for line in block.split("\n")
]


@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=[command for command, _ in BLOCKS])
def test_output_is_what_is_shown(command: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(app, command.split())
    assert result.exit_code == 0, result.output
    rest = result.output
    for part in shown.split(f"{LEFT_OUT}\n"):
        assert part in rest
        rest = rest[rest.index(part) + len(part) :]


def test_every_loan_file_has_its_example() -> None:
    files = sorted(path.name for path in (ROOT / "examples" / "loans").glob("*.json"))
    used = sorted({Path(word).name for command, _ in BLOCKS for word in command.split() if word.endswith(".json")})
    assert files == used


def test_every_explanation_is_shown_in_both_languages() -> None:
    explained = [command for command, _ in BLOCKS if command.startswith("loan explain")]
    english = [command for command in explained if command.endswith(ENGLISH)]
    assert [command.removesuffix(ENGLISH) for command in english] == [
        command for command in explained if not command.endswith(ENGLISH)
    ]


def test_every_kind_of_event_and_every_method_has_its_example() -> None:
    loans = [json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "examples" / "loans").glob("*.json")]
    assert {event["kind"] for loan in loans for event in loan.get("events", ())} == set(EventKind)
    assert {loan["note"]["repayment_method"] for loan in loans} == set(RepaymentMethod)


@pytest.mark.parametrize("line", [line for line in SUMS if line])
def test_sum_by_hand_comes_out(line: str) -> None:
    """`name: a × b ÷ c = d`: exactly, or with ≈ rounded half up to the decimals that are shown."""
    expression, sign, result = re.fullmatch(r"(?:[^:]*: )?(.*) ([=≈]) (-?[\d.,]+)", line).groups()  # type: ignore[union-attr]
    value = evaluated(expression)
    shown = Decimal(result.replace(",", ""))
    if sign == "=":
        assert value == Fraction(shown), line
    else:
        places = Decimal(1).scaleb(shown.as_tuple().exponent)  # type: ignore[arg-type]
        rounded = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(places, ROUND_HALF_UP)
        assert rounded == shown, line


def evaluated(expression: str) -> Fraction:
    """An arithmetic expression with × ÷ + − % and brackets, exactly."""
    text = re.sub(r"(?<=\d),(?=\d)", "", expression).replace("×", "*").replace("÷", "/").replace("−", "-")
    text = re.sub(r"(\d+(?:\.\d+)?)%", r"(\1/100)", text)
    assert re.fullmatch(r"[-+*/(). \d]+", text), expression
    return Fraction(eval(re.sub(r"\d+(?:\.\d+)?", r'Fraction("\g<0>")', text), {"Fraction": Fraction}))  # noqa: S307


def test_page_of_loan_events_has_every_kind_and_flag_and_only_codes_that_exist() -> None:
    page = (ROOT / "docs" / "concepts" / "loan-events.md").read_text(encoding="utf-8")
    for word in (*EventKind, *Flag):
        assert f"`{word}`" in page
    rules = ROOT / "src" / "huikuan" / "portfolio" / "rules"
    code = "".join(file.read_text(encoding="utf-8") for file in rules.rglob("*.py"))
    for name in re.findall(r"`([a-z_]+\.[a-z_]+)`", page.partition("## What is refused")[2]):
        assert f'"{name}"' in code
