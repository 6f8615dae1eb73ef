"""Days past due in words: raw, paused, and as counted under the tolerance."""

from huikuan.portfolio.explain.words import Speech, Words
from huikuan.portfolio.rules.explain.facts import Explanation


def lateness_sentences(words: Words, say: Speech, answer: Explanation) -> list[str]:
    """How late the loan is, since which instalment, and what of the tolerance it has used."""
    late = answer.lateness
    as_of = say.on(answer.as_of)
    if late.oldest_due_on is None:
        return [words.not_late.format(date=as_of)]
    oldest = next(row for row in answer.schedule if row.days_past_due == late.raw_days)
    values = {
        "date": as_of,
        "days": say.days(late.raw_days),
        "due": say.on(late.oldest_due_on),
        "which": say.row(oldest.seq, oldest.due_on),
        "day_one": words.day_one_is[answer.conventions.due_day],
        "tolerance": tolerance_text(words, say, answer),
    }
    paused = []
    if late.paused_days:
        paused = [words.late_paused.format(calendar=say.days(late.calendar_days), paused=say.days(late.paused_days))]
    if not late.counted_days:
        return [words.late_within_tolerance.format(**values), *paused]
    sentences = [words.late.format(**values), *paused]
    if late.tolerance_days or late.tolerance_minor:
        sentences.append(words.late_over_tolerance.format(**values))
        if late.counted_days != late.raw_days:
            sentences.append(words.late_counted.format(counted=say.days(late.counted_days)))
    return sentences


def tolerance_text(words: Words, say: Speech, answer: Explanation) -> str:
    """Days, an amount, or one or the other."""
    late = answer.lateness
    if not late.tolerance_minor:
        return say.days(late.tolerance_days)
    amount = say.money(late.tolerance_minor)
    if not late.tolerance_days:
        return amount
    return words.tolerance_or.format(days=say.days(late.tolerance_days), amount=amount)
