"""An explanation as a document: title, sentences, sums and tables in a language; ``plain`` and ``pdf`` show it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from huikuan.portfolio.explain.convention_text import conventions_section
from huikuan.portfolio.explain.en import EN
from huikuan.portfolio.explain.event_text import events_section, fees_section
from huikuan.portfolio.explain.interest import compound_section, delay_section, penalty_section
from huikuan.portfolio.explain.internal import internal_section
from huikuan.portfolio.explain.lateness import lateness_sentences
from huikuan.portfolio.explain.repayments import repayments_section
from huikuan.portfolio.explain.shape import Document, Medium, Section, Table, left_out
from huikuan.portfolio.explain.words import Language, Speech, Words
from huikuan.portfolio.explain.zh import ZH
from huikuan.portfolio.facts import CoreStatus
from huikuan.portfolio.loan_file import Loan
from huikuan.portfolio.rules.explain.facts import Explanation, Standing

WORDS: Final[dict[Language, Words]] = {Language.ZH: ZH, Language.EN: EN}


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
            lambda: conventions_section(words.conventions, self.say, self.answer),
            lambda: events_section(*told),
            lambda: penalty_section(*told),
            lambda: compound_section(*told),
            lambda: delay_section(*told),
            lambda: fees_section(*told),
            lambda: repayments_section(*told),
            self.payoff,
        )
        if self.answer.core_status is CoreStatus.SETTLED:  # nothing is owed, whatever the events of the file say
            parts = (self.due, lambda: repayments_section(*told))
        return Document(
            language=words.language,
            title=words.title,
            facts=tuple(self.facts()),
            statement=words.statement,
            sections=tuple(section for part in parts if (section := part()) is not None),
            closing=words.closing,
            page=words.page,
            internal=internal_section(words, self.say, self.answer),
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
        state = self.answer.state
        first, now = (
            (terms.annual_rate_ppm, self.answer.first_penalty_rate_ppm),
            (state.annual_rate_ppm, state.penalty_rate_ppm),
        )
        rates = self.rates(words.rates, first)
        if now != first:
            told = words.events.rates
            rates = words.rates_now.format(first=self.rates(told, first), now=self.rates(told, now))
        yield words.facts_rates, rates
        yield words.facts_compound, words.compound_names[terms.compound]
        yield words.facts_method, words.method_names[terms.method]

    def rates(self, template: str, ppm: tuple[int, int]) -> str:
        annual, penalty = map(self.say.rate, ppm)
        return template.format(annual=annual, penalty=penalty)

    def due(self) -> Section:
        words, due = self.words, self.answer.due_now
        if self.answer.core_status is CoreStatus.SETTLED:
            return Section(words.due_title, words.settled)
        if self.answer.state.closed:
            held = self.answer.state.credit_minor
            over = [words.payoff_negative.format(amount=self.say.money(held))] if held else []
            return Section(words.due_title, self.paragraph([words.paid_off, *over]))
        state = self.answer.state
        charged_off = self.answer.core_status is CoreStatus.CHARGED_OFF or state.charged_off_on is not None
        sentences = [words.charged_off] if charged_off else []
        sentences += lateness_sentences(words, self.say, self.answer)
        pairs = [
            (words.principal, due.principal_minor),
            (words.interest, due.interest_minor),
            (words.penalty, due.penalty_minor),
            (words.compound, due.compound_minor),
            (words.costs, due.costs_minor),
            (words.events.delay, due.delay_minor),
        ]
        result: tuple[str, ...] = ()
        if due.total_minor:
            result = (words.due_sum.format(sum=self.say.sum_of(pairs), total=self.say.money(due.total_minor)),)
        else:
            sentences.append(words.nothing_due)
        if state.credit_minor:
            sentences.append(words.credit_held.format(credit=self.say.money(state.credit_minor)))
        if state.subrogated_minor:
            sentences.append(words.events.subrogated.format(amount=self.say.money(state.subrogated_minor)))
        if state.recovered_minor:
            sentences.append(words.events.recovered.format(amount=self.say.money(state.recovered_minor)))
        remarks = [words.due_paid] if result else []
        remarks += self.next_due()
        return Section(words.due_title, self.paragraph(sentences), result=result, remark=self.paragraph(remarks))

    def next_due(self) -> list[str]:
        """The instalment that falls due next, with what is unpaid of it."""
        words, say = self.words, self.say
        row = next((row for row in self.answer.schedule if row.standing is Standing.NOT_DUE), None)
        if row is None:
            return []
        pairs = [
            (words.principal, row.unpaid_principal_minor),
            (words.interest, row.unpaid_interest_minor),
            (words.costs, row.unpaid_costs_minor),
        ]
        total = sum(minor for _, minor in pairs)
        which, due = say.row(row.seq, row.due_on), say.on(row.due_on)
        return [words.next_due.format(which=which, due=due, sum=say.sum_of(pairs), total=say.money(total))]

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
                    str(row.seq) if row.seq else "–",
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
            (words.events.delay, payoff.delay_minor),
        ]
        sum_ = say.sum_of(pairs)
        if payoff.credit_minor:
            sum_ += f" − {words.credit} {say.amount(payoff.credit_minor)}"
        lines = [words.payoff_sum.format(sum=sum_, total=say.money(payoff.total_minor))]
        running = payoff.running
        if running is not None and running.amount_minor:
            template = words.payoff_running if running.by_ratio else words.payoff_running_parts
            lines.append(
                template.format(
                    seqs=words.joined.join(map(str, running.seqs)),
                    scheduled=say.money(running.scheduled_minor),
                    elapsed=say.days(running.elapsed_days),
                    period=say.days(running.period_days),
                    from_=say.on(running.from_on),
                    sign="=" if running.exact_minor.denominator == 1 else "≈",
                    amount=say.money(running.amount_minor),
                )
            )
        sentences = [words.payoff_rule.format(rounded=words.rounded[self.answer.conventions.rounding])]
        if payoff.total_minor < 0:
            sentences.insert(0, words.payoff_negative.format(amount=say.money(-payoff.total_minor)))
        return Section(words.payoff_title, result=tuple(lines), remark=self.paragraph(sentences))

    def paragraph(self, sentences: Sequence[str]) -> str:
        return self.words.paragraph_gap.join(sentences)
