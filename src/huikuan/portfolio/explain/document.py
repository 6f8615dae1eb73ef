"""An explanation as a document: title, sentences, sums and tables in a language; ``plain`` and ``pdf`` show it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from huikuan.portfolio.explain.en import EN
from huikuan.portfolio.explain.interest import compound_section, penalty_section
from huikuan.portfolio.explain.shape import Document, Medium, Section, Table, left_out
from huikuan.portfolio.explain.words import Language, Speech, Words
from huikuan.portfolio.explain.zh import ZH
from huikuan.portfolio.facts import CoreStatus
from huikuan.portfolio.loan_file import Loan
from huikuan.portfolio.rules.explain.facts import (
    AllocationDetail,
    Explanation,
    InstalmentShare,
    NotCounted,
    NotCountedReason,
    Standing,
)

WORDS: Final[dict[Language, Words]] = {Language.ZH: ZH, Language.EN: EN}

Pairs = Sequence[tuple[str, int]]


def document_build(loan: Loan, answer: Explanation, language: Language, medium: Medium = Medium.VOICE) -> Document:
    """Put an explanation into words."""
    words = WORDS[language]
    return _Writer(words, Speech(words, loan.currency, loan.minor_digits), loan, answer, medium).document()


class _Writer:
    def __init__(self, words: Words, speech: Speech, loan: Loan, answer: Explanation, medium: Medium) -> None:
        self.words, self.say, self.loan, self.answer, self.medium = words, speech, loan, answer, medium

    def document(self) -> Document:
        words = self.words
        told = (words, self.say, self.answer, self.medium)
        parts: tuple[Callable[[], Section | None], ...] = (
            self.due,
            self.open,
            lambda: penalty_section(*told),
            lambda: compound_section(*told),
            self.repayments,
            self.payoff,
        )
        if self.answer.core_status is CoreStatus.SETTLED:  # nothing is owed, whatever the events of the file say
            parts = (self.due, self.repayments)
        return Document(
            language=words.language,
            title=words.title,
            facts=tuple(self.facts()),
            statement=words.statement,
            sections=tuple(section for part in parts if (section := part()) is not None),
            closing=words.closing,
            page=words.page,
            internal=self.internal(),
        )

    def facts(self) -> Iterator[tuple[str, str]]:
        words, terms = self.words, self.answer.terms
        if self.loan.note_id is not None:
            yield words.facts_note, self.loan.note_id
        yield words.facts_as_of, words.as_of_close.format(date=self.say.on(self.answer.as_of))
        if (source := self.loan.source) is not None:
            known = source.known_at.strftime("%Y-%m-%d %H:%M")
            told = words.source_book.format(date=source.business_date.isoformat(), known=known)
            if source.stale_since is not None:
                told += words.source_stale.format(date=source.stale_since.isoformat())
            yield words.facts_source, told
        yield words.facts_currency, self.loan.currency
        rates = {"annual": self.say.rate(terms.annual_rate_ppm), "penalty": self.say.rate(terms.penalty_rate_ppm)}
        yield words.facts_rates, words.rates.format(**rates)
        yield words.facts_compound, words.compound_names[terms.compound]
        yield words.facts_method, words.method_names[terms.method]

    def due(self) -> Section:
        words, due = self.words, self.answer.due_now
        if self.answer.core_status is CoreStatus.SETTLED:
            return Section(words.due_title, words.settled)
        if self.answer.state.closed:
            held = self.answer.state.credit_minor
            over = [words.payoff_negative.format(amount=self.say.money(held))] if held else []
            return Section(words.due_title, self.paragraph([words.paid_off, *over]))
        sentences = [words.charged_off] if self.answer.core_status is CoreStatus.CHARGED_OFF else []
        sentences += self.lateness()
        pairs = [
            (words.principal, due.principal_minor),
            (words.interest, due.interest_minor),
            (words.penalty, due.penalty_minor),
            (words.compound, due.compound_minor),
            (words.costs, due.costs_minor),
        ]
        result: tuple[str, ...] = ()
        if due.total_minor:
            result = (words.due_sum.format(sum=self.sum_of(pairs), total=self.say.money(due.total_minor)),)
        else:
            sentences.append(words.nothing_due)
        if self.answer.state.credit_minor:
            sentences.append(words.credit_held.format(credit=self.say.money(self.answer.state.credit_minor)))
        return Section(
            words.due_title, self.paragraph(sentences), result=result, remark=words.due_paid if result else ""
        )

    def lateness(self) -> list[str]:
        words, late = self.words, self.answer.lateness
        as_of = self.say.on(self.answer.as_of)
        if late.oldest_due_on is None:
            return [words.not_late.format(date=as_of)]
        values = {
            "date": as_of,
            "days": self.say.days(late.raw_days),
            "due": self.say.on(late.oldest_due_on),
            "seq": next(row.seq for row in self.answer.schedule if row.days_past_due == late.raw_days),
            "tolerance": self.say.days(late.tolerance_days),
        }
        if not late.counted_days:
            return [words.late_within_tolerance.format(**values)]
        over = [words.late_over_tolerance.format(**values)] if late.tolerance_days else []
        return [words.late.format(**values), *over]

    def open(self) -> Section | None:
        rows = [row for row in self.answer.schedule if row.standing in {Standing.OPEN, Standing.PART_PAID}]
        if not rows:
            return None
        words, amount = self.words, self.say.amount
        hidden = left_out(rows, self.medium)
        shown = rows[: len(rows) - hidden]
        table = Table(
            words.open_head,
            tuple(
                (
                    str(row.seq),
                    row.due_on.isoformat(),
                    *map(amount, (row.unpaid_principal_minor, row.unpaid_interest_minor, row.unpaid_costs_minor)),
                    str(row.days_past_due),
                )
                for row in shown
            ),
            (
                words.open_total,
                "",
                amount(sum(row.unpaid_principal_minor for row in rows)),
                amount(sum(row.unpaid_interest_minor for row in rows)),
                amount(sum(row.unpaid_costs_minor for row in rows)),
                "",
            ),
        )
        remark = words.rows_left_out.format(count=hidden) if hidden else ""
        return Section(words.open_title, table=table, remark=remark)

    def repayments(self) -> Section:
        words, rows = self.words, self.answer.allocations
        hidden = left_out(rows, self.medium)
        lines = [self.repayment(row) for row in rows[hidden:]]
        if hidden:
            total = sum(row.allocation.amount_minor for row in rows[:hidden])
            lines.insert(0, words.paid_left_out.format(count=hidden, amount=self.say.money(total)))
        others = [line for row in self.answer.not_counted if (line := self.not_counted(row))]
        text = words.paid_rule if rows else words.paid_none
        return Section(words.paid_title, text, tuple(lines), result=tuple(others[left_out(others, self.medium) :]))

    def repayment(self, detail: AllocationDetail) -> str:
        words, say, row = self.words, self.say, detail.allocation
        parts = [
            self.share_of(words.costs, row.costs_minor, detail.shares, lambda share: share.costs_minor),
            self.share_of(words.penalty, row.penalty_minor, (), None),
            self.share_of(words.compound, row.compound_minor, (), None),
            self.share_of(words.interest, row.interest_minor, detail.shares, lambda share: share.interest_minor),
            self.share_of(words.principal, row.principal_minor, detail.shares, lambda share: share.principal_minor),
        ]
        if row.credit_minor > 0:
            parts.append(words.paid_credit.format(amount=say.amount(row.credit_minor)))
        values = {"date": say.on(row.applied_on), "sum": words.plus.join(part for part in parts if part)}
        if row.core_ref is None:
            return words.paid_from_credit.format(amount=say.money(-row.credit_minor), **values)
        return words.paid_line.format(amount=say.money(row.amount_minor), ref=row.core_ref, **values)

    def share_of(
        self,
        component: str,
        minor: int,
        shares: Sequence[InstalmentShare],
        part: Callable[[InstalmentShare], int] | None,
    ) -> str:
        words, amount = self.words, self.say.amount
        if not minor:
            return ""
        if part is None:
            return f"{component} {amount(minor)}"
        listed = words.joined.join(
            words.paid_share.format(seq=share.seq, amount=amount(part(share))) for share in shares if part(share)
        )
        return words.paid_shares.format(component=component, amount=amount(minor), shares=listed)

    def not_counted(self, row: NotCounted) -> str:
        values = {"date": self.say.on(row.value_on), "amount": self.say.money(row.amount_minor), "ref": row.core_ref}
        if row.reason is NotCountedReason.REVERSED:
            return self.words.paid_reversed.format(other=row.other_ref, **values)
        if row.reason is NotCountedReason.LATER and row.other_ref is None:
            return self.words.paid_later.format(**values)
        return ""  # a reversal is told with the repayment that it reverses

    def payoff(self) -> Section | None:
        words, say, payoff = self.words, self.say, self.answer.payoff
        if self.answer.state.closed:
            return None
        pairs = [
            (words.principal, payoff.principal_minor),
            (words.interest, payoff.interest_due_minor),
            (words.running, payoff.running_minor),
            (words.penalty, payoff.penalty_minor),
            (words.compound, payoff.compound_minor),
            (words.costs, payoff.costs_minor),
        ]
        sum_ = self.sum_of(pairs)
        if payoff.credit_minor:
            sum_ += f" − {words.credit} {say.amount(payoff.credit_minor)}"
        lines = [words.payoff_sum.format(sum=sum_, total=say.money(payoff.total_minor))]
        running = payoff.running
        if running is not None and running.amount_minor:
            whole = running.scheduled_minor * running.elapsed_days % running.period_days == 0
            lines.append(
                words.payoff_running.format(
                    seqs=words.joined.join(map(str, running.seqs)),
                    scheduled=say.money(running.scheduled_minor),
                    elapsed=say.days(running.elapsed_days),
                    period=say.days(running.period_days),
                    sign="=" if whole else "≈",
                    amount=say.money(running.amount_minor),
                )
            )
        sentences = [words.payoff_rule]
        if payoff.total_minor < 0:
            sentences.insert(0, words.payoff_negative.format(amount=say.money(-payoff.total_minor)))
        return Section(words.payoff_title, result=tuple(lines), remark=self.paragraph(sentences))

    def internal(self) -> Section:
        words, say, found = self.words, self.say, self.answer.class_floor
        rule, overdue = found.rule, self.answer.overdue
        statement = rule.statement_zh if words.language is Language.ZH else rule.statement
        days = say.days(self.answer.lateness.raw_days)
        lines = [words.class_floor.format(floor=words.class_names[found.floor], days=days)]
        if found.worse is not None:
            lines.append(words.class_next.format(days=found.worse_above_days, worse=words.class_names[found.worse]))
        source = {"title": rule.title, "force": rule.force, "certainty": rule.certainty}
        effective_on = say.on(rule.policy.effective_on)
        lines.append(words.class_source.format(statement=statement, date=effective_on, **source))
        amounts = {"management": overdue.management_minor, "regulatory": overdue.regulatory_minor}
        lines.append(words.class_rates.format(**{name: say.money(minor) for name, minor in amounts.items()}))
        return Section(words.class_title, result=tuple(lines))

    def sum_of(self, pairs: Pairs) -> str:
        """The components that are not 0, as a sum; the first one when all are."""
        listed = [(name, minor) for name, minor in pairs if minor] or list(pairs[:1])
        return self.words.plus.join(f"{name} {self.say.amount(minor)}" for name, minor in listed)

    def paragraph(self, sentences: Sequence[str]) -> str:
        return self.words.paragraph_gap.join(sentences)
