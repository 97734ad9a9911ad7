"""Imports a file by what it is: a list (CSV, Excel), LIDO, or a IIIF manifest from a file or the net."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

from data.exchange.csv_import import import_csv, refuse_no_text, sha256_of, source_name
from data.exchange.excel_package import is_excel
from data.exchange.excel_reader import open_excel
from data.exchange.fetch import Fetcher, FetchRefused
from data.exchange.iiif_import import entry_of
from data.exchange.iiif_manifest import LARGEST_MANIFEST, is_json, read_manifest
from data.exchange.importer import Entry, Importer, ImportSource
from data.exchange.lido_import import open_lido
from data.exchange.lido_xml import is_xml
from data.exchange.mapping import Columns
from data.exchange.remote_photos import RemotePhotos
from data.exchange.report import ImportRefused, ImportReport, RowOutcome
from data.exchange.table import entries_of, recognising
from data.intake_pool import IntakePool
from data.register import Register

Kind = Literal["csv", "excel", "lido", "iiif"]
Progress = Callable[[RowOutcome], None]
SHEET_MARK: Final = "#"
"""Between the path of an Excel file and the name of its sheet."""
NOTES_TOLD: Final = 10
"""Of how many records it is told at the end what was not taken; the outcomes tell it of each."""
_START: Final = 4096


@dataclass(frozen=True, slots=True)
class Asked:
    """How a file is to be read. What does not concern its kind is refused, not ignored."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    authority: str | None = None
    sheet: str | None = None
    """The sheet of an Excel file."""
    schema: Path | None = None
    """An XML schema that LIDO records must fit."""
    language: str = ""
    """Which of several languages to take, of LIDO and IIIF."""


@dataclass(frozen=True, slots=True)
class _Bringing:
    """Into which register entries are brought, and for whom; see `import_csv`."""

    register: Register
    pool: IntakePool
    authority: str | None
    dry_run: bool
    progress: Progress | None
    begun: Callable[[int], None] | None
    source_register: str | None
    called: str
    """The name under which the source is kept; empty: its path or address."""

    def name_of(self, source: Path | str, sheet: str = "") -> str:
        """The name under which a source is kept. Each sheet of an Excel file is a list of its own."""
        plain = self.called or (source_name(source) if isinstance(source, Path) else source)
        return f"{plain}{SHEET_MARK}{sheet}" if sheet else plain

    def bring(
        self,
        name: str,
        sha256: str,
        entries: Iterable[Entry],
        mapping: dict[str, str],
        progress: Progress | None,
    ) -> ImportReport:
        """Import the entries of a source: its name, the hash of its bytes, and our fields by its columns."""
        source = ImportSource(name, sha256, mapping, self.authority or "", self.source_register or "")
        importer = Importer(
            self.register, self.pool, source, dry_run=self.dry_run, progress=progress, begun=self.begun
        )
        return importer.run(entries)


def is_address(source: str) -> bool:
    """Whether this is an address of the net, and no file."""
    return source.startswith(("https://", "http://"))


def kind_of(path: Path) -> Kind:
    """What a file is, by its first bytes: whatever is nothing else is read as CSV. Raises ImportRefused."""
    try:
        with path.open("rb") as file:
            start = file.read(_START)
    except OSError as error:
        raise ImportRefused(
            f"{path} cannot be read: {error.strerror}. Check the path and your rights."
        ) from error
    if is_excel(start):
        return "excel"
    if is_xml(start):
        return "lido"
    return "iiif" if is_json(start) else "csv"


def import_file(
    register: Register,
    source: str | Path,
    asked: Asked,
    *,
    pool: IntakePool,
    fetcher: Fetcher,
    dry_run: bool = False,
    progress: Progress | None = None,
    begun: Callable[[int], None] | None = None,
    source_register: str | None = None,
    called: str = "",
) -> ImportReport:
    """Import a file, or a IIIF manifest at an address; see `data.exchange.csv_import.import_csv` for the rest.

    A record's outcome tells too what of it was not understood. Raises ImportRefused besides what `import_csv` raises.
    """
    path = None if is_address(str(source)) else Path(source).absolute()
    kind: Kind = "iiif" if path is None else kind_of(path)
    _refuse_foreign(kind, asked)
    if path is not None and kind == "csv":
        return import_csv(
            register,
            path,
            pool=pool,
            mapping=asked.mapping,
            dry_run=dry_run,
            authority=asked.authority,
            progress=progress,
            begun=begun,
            source_register=source_register,
            called=called,
        )
    refuse_no_text(asked.authority)
    into = _Bringing(register, pool, asked.authority, dry_run, progress, begun, source_register, called)
    if path is not None and kind == "excel":
        return _import_excel(path, asked, into)
    with RemotePhotos.opened(fetcher, pool.limits.max_bytes) as photos:
        if path is not None and kind == "lido":
            return _import_lido(path, asked, into, photos)
        return _import_iiif(path or str(source), asked, into, photos, fetcher)


def _refuse_foreign(kind: Kind, asked: Asked) -> None:
    given = {
        "--map": (asked.mapping, ("csv", "excel", "iiif")),
        "--sheet": (asked.sheet, ("excel",)),
        "--schema": (asked.schema, ("lido",)),
        "--language": (asked.language, ("lido", "iiif")),
    }
    for option, (value, kinds) in given.items():
        if value and kind not in kinds:
            raise ImportRefused(
                f"{option} is for {' and '.join(kinds)} files; this one is {kind}. Leave it out."
            )


def _import_excel(path: Path, asked: Asked, into: _Bringing) -> ImportReport:
    with open_excel(path, recognising(asked.mapping), asked.sheet) as file:
        columns = Columns.of(file.header, asked.mapping)
        entries = entries_of(file.rows, columns, path.parent.resolve(), asked.authority)
        report = into.bring(
            into.name_of(path, file.sheet), sha256_of(path), entries, columns.names(), into.progress
        )
    report.notes += file.notes
    report.mapped, report.unmapped = columns.names(), columns.unmapped
    return report


def _import_lido(path: Path, asked: Asked, into: _Bringing, photos: RemotePhotos) -> ImportReport:
    noted = _Noted(into.progress)
    with open_lido(
        path, authority=asked.authority, schema=asked.schema, language=asked.language, linked=photos.linked
    ) as file:
        report = into.bring(into.name_of(path), sha256_of(path), noted.keeping(file.entries), {}, noted.see)
    report.notes += file.notes + noted.summary()
    return report


def _import_iiif(
    source: Path | str, asked: Asked, into: _Bringing, photos: RemotePhotos, fetcher: Fetcher
) -> ImportReport:
    data = _bytes_of(source, fetcher)
    manifest = read_manifest(data, str(source), asked.language)
    entry, notes, columns = entry_of(manifest, photos, asked.mapping, asked.authority)
    noted = _Noted(into.progress)
    sha256 = hashlib.sha256(data).hexdigest()
    report = into.bring(
        into.name_of(source), sha256, noted.keeping([(entry, notes)]), columns.names(), noted.see
    )
    report.mapped, report.notes = columns.names(), noted.summary()
    return report


def _bytes_of(source: Path | str, fetcher: Fetcher) -> bytes:
    try:
        if isinstance(source, str):
            return fetcher.fetch(source, LARGEST_MANIFEST)
        if source.stat().st_size > LARGEST_MANIFEST:
            raise ImportRefused(f"{source} is larger than {LARGEST_MANIFEST >> 20} MiB, and no manifest.")
        return source.read_bytes()
    except FetchRefused as refused:
        raise ImportRefused(f"The manifest was not fetched: {refused}.") from refused
    except OSError as error:
        raise ImportRefused(f"{source} cannot be read: {error.strerror}. Check your rights.") from error


class _Noted:
    """Keeps what is to be reported of an entry until its outcome is known, and tells both together."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._notes: dict[int, list[str]] = {}
        self._told: list[str] = []
        self._count = 0

    def keeping(self, entries: Iterable[tuple[Entry, list[str]]]) -> Iterator[Entry]:
        """The entries."""
        for entry, notes in entries:
            if notes:
                self._notes[entry.line] = notes
            yield entry

    def see(self, outcome: RowOutcome) -> None:
        """Tell an outcome with its notes."""
        notes = self._notes.pop(outcome.line, [])
        if notes:
            self._count += 1
            if len(self._told) < NOTES_TOLD:
                self._told.append(f"Record {outcome.line}: {'; '.join(notes)}.")
        if self._progress is not None:
            reason = "; ".join(filter(None, [outcome.reason, *notes]))
            self._progress(replace(outcome, reason=reason))

    def summary(self) -> list[str]:
        """What was not taken, of the first few records."""
        more = self._count - len(self._told)
        return self._told + (
            [f"{more} more records have such notes; --report FILE.csv lists all."] if more else []
        )
