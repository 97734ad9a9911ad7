"""Lists that are sent to the API to be imported: one at a time, in a thread of its own.

A list is kept in a folder of its own while it is imported, and gone afterwards; the register keeps its name and its
SHA-256. Whoever sent it may go away meanwhile: the import goes on to its end.
"""

from __future__ import annotations

import re
import shutil
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import IO, ClassVar, Final, Self

from data.exchange.file_import import Asked as Reading
from data.exchange.file_import import import_file
from data.exchange.mapping import known_field
from data.exchange.report import ImportRefused, ImportReport, RowOutcome
from data.exchange.saved_mappings import MappingNotFound, SavedMappings
from data.register import Register
from data.rows import plain_name
from service.bodies import read_object
from service.invalid import invalid
from service.problems import BODY_TOO_LARGE, IMPORT_REFUSED, ServiceProblem, busy
from service.queueing import SearchQueue
from service.settings import Settings
from service.uploads import PhotoForm, UploadLimits
from service.workshop import open_fetcher, open_registering_intake
from service.yes_or_no import TRUE_OR_FALSE, yes_or_no

LIST_FIELDS: Final = frozenset(
    {"mapping", "saved_mapping", "authority", "register", "sheet", "language", "dry_run"}
)
ROWS_TOLD: Final = 500
"""Rows that an answer tells of; the report of the import has all."""
_OPTION: Final = re.compile(r"--(map|sheet|language|authority)\b")
_FIELDS_BY_OPTION: Final = {"map": "mapping"}


@dataclass(frozen=True, slots=True)
class ListLimits(UploadLimits):
    """What one list may be sent with."""

    noun: ClassVar[str] = "list"
    file_field: ClassVar[str] = "file"
    field_bytes: ClassVar[int] = 16 * 1024  # a mapping names many columns

    def missing(self) -> ServiceProblem:
        """The problem for a form without a list."""
        return invalid([(("body", "file"), "The form holds no file here; send the list in it")])

    def too_many(self) -> ServiceProblem:
        """The problem for several lists."""
        return invalid([(("body", "file"), "One list is taken in one request")])

    def too_large(self, name: str) -> ServiceProblem:
        """The problem for a list with more bytes than are taken."""
        return ServiceProblem(
            BODY_TOO_LARGE,
            f"The list {name} has more than {self.photo_bytes:,} bytes.",
            advice="Send it in parts, set ARTRIEVE_MAX_IMPORT_BYTES, or import it with `artrieve import`.",
        )


def list_limits(settings: Settings) -> ListLimits:
    """What a list may be sent with."""
    return ListLimits(settings.max_import_bytes, 1, LIST_FIELDS)


@dataclass(frozen=True, slots=True)
class ListAsked:
    """A list that was sent, and how it is to be imported."""

    file: IO[bytes]
    name: str
    mapping: dict[str, str]
    saved: str
    authority: str
    register: str
    sheet: str
    language: str
    dry_run: bool

    @classmethod
    def of(cls, form: PhotoForm) -> ListAsked:
        """What a form asks for. Raises ServiceProblem."""
        ((name, file),) = form.files
        given = form.fields
        return cls(
            file=file,
            name=plain_name(name) or "list",
            mapping=_mapping(given.get("mapping", "")),
            saved=_kept("saved_mapping", given),
            authority=_kept("authority", given),
            register=_kept("register", given),
            sheet=given.get("sheet", ""),
            language=given.get("language", ""),
            dry_run=_yes(given.get("dry_run", "")),
        )


@dataclass(slots=True)
class Imported:
    """What became of a list: the sum, and the first rows that were not as they are in the register already."""

    report: ImportReport = field(default_factory=ImportReport)
    rows: list[RowOutcome] = field(default_factory=list)
    more: int = 0
    """Such rows that are not told."""

    def see(self, row: RowOutcome) -> None:
        """Take note of a row that is to be told."""
        if len(self.rows) < ROWS_TOLD:
            self.rows.append(row)
        else:
            self.more += 1


class ImportDesk:
    """Imports lists that were sent. Used from one event loop; a context manager, whose end stops what runs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._queue = SearchQueue(1, 0, "imports")
        self._stopping = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._queue.__exit__(kind, error, trace)

    def check(self) -> None:
        """Raise QueueFull while an import runs: asked before a list is read."""
        self._queue.check()

    async def run(self, register: Register, asked: ListAsked) -> Imported:
        """Import the list, as whoever acts on the register. Raises QueueFull, ServiceProblem, and as `import_file`."""
        return await self._queue.run(self._import, register, asked)

    def _import(self, register: Register, asked: ListAsked) -> Imported:
        done = Imported()

        def see(row: RowOutcome) -> None:
            if row.action != "unchanged" or row.reason:
                done.see(row)
            if (
                self._stopping.is_set()
            ):  # what was imported so far is safe, and the same list goes on from here
                raise busy("The service is stopping. Send the same list again to go on from here.")

        with ExitStack() as stack:
            path = Path(stack.enter_context(TemporaryDirectory(prefix="artrieve-import-"))) / "list"
            with path.open("wb") as copy:
                asked.file.seek(0)
                shutil.copyfileobj(asked.file, copy)
            try:
                done.report = import_file(
                    register,
                    path,
                    _reading(register, asked),
                    pool=stack.enter_context(open_registering_intake(self._settings)),
                    fetcher=open_fetcher(self._settings),
                    dry_run=asked.dry_run,
                    progress=see,
                    source_register=asked.register or None,
                    called=f"sent: {asked.name}",
                )
            except ImportRefused as refused:
                raise ServiceProblem(IMPORT_REFUSED, in_words(str(refused), path, asked.name)) from refused
        done.report.notes = [in_words(note, path, asked.name) for note in done.report.notes]
        return done


def _reading(register: Register, asked: ListAsked) -> Reading:
    """How the list is to be read: the kept mapping, with what was given over it. Raises ServiceProblem."""
    try:
        kept = SavedMappings(register.database).get(asked.saved).columns if asked.saved else {}
    except MappingNotFound as unknown:
        raise invalid([(("body", "saved_mapping"), str(unknown))]) from unknown
    mapping = {**kept, **asked.mapping}
    return Reading(mapping, asked.authority or None, asked.sheet or None, None, asked.language)


def in_words(text: str, path: Path, name: str) -> str:
    """A message of the import as the API says it: with form fields for options, and the list by its own name."""

    def as_field(match: re.Match[str]) -> str:
        return f"`{_FIELDS_BY_OPTION.get(match[1], match[1])}`"

    plain = text.replace(str(path), name).replace("--report FILE.csv", "the report")
    return _OPTION.sub(as_field, plain)


def _mapping(text: str) -> dict[str, str]:
    """Our fields and their columns, of a JSON object. Raises ServiceProblem."""
    if not text:
        return {}
    given = read_object(text.encode())
    wrong = [name for name, column in given.items() if not isinstance(column, str) or not column.strip()]
    if wrong:
        raise invalid([(("body", "mapping", name), "This is no name of a column") for name in wrong])
    try:
        return {known_field(name): str(column) for name, column in given.items()}
    except ImportRefused as refused:
        raise invalid([(("body", "mapping"), str(refused))]) from refused


def _kept(name: str, given: dict[str, str]) -> str:
    """A field whose text goes to the database. Raises ServiceProblem for what no database takes."""
    text = given.get(name, "")
    if "\x00" in text:
        raise invalid([(("body", name), "This holds a NUL character")])
    return text


def _yes(text: str) -> bool:
    said = yes_or_no(text)
    if said is None:
        raise invalid([(("body", "dry_run"), TRUE_OR_FALSE)])
    return said
