"""XML of a workbook, read as it comes out of the archive, within bounds: no document type, no entities, no part that
must be held as a whole.
"""

import zipfile
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from huikuan.portfolio.errors import FileUnreadableError
from huikuan.portfolio.mapping.archive import member_chunks

DEPTH_MAX: Final = 64
TOKEN_BYTES_MAX: Final = 4 << 20  # a tag, or text without a tag in it: a cell has at most 32 767 characters
_CHUNK: Final = 1 << 16


class XmlHandler:
    """What a reader of a part does with its elements; names come without their namespace."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def text(self, text: str) -> None:
        """Text inside the element that began last, in pieces."""

    def end(self, tag: str) -> None:
        """An element ends."""


class XmlRefused(Exception):
    """Content that a reader does not take; the text says what was expected."""


def xml_read(archive: zipfile.ZipFile, member: str, name: str, handler: XmlHandler, *, most: int) -> Iterator[None]:
    """Read a part; yields after each piece, so that what the handler has can be taken. Raises FileUnreadableError."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_MAX:
            raise XmlRefused(f"elements at most {DEPTH_MAX} deep")
        handler.start(tag.rpartition(" ")[2], {key.rpartition(" ")[2]: value for key, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(tag.rpartition(" ")[2])

    def doctype(*_: object) -> None:
        raise XmlRefused("no document type: entities can be made to grow without bounds")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = handler.text, doctype
    fed = 0
    try:
        for chunk in member_chunks(archive, member, name, most=most, chunk_bytes=_CHUNK):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > TOKEN_BYTES_MAX:
                raise XmlRefused(f"tags of at most {TOKEN_BYTES_MAX} bytes")
            yield
        parser.Parse(b"", True)
        yield
    except (expat.ExpatError, LookupError, ValueError) as error:  # the last two: an encoding that expat does not have
        raise FileUnreadableError(name, f"it is no sound XML ({error})", "a workbook that is whole") from error
    except XmlRefused as error:
        raise FileUnreadableError(name, "its XML is not that of a workbook", str(error)) from error
