"""What a mapping may say: one `delivery.yaml` a bank, one file a feed or a part of a feed.

    delivery.yaml                       loans.yaml
      ready: "READY_{yyyymmdd}.flg"       feed: note
      defaults:                           source: {file: "LN_NOTE_{yyyymmdd}.dat", columns: [JJH, DKJE, FFRQ]}
        encoding: gb18030                 columns:
        delimiter: "|@|"                    note_id: {from: JJH}
        header: false                       principal: {from: DKJE, unit: fen}
        quote: none                         disbursed_on: {from: FFRQ, date: yyyymmdd}

Every value is read as the text that stands in the file (`01` stays `01`); `read.py` adds file and line to what is
refused here.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from huikuan.portfolio.mapping.dates import date_format, name_pattern_check

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
ColumnName = Annotated[str, Field(min_length=1, max_length=120)]
Position = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?$")]
DELIMITER_BYTES_MAX = 4
SKIP_MAX = 1_000
PAD_MAX = 60  # characters: no key of a feed is longer
_READINGS = ("codes", "date", "instant", "unit", "strip_zeros", "pad")
SHOWN_NAME_MAX = 200  # of a file, and of an archive with its member, as rejects name it


def _file_pattern(value: str) -> str:
    """See that a pattern gives a plain name inside the delivery's folder."""
    if "/" in value or "\\" in value or value.startswith(".") or not value.isprintable():
        raise ValueError("a plain file name inside the delivery's folder")
    name_pattern_check(value)
    return value


def _format(value: str) -> str:
    date_format(value)
    return value


def _member_pattern(value: str) -> str:
    """See that a pattern gives the name of one file in an archive."""
    if "\\" in value or value.startswith("/") or ".." in value.split("/") or not value.isprintable():
        raise ValueError("the name of a file inside the archive, with its folders there if it has any")
    name_pattern_check(value)
    return value


FilePattern = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_file_pattern)]
DateText = Annotated[str, AfterValidator(_format)]


class Strict(BaseModel):
    """Nothing that is not listed; frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Form(Strict):
    """How a source file is written. What a file leaves out is as in `defaults` of delivery.yaml."""

    format: Literal["csv", "fixed", "xlsx", "parquet"] = Field(
        default="csv",
        description="`csv`: text with a separator; `fixed`: text with columns at positions; an XLSX workbook; Parquet.",
    )
    encoding: Literal["utf-8", "gb18030"] = Field(
        default="utf-8", description="`gb18030` also reads GBK and GB2312. A BOM is skipped."
    )
    delimiter: str = Field(default=",", description='Separator, 1 to 4 bytes: `","`, `"|@|"`, `"\\e"` (0x1B), `"\\t"`.')
    trailing_delimiter: bool = Field(default=False, description="True if each line ends with the separator.")
    header: bool = Field(default=True, description="Whether the first line or row holds the names of the columns.")
    skip: int = Field(
        default=0, ge=0, le=SKIP_MAX, description="Lines or rows on top that are neither header nor data, as a title."
    )
    columns: tuple[ColumnName, ...] | None = Field(
        default=None, description="Names of the columns in order; needed without a header, compared with one."
    )
    positions: dict[ColumnName, Position] | None = Field(
        default=None,
        min_length=1,
        description="Of `fixed`: column → its first and last position in the line, from 1, as `21-40`.",
    )
    count: Literal["bytes", "characters"] = Field(
        default="bytes", description="Of `fixed`: what the positions count; a Chinese character of GBK has two bytes."
    )
    open_right: bool = Field(
        default=False, description="Of `fixed`: true if lines end where their last value does, without the blanks."
    )
    sheet: str | None = Field(
        default=None, min_length=1, max_length=31, description="Of `xlsx`: the sheet; needed if several are visible."
    )
    quote: Literal["double", "none"] = Field(
        default="double", description="`double`: values may stand in double quotes; `none`: a quote is a character."
    )
    null: tuple[str, ...] = Field(default=(), description="Texts that mean: no value. An empty text always does.")
    trim: bool = Field(default=True, description="Blanks at the ends of values are dropped.")
    last_line_open: bool = Field(
        default=False, description="True if the last line may lack its end; else such a file counts as cut off."
    )

    @field_validator("delimiter")
    @classmethod
    def _delimiter(cls, value: str) -> str:
        if not 1 <= len(value.encode()) <= DELIMITER_BYTES_MAX or value in ("\n", "\r", '"'):
            raise ValueError(f"1 to {DELIMITER_BYTES_MAX} bytes, no line end and no quote")
        return value

    @field_validator("positions")
    @classmethod
    def _positions(cls, value: dict[str, str] | None) -> dict[str, str] | None:
        for name, text in (value or {}).items():
            first, last = position_of(text)
            if first > last:
                raise ValueError(f"the first position of {name} before its last, not {text}")
        return value

    @property
    def names(self) -> tuple[str, ...] | None:
        """The columns that the mapping itself names."""
        return tuple(self.positions) if self.positions is not None else self.columns


def position_of(text: str) -> tuple[int, int]:
    """Return the first and the last position of `21-40`, of `7` both times 7."""
    first, _, last = text.partition("-")
    return int(first), int(last or first)


class Source(Form):
    """A file of the delivery."""

    file: FilePattern = Field(description="Its name; `{yyyymmdd}` and the like stand for the business date.")

    member: Annotated[str, AfterValidator(_member_pattern)] | None = Field(
        default=None, min_length=1, description="The file is a zip archive: the name of the file in it that is read."
    )

    @model_validator(mode="after")
    def _named_columns(self) -> Self:
        if (self.format == "fixed") != (self.positions is not None):
            raise ValueError("`positions` beside `format: fixed`, and only there")
        if self.positions is not None and self.columns is not None:
            raise ValueError("`positions` without `columns`: they name the columns already")
        if self.format in ("csv", "xlsx") and not self.header and not self.columns:
            raise ValueError("`columns`: a file without a header does not name them")
        if self.columns is not None and len(set(self.columns)) != len(self.columns):
            raise ValueError("each column once")
        if len(self.file) + len(self.member or "") >= SHOWN_NAME_MAX:
            raise ValueError(f"`file` and `member` of less than {SHOWN_NAME_MAX} characters together")
        return self


class InForce(Strict):
    """A slowly changing table (拉链表): rows with the days on which they hold; those of the business date are read."""

    from_: ColumnName = Field(alias="from", description="The column with the first day on which a row holds.")
    to: ColumnName = Field(description="The column with the day on which it ends; empty or far away: it holds still.")
    date: DateText = Field(default="yyyymmdd", description="Format of both days.")
    last_day: bool = Field(
        default=False, description="True if the row still holds on the day of `to`; else the next row begins on it."
    )

    @property
    def expression(self) -> str:
        """The condition as an expression; a row without a readable first day fails, so that it is a reject."""
        first, last, form = _named(self.from_), _named(self.to), self.date
        ends = f"date({last}, '{form}') {'>=' if self.last_day else '>'} business_date"
        return f"date(coalesce({first}, '-'), '{form}') <= business_date and ({last} is null or {ends})"


def _named(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _both(where: str | None, in_force: InForce | None) -> str | None:
    """Return the condition under which a row is wanted, as an expression."""
    if in_force is None or where is None:
        return where if in_force is None else in_force.expression
    return f"({in_force.expression}) and ({where})"


class Lookup(Strict):
    """Values of another file, joined by a key that stands there once; in expressions `name.COLUMN`."""

    source: Source = Field(description="The other file.")
    key: dict[ColumnName, str] = Field(
        min_length=1, max_length=4, description="Column there → expression over this file's columns."
    )
    where: str | None = Field(
        default=None, description="An expression over the columns there; only rows for which it is true can be found."
    )
    in_force: InForce | None = Field(
        default=None, description="The other file is a slowly changing table: the rows of the business date are found."
    )
    required: bool = Field(default=True, description="Whether a row that finds none is a reject.")

    @property
    def wanted(self) -> str | None:
        """The condition under which a row can be found."""
        return _both(self.where, self.in_force)


class Control(Strict):
    """Where the sender states what it counted."""

    source: Source = Field(description="The control or flag file.")
    name: ColumnName | None = Field(
        default=None, description="Its column with the name of the data file; left out if it is about one file."
    )
    rows: ColumnName | None = Field(default=None, description="Its column with the number of rows of the data file.")
    sums: dict[ColumnName, ColumnName] = Field(
        default={}, description="Column of the data file → column of the control file with its sum."
    )


class ColumnRule(Strict):
    """Where a field comes from: exactly one of `from`, `const`, `expr`, and how its text is read."""

    from_: ColumnName | None = Field(default=None, alias="from", description="A column, or `lookup.COLUMN`.")
    const: str | None = Field(default=None, min_length=1, description="The same text for every row.")
    expr: str | None = Field(default=None, description="An expression.")
    codes: dict[str, str] | None = Field(
        default=None,
        min_length=1,
        description="The bank's code → canonical value; any other code is a reject, unless `*` is listed.",
    )
    date: DateText | None = Field(default=None, description="Format of a date: yyyymmdd, yymmdd, MM/YYYY …")
    instant: DateText | None = Field(default=None, description="Format of an instant; needs `offset` somewhere.")
    offset: str | None = Field(
        default=None, pattern=r"^[+-][0-9]{2}:[0-9]{2}$", description="Offset of the source's clock from UTC."
    )
    unit: Literal["fen", "yuan", "wan"] | None = Field(
        default=None,
        description="Unit of an amount: fen (分) ÷ 100, yuan (元) as it is, wan (万元) × 10000; needless zeros go.",
    )
    thousands: str | None = Field(
        default=None,
        min_length=1,
        max_length=1,
        description="Separator of thousands in a number, between groups of three digits.",
    )
    narrow: bool = Field(
        default=False, description="True: full-width digits, letters and signs (１２．５) are read as the plain ones."
    )
    strip_zeros: bool = Field(
        default=False, description="Of a key: zeros in front are no part of it; one of zeros alone is `0`."
    )
    pad: int | None = Field(
        default=None, ge=1, le=PAD_MAX, description="Of a key: filled with zeros in front to so many characters."
    )
    sentinels: tuple[str, ...] = Field(
        default=(), description="Texts of the file that mean: no value, as `00010101`; full-width ones as plain."
    )
    default: str | None = Field(default=None, description="Canonical value where the source has none.")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = [name for name in ("from_", "const", "expr") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("exactly one of from, const, expr")
        readings = [name for name in _READINGS if getattr(self, name)]
        if len(readings) > 1:
            raise ValueError(f"at most one of {', '.join(_READINGS)}, not {' and '.join(readings)}")
        if self.instant is not None and date_format(self.instant).day_0 is not None:
            raise ValueError("an instant of digits and separators, no day of Excel")
        if self.thousands is not None and self.unit is None:
            raise ValueError("`unit` beside `thousands`")
        if self.const is not None and (readings or self.narrow or self.sentinels or self.default is not None):
            raise ValueError("`const` alone: it is the canonical value already")
        return self


class FeedMapping(Strict):
    """One file of a mapping: a feed, or one part of a feed (several files may name the same feed)."""

    feed: Name = Field(description="The feed: note, party, repayment …")
    note: str = Field(default="", description="For readers.")
    nothing: bool = Field(default=False, description="True: the bank has nothing for this feed.")
    may_be_absent: bool = Field(
        default=False, description="True: a day without the file is a day without this feed (optional feeds only)."
    )
    delta: bool = Field(
        default=False,
        description="True: the file holds the changed rows only (增量); of parties, contracts, notes and products, all "
        "others hold on. (Repayments and the like never say more than what is new.)",
    )
    rows: tuple[dict[Name, str], ...] | None = Field(
        default=None, description="The rows themselves in canonical form, for a feed without a file (products)."
    )
    source: Source | None = Field(default=None, description="The bank's file.")
    where: str | None = Field(default=None, description="An expression; rows for which it is not true are left out.")
    in_force: InForce | None = Field(
        default=None, description="The file is a slowly changing table (拉链): the rows of the business date are read."
    )
    distinct: bool = Field(default=False, description="True: equal canonical rows become one (the first).")
    lookups: dict[Name, Lookup] = Field(default={}, description="Other files, by name.")
    columns: dict[Name, ColumnRule] = Field(default={}, description="Field of the feed → where it comes from.")
    control: Control | Literal["none"] | None = Field(
        default=None, description="Where the sender states its counts; `none`: nowhere, whatever delivery.yaml says."
    )

    @property
    def wanted(self) -> str | None:
        """The condition under which a row is read."""
        return _both(self.where, self.in_force)

    @property
    def stated(self) -> Control | None:
        """Where the sender states its counts, if anywhere."""
        return self.control if isinstance(self.control, Control) else None

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        given = [self.nothing, self.rows is not None, self.source is not None]
        if sum(given) != 1:
            raise ValueError("exactly one of nothing, rows, source")
        used = bool(self.columns or self.wanted or self.lookups or self.distinct or self.control)
        if self.source is None and used:
            raise ValueError("columns, where, in_force, lookups, distinct, control only beside `source`")
        if self.source is not None and not self.columns:
            raise ValueError("`columns` beside `source`")
        return self


class DeliveryMapping(Strict):
    """delivery.yaml: what holds for all files of a bank."""

    bank: str = Field(default="", description="For readers: whose files these are.")
    note: str = Field(default="", description="For readers.")
    folder: Annotated[str, AfterValidator(_file_pattern)] = Field(
        default="{yyyy-mm-dd}", description="Name of a day's folder in the bank's inbox."
    )
    ready: FilePattern | Annotated[tuple[FilePattern, ...], Field(min_length=1)] = Field(
        description="The flag file whose presence says that the delivery is complete, or a list: all of them."
    )
    expected_by: str | None = Field(
        default=None,
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="The delivery of a business date is complete by this time of the next day in the bank's zone.",
    )
    offset: str | None = Field(default=None, pattern=r"^[+-][0-9]{2}:[0-9]{2}$", description="Default of `offset`.")
    defaults: dict[str, Any] = Field(default={}, description="Defaults of every source (see Form).")
    control: Control | None = Field(default=None, description="Default of `control`.")

    @property
    def flags(self) -> tuple[str, ...]:
        """The patterns of the flag files; the delivery is complete when all of them are there."""
        return (self.ready,) if isinstance(self.ready, str) else self.ready
