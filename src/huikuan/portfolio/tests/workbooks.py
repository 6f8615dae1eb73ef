"""Workbooks for tests: cells as XML, so that a test can write what no program would."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
DAY, MONEY, OWN_DAY = 1, 2, 3  # styles of `STYLES`
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="0.00&quot;d&quot;"/>'
    '<numFmt numFmtId="165" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
)


def text(value: str) -> str:
    """Return the inside of a cell with text of its own."""
    return f't="inlineStr"><is><t>{escape(value)}</t></is>'


def number(value: str, style: int = 0) -> str:
    """Return the inside of a cell with a number as it is stored."""
    return f's="{style}"><v>{value}</v>'


def row_xml(number: int, cells: Sequence[str]) -> str:
    """Return a row of insides of cells; an empty one is no cell."""
    inside = "".join(f'<c r="{chr(65 + place)}{number}" {one}</c>' for place, one in enumerate(cells) if one)
    return f'<row r="{number}">{inside}</row>'


def workbook_write(
    path: Path,
    rows: str,
    *,
    sheets: Sequence[tuple[str, str]] = (("借据", "visible"),),
    strings: Sequence[str] = (),
    properties: str = "",
    parts: Mapping[str, str] | None = None,
) -> Path:
    """Write a workbook whose sheets all have the same rows; ``parts`` replace parts of the archive."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" state="{state}" r:id="rId{at}"/>'
        for at, (name, state) in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    found = {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{DOCUMENT}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}'
        f'<Relationship Id="s" Type="{DOCUMENT}/styles" Target="styles.xml"/>'
        f'<Relationship Id="t" Type="{DOCUMENT}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}">{properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"".join(f"<si>{one}</si>" for one in strings)}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
        **(parts or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, xml in found.items():
            made.writestr(name, xml if xml.startswith("<?xml") else HEAD + xml)
    return path
