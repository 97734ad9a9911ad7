"""Photos beside a list: finds the file that a cell means, and nothing outside the list's folder."""

import hashlib
import os
import stat
import unicodedata
from collections.abc import Callable, Container
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO, Final

from data.intake_decode import too_large
from data.object_id import ViewKind
from data.photos import PhotoStore
from data.registered import NewPhotograph
from data.safe_photo import IntakeLimits, PhotoRejected, SafePhoto
from data.writer import StoredPhotograph

_NOWHERE: Final = "it is a link that leads nowhere or in a circle; copy the photo in its place"

Decode = Callable[[bytes, str], SafePhoto]


class PhotoUnreachable(ValueError):
    """The photo that a row names cannot be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """A photo that a row names."""

    name: str
    view: ViewKind | None
    """What the row says it shows; None if it says nothing, which is an overall view."""
    folder: Path
    """Nothing outside this folder is read; it must be resolved already."""
    problem: str = ""
    """Why it is not there, where that is known already: it could not be fetched."""


@dataclass(frozen=True, slots=True)
class PhotoRead:
    """What became of it: known to the object already, taken in (and stored, unless it is a dry run), or refused."""

    file: PhotoFile
    sha256: str = ""
    stored: StoredPhotograph | None = None
    refused: str = ""

    @property
    def warning(self) -> str:
        """Why the object will hardly be found by it; "" for a good photo, and for one that nobody judged."""
        return self.stored.new.safe.warning if self.stored else ""


def locate(file: PhotoFile) -> Path:
    """The path of the photo. Raises PhotoUnreachable."""
    name = file.name
    if file.problem:
        raise PhotoUnreachable(file.problem)
    if "://" in name:
        raise PhotoUnreachable("photos are not fetched from the net; copy it beside the list")
    if "\x00" in name or len(name) > 1000:
        raise PhotoUnreachable("this is not the name of a file")
    if PureWindowsPath(name).drive or PureWindowsPath(name).root:
        raise PhotoUnreachable("give the path relative to the list, without a drive or a leading slash")
    for spelling in dict.fromkeys((name, name.replace("\\", "/"))):
        for form in ("NFC", "NFD"):  # file systems spell accents in two ways
            path = file.folder / PurePosixPath(unicodedata.normalize(form, spelling))
            real = _without_links(path)
            if not real.is_relative_to(file.folder):
                raise PhotoUnreachable("the path leaves the folder of the list; copy the photo into it")
            if path.exists():
                return real
            if path.is_symlink():
                raise PhotoUnreachable(_NOWHERE)
    raise PhotoUnreachable("there is no such file beside the list")


def _without_links(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError as error:  # a circle of links, on Python before 3.13
        raise PhotoUnreachable(_NOWHERE) from error


def read_file(file: PhotoFile, limits: IntakeLimits) -> bytes:
    """The bytes of the photo, never more than the limit. Raises PhotoUnreachable, PhotoRejected."""
    try:
        path = locate(file)
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe must not make the import wait for ever
        with _regular_file(handle) as opened:
            size = os.fstat(handle).st_size
            if size > limits.max_bytes:
                raise too_large(size, limits)
            return opened.read(limits.max_bytes + 1)
    except OSError as error:
        raise PhotoUnreachable(f"the file cannot be read: {error.strerror}") from error


def _regular_file(handle: int) -> BinaryIO:
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    raise PhotoUnreachable("this is not a file")


def read_photo(
    file: PhotoFile,
    known: Container[str | None],
    limits: IntakeLimits,
    decode: Decode,
    photos: PhotoStore | None,
) -> PhotoRead:
    """Read a photo, decode it unless the object has it already, and store it if a store is given."""
    try:
        data = read_file(file, limits)
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 in known:
            return PhotoRead(file, sha256)
        new = NewPhotograph(decode(data, file.name), file.view or ViewKind.overall, file.name)
    except (PhotoUnreachable, PhotoRejected) as error:
        return PhotoRead(file, refused=str(error))
    stored = StoredPhotograph(new, "", "") if photos is None else StoredPhotograph.put(photos, new)
    return PhotoRead(file, sha256, stored)
