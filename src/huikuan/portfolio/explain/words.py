"""The words of an explanation in one language; ``zh`` and ``en`` hold them.

A template names its values in braces. ``{…}`` values are texts that ``Speech`` has formatted: amounts carry their
currency, dates are written out, days agree in number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from huikuan.kernel.money import money_format
from huikuan.portfolio.conventions import DayCount, DueDay, PenaltyBase, Rounding
from huikuan.portfolio.explain.convention_words import ConventionWords
from huikuan.portfolio.explain.event_words import EventWords
from huikuan.portfolio.facts import ClassFloor, Compound, RepaymentMethod
from huikuan.portfolio.rules.rounding import half_up

RATE_SCALE = 10_000  # parts per million in one percent
EXACT_DIGITS = 4  # decimals beyond the minor unit in which an unrounded amount is shown


class Language(StrEnum):
    """Languages of an explanation."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """All templates of a language."""

    language: Language
    conventions: ConventionWords
    events: EventWords
    date: str
    date_months: tuple[str, ...]
    period: str
    day_one: str
    day_many: str
    money: str
    money_units: dict[str, str]  # currency -> template; others use ``money``
    plus: str
    joined: str
    paragraph_gap: str  # between two sentences of a paragraph
    # Head
    title: str
    statement: str
    facts_note: str
    facts_as_of: str
    facts_source: str
    source_book: str
    source_stale: str
    facts_currency: str
    facts_rates: str
    rates_now: str
    facts_compound: str
    facts_method: str
    as_of_close: str
    rates: str
    compound_names: dict[Compound, str]
    method_names: dict[RepaymentMethod, str]
    # What is due
    due_title: str
    settled: str
    paid_off: str
    charged_off: str
    late: str
    day_one_is: dict[DueDay, str]
    late_paused: str
    tolerance_or: str
    late_counted: str
    late_over_tolerance: str
    late_within_tolerance: str
    not_late: str
    nothing_due: str
    due_sum: str
    due_paid: str
    credit_held: str
    next_due: str
    # Components
    principal: str
    interest: str
    running: str
    penalty: str
    compound: str
    costs: str
    credit: str
    instalment: str
    # Open instalments
    open_title: str
    open_head: tuple[str, ...]
    open_total: str
    rows_left_out: str
    # Penalty and compound interest
    penalty_title: str
    penalty_rules: dict[PenaltyBase, str]
    penalty_bears_none: str
    penalty_line: str
    penalty_base_names: dict[str, str]  # field of a base -> its name
    year_days: dict[DayCount, str]
    rounded: dict[Rounding, str]
    compound_title: str
    compound_rule: str
    compound_bears_none: str
    compound_bears_penalty: str
    compound_line: str
    compound_base_names: dict[str, str]
    base_sum: str
    capitalised_line: str
    capitalised_list: str
    table_from: str
    table_to: str
    table_and: str
    table_rate: str
    table_rate_day: str
    table_days: str
    table_days_only: str
    table_amount: str
    accrued_total: str
    lines_left_out: str
    accrued: str
    accrued_paid: str
    accrued_waived: str
    accrued_back: str
    accrued_award: str
    accrued_rounded: str
    # Repayments
    paid_title: str
    paid_rule: str
    paid_rule_rows: str
    paid_none: str
    paid_line: str
    paid_from_credit: str
    paid_shares: str
    paid_share: str
    paid_credit: str
    paid_left_out: str
    paid_reversed: str
    paid_later: str
    # Payoff
    payoff_title: str
    payoff_sum: str
    payoff_running: str
    payoff_running_parts: str
    payoff_rule: str
    payoff_negative: str
    # For the bank
    class_title: str
    class_names: dict[ClassFloor, str]
    class_floor: str
    class_next: str
    class_source: str
    class_rates: str
    closing: str
    page: str


@dataclass(frozen=True, slots=True)
class Speech:
    """Formats values in the words of a language and the currency of a loan."""

    words: Words
    currency: str
    minor_digits: int

    def amount(self, minor: int) -> str:
        """1,234.50 without the currency."""
        return money_format(minor, self.minor_digits, grouping=True)

    def money(self, minor: int) -> str:
        """An amount with its currency."""
        return self._with_currency(self.amount(minor))

    def exact(self, numerator: int, den: int) -> tuple[str, str]:
        """(sign, amount with currency) of minor units over ``den``: "=" if all of it is shown, "≈" if rounded."""
        scale = 10**EXACT_DIGITS
        shown = half_up(numerator * scale, den)
        text = money_format(shown, self.minor_digits + EXACT_DIGITS, grouping=True)
        while text.endswith("0") and len(text.rpartition(".")[2]) > self.minor_digits:
            text = text[:-1]
        return ("=" if shown * den == numerator * scale else "≈"), self._with_currency(text.removesuffix("."))

    def exact_column(self, numerator: int, den: int) -> str:
        """The same amount for a column of numbers: all decimals, no currency."""
        digits = self.minor_digits + EXACT_DIGITS
        return money_format(half_up(numerator * 10**EXACT_DIGITS, den), digits, grouping=True)

    def rate(self, ppm: int) -> str:
        """9.00%, with up to four decimals."""
        whole, rest = divmod(ppm, RATE_SCALE)
        decimals = f"{rest:04d}".rstrip("0").ljust(2, "0")
        return f"{whole}.{decimals}%"

    def on(self, day: date) -> str:
        """A date written out."""
        month = self.words.date_months[day.month - 1]
        return self.words.date.format(year=day.year, month=month, day=day.day)

    def period(self, from_on: date, to_on: date) -> str:
        """From a day to a day, both included; one day alone is named once."""
        if from_on == to_on:
            return self.on(to_on)
        return self.words.period.format(from_=self.on(from_on), to=self.on(to_on))

    def days(self, count: int) -> str:
        """A number of days."""
        return (self.words.day_one if count == 1 else self.words.day_many).format(count=count)

    def row(self, seq: int, due_on: date) -> str:
        """An instalment by its number; a row that no schedule has by its date."""
        if seq == 0:
            return self.words.events.row_zero.format(due=self.on(due_on))
        return self.words.instalment.format(seq=seq)

    def sum_of(self, pairs: Sequence[tuple[str, int]]) -> str:
        """The components that are not 0, as a sum; the first one when all are."""
        listed = [(name, minor) for name, minor in pairs if minor] or list(pairs[:1])
        return self.words.plus.join(f"{name} {self.amount(minor)}" for name, minor in listed)

    def _with_currency(self, text: str) -> str:
        template = self.words.money_units.get(self.currency, self.words.money)
        return template.format(amount=text, currency=self.currency)
