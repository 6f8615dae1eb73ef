"""A member of a zip archive, copied to scratch within limits.

The name of a member is compared and never used as a path. What an archive says of its sizes is not believed: bytes are
counted as they come out. XLSX files are archives too and are opened here.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from huikuan.portfolio.errors import FileUnreadableError

MEMBER_BYTES_MAX: Final = 32 << 30  # 32 GiB unpacked: 24 million instalments as text are 2 GiB
MEMBER_RATIO_MAX: Final = 200  # unpacked to packed bytes; extracts of core systems have 5 to 60
MEMBER_RATIO_FREE: Final = 16 << 20  # up to so many bytes the ratio does not matter
MEMBERS_MAX: Final = 10_000
DIRECTORY_BYTES_MAX: Final = 8 << 20  # of the list of members, which is read as a whole

_CHUNK: Final = 1 << 20
_ENCRYPTED: Final = 0x1
_UTF8_NAME: Final = 0x800
_KIND, _LINK = 0o170000, 0o120000
_NAMES_SHOWN: Final = 5
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_PACKINGS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for gigabytes to unpack a little


class _Bounded(io.BufferedReader):
    """A file that is never read in a piece larger than the list of members may be."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read; raises BadZipFile for a larger piece."""
        if size is not None and size > DIRECTORY_BYTES_MAX:
            raise zipfile.BadZipFile(f"its list of members has {size} bytes, more than {DIRECTORY_BYTES_MAX}")
        return super().read(size)


@contextmanager
def archive_open(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose list of members is sound; ``name`` is what errors call it. Raises FileUnreadableError."""
    with _Bounded(io.FileIO(path)) as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except _DAMAGE as error:
            raise _damaged(name, error) from error
        with archive:
            _members_check(archive, name)
            yield archive


def member_extract(path: Path, member: str, target: Path, *, first: int | None = None) -> None:
    """Copy one member of an archive to ``target``, or only its ``first`` bytes. Raises FileUnreadableError."""
    with archive_open(path, path.name) as archive, target.open("wb") as out:
        found = next((one.filename for one in archive.infolist() if member in (one.filename, _gbk(one))), None)
        if found is None:
            inside = ", ".join(_shown(one.filename) for one in archive.infolist()[:_NAMES_SHOWN]) or "nothing"
            raise FileUnreadableError(
                path.name, f"the archive has no {member}, but {inside}", f"the file {member} in it"
            )
        for chunk in member_chunks(archive, found, f"{path.name}/{member}"):
            out.write(chunk if first is None else chunk[: first - out.tell()])
            if out.tell() == first:
                break


def member_chunks(
    archive: zipfile.ZipFile, member: str, name: str, *, most: int = MEMBER_BYTES_MAX, chunk_bytes: int = _CHUNK
) -> Iterator[bytes]:
    """Yield the bytes of a member, counted; raises FileUnreadableError beyond ``most`` or the ratio."""
    info = archive.getinfo(member)
    if info.flag_bits & _ENCRYPTED:
        raise FileUnreadableError(name, "it is encrypted with a password", "an archive without one")
    if info.compress_type not in _PACKINGS:
        raise FileUnreadableError(name, f"it is packed by method {info.compress_type}", "deflate, or no packing")
    count = 0
    try:
        stream = archive.open(info)
    except _DAMAGE as error:
        raise _damaged(name, error) from error
    with stream:
        while chunk := _read(stream, chunk_bytes, name):
            count += len(chunk)
            if count > most:
                raise FileUnreadableError(name, f"it unpacks to more than {most} bytes", f"at most {most} bytes")
            if count > MEMBER_RATIO_FREE and count > max(info.compress_size, 1) * MEMBER_RATIO_MAX:
                what = f"{info.compress_size} bytes unpack to more than {count}: no data of a bank packs so well"
                raise FileUnreadableError(name, what, f"at most {MEMBER_RATIO_MAX} times the packed bytes")
            yield chunk


def _read(stream: IO[bytes], count: int, name: str) -> bytes:
    try:
        return stream.read(count)
    except _DAMAGE as error:
        raise _damaged(name, error) from error


def _damaged(name: str, error: Exception) -> FileUnreadableError:
    said = ascii(str(error))[1:-1][:100] if str(error) else type(error).__name__
    return FileUnreadableError(name, f"the archive cannot be read ({said})", "a zip file that is whole")


def _members_check(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse members that lead out of the archive, are links, or stand there twice."""
    if len(archive.infolist()) > MEMBERS_MAX:
        raise FileUnreadableError(name, f"the archive has {len(archive.infolist())} members", f"at most {MEMBERS_MAX}")
    seen: set[str] = set()
    for info in archive.infolist():
        inside = info.filename
        if info.header_offset < 0:
            raise _damaged(name, zipfile.BadZipFile(f"{_shown(inside)} begins before the archive"))
        parts = inside.replace("\\", "/").split("/")
        if parts[0] == "" or ".." in parts or ":" in parts[0]:
            raise FileUnreadableError(name, f"its member {_shown(inside)} leads out of the archive", "plain file names")
        if (info.external_attr >> 16) & _KIND == _LINK:
            raise FileUnreadableError(name, f"its member {_shown(inside)} is a link", "files only")
        if inside in seen:
            raise FileUnreadableError(name, f"its member {_shown(inside)} stands there twice", "each name once")
        seen.add(inside)


def _gbk(info: zipfile.ZipInfo) -> str:
    """Return the name of a member as Chinese Windows writes it: GBK without saying so."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    return info.filename.encode("cp437", "replace").decode("gb18030", "replace")


def _shown(name: str) -> str:
    return name[:80] if name.isprintable() else ascii(name)[:80]
