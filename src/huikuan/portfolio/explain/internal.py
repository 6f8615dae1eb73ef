"""What stands for the bank's own staff only: class floor, observation, overdue rates, and flags."""

from huikuan.portfolio.explain.shape import Section
from huikuan.portfolio.explain.words import Language, Speech, Words
from huikuan.portfolio.rules.explain.facts import Explanation, Observation


def internal_section(words: Words, say: Speech, answer: Explanation) -> Section:
    """Never part of what a customer gets."""
    found, overdue = answer.class_floor, answer.overdue
    rule, chinese = found.rule, words.language is Language.ZH
    days = say.days(answer.lateness.raw_days)
    lines = [words.class_floor.format(floor=words.class_names[found.floor], days=days)]
    if found.worse is not None:
        lines.append(words.class_next.format(days=found.worse_above_days, worse=words.class_names[found.worse]))
    lines.append(
        words.class_source.format(
            statement=rule.statement_zh if chinese else rule.statement,
            date=say.on(rule.policy.effective_on),
            title=rule.title,
            force=rule.force,
            certainty=rule.certainty,
        )
    )
    if found.observation is not None:
        lines += _observed(words, say, found.observation)
    amounts = {"management": overdue.management_minor, "regulatory": overdue.regulatory_minor}
    lines.append(words.class_rates.format(**{name: say.money(minor) for name, minor in amounts.items()}))
    lines += [words.events.flags[flag] for flag in answer.flags]
    return Section(words.class_title, result=tuple(lines))


def _observed(words: Words, say: Speech, seen: Observation) -> list[str]:
    rule, chinese = seen.rule, words.language is Language.ZH
    line = words.events.observed.format(
        until=say.on(seen.until_on),
        floor=words.class_names[rule.policy.floor],
        statement=rule.statement_zh if chinese else rule.statement,
        title=rule.title,
        certainty=rule.certainty,
    )
    again = words.events.observed_again.format(floor=words.class_names[rule.policy.floor_again])
    return [line, again] if seen.again else [line]
