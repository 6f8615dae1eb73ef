"""An explanation as its JSON."""

from typing import Any

from huikuan.portfolio.explain.convention_text import convention_sentences, terms_sentences
from huikuan.portfolio.explain.document import WORDS, document_build
from huikuan.portfolio.explain.output import ExplanationOut
from huikuan.portfolio.explain.output_parts import AllocationOut, InstalmentOut
from huikuan.portfolio.explain.plain import plain_text
from huikuan.portfolio.explain.words import Language, Speech
from huikuan.portfolio.loan_file import Loan
from huikuan.portfolio.rules.explain.facts import (
    AllocationDetail,
    ClassFinding,
    EventTold,
    Explanation,
    Observation,
)


def explanation_output(loan: Loan, answer: Explanation) -> ExplanationOut:
    """The JSON of an explanation, with its text in both languages."""
    texts = {
        language.value: plain_text(document_build(loan, answer, language), internal=False) for language in Language
    }
    return ExplanationOut.model_validate(
        {
            **{name: getattr(answer, name) for name in _TAKEN},
            **{name: getattr(answer.state, name) for name in _OF_STATE},
            "note_id": loan.note_id,
            "currency": loan.currency,
            "minor_digits": loan.minor_digits,
            "exact_denominator": answer.den,
            "product": loan.product,
            "told": {language.value: _told(loan, answer, language) for language in Language},
            "balance_minor": answer.state.principal_outstanding_minor,
            "allocations": allocation_outputs(answer),
            "events": tuple(_event(row) for row in answer.events),
            "class_floor": _class_floor(answer.class_floor),
            "text": texts,
            "source": loan.source,
        }
    )


# Fields of the output that are fields of the explanation, or of its state.
_TAKEN = (
    "as_of", "conventions", "core_status", "lateness", "overdue", "due_now", "payoff", "penalty", "compound", "delay",
    "capitalisations", "late_fees", "schedule", "not_counted", "events_not_counted", "flags",
)  # fmt: skip
_OF_STATE = (
    "closed", "credit_minor", "annual_rate_ppm", "penalty_rate_ppm", "waived_minor", "subrogated_minor",
    "recovered_minor",
)  # fmt: skip
_OF_EVENT = ("core_ref", "kind", "value_on", "amount_minor", "component", "until_on", "names_ref")
_OF_RULE = ("statement_zh", "force", "certainty", "article")


def instalment_outputs(answer: Explanation) -> tuple[InstalmentOut, ...]:
    """Every instalment and how it stands."""
    return tuple(InstalmentOut.model_validate(row) for row in answer.schedule)


def allocation_outputs(answer: Explanation) -> tuple[AllocationOut, ...]:
    """Where the money of every allocation went, by component and instalment."""
    return tuple(AllocationOut.model_validate(_allocation(row)) for row in answer.allocations)


def life_output(loan: Loan, answer: Explanation) -> dict[str, Any]:
    """What shapes the figures of a note besides its terms: conventions in words, days, events, flags."""
    observation = answer.class_floor.observation
    return {
        **{name: getattr(answer.state, name) for name in _OF_STATE if name not in {"closed", "credit_minor"}},
        **{name: getattr(answer, name) for name in ("lateness", "late_fees", "flags", "events_not_counted")},
        "matures_on": answer.matures_on,
        "told": {language.value: _told(loan, answer, language) for language in Language},
        "events": tuple(_event(row) for row in answer.events),
        "observation": None if observation is None else _observation(observation),
    }


def _told(loan: Loan, answer: Explanation, language: Language) -> tuple[str, ...]:
    words = WORDS[language]
    say = Speech(words, loan.currency, loan.minor_digits)
    terms = terms_sentences(words.conventions, say, answer.terms)
    return (*terms, *convention_sentences(words.conventions, say, answer.conventions, answer))


def _allocation(row: AllocationDetail) -> dict[str, Any]:
    whole = row.allocation
    return {
        **{name: getattr(whole, name) for name in type(whole).__slots__},
        "capitalised_minor": row.capitalised_minor,
        "ahead_minor": row.ahead_minor,
        "payer": row.payer,
        "shares": row.shares,
    }


def _event(row: EventTold) -> dict[str, Any]:
    taken = {name: getattr(row.event, name) for name in _OF_EVENT}
    taken["until_on"] = row.until_on or row.event.until_on
    if row.event.claim is not None:
        taken["amount_minor"] = row.event.claim.total_minor
    return {
        **taken,
        "used_minor": row.used_minor,
        "paused_days": row.paused_days,
        "before": row.before,
        "after": row.after,
    }


def _class_floor(found: ClassFinding) -> dict[str, Any]:
    rule = found.rule
    return {
        **{name: getattr(rule, name) for name in _OF_RULE},
        "floor": found.floor,
        "above_days": found.above_days,
        "worse": found.worse,
        "worse_above_days": found.worse_above_days,
        "rule_id": rule.id,
        "effective_on": rule.policy.effective_on,
        "statement_en": rule.statement,
        "source": rule.title,
        "observation": None if found.observation is None else _observation(found.observation),
    }


def _observation(seen: Observation) -> dict[str, Any]:
    return {
        "floor": seen.floor,
        "until_on": seen.until_on,
        "again": seen.again,
        "decides": seen.decides,
        "rule_id": seen.rule.id,
        "statement_zh": seen.rule.statement_zh,
        "statement_en": seen.rule.statement,
        "source": seen.rule.title,
        "certainty": seen.rule.certainty,
    }
