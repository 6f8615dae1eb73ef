"""An explanation on paper: one or two pages A4, set by typst from ``letter.typ``.

What stands for the bank only is never on it. The same input gives the same bytes: the file carries no time.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

import typst

from huikuan.kernel.errors import DomainError
from huikuan.portfolio.explain.document import document_build
from huikuan.portfolio.explain.shape import Medium
from huikuan.portfolio.explain.words import Language
from huikuan.portfolio.loan_file import Loan
from huikuan.portfolio.rules.explain.facts import Explanation

PICTURE_PPI = 110.0

# Fonts that hold both Chinese and Latin letters, best first: Debian's fonts-noto-cjk, then those of other systems.
FONTS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "SimHei",
    "WenQuanYi Zen Hei", "WenQuanYi Micro Hei",
)  # fmt: skip


class FontMissingError(DomainError):
    """The machine has no font with Chinese characters: the page would show empty boxes."""

    code = "explain.font_missing"
    status = 424  # not 5xx: over HTTP too the person is told what to install

    def __init__(self, fonts: Sequence[str]) -> None:
        super().__init__(
            f"The PDF needs a font with Chinese characters, and none of {', '.join(fonts)} is installed. "
            "Install one (Debian and Ubuntu: apt install fonts-noto-cjk) and run it again; nothing was written."
        )


class PdfFailedError(DomainError):
    """The page could not be set."""

    code = "explain.pdf_failed"
    status = 500

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The PDF could not be made: {what}. Nothing was written; please report the loan file's shape."
        )


class PdfNotWrittenError(DomainError):
    """The file cannot be written."""

    code = "explain.pdf_not_written"
    status = 400

    def __init__(self, path: Path, why: str | None) -> None:
        super().__init__(f"{path} cannot be written ({why}). Name a file in a folder that you may write to.")


def pdf_write(path: Path, loan: Loan, answer: Explanation, language: Language) -> None:
    """Write the explanation as PDF. Raises FontMissingError, PdfFailedError, PdfNotWrittenError."""
    content = explanation_pdf(loan, answer, language)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise PdfNotWrittenError(path, error.strerror) from error


def explanation_pdf(loan: Loan, answer: Explanation, language: Language) -> bytes:
    """The explanation as PDF (tagged, for screen readers). Raises FontMissingError, PdfFailedError."""
    return b"".join(_compile(loan, answer, language, "pdf"))


def explanation_png(loan: Loan, answer: Explanation, language: Language) -> list[bytes]:
    """The same pages as pictures, one a page, for looking at. Raises as ``explanation_pdf``."""
    return _compile(loan, answer, language, "png")


def _compile(loan: Loan, answer: Explanation, language: Language, form: Literal["pdf", "png"]) -> list[bytes]:
    fonts = typst.Fonts()
    found = fonts_found(fonts.families())
    document = asdict(document_build(loan, answer, language, Medium.PAPER))
    del document["internal"]
    facts = " · ".join(value for _, value in document["facts"][:2])
    footer = f"{document['title']} · {facts}"
    content = json.dumps({**document, "fonts": found, "footer": footer}, ensure_ascii=False)
    content = content.replace(f"{loan.currency} ", f"{loan.currency}\u00a0")  # a line never ends between the two
    with as_file(files("huikuan.portfolio.explain") / "letter.typ") as template:
        compiler = typst.Compiler(template, font_paths=fonts, sys_inputs={"document": content})
        try:
            pages = compiler.compile(format=form, ppi=PICTURE_PPI, timestamp=0)
        except typst.TypstError as error:
            raise PdfFailedError(error.message) from error
    return [pages] if isinstance(pages, bytes) else list(pages or ())


def fonts_found(installed: Sequence[str]) -> list[str]:
    """The fonts of ``FONTS`` that are installed, best first. Raises FontMissingError."""
    known = {name.casefold() for name in installed}
    found = [name for name in FONTS if name.casefold() in known]
    if not found:
        raise FontMissingError(FONTS)
    return found
