"""One loan as a JSON file, for replaying it by hand: terms, optionally its schedule, repayments.

Fields are those of the feeds: amounts are decimal text in major units with at most ``minor_digits`` decimals,
rates decimal text in percent with at most four, dates ISO, instants ISO with an offset. Amounts and rates are accepted
only as text: many programs read a JSON number as a binary fraction. ``docs/concepts/ageing.md`` shows a file.
"""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from huikuan.kernel.errors import DomainError
from huikuan.portfolio.facts import Compound, CoreStatus, Instalment, NoteTerms, Repayment, RepaymentMethod

RATE_DIGITS = 4  # percent with four decimals = parts per million
ROWS_MAX = 5_000  # instalments or repayments of one loan
BYTES_MAX = 5_000_000
MINOR_DIGITS_DEFAULT = 2
MINOR_DIGITS_MAX = 4

DecimalText = Annotated[str, Field(strict=True, pattern=r"^[0-9]{1,13}([.][0-9]{1,4})?$")]


class LoanFileError(DomainError):
    """A loan file that cannot be replayed."""

    code = "loan.file_invalid"
    status = 422

    def __init__(self, file: str, field: str, expected: str, got: object) -> None:
        super().__init__(f"{file}: {field}: expected {expected}, got {got}. Correct the field and run it again.")
        self.field = field


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NotePart(_Part):
    """Terms; names as in the feed of notes."""

    principal: DecimalText
    disbursed_on: date
    matures_on: date
    first_due_on: date
    annual_rate_pct: DecimalText
    penalty_rate_pct: DecimalText
    repayment_method: RepaymentMethod
    instalment_count: Annotated[int, Field(strict=True)]
    compound: Compound = Compound.NONE
    core_status: CoreStatus = CoreStatus.ACTIVE


class InstalmentPart(_Part):
    """One row of a delivered schedule."""

    seq: Annotated[int, Field(strict=True)]
    due_on: date
    principal: DecimalText
    interest: DecimalText
    costs: DecimalText = "0"


class RepaymentPart(_Part):
    """One repayment or reversal."""

    core_ref: Annotated[str, Field(min_length=1)]
    value_on: date
    received_at: AwareDatetime
    amount: DecimalText
    reverses: str | None = None


class LoanFile(_Part):
    """The file as a whole."""

    minor_digits: Annotated[int, Field(strict=True, ge=0, le=MINOR_DIGITS_MAX)] = MINOR_DIGITS_DEFAULT
    note: NotePart
    instalments: Annotated[tuple[InstalmentPart, ...], Field(max_length=ROWS_MAX)] = ()
    repayments: Annotated[tuple[RepaymentPart, ...], Field(max_length=ROWS_MAX)] = ()


class Loan(_Part):
    """The facts of a loan file, ready for the rules."""

    terms: NoteTerms
    delivered: tuple[Instalment, ...]
    repayments: tuple[Repayment, ...]
    core_status: CoreStatus
    minor_digits: int


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
        got = repr(first["input"])[:100] if first["type"] != "missing" else "nothing"
        raise LoanFileError(name, _json_path(first["loc"]), _expected(first["msg"], first["loc"]), got) from error
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
