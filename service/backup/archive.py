"""Writes and reads backup files: tar archives of plain members, in one order, with no more in memory than a part.

Headers are read and written by the standard library. Its reader of whole archives keeps every member in memory and
follows links, long names and sparse files; a backup has none of these, so whatever is not a plain header is refused.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO, Self

from service.backup.layout import LONGEST_NAME, MANIFEST, ArchiveRefused, Section, section_of
from service.backup.manifest import Member

BLOCK = tarfile.BLOCKSIZE
CHUNK = 1024 * 1024
TRUNCATED = "The backup file is cut off. Copy it again from where it was made, or use another one."
_NOTHING = bytes(BLOCK)


class ArchiveWriter:
    """Writes members one behind the other."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def add(self, name: str, data: bytes) -> Member:
        """Write a member that is in memory."""
        self._head(name, len(data))
        self._file.write(data)
        self._pad(len(data))
        return Member(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())

    def add_file(self, name: str, path: Path) -> Member:
        """Write a file that nobody changes, a piece at a time."""
        counted, read = hashlib.sha256(), 0
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            self._head(name, size)
            while piece := file.read(min(CHUNK, size - read)):
                self._file.write(piece)
                counted.update(piece)
                read += len(piece)
        if read != size:
            raise OSError(f"{path} became shorter while it was read")
        self._pad(size)
        return Member(bytes=size, sha256=counted.hexdigest())

    def end(self) -> None:
        """Mark the end, as tar does."""
        self._file.write(_NOTHING * 2)

    def _head(self, name: str, size: int) -> None:
        section_of(name)
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._file.write(member.tobuf(tarfile.GNU_FORMAT, "ascii", "strict"))

    def _pad(self, size: int) -> None:
        self._file.write(bytes(-size % BLOCK))


@dataclass(frozen=True, slots=True)
class Entry:
    """A member: its name, where its bytes are, and to which part it belongs."""

    name: str
    size: int
    offset: int
    section: Section


class Archive:
    """A backup file, open for reading. A context manager."""

    def __init__(self, path: Path) -> None:
        """Raises ArchiveRefused for what is no file."""
        self.path = path
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe must not be waited for
        self._file = os.fdopen(handle, "rb")
        kept = os.fstat(handle)
        self.size = kept.st_size
        if not S_ISREG(kept.st_mode):
            self._file.close()
            raise ArchiveRefused(f"{path} is not a file.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def entries(self) -> Iterator[Entry]:
        """All members in order, without their bytes. Raises ArchiveRefused where the file is not as it must be."""
        at, before = 0, (Section.about, "")
        while True:
            entry = self._entry(at)
            if (entry.section, entry.name) <= before:
                raise ArchiveRefused(
                    f"This is no backup of Artrieve: {entry.name!r} is there twice, or out of order."
                )
            if not before[1] and entry.section is not Section.about:
                raise ArchiveRefused("This is no backup of Artrieve: it does not begin like one.")
            yield entry
            at, before = entry.offset + entry.size + -entry.size % BLOCK, (entry.section, entry.name)
            if entry.name == MANIFEST:
                return self._demand_end(at)

    def read(self, entry: Entry, most: int) -> bytes:
        """The bytes of a member. Raises ArchiveRefused if there are more than `most`."""
        if entry.size > most:
            raise ArchiveRefused(
                f"{entry.name} in the backup has {entry.size:,} bytes; at most {most:,} can be."
            )
        return b"".join(self.pieces(entry))

    def pieces(self, entry: Entry) -> Iterator[bytes]:
        """The bytes of a member, a piece at a time."""
        left = entry.size
        while left:
            piece = self._at(entry.offset + entry.size - left, min(CHUNK, left))
            yield piece
            left -= len(piece)

    def _entry(self, at: int) -> Entry:
        head = self._at(at, BLOCK)
        try:
            member = tarfile.TarInfo.frombuf(head, "ascii", "strict")
        except (tarfile.TarError, ValueError) as problem:
            raise ArchiveRefused(_unlike(at)) from problem
        if (
            member.type != tarfile.REGTYPE
            or member.linkname
            or member.size < 0
            or len(member.name) > LONGEST_NAME
        ):
            raise ArchiveRefused(
                f"This is no backup of Artrieve: {member.name[:120]!r} in it is a link, a folder or the like."
            )
        if at + BLOCK + member.size > self.size:
            raise ArchiveRefused(TRUNCATED)
        return Entry(member.name, member.size, at + BLOCK, section_of(member.name))

    def _demand_end(self, at: int) -> None:
        if self.size < at + 2 * BLOCK:
            raise ArchiveRefused(TRUNCATED)
        if self.size > at + 2 * BLOCK or self._at(at, 2 * BLOCK) != _NOTHING * 2:
            raise ArchiveRefused("Something stands behind the end of this backup. Copy it again.")

    def _at(self, offset: int, length: int) -> bytes:
        self._file.seek(offset)
        found = self._file.read(length)
        if len(found) < length:
            raise ArchiveRefused(TRUNCATED)
        return found


def _unlike(at: int) -> str:
    if at == 0:
        return "This is no backup of Artrieve. `artrieve backup FILE` makes one."
    return (
        f"The backup file is damaged at byte {at}. Copy it again from where it was made, or use another one."
    )
