"""The tables of docs/concepts/conventions.md as data: what stands in a row, and what the program answers to it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from huikuan.portfolio.facts import FactInvalid
from huikuan.portfolio.loan_file import LoanFile, LoanFileError, loan_of_file
from huikuan.portfolio.loan_view import LoanReplay, loan_replay

PAGE = Path(__file__).parents[4] / "docs" / "concepts" / "conventions.md"
AS_OF = date(2024, 6, 15)


@dataclass(frozen=True, slots=True)
class Line:
    """A row: what is added to the loan on both sides, the conventions, the figure, and its two values."""

    given: str
    conventions: str
    figure: str
    before: str
    after: str


def page_lines(text: str) -> Iterator[Line]:
    """The rows of all tables of the page."""
    for line in text.splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 5 and cells[1].startswith('"'):
            yield Line(*cells)


def page_loan(text: str) -> dict[str, Any]:
    """The loan of the page."""
    loan: dict[str, Any] = json.loads(text.partition("```json\n")[2].partition("```")[0])
    return loan


def outcome(loan: dict[str, Any], given: str, conventions: str, figure: str) -> str:
    """The figure of the loan with both fragments, as the page writes it."""
    changed = json.loads(json.dumps(loan))
    _merge(changed, json.loads(f"{{{given}}}"))
    as_of = date.fromisoformat(changed.pop("as_of", AS_OF.isoformat()))
    if (other := changed.pop("R2", None)) is not None:
        amount, on = other.split(" on ")
        changed["repayments"][1] |= {"amount": amount, "value_on": on, "received_at": f"{on}T09:00:00+08:00"}
    # A mark-up stands in the note; it goes with the convention.
    parts = json.loads(f"{{{conventions}}}")
    _merge(changed, {"note": parts.pop("note", {}), "conventions": parts})
    changed["note"] = {name: value for name, value in changed["note"].items() if value is not None}
    try:
        read = loan_of_file(LoanFile.model_validate_json(json.dumps(changed)), "loan.json")
        return _figure(loan_replay(read, as_of), figure)
    except (LoanFileError, FactInvalid):
        return "refused"


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = value


def _figure(answer: LoanReplay, figure: str) -> str:
    state = answer.state
    kind, _, number = figure.rpartition(" ")
    if kind == "instalment":
        row = next(row for row in answer.schedule if str(row.seq) == number)
        return f"{_money(row.principal_minor)} + {_money(row.interest_minor)}"
    if kind == "due date":
        return next(row.due_on.isoformat() for row in answer.schedule if str(row.seq) == number)
    if kind == "money":
        used = next(row for row in answer.allocations if row.core_ref == number)
        parts = {
            "costs": used.costs_minor, "penalty": used.penalty_minor, "compound": used.compound_minor,
            "interest": used.interest_minor, "principal": used.principal_minor, "credit": used.credit_minor,
        }  # fmt: skip
        return ", ".join(f"{name} {_money(amount)}" for name, amount in parts.items() if amount)
    return {
        "days past due": str(state.dpd),
        "days counted": str(state.dpd_counted),
        "penalty interest": _money(state.penalty_minor),
        "compound interest": _money(state.compound_minor),
        "costs due": _money(state.costs_due_minor),
    }[figure]


def _money(minor: int) -> str:
    return f"{minor // 100:,}.{minor % 100:02}"
