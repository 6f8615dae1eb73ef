"""The list of loans as a sheet, read in pieces: each piece is one short transaction, so that progress can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from huikuan.kernel.facts import Actor
from huikuan.kernel.selectors.access import institution_roots
from huikuan.kernel.selectors.institution import institution_subtree
from huikuan.kernel.selectors.users import bank_by_id
from huikuan.kernel.tenancy import bank_scope
from huikuan.portfolio.errors import ExportBookChangedError, ExportLimitError
from huikuan.portfolio.exports.about import About
from huikuan.portfolio.exports.columns import Kind, LoanColumn, code_word, columns_chosen
from huikuan.portfolio.exports.sentence import loan_sentence
from huikuan.portfolio.exports.sheet import Sheet, SheetColumn, Value, amount
from huikuan.portfolio.models import Export
from huikuan.portfolio.rules.export_limits import loan_rows_max
from huikuan.portfolio.rules.export_purposes import ExportPurpose
from huikuan.portfolio.rules.loan_query import LoanQuery, loan_query_parse
from huikuan.portfolio.selectors.lists import tag_list
from huikuan.portfolio.selectors.loan_list import LoanRow, loan_rows, loan_scope, loan_summary
from huikuan.portfolio.selectors.product import product_list
from huikuan.portfolio.selectors.publication import DeskNight, desk_night

ROWS_PER_PIECE: Final = 2_000
Progress = Callable[[int, int], None]
_REMARK: Final = {
    "zh": "金额单位为本位币元。个人客户姓名已遮蔽。本文件只供本人工作使用，下载已留痕。",
    "en": "Amounts in currency units. Names of persons are masked. For your own work only. The download is on record.",
}


def loans_sheet(*, export: Export, actor: Actor, on: date, at: datetime, progress: Progress) -> tuple[Sheet, str]:
    """Return the sheet, whose rows are read when they are taken, and the name of its file.

    What the person may see is decided anew here: a grant that ended since the request counts no more. Runs inside
    ``bank_scope``; the rows open their own. Raises ExportLimitError if the list has outgrown the limit since, or the
    person's role has a lower one by now.
    """
    bank = bank_by_id(export.bank_id)
    language = export.language
    query = loan_query_parse(export.query)
    columns = columns_chosen(export.columns)
    roots = institution_roots(actor, "loan.export")
    codes = loan_scope(bank_id=bank.id, roots=roots, wanted=query.filter, on=on)
    total = loan_summary(bank_id=bank.id, institution_codes=codes, wanted=query.filter).notes
    limit = min(export.row_limit, loan_rows_max(actor.grants))
    if total > limit:
        raise ExportLimitError(total, limit)
    night = desk_night(bank_id=bank.id)
    names = _names(bank.id, roots, on, language)
    content = "逾期借据清单" if language == "zh" else "Loans in arrears"
    about = About(
        language=language,
        bank=bank.name_zh if language == "zh" else bank.name_en,
        time_zone=bank.time_zone,
        content=content,
        business_date=None if night is None else night["business_date"],
        filter=loan_sentence(query, language, names=names, minor_digits=bank.minor_digits),
        institutions="、".join(names["institution"].get(root, "") for root in sorted(roots)),
        rows=total,
        by=f"{actor.display_name} ({actor.username})",
        at=at,
        purpose=ExportPurpose(export.purpose),
        remark=_REMARK[language],
        export_id=str(export.id),
    )
    sheet = Sheet(
        name="借据" if language == "zh" else "Loans",
        about_name="说明" if language == "zh" else "About",
        about_headings=about.headings,
        about=about.lines(),
        columns=[SheetColumn(column.heading(language), column.kind) for column in columns],
        rows=_rows(bank.id, codes, query, columns, language, bank.minor_digits, night, progress, total),
        minor_digits=bank.minor_digits,
    )
    day = "" if night is None else f"-{night['business_date']}"
    return sheet, f"{content}{day}.xlsx".replace(" ", "-")


def _rows(
    bank_id: int,
    codes: Sequence[str] | None,
    query: LoanQuery,
    columns: Sequence[LoanColumn],
    language: str,
    minor_digits: int,
    night: DeskNight | None,
    progress: Progress,
    total: int,
) -> Iterator[Sequence[Value]]:
    """Raises ExportBookChangedError when the desk came to another night meanwhile: a file holds one state of it."""
    pieces = loan_rows(bank_id=bank_id, institution_codes=codes, query=query, chunk=ROWS_PER_PIECE)
    written = 0
    while True:
        with bank_scope(bank_id):
            if _run_of(desk_night(bank_id=bank_id)) != _run_of(night):
                raise ExportBookChangedError
            piece = next(pieces, None)
            if piece is None:
                return
            written += len(piece)
            progress(written, max(total, written))
        for row in piece:
            yield [_value(column, row, language, minor_digits) for column in columns]


def _run_of(night: DeskNight | None) -> UUID | None:
    return None if night is None else night["run_id"]


def _value(column: LoanColumn, row: LoanRow, language: str, minor_digits: int) -> Value:
    value: Any = column.read(row)
    if column.kind is Kind.AMOUNT:
        return amount(value, minor_digits)
    if column.coded:
        return code_word(value, language)
    return None if value == "" else value


def _names(bank_id: int, roots: frozenset[int], on: date, language: str) -> dict[str, dict[Any, str]]:
    """Names of institutions, products and tags, for the sentence."""
    chinese = language == "zh"
    tree = institution_subtree(bank_id=bank_id, roots=roots, on=on)
    return {
        "institution": {node.id: node.name_zh if chinese else node.name_en for node in tree},
        "product": {row.code: row.name_zh if chinese else row.name_en for row in product_list(bank_id=bank_id)},
        "tag": {row.id: row.name for row in tag_list(bank_id=bank_id)},
    }
