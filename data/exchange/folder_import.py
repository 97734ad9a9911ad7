"""Imports a folder of photos: one object a photo, titled as its file."""

import errno
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from data.exchange.csv_import import source_name
from data.exchange.importer import Entry, Importer, ImportSource
from data.exchange.mapping import source_key
from data.exchange.photo_files import PhotoFile
from data.exchange.report import ImportRefused, ImportReport, RowOutcome
from data.intake_pool import IntakePool
from data.intake_sniff import format_of, suffix_format
from data.register import Register
from data.text import SHORT_TEXT, marked

_CHUNK = 1 << 20


def import_folder(
    register: Register,
    folder: Path,
    *,
    pool: IntakePool,
    dry_run: bool = False,
    progress: Callable[[RowOutcome], None] | None = None,
    begun: Callable[[int], None] | None = None,
    source_register: str | None = None,
) -> ImportReport:
    """Import all photos below the folder, in the order of their paths; hidden files and folders are skipped.

    A photo is known again by its path below the folder and its content: the same folder imported twice, from
    another place too, changes nothing; a photo that was replaced is a new object. Files that neither look
    like a photo nor are named like one are ignored. `progress`, `begun`, `source_register` and errors
    are as in `import_csv`.
    """
    folder = Path(folder).resolve()
    if not folder.is_dir():
        raise ImportRefused(f"{folder} is no folder. Give a folder of photos, or a CSV file.")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise ImportRefused(f"{folder} cannot be read. Check your rights to read it.")
    source = ImportSource(source_name(folder), register=source_register or "")
    importer = Importer(register, pool, source, dry_run=dry_run, progress=progress, begun=begun)
    files = _Files(folder)
    report = importer.run(files)
    report.ignored = files.ignored
    return report


class _Files:
    """The entries of a folder; counts what it leaves alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.ignored = 0

    def __iter__(self) -> Iterator[Entry]:
        number = 0
        for path, error in _walk(self._folder):
            name = path.relative_to(self._folder).as_posix()
            found = error or _look(path)
            if isinstance(found, OSError):
                number += 1
                problem = f"{as_text(name)} cannot be read: {found.strerror}. {_advice(found)}"
                yield Entry(
                    number, _title(path), problem=problem, photo_names=as_text(name), needs_photo=True
                )
                continue
            start, digest = found
            if format_of(start) is None and suffix_format(path.name) is None:
                self.ignored += 1
                continue
            number += 1
            yield Entry(
                line=number,
                title=_title(path),
                fields={"title": _title(path)},
                source_key=source_key("photo", as_text(name), digest),
                digest=digest,
                photos=(PhotoFile(name, None, self._folder),),
                photo_names=as_text(name),
                needs_photo=True,
            )


def _walk(folder: Path) -> Iterator[tuple[Path, OSError | None]]:
    """Files below the folder by their paths, the same on every machine; links to elsewhere are not followed.

    What cannot be looked at, a folder or a link that leads in a circle, comes with its error.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda one: os.fsencode(one.name))
    except OSError as error:
        yield folder, error
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        path = Path(entry.path)
        try:
            is_folder, is_file = entry.is_dir(follow_symlinks=False), entry.is_file()
        except OSError as error:
            yield path, error
            continue
        if is_folder:
            yield from _walk(path)
        elif is_file:
            yield path, None


def _advice(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "It is a link that leads in a circle; delete it, or let it lead to the photo."
    return "Check your rights to read it, and import the folder again."


def _look(path: Path) -> tuple[bytes, str] | OSError:
    """The first bytes of a file and the hash of all of them, or why it cannot be read."""
    try:
        with path.open("rb") as file:
            start = file.read(_CHUNK)
            hasher = hashlib.sha256(start)
            while chunk := file.read(_CHUNK):
                hasher.update(chunk)
    except OSError as error:
        return error
    return start, hasher.hexdigest()


def _title(path: Path) -> str:
    words = " ".join(re.split(r"[_\s]+|(?<=\D)-|-(?=\D)", as_text(path.stem))).strip()
    return words[:SHORT_TEXT] or as_text(path.name)[:SHORT_TEXT]


def as_text(name: str) -> str:
    """A file's name as text: bytes that are none, and control characters, become a mark."""
    return marked(os.fsencode(name).decode("utf-8", "replace"))
