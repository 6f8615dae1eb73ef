"""A loan file turned into facts: text into integers of one currency, a product code into conventions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from pydantic import AwareDatetime

from huikuan.kernel.errors import DomainError
from huikuan.kernel.money import AMOUNT_MAX_MINOR, money_format
from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT, Conventions, LateFee, PenaltyAs
from huikuan.portfolio.facts import CoreStatus, Frequency, Instalment, NoteTerms, Repayment
from huikuan.portfolio.feed_contract import RATE_DIGITS, RATE_MAX_PPM
from huikuan.portfolio.loan_events import Claim, LoanEvent
from huikuan.portfolio.loan_parts import (
    LOAN_SCHEMA_1,
    EventPart,
    InstalmentPart,
    LoanFile,
    NotePart,
    Part,
    RepaymentPart,
)
from huikuan.portfolio.product_policies import combinations_load, products_load
from huikuan.portfolio.rules.products import (
    ProductBundle,
    ScheduleFrom,
    combination_check,
    convention_values_check,
    product_check,
    product_conventions,
)

_SATURDAY = 5


class LoanFileError(DomainError):
    """A loan file that cannot be replayed."""

    code = "loan.file_invalid"
    status = 422

    def __init__(self, file: str, field: str, expected: str, got: object) -> None:
        part = "file" if field == "file" else "field"
        super().__init__(f"{file}: {field}: expected {expected}, got {got}. Correct the {part} and run it again.")
        self.field = field


class BookSource(Part):
    """Where the facts of a note of the book come from; ``known_at`` in the zone of the bank."""

    business_date: date
    known_at: AwareDatetime
    stale_since: date | None = None


class Loan(Part):
    """The facts of a loan file, or of a note of the book, ready for the rules."""

    terms: NoteTerms
    delivered: tuple[Instalment, ...]
    repayments: tuple[Repayment, ...]
    core_status: CoreStatus
    minor_digits: int
    note_id: str | None = None
    currency: str = "CNY"
    monthly_consumer: bool = True
    source: BookSource | None = None
    conventions: Conventions = CONVENTIONS_DEFAULT
    events: tuple[LoanEvent, ...] = ()
    product: str | None = None  # code of the bundle
    days_off: frozenset[date] = frozenset()
    days_worked: frozenset[date] = frozenset()

    @property
    def tolerance_days(self) -> int:
        """Days past due that the product tolerates."""
        return self.conventions.tolerance_days

    def is_workday(self, day: date) -> bool:
        """Whether the bank is open: the given days, otherwise Monday to Friday."""
        return day in self.days_worked or (day.weekday() < _SATURDAY and day not in self.days_off)


def loan_build(file: LoanFile, name: str, products: Mapping[str, ProductBundle] | None) -> Loan:
    """The facts of a loan file. Raises LoanFileError, or FactInvalid for what rules refuse."""
    facts = _Facts(name, file.minor_digits)
    paid = {row.core_ref for row in file.repayments}
    for index, event in enumerate(file.events):
        if event.core_ref in paid:
            raise LoanFileError(name, f"events[{index}].core_ref", "a reference that no repayment has", event.core_ref)
    bundle = None if file.product.code is None else _bundle(file, name, products or products_load())
    overrides = facts.overrides(file)
    if bundle is None:
        conventions = replace(CONVENTIONS_DEFAULT, **overrides)  # type: ignore[arg-type]
        convention_values_check(conventions)
    else:
        conventions = product_conventions(bundle, overrides)
    terms = facts.terms(file.note, conventions)
    delivered = tuple(facts.instalment(f"instalments[{index}]", row) for index, row in enumerate(file.instalments))
    if bundle is not None:
        product_check(
            bundle,
            conventions,
            terms,
            delivered_count=len(delivered),
            misused=file.note.misused,
            combinations=combinations_load(),
        )
    elif file.schema_ != LOAN_SCHEMA_1:
        source = ScheduleFrom.DELIVERED if delivered else ScheduleFrom.COMPUTED
        # Without a product nothing is declared, and nothing is forbidden but what has no meaning.
        combination_check(conventions, terms, source, combinations_load(), late_fee_with_penalty=True)
    return Loan(
        terms=terms,
        delivered=delivered,
        repayments=tuple(facts.repayment(index, row) for index, row in enumerate(file.repayments)),
        core_status=file.note.core_status,
        minor_digits=file.minor_digits,
        note_id=file.note.note_id,
        currency=file.currency,
        monthly_consumer=_monthly_consumer(file, bundle),
        conventions=conventions,
        events=tuple(facts.event(f"events[{index}]", row) for index, row in enumerate(file.events)),
        product=file.product.code,
        days_off=frozenset(file.calendar.days_off),
        days_worked=frozenset(file.calendar.days_worked),
    )


def _bundle(file: LoanFile, name: str, products: Mapping[str, ProductBundle]) -> ProductBundle:
    code = file.product.code
    if code is None or code not in products:
        raise LoanFileError(name, "product.code", f"one of {', '.join(sorted(products))}", code)
    for field in ("kind", "monthly_instalment"):
        if field in file.product.model_fields_set:
            expected = "no such field beside product.code"
            raise LoanFileError(name, f"product.{field}", expected, getattr(file.product, field))
    return products[code]


def _monthly_consumer(file: LoanFile, bundle: ProductBundle | None) -> bool:
    if bundle is None:
        return file.product.kind == "consumer" and file.product.monthly_instalment
    return bundle.kind == "consumer" and file.note.frequency is Frequency.MONTHLY


class _Facts:
    """Turns text into integers of one currency and says which field does not fit."""

    def __init__(self, file: str, minor_digits: int) -> None:
        self.file = file
        self.minor_digits = minor_digits

    def terms(self, note: NotePart, conventions: Conventions) -> NoteTerms:
        self.penalty_check(note, conventions)
        return NoteTerms(
            principal_minor=self.amount("note.principal", note.principal),
            disbursed_on=note.disbursed_on,
            matures_on=note.matures_on,
            first_due_on=note.first_due_on,
            annual_rate_ppm=self.rate("note.annual_rate_pct", note.annual_rate_pct),
            penalty_rate_ppm=self.rate("note.penalty_rate_pct", note.penalty_rate_pct or "0"),
            compound=note.compound,
            method=note.repayment_method,
            instalment_count=note.instalment_count,
            frequency=note.frequency,
            penalty_markup_ppm=self.rate_or_none("note.penalty_markup_pct", note.penalty_markup_pct),
            instalment_minor=self.amount_or_none("note.instalment_amount", note.instalment_amount),
            interest_only_count=note.interest_only_count,
            interest_grace_count=note.interest_grace_count,
            interest_free_count=note.interest_free_count,
            balloon_minor=self.amount("note.balloon", note.balloon),
            principal_share_ppm=self.rate_or_none("note.principal_share_pct", note.principal_share_pct),
        )

    def penalty_check(self, note: NotePart, conventions: Conventions) -> None:
        """One way of stating the penalty rate, and that one is the convention's."""
        fields = {PenaltyAs.OWN_RATE: "penalty_rate_pct", PenaltyAs.MARKUP: "penalty_markup_pct"}
        for way, field in fields.items():
            value, chosen = getattr(note, field), conventions.penalty_as
            if (value is not None) is not (way is chosen):
                expected = f"{'a value' if way is chosen else 'no value'} where penalty_as is {chosen}"
                raise LoanFileError(self.file, f"note.{field}", expected, value or "nothing")

    def overrides(self, file: LoanFile) -> dict[str, object]:
        """The conventions that the file names, as the rules have them."""
        if file.schema_ == LOAN_SCHEMA_1:
            return {"tolerance_days": file.tolerance_days}
        part = file.conventions
        given: dict[str, object] = {name: getattr(part, name) for name in part.model_fields_set}
        for name, known in (("instalment_unit", "instalment_unit_minor"), ("tolerance", "tolerance_minor")):
            if name in given:
                del given[name]
                given[known] = self.amount(f"conventions.{name}", getattr(part, name))
        if "late_fee" in given:
            fee = part.late_fee
            given["late_fee"] = LateFee(
                fee.kind,
                self.amount("conventions.late_fee.amount", fee.amount),
                self.rate("conventions.late_fee.rate_pct", fee.rate_pct),
                fee.after_days,
            )
        return given

    def instalment(self, where: str, row: InstalmentPart) -> Instalment:
        return Instalment(
            row.seq,
            row.due_on,
            self.amount(f"{where}.principal", row.principal),
            self.amount(f"{where}.interest", row.interest),
            self.amount(f"{where}.costs", row.costs),
        )

    def repayment(self, index: int, row: RepaymentPart) -> Repayment:
        amount = self.amount(f"repayments[{index}].amount", row.amount)
        return Repayment(row.core_ref, row.value_on, row.received_at, amount, row.reverses, row.payer)

    def event(self, where: str, row: EventPart) -> LoanEvent:
        return LoanEvent(
            core_ref=row.core_ref,
            kind=row.kind,
            value_on=row.value_on,
            recorded_at=row.recorded_at,
            amount_minor=self.amount(f"{where}.amount", row.amount),
            component=row.component,
            until_on=row.until_on,
            annual_rate_ppm=self.rate_or_none(f"{where}.annual_rate_pct", row.annual_rate_pct),
            penalty_rate_ppm=self.rate_or_none(f"{where}.penalty_rate_pct", row.penalty_rate_pct),
            schedule=tuple(
                self.instalment(f"{where}.schedule[{index}]", part) for index, part in enumerate(row.schedule)
            ),
            claim=None if row.claim is None else self.claim(f"{where}.claim", row),
            names_ref=row.names_ref,
            reverses=row.reverses,
        )

    def claim(self, where: str, row: EventPart) -> Claim:
        parts = ("principal", "interest", "penalty", "compound", "costs")
        return Claim(*(self.amount(f"{where}.{part}", getattr(row.claim, part)) for part in parts))

    def amount(self, field: str, text: str) -> int:
        return self.scaled(field, text, self.minor_digits, AMOUNT_MAX_MINOR)

    def amount_or_none(self, field: str, text: str | None) -> int | None:
        return None if text is None else self.amount(field, text)

    def rate(self, field: str, text: str) -> int:
        """Parts per million of a percentage."""
        return self.scaled(field, text, RATE_DIGITS, RATE_MAX_PPM)

    def rate_or_none(self, field: str, text: str | None) -> int | None:
        return None if text is None else self.rate(field, text)

    def scaled(self, field: str, text: str, digits: int, most: int) -> int:
        """The integer of a decimal text, within the bounds of the feeds."""
        number = Decimal(text).scaleb(digits)
        if number != number.to_integral_value():
            raise LoanFileError(self.file, field, f"decimal text with at most {digits} decimals", repr(text))
        if number > most:
            raise LoanFileError(self.file, field, f"at most {money_format(most, digits)}", repr(text))
        return int(number)
