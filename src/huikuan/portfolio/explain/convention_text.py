"""Conventions and terms in words: those in which a loan differs from the bank's usual way."""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum

from huikuan.portfolio.conventions import (
    CONVENTIONS_DEFAULT,
    ORDER_DEFAULT,
    Component,
    Conventions,
    LateFee,
    LateFeeKind,
    PenaltyAs,
)
from huikuan.portfolio.explain.convention_words import ConventionWords
from huikuan.portfolio.explain.shape import Section
from huikuan.portfolio.explain.words import Speech
from huikuan.portfolio.facts import Frequency, NoteTerms
from huikuan.portfolio.rules.explain.facts import Explanation


def conventions_section(words: ConventionWords, say: Speech, answer: Explanation) -> Section | None:
    """What was agreed for the loan and differs from the usual; None where nothing does."""
    chosen = answer.conventions
    if answer.lateness.oldest_due_on is not None and not chosen.tolerance_minor:
        chosen = replace(chosen, tolerance_days=0)  # told with the days past due
    said = (*terms_sentences(words, say, answer.terms), *convention_sentences(words, say, chosen, answer))
    return Section(words.title, words.intro, said) if said else None


def convention_sentences(
    words: ConventionWords, say: Speech, conventions: Conventions, answer: Explanation | None = None
) -> tuple[str, ...]:
    """A sentence for each convention that differs from the default; ``answer`` gives the rates of a mark-up."""
    return tuple(_different(words, say, conventions, answer))


def _different(words: ConventionWords, say: Speech, chosen: Conventions, answer: Explanation | None) -> Iterator[str]:
    for name, sentences in words.values.items():
        value: StrEnum = getattr(chosen, name)
        if value == getattr(CONVENTIONS_DEFAULT, name) or name == "tolerance_on":
            continue
        if value is PenaltyAs.MARKUP and answer is not None and answer.terms.penalty_markup_ppm is not None:
            yield markup_sentence(words, say, answer.terms.annual_rate_ppm, answer)
        else:
            yield sentences[value]
    if chosen.instalment_unit_minor != 1:
        yield words.instalment_unit.format(amount=say.money(chosen.instalment_unit_minor))
    yield from _tolerance(words, say, chosen)
    if chosen.re_ageing:
        yield words.re_ageing
    if chosen.compound_on_penalty:
        yield words.compound_on_penalty
    if chosen.late_fee.kind is not LateFeeKind.NONE:
        yield late_fee_sentence(words, say, chosen.late_fee)
    if chosen.allocation_order != ORDER_DEFAULT:
        yield words.order.format(components=order_listed(words, say, chosen.allocation_order))
    if chosen.principal_first_after_days is not None:
        yield words.principal_first.format(days=say.days(chosen.principal_first_after_days))


def _tolerance(words: ConventionWords, say: Speech, chosen: Conventions) -> Iterator[str]:
    days, minor = chosen.tolerance_days, chosen.tolerance_minor
    if not days and not minor:
        return
    template = words.tolerance_both if days and minor else words.tolerance_days if days else words.tolerance_amount
    yield template.format(days=say.days(days), amount=say.money(minor))
    if chosen.tolerance_on is not CONVENTIONS_DEFAULT.tolerance_on:
        yield words.values["tolerance_on"][chosen.tolerance_on]


def markup_sentence(words: ConventionWords, say: Speech, annual_rate_ppm: int, answer: Explanation) -> str:
    """The penalty rate of the day of the pay-out, from the contract rate and the mark-up."""
    rates = {
        "annual": say.rate(annual_rate_ppm),
        "markup": say.rate(answer.terms.penalty_markup_ppm or 0),
        "penalty": say.rate(answer.first_penalty_rate_ppm),
    }
    return words.markup.format(**rates)


def late_fee_sentence(words: ConventionWords, say: Speech, fee: LateFee) -> str:
    """When a late fee is charged and how much."""
    values = {"amount": say.money(fee.amount_minor), "rate": say.rate(fee.rate_ppm), "after": say.days(fee.after_days)}
    return words.late_fees[fee.kind].format(**values)


def order_listed(words: ConventionWords, say: Speech, order: tuple[Component, ...]) -> str:
    """The components in the order in which they are paid."""
    return say.words.joined.join(words.components[component] for component in order)


def terms_sentences(words: ConventionWords, say: Speech, terms: NoteTerms) -> tuple[str, ...]:
    """A sentence for each term that not every loan has."""
    return tuple(_terms(words, say, terms))


def _terms(words: ConventionWords, say: Speech, terms: NoteTerms) -> Iterator[str]:
    if terms.frequency is not Frequency.MONTHLY:
        yield words.frequency[terms.frequency]
    if terms.instalment_minor is not None:
        yield words.instalment_given.format(amount=say.money(terms.instalment_minor))
    if terms.interest_only_count:
        yield words.interest_only.format(count=terms.interest_only_count)
    if terms.interest_grace_count:
        yield words.interest_grace.format(count=terms.interest_grace_count)
    if terms.interest_free_count:
        yield words.interest_free.format(count=terms.interest_free_count)
    if terms.balloon_minor:
        yield words.balloon.format(amount=say.money(terms.balloon_minor))
    if terms.principal_share_ppm is not None:
        yield words.principal_share.format(rate=say.rate(terms.principal_share_ppm))
