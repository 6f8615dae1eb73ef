"""An explanation as its JSON."""

from typing import Any

from huikuan.portfolio.explain.document import document_build
from huikuan.portfolio.explain.output import AllocationOut, ExplanationOut, InstalmentOut
from huikuan.portfolio.explain.plain import plain_text
from huikuan.portfolio.explain.words import Language
from huikuan.portfolio.loan_file import Loan
from huikuan.portfolio.rules.explain.facts import AllocationDetail, Explanation


def explanation_output(loan: Loan, answer: Explanation) -> ExplanationOut:
    """The JSON of an explanation, with its text in both languages."""
    found, rule = answer.class_floor, answer.class_floor.rule
    texts = {
        language.value: plain_text(document_build(loan, answer, language), internal=False) for language in Language
    }
    return ExplanationOut.model_validate(
        {
            **{name: getattr(answer, name) for name in _TAKEN},
            "note_id": loan.note_id,
            "currency": loan.currency,
            "minor_digits": loan.minor_digits,
            "closed": answer.state.closed,
            "balance_minor": answer.state.principal_outstanding_minor,
            "credit_minor": answer.state.credit_minor,
            "allocations": allocation_outputs(answer),
            "class_floor": {
                "floor": found.floor,
                "above_days": found.above_days,
                "worse": found.worse,
                "worse_above_days": found.worse_above_days,
                "rule_id": rule.id,
                "effective_on": rule.policy.effective_on,
                "statement_zh": rule.statement_zh,
                "statement_en": rule.statement,
                "source": rule.title,
                "article": rule.article,
                "force": rule.force,
                "certainty": rule.certainty,
            },
            "text": texts,
            "source": loan.source,
        }
    )


# Fields of the output that are fields of the explanation.
_TAKEN = (
    "as_of", "core_status", "lateness", "overdue", "due_now", "payoff", "penalty", "compound", "capitalisations",
    "schedule", "not_counted",
)  # fmt: skip


def instalment_outputs(answer: Explanation) -> tuple[InstalmentOut, ...]:
    """Every instalment and how it stands."""
    return tuple(InstalmentOut.model_validate(row) for row in answer.schedule)


def allocation_outputs(answer: Explanation) -> tuple[AllocationOut, ...]:
    """Where every repayment went, by component and instalment."""
    return tuple(AllocationOut.model_validate(_allocation(row)) for row in answer.allocations)


def _allocation(row: AllocationDetail) -> dict[str, Any]:
    whole = row.allocation
    return {
        "applied_on": whole.applied_on,
        "core_ref": whole.core_ref,
        "amount_minor": whole.amount_minor,
        "costs_minor": whole.costs_minor,
        "penalty_minor": whole.penalty_minor,
        "compound_minor": whole.compound_minor,
        "capitalised_minor": row.capitalised_minor,
        "interest_minor": whole.interest_minor,
        "principal_minor": whole.principal_minor,
        "credit_minor": whole.credit_minor,
        "shares": row.shares,
    }
