"""Penalty and compound interest in words: each segment as base x rate / 360 x days, then what is left to pay."""

from collections.abc import Callable

from huikuan.portfolio.explain.shape import Medium, Section, Table, left_out
from huikuan.portfolio.explain.words import Speech, Words
from huikuan.portfolio.rules.explain.facts import Accrual, Capitalisation, Explanation, Segment


def penalty_section(words: Words, say: Speech, answer: Explanation, medium: Medium) -> Section | None:
    """How penalty interest was computed; None when there was none."""
    accrual = answer.penalty
    if not accrual.segments:
        return None
    result = _accrued(words, say, accrual, words.penalty)
    if medium is Medium.PAPER:
        before = _segments_before(words, say, accrual, medium)
        table = _table(words, say, accrual, words.penalty_head, lambda row: (row.base_minor,))
        return Section(words.penalty_title, words.penalty_rule, before, table, result)
    lines = (_line(say, row, words.penalty_line, say.money(row.base_minor)) for row in accrual.segments)
    return Section(words.penalty_title, words.penalty_rule, tuple(lines), result=result)


def compound_section(words: Words, say: Speech, answer: Explanation, medium: Medium) -> Section | None:
    """How compound interest was computed, with the days on which it joined its base; None when there was none."""
    accrual = answer.compound
    if not accrual.segments:
        return None
    result = _accrued(words, say, accrual, words.compound)
    if medium is Medium.PAPER:
        before = _segments_before(words, say, accrual, medium)
        table = _table(
            words,
            say,
            accrual,
            words.compound_head,
            lambda row: (row.base_minor - row.capitalised_minor, row.capitalised_minor),
        )
        first_on = accrual.segments[left_out(accrual.segments, medium)].from_on
        joined = [f"{row.on} {say.amount(row.amount_minor)}" for row in answer.capitalisations if row.on >= first_on]
        remark = words.capitalised_list.format(listed=words.joined.join(joined)) if joined else ""
        return Section(words.compound_title, words.compound_rule, before, table, result, remark)
    dated = [(row.to_on, _line(say, row, words.compound_line, _base(words, say, row))) for row in accrual.segments]
    dated += [(row.on, _capitalised(words, say, row)) for row in answer.capitalisations]
    dated.sort(key=lambda pair: pair[0])
    return Section(words.compound_title, words.compound_rule, tuple(line for _, line in dated), result=result)


def _base(words: Words, say: Speech, row: Segment) -> str:
    interest, base = row.base_minor - row.capitalised_minor, say.money(row.base_minor)
    if not row.capitalised_minor:
        return words.compound_base_interest.format(base=base)
    if not interest:
        return words.compound_base_capitalised.format(base=base)
    amounts = {"interest": say.amount(interest), "capitalised": say.amount(row.capitalised_minor)}
    return words.compound_base_both.format(base=base, **amounts)


def _capitalised(words: Words, say: Speech, row: Capitalisation) -> str:
    amounts = {"amount": say.money(row.amount_minor), "capitalised": say.money(row.capitalised_minor)}
    return words.capitalised_line.format(date=say.on(row.on), **amounts)


def _line(say: Speech, row: Segment, template: str, base: str) -> str:
    sign, amount = say.exact(row.numerator)
    return template.format(
        period=say.period(row.from_on, row.to_on),
        days=say.days(row.days),
        base=base,
        rate=say.rate(row.rate_ppm),
        sign=sign,
        amount=amount,
    )


def _segments_before(words: Words, say: Speech, accrual: Accrual, medium: Medium) -> tuple[str, ...]:
    """A line for the segments that have no place in the table."""
    hidden = left_out(accrual.segments, medium)
    if not hidden:
        return ()
    _, amount = say.exact(sum(row.numerator for row in accrual.segments[:hidden]))
    return (words.lines_left_out.format(count=hidden, amount=amount),)


def _table(
    words: Words, say: Speech, accrual: Accrual, head: tuple[str, ...], bases: Callable[[Segment], tuple[int, ...]]
) -> Table:
    rows = tuple(
        (
            row.from_on.isoformat(),
            row.to_on.isoformat(),
            *map(say.amount, bases(row)),
            say.rate(row.rate_ppm),
            str(row.days),
            say.exact_column(row.numerator),
        )
        for row in accrual.segments[left_out(accrual.segments, Medium.PAPER) :]
    )
    empty = ("",) * (len(head) - 2)
    return Table(head, rows, (words.accrued_total, *empty, say.exact_column(accrual.accrued_numerator)))


def _accrued(words: Words, say: Speech, accrual: Accrual, component: str) -> tuple[str, ...]:
    sign, owed = say.exact(accrual.owed_numerator)
    if accrual.paid_minor:
        _, accrued = say.exact(accrual.accrued_numerator)
        line = words.accrued_paid.format(accrued=accrued, paid=say.money(accrual.paid_minor), sign=sign, amount=owed)
    else:
        line = words.accrued.format(sign=sign, amount=owed)
    return line, words.accrued_rounded.format(component=component, amount=say.money(accrual.owed_minor))
