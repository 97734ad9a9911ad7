"""What a backup file is made of: a tar archive whose members stand in one order.

    about.json                          which format, first: whoever cannot read it need not read on
    rows/<table>/000000.jsonl.gz ...    the tables, in parts of some MiB; see data.transfer.rows
    photos/aa/bb/<key>                  the photos, in order of their keys
    index/...                           the files of the index, under the names they have there
    manifest.json                       what must be in it, with hashes; last: without it the file is not whole

Photos lie as in a photo store, each under its own hash. Anything else is refused.
"""

from __future__ import annotations

import re
from enum import IntEnum
from pathlib import PurePosixPath

FORMAT = 1
ABOUT = "about.json"
MANIFEST = "manifest.json"
LONGEST_NAME = 100
"""Characters of a member's name: what a tar header holds without extensions, which are not read."""
ABOUT_BYTES = 64 * 1024
MANIFEST_BYTES = 256 * 1024 * 1024
ROWS_BYTES = 8 * 1024 * 1024
"""A part of a table is closed when it is this long, uncompressed."""
LARGEST_PHOTO_BYTES = 256 * 1024 * 1024
"""No stored photo is larger than this: the largest side that may be kept gives less."""
LARGEST_ROWS_BYTES = 256 * 1024 * 1024
"""No part is longer than this, uncompressed."""


class ArchiveRefused(Exception):
    """A file is no backup that can be used; the message says why and what to do."""


class BackupRefused(Exception):
    """A backup is not made; the message says why and what to do. Nothing was left behind."""


class RestoreRefused(Exception):
    """A backup is not restored; the message says why and what to do. What was there is as it was."""


class Section(IntEnum):
    """The parts of a backup, in their order."""

    about = 0
    rows = 1
    photos = 2
    index = 3
    manifest = 4


_PART = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_NAMES = {
    Section.about: re.compile(re.escape(ABOUT)),
    Section.rows: re.compile(r"rows/([a-z][a-z0-9_]*)/(\d{6})\.jsonl\.gz"),
    Section.photos: re.compile(r"photos/([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})"),
    Section.index: re.compile(
        rf"index/(?:CURRENT|models\.json|generations/\d+/{_PART}|vectors/{_PART}(?:/{_PART}/{_PART})?)"
    ),
    Section.manifest: re.compile(re.escape(MANIFEST)),
}


def section_of(name: str) -> Section:
    """Which part a member belongs to. Raises ArchiveRefused for a name that no backup has."""
    if len(name) <= LONGEST_NAME and ".." not in name:
        for section, pattern in _NAMES.items():
            if pattern.fullmatch(name, 0) and name.isascii():
                return section
    raise ArchiveRefused(f"This is no backup of Artrieve: it holds {name[:120]!r}. Nothing was unpacked.")


def rows_name(table: str, number: int) -> str:
    """Name of a part of a table."""
    return f"rows/{table}/{number:06d}.jsonl.gz"


def photo_name(key: str) -> str:
    """Name of a photo."""
    return f"photos/{key[:2]}/{key[2:4]}/{key}"


def photo_key(name: str) -> str:
    """The key of a photo by its name."""
    return PurePosixPath(name).name


def index_name(name: str) -> str:
    """Name of a file of the index. Raises ArchiveRefused for a file that no index has."""
    section_of(f"index/{name}")
    return f"index/{name}"
