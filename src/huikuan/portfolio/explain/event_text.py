"""Loan events and late fees in words."""

from collections.abc import Iterator

from huikuan.portfolio.conventions import LateFeeKind, PausePenalty
from huikuan.portfolio.explain.convention_text import late_fee_sentence
from huikuan.portfolio.explain.event_words import EventWords
from huikuan.portfolio.explain.shape import Medium, Section, left_out
from huikuan.portfolio.explain.words import Speech, Words
from huikuan.portfolio.facts import PPM
from huikuan.portfolio.loan_events import EventKind
from huikuan.portfolio.rules.explain.accruals import LateFeeCharged
from huikuan.portfolio.rules.explain.facts import EventNotCounted, EventTold, Explanation, Figures, NotCountedReason

# Kinds that leave other coming instalments behind than they found.
_COMING = {
    EventKind.RATE_CHANGE, EventKind.DRAWDOWN, EventKind.EXTENSION, EventKind.RESCHEDULE, EventKind.RE_AMORTISE,
    EventKind.RESTRUCTURE,
}  # fmt: skip


def events_section(words: Words, say: Speech, answer: Explanation, medium: Medium) -> Section | None:
    """What changed in the loan, oldest first; None when nothing did."""
    told = words.events
    lines = [event_line(words, say, answer, row) for row in answer.events]
    others = [line for row in answer.events_not_counted if (line := _not_counted(told, say, row))]
    if not lines and not others:
        return None
    hidden = left_out(lines, medium)
    shown = [told.left_out.format(count=hidden), *lines[hidden:]] if hidden else lines
    return Section(told.title, told.intro if lines else "", tuple(shown), result=tuple(others))


def event_line(words: Words, say: Speech, answer: Explanation, row: EventTold) -> str:
    """One event: what it was, and what it did to the figures."""
    told, event = words.events, row.event
    first = told.lines[event.kind].format(**_values(words, say, row))
    return words.paragraph_gap.join((first, *_more(words, say, answer, row)))


def _values(words: Words, say: Speech, row: EventTold) -> dict[str, str]:
    event, before, after = row.event, row.before, row.after
    until_on = row.until_on or event.until_on
    claim = event.claim
    values = {
        "date": say.on(event.value_on),
        "ref": event.core_ref,
        "from_": say.on(event.value_on),
        "until": say.on(until_on) if until_on else "",
        "before": _rates(words.events, say, before),
        "after": _rates(words.events, say, after),
        "amount": say.money(event.amount_minor),
        "balance_before": say.money(before.outstanding_minor),
        "balance_after": say.money(after.outstanding_minor),
        "last_before": say.on(before.last_due_on) if before.last_due_on else "–",
        "last_after": say.on(after.last_due_on) if after.last_due_on else "–",
        "days_before": say.days(before.raw_days),
        "names": event.names_ref or "",
        "component": words.conventions.components[event.component] if event.component else "",
        "principal": say.money(before.coming_principal_minor),
        "interest": say.money(before.open_interest_minor),
    }
    if event.kind is EventKind.RESTRUCTURE:
        values["principal"] = say.money(before.outstanding_minor)
    if claim is not None:
        values |= {
            "principal": say.money(claim.principal_minor),
            "interest": say.money(claim.interest_minor),
            "penalty": say.money(claim.penalty_minor),
            "compound": say.money(claim.compound_minor),
            "costs": say.money(claim.costs_minor),
        }
    return values


def _more(words: Words, say: Speech, answer: Explanation, row: EventTold) -> Iterator[str]:
    told, event, before, after = words.events, row.event, row.before, row.after
    if event.kind is EventKind.PAUSE:
        if row.paused_days:
            yield told.pause_taken.format(days=say.days(row.paused_days))
        yield words.conventions.values["pause_end"][answer.conventions.pause_end]
        if answer.conventions.pause_penalty is PausePenalty.STOPS:
            yield told.interest_stops
    elif event.kind is EventKind.WAIVER and row.used_minor != event.amount_minor:
        yield told.used_less.format(used=say.money(row.used_minor))
    elif event.kind in _COMING:
        yield from _coming(words, say, before, after)
        if event.kind is EventKind.RESTRUCTURE and before.open_principal_minor + before.open_interest_minor:
            yield told.rows_replaced
    elif event.kind in {EventKind.ACCELERATION, EventKind.INSOLVENCY} and after.coming_interest_minor:
        yield told.running.format(amount=say.money(after.coming_interest_minor))
    elif event.kind is EventKind.JUDGMENT:
        if event.until_on is None:
            yield told.perform_at_once
        else:
            yield told.perform_by.format(until=say.on(event.until_on))


def _coming(words: Words, say: Speech, before: Figures, after: Figures) -> Iterator[str]:
    told = words.events
    if not after.coming_count or after.last_due_on is None or after.next_due_on is None or after.next_seq is None:
        yield told.coming_none
        return
    if _rows(before) == _rows(after):
        return
    yield told.coming.format(
        count=after.coming_count,
        principal=say.money(after.coming_principal_minor),
        interest=say.money(after.coming_interest_minor),
        last=say.on(after.last_due_on),
        count_before=before.coming_count,
        principal_before=say.money(before.coming_principal_minor),
        interest_before=say.money(before.coming_interest_minor),
    )
    yield told.next_instalment.format(
        seq=after.next_seq, due=say.on(after.next_due_on), amount=say.money(after.next_total_minor)
    )


def _rows(figures: Figures) -> tuple[object, ...]:
    """What shows that the coming instalments are others."""
    return (
        figures.coming_count, figures.coming_principal_minor, figures.coming_interest_minor, figures.next_total_minor,
        figures.last_due_on,
    )  # fmt: skip


def _rates(told: EventWords, say: Speech, figures: Figures) -> str:
    return told.rates.format(annual=say.rate(figures.annual_rate_ppm), penalty=say.rate(figures.penalty_rate_ppm))


def _not_counted(told: EventWords, say: Speech, row: EventNotCounted) -> str:
    values = {"date": say.on(row.value_on), "name": told.names[row.kind], "ref": row.core_ref}
    if row.reason is NotCountedReason.REVERSED:
        return told.reversed.format(other=row.other_ref, **values)
    if row.reason is NotCountedReason.LATER and row.other_ref is None:
        return told.later.format(**values)
    return ""  # a reversal is told with the event that it reverses


def fees_section(words: Words, say: Speech, answer: Explanation, medium: Medium) -> Section | None:
    """Which instalments cost a late fee, and how much; None when none did."""
    fees = answer.late_fees
    if not fees:
        return None
    hidden = left_out(fees, medium)
    lines = [_fee(words, say, fee) for fee in fees[hidden:]]
    if hidden:
        amount = say.money(sum(fee.amount_minor for fee in fees[:hidden]))
        lines.insert(0, words.lines_left_out.format(count=hidden, amount=amount))
    total = say.money(sum(fee.amount_minor for fee in fees))
    rule = late_fee_sentence(words.conventions, say, answer.conventions.late_fee)
    return Section(words.events.fee_title, rule, tuple(lines), result=(words.accrued.format(amount=f"= {total}"),))


def _fee(words: Words, say: Speech, fee: LateFeeCharged) -> str:
    values = {"date": say.on(fee.on), "seq": fee.seq, "due": say.on(fee.due_on), "amount": say.money(fee.amount_minor)}
    if fee.kind is LateFeeKind.FLAT:
        return words.events.fee_flat.format(**values)
    sign = "=" if fee.base_minor * fee.rate_ppm == fee.amount_minor * PPM else "≈"
    return words.events.fee_share.format(
        base=say.money(fee.base_minor), rate=say.rate(fee.rate_ppm), sign=sign, **values
    )
