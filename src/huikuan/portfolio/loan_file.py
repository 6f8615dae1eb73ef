"""One loan as a JSON file, for replaying and explaining it: terms, optionally its schedule, repayments.

The format is versioned (``schema``); ``docs/reference/loan-explain.md`` is written from the classes below.

Fields are those of the feeds: amounts are decimal text in major units with at most ``minor_digits`` decimals,
rates decimal text in percent with at most four, dates ISO, instants ISO with an offset. Amounts and rates are accepted
only as text: many programs read a JSON number as a binary fraction. ``docs/concepts/ageing.md`` shows a file.
A loan file holds no personal data.
"""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from huikuan.kernel.errors import DomainError
from huikuan.portfolio.facts import Compound, CoreStatus, Instalment, NoteTerms, Repayment, RepaymentMethod
from huikuan.portfolio.rules.explain.build import TOLERANCE_DAYS_MAX

LOAN_SCHEMA: Final = "huikuan.loan/1"
RATE_DIGITS = 4  # percent with four decimals = parts per million
INSTALMENTS_MAX = 1_200  # a hundred years of months
REPAYMENTS_MAX = 5_000
BYTES_MAX = 2_000_000
MINOR_DIGITS_DEFAULT = 2
MINOR_DIGITS_MAX = 4

DecimalText = Annotated[str, Field(strict=True, pattern=r"^[0-9]{1,13}([.][0-9]{1,4})?$")]
# The same years as in the feeds: what is earlier or later is a sentinel or a slip.
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
ProductKind = Literal["consumer", "operating", "mortgage", "agricultural", "policy"]
Key = Annotated[str, Field(strict=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]


class LoanFileError(DomainError):
    """A loan file that cannot be replayed."""

    code = "loan.file_invalid"
    status = 422

    def __init__(self, file: str, field: str, expected: str, got: object) -> None:
        part = "file" if field == "file" else "field"
        super().__init__(f"{file}: {field}: expected {expected}, got {got}. Correct the {part} and run it again.")
        self.field = field


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class NotePart(_Part):
    """Terms of the note; names as in the feed of notes."""

    note_id: Key | None = None
    """Key of the note; shown in the explanation."""
    principal: DecimalText
    """Amount paid out."""
    disbursed_on: Day
    """Day of the pay-out."""
    matures_on: Day
    """Day of the last instalment; after it compound interest bears the penalty rate."""
    first_due_on: Day
    """First due date; its day of month is kept."""
    annual_rate_pct: DecimalText
    """Contract rate a year in percent."""
    penalty_rate_pct: DecimalText
    """Whole penalty rate a year in percent, mark-up included."""
    repayment_method: RepaymentMethod
    """How the schedule is computed; `given` needs `instalments`."""
    instalment_count: Annotated[int, Field(strict=True)]
    """Number of instalments."""
    compound: Compound = Compound.NONE
    """How often unpaid interest is capitalised (on the 20th)."""
    core_status: CoreStatus = CoreStatus.ACTIVE
    """Status in the core system."""


class InstalmentPart(_Part):
    """One row of a delivered schedule. Rows stand in order of `seq`; their principal adds up to the note's."""

    seq: Annotated[int, Field(strict=True)]
    """Number of the instalment."""
    due_on: Day
    """Due date."""
    principal: DecimalText
    """Principal that falls due."""
    interest: DecimalText
    """Interest that falls due."""
    costs: DecimalText = "0"
    """Costs that fall due."""


class RepaymentPart(_Part):
    """One repayment, or the reversal of one."""

    core_ref: Key
    """Booking reference of the core system, unique in the file."""
    value_on: Day
    """Day from which the money counts."""
    received_at: AwareDatetime
    """Moment of receipt, with offset; orders the repayments of one day."""
    amount: DecimalText
    """Amount, above 0; of a reversal the amount of the reversed repayment."""
    reverses: Key | None = None
    """The `core_ref` of the repayment that this one reverses."""


class ProductPart(_Part):
    """What of the product decides figures; names as in the feed of products."""

    kind: ProductKind = "consumer"
    """Kind of the product."""
    monthly_instalment: Annotated[bool, Field(strict=True)] = True
    """Repaid in monthly instalments: with kind `consumer` the regulatory overdue rate counts less at first."""


class LoanFile(_Part):
    """The file as a whole. Amounts are decimal text in major units, rates decimal text in percent."""

    schema_: Annotated[Literal["huikuan.loan/1"], Field(alias="schema")] = LOAN_SCHEMA
    """Version of this format."""
    currency: Annotated[str, Field(strict=True, pattern=r"^[A-Z]{3}$")] = "CNY"
    """Currency, ISO 4217."""
    minor_digits: Annotated[int, Field(strict=True, ge=0, le=MINOR_DIGITS_MAX)] = MINOR_DIGITS_DEFAULT
    """Decimals of the currency."""
    tolerance_days: Annotated[int, Field(strict=True, ge=0, le=TOLERANCE_DAYS_MAX)] = 0
    """Days past due that the product tolerates: only more of them count as overdue."""
    product: ProductPart = ProductPart()
    """What of the product decides figures."""
    note: NotePart
    """Terms of the note."""
    instalments: Annotated[tuple[InstalmentPart, ...], Field(max_length=INSTALMENTS_MAX)] = ()
    """Delivered schedule; without it the schedule is computed from the terms."""
    repayments: Annotated[tuple[RepaymentPart, ...], Field(max_length=REPAYMENTS_MAX)] = ()
    """Repayments and reversals, in any order."""


class BookSource(_Part):
    """Where the facts of a note of the book come from; ``known_at`` in the zone of the bank."""

    business_date: date
    known_at: AwareDatetime
    stale_since: date | None = None


class Loan(_Part):
    """The facts of a loan file, or of a note of the book, ready for the rules."""

    terms: NoteTerms
    delivered: tuple[Instalment, ...]
    repayments: tuple[Repayment, ...]
    core_status: CoreStatus
    minor_digits: int
    note_id: str | None = None
    currency: str = "CNY"
    tolerance_days: int = 0
    monthly_consumer: bool = True
    source: BookSource | None = None


def loan_file_read(path: Path) -> Loan:
    """Read and check a loan file. Raises LoanFileError naming the JSON field."""
    name = path.name
    try:
        if path.stat().st_size > BYTES_MAX:
            raise LoanFileError(name, "file", f"at most {BYTES_MAX} bytes", f"{path.stat().st_size} bytes")
        file = LoanFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise LoanFileError(name, "file", "a readable file", error.strerror) from error
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            raise LoanFileError(name, "file", "JSON", f"text that is not JSON ({first['ctx']['error']})") from error
        got = repr(first["input"])[:100] if first["type"] != "missing" else "nothing"
        raise LoanFileError(name, _json_path(first["loc"]), _expected(first["msg"], first["loc"]), got) from error
    return loan_of_file(file, name)


def loan_of_file(file: LoanFile, name: str) -> Loan:
    """The facts of a loan file, ``name`` being its name in messages. Raises LoanFileError naming the JSON field."""
    return _Facts(name, file.minor_digits).loan(file)


class _Facts:
    """Turns text into integers of one currency and says which field does not fit."""

    def __init__(self, file: str, minor_digits: int) -> None:
        self.file = file
        self.minor_digits = minor_digits

    def loan(self, file: LoanFile) -> Loan:
        note = file.note
        return Loan(
            terms=NoteTerms(
                principal_minor=self.amount("note.principal", note.principal),
                disbursed_on=note.disbursed_on,
                matures_on=note.matures_on,
                first_due_on=note.first_due_on,
                annual_rate_ppm=self.scaled("note.annual_rate_pct", note.annual_rate_pct, RATE_DIGITS),
                penalty_rate_ppm=self.scaled("note.penalty_rate_pct", note.penalty_rate_pct, RATE_DIGITS),
                compound=note.compound,
                method=note.repayment_method,
                instalment_count=note.instalment_count,
            ),
            delivered=tuple(self.instalment(index, row) for index, row in enumerate(file.instalments)),
            repayments=tuple(
                Repayment(
                    row.core_ref,
                    row.value_on,
                    row.received_at,
                    self.amount(f"repayments[{index}].amount", row.amount),
                    row.reverses,
                )
                for index, row in enumerate(file.repayments)
            ),
            core_status=note.core_status,
            minor_digits=file.minor_digits,
            note_id=note.note_id,
            currency=file.currency,
            tolerance_days=file.tolerance_days,
            monthly_consumer=file.product.kind == "consumer" and file.product.monthly_instalment,
        )

    def instalment(self, index: int, row: InstalmentPart) -> Instalment:
        where = f"instalments[{index}]"
        return Instalment(
            row.seq,
            row.due_on,
            self.amount(f"{where}.principal", row.principal),
            self.amount(f"{where}.interest", row.interest),
            self.amount(f"{where}.costs", row.costs),
        )

    def amount(self, field: str, text: str) -> int:
        return self.scaled(field, text, self.minor_digits)

    def scaled(self, field: str, text: str, digits: int) -> int:
        number = Decimal(text).scaleb(digits)
        if number != number.to_integral_value():
            raise LoanFileError(self.file, field, f"decimal text with at most {digits} decimals", repr(text))
        return int(number)


def _json_path(parts: tuple[int | str, ...]) -> str:
    path = ".".join(f"[{part}]" if isinstance(part, int) else part for part in parts)
    return path.replace(".[", "[") or "file"


def _expected(message: str, parts: tuple[int | str, ...]) -> str:
    """Pydantic's message as the object of "expected"."""
    if message.startswith("String should match pattern") or (message == "Input should be a valid string" and parts):
        return 'decimal text such as "1200.00"'
    if message == "Field required":
        return "a value"
    if message == "Extra inputs are not permitted":
        return "no such field"
    return re.sub(r"^(Input|String|Tuple|Value) should (be|have) ", "", message)
