"""Penalty, compound and delay interest in words: each segment as base x rate / year x days, then what is left."""

from collections.abc import Sequence
from datetime import date

from huikuan.portfolio.explain.shape import Medium, Section, Table, left_out
from huikuan.portfolio.explain.words import Speech, Words
from huikuan.portfolio.rules.explain.accruals import Accrual, Capitalisation, Segment
from huikuan.portfolio.rules.explain.facts import Explanation

_DAILY = 1  # the year of a rate a day


def penalty_section(words: Words, say: Speech, answer: Explanation, medium: Medium) -> Section | None:
    """How penalty interest was computed; None when there was none."""
    conventions = answer.conventions
    rule = words.penalty_rules[conventions.penalty_base].format(year=words.year_days[conventions.day_count])
    if not conventions.compound_on_penalty:
        rule = words.paragraph_gap.join((rule, words.penalty_bears_none))
    told = _Told(words, say, answer, words.penalty, words.penalty_line, words.penalty_base_names)
    return told.section(words.penalty_title, rule, answer.penalty, medium)


def compound_section(words: Words, say: Speech, answer: Explanation, medium: Medium) -> Section | None:
    """How compound interest was computed, with the days on which it joined its base; None when there was none."""
    bears = words.compound_bears_penalty if answer.conventions.compound_on_penalty else words.compound_bears_none
    rule = words.paragraph_gap.join((words.compound_rule, bears))
    told = _Told(words, say, answer, words.compound, words.compound_line, words.compound_base_names)
    return told.section(words.compound_title, rule, answer.compound, medium, answer.capitalisations)


def delay_section(words: Words, say: Speech, answer: Explanation, medium: Medium) -> Section | None:
    """How the delay interest of a judgment was computed; None when there was none."""
    if not answer.delay.segments:
        return None
    more = words.events
    rule = more.delay_rule.format(rate=say.rate(answer.delay.segments[0].rate_ppm))
    told = _Told(words, say, answer, more.delay, more.delay_line, words.penalty_base_names)
    return told.section(more.delay_title, rule, answer.delay, medium)


class _Told:
    """One component: its name, the template of a line, the names of the parts of its base."""

    def __init__(
        self, words: Words, say: Speech, answer: Explanation, component: str, line: str, names: dict[str, str]
    ) -> None:
        self.words, self.say, self.answer = words, say, answer
        self.component, self.template, self.names = component, line, names

    def section(
        self, title: str, rule: str, accrual: Accrual, medium: Medium, capitalised: Sequence[Capitalisation] = ()
    ) -> Section | None:
        if not accrual.segments and not accrual.awards:
            return None
        words, say = self.words, self.say
        result = self.owed(accrual)
        if medium is Medium.PAPER and accrual.segments:
            hidden = left_out(accrual.segments, medium)
            remark = ""
            joined = [row for row in capitalised if row.on >= accrual.segments[hidden].from_on]
            if joined:
                listed = words.joined.join(f"{row.on} {say.amount(row.amount_minor)}" for row in joined)
                remark = words.capitalised_list.format(listed=listed)
            return Section(title, rule, self.hidden(accrual, hidden), self.table(accrual, hidden), result, remark)
        dated = [(row.to_on, self.line(row)) for row in accrual.segments]
        dated += [(row.on, self.capitalised(row)) for row in capitalised]
        dated += self.awards(accrual)
        dated.sort(key=lambda pair: pair[0])
        return Section(title, rule, tuple(line for _, line in dated), result=result)

    def line(self, row: Segment) -> str:
        say = self.say
        sign, amount = say.exact(row.numerator, row.den)
        return self.template.format(
            period=say.period(row.from_on, row.to_on),
            days=say.days(row.days),
            count=say.days(row.count),
            year=row.year,
            base=self.base(row),
            rate=say.rate(row.rate_ppm),
            sign=sign,
            amount=amount,
        )

    def base(self, row: Segment) -> str:
        parts = [(name, minor) for field, name in self.names.items() if (minor := getattr(row.base, field))]
        total = self.say.money(row.base_minor)
        if len(parts) == 1:
            return f"{parts[0][0]} {total}"
        return self.words.base_sum.format(sum=self.say.sum_of(parts), base=total)

    def capitalised(self, row: Capitalisation) -> str:
        amounts = {"amount": self.say.money(row.amount_minor), "capitalised": self.say.money(row.capitalised_minor)}
        return self.words.capitalised_line.format(date=self.say.on(row.on), **amounts)

    def awards(self, accrual: Accrual) -> list[tuple[date, str]]:
        say, told = self.say, self.words.events
        return [
            (
                row.on,
                told.award.format(
                    date=say.on(row.on),
                    ref=row.core_ref,
                    amount=say.money(row.amount_minor),
                    difference=say.exact(row.numerator, accrual.den)[1],
                ),
            )
            for row in accrual.awards
        ]

    def hidden(self, accrual: Accrual, hidden: int) -> tuple[str, ...]:
        """A line for the segments that have no place in the table, and what a judgment awarded."""
        lines = [line for _, line in self.awards(accrual)]
        if hidden:
            _, amount = self.say.exact(sum(row.numerator for row in accrual.segments[:hidden]), accrual.den)
            lines.insert(0, self.words.lines_left_out.format(count=hidden, amount=amount))
        return tuple(lines)

    def table(self, accrual: Accrual, hidden: int) -> Table:
        """A column for each part of the base that any segment has."""
        words, say, segments = self.words, self.say, accrual.segments
        fields = [field for field in self.names if any(getattr(row.base, field) for row in segments)]
        names = [self.names[field] for field in fields]
        names[0] = names[0][:1].upper() + names[0][1:]
        bases = [names[0], *(words.table_and.format(name=name) for name in names[1:])]
        years = sorted({row.year for row in segments})
        daily = years == [_DAILY]
        days = words.table_days_only if daily else words.table_days.format(year="/".join(map(str, years)))
        head = (
            words.table_from,
            words.table_to,
            *bases,
            words.table_rate_day if daily else words.table_rate,
            days,
            words.table_amount.format(component=self.component),
        )
        rows = tuple(
            (
                row.from_on.isoformat(),
                row.to_on.isoformat(),
                *(say.amount(getattr(row.base, field)) for field in fields),
                say.rate(row.rate_ppm),
                f"{row.year} × {row.count}" if len(years) > 1 else str(row.count),
                say.exact_column(row.numerator, row.den),
            )
            for row in segments[hidden:]
        )
        empty = ("",) * (len(head) - 2)
        total = say.exact_column(accrual.accrued_numerator, accrual.den)
        return Table(head, rows, (words.accrued_total, *empty, total))

    def owed(self, accrual: Accrual) -> tuple[str, ...]:
        words, say = self.words, self.say
        sign, owed = say.exact(accrual.owed_numerator, accrual.den)
        _, accrued = say.exact(accrual.accrued_numerator, accrual.den)
        moves = [
            (words.accrued_paid, accrual.paid_minor),
            (words.accrued_waived, accrual.waived_minor),
            (words.accrued_back, accrual.charged_back_minor),
        ]
        told = "".join(template.format(amount=say.money(minor)) for template, minor in moves if minor)
        awarded = sum(row.numerator for row in accrual.awards)
        if awarded:
            told += words.accrued_award.format(amount=say.exact(awarded, accrual.den)[1])
        line = words.accrued.format(amount=f"{accrued}{told} {sign} {owed}" if told else f"{sign} {owed}")
        rounded = words.rounded[self.answer.conventions.rounding].capitalize()
        due = words.accrued_rounded.format(
            rounded=rounded, component=self.component, amount=say.money(accrual.owed_minor)
        )
        return line, due
