"""Brings entries into the register in their order: many photos decoded at once, few commits, no gaps.

    entries -> chunks -> photos read, decoded and stored by threads, one chunk ahead -> one transaction a
    chunk

Ids are given in the order of the entries and only by the transaction that commits them. So an import that is
killed at any moment and run again gives the same ids as one that was left alone: what was committed is
known by its source key, what was not has left nothing behind but unused bytes under their hash.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pydantic import ValidationError

from data.database import utc_now
from data.exchange.belonging import Belonging
from data.exchange.changes import said, take_over, take_over_views
from data.exchange.known import Known, known_under
from data.exchange.mapping import reasons, validated
from data.exchange.photo_files import PhotoFile, PhotoRead, read_photo
from data.exchange.report import Action, ImportReport, RowOutcome
from data.intake_pool import IntakePool
from data.object_id import ViewKind
from data.quarantine import Quarantine, Quarantined, keep
from data.register import Register
from data.tables import ObjectRow
from data.writer import Writer

ROWS_A_COMMIT: Final = 200
PHOTOS_A_COMMIT: Final = 24
_ONE_ID_EACH: Final = "give each object a record_id of its own"


@dataclass(frozen=True, slots=True)
class Entry:
    """One object to import, or why it cannot be."""

    line: int
    title: str = ""
    problem: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    source_key: str = ""
    digest: str = ""
    photos: tuple[PhotoFile, ...] = ()
    photo_names: str = ""
    repeats: int = 0
    """The earlier line that describes the same object with the same words, or 0."""
    needs_photo: bool = False
    """Without any photo the object is not worth registering (a folder of photos)."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    entry: Entry
    known: Known | None
    photos: list[Future[PhotoRead]]


@dataclass(frozen=True, slots=True)
class _Read:
    """An entry whose photos were read."""

    entry: Entry
    known: Known | None
    photos: list[PhotoRead]
    views: list[tuple[str, ViewKind]]
    """What the entry says its photos show, by SHA-256; the first word on each in this import."""


class Importer:
    """One import of one source."""

    def __init__(
        self,
        register: Register,
        pool: IntakePool,
        source: str,
        *,
        dry_run: bool,
        progress: Callable[[RowOutcome], None] | None,
        source_register: str | None = None,
    ) -> None:
        self._register = register
        self._belonging = Belonging.of(register.database, source_register)
        self._pool = pool
        self._source = source
        self._dry_run = dry_run
        self._progress = progress
        self._report = ImportReport(dry_run=dry_run)
        self._seen: dict[str, tuple[int, str]] = {}
        self._viewed: set[tuple[str, str]] = set()

    def run(self, entries: Iterable[Entry]) -> ImportReport:
        """Import the entries. Raises what the database and the photo store raise; entries never make it fail."""
        began = utc_now()
        ahead: deque[list[_Prepared]] = deque()
        readers = ThreadPoolExecutor(self._pool.workers + 1, thread_name_prefix="import")
        try:
            for chunk in _chunks(entries):
                ahead.append(self._prepare(chunk, readers))
                if len(ahead) > 1:
                    self._finish(ahead.popleft())
            while ahead:
                self._finish(ahead.popleft())
        finally:
            readers.shutdown(cancel_futures=True)
        if not self._dry_run:
            Quarantine(self._register.database).resolve_older(self._source, began)
            self._belonging.taken_in(self._register.database)
        return self._report

    def _prepare(self, chunk: list[Entry], readers: ThreadPoolExecutor) -> list[_Prepared]:
        chunk = [self._once(entry) for entry in chunk]
        keys = {entry.source_key for entry in chunk if not entry.problem}
        known = known_under(self._register.database, keys)
        prepared = []
        for entry in chunk:
            here = known.get(entry.source_key)
            sha256s: set[str] = here.sha256s if here else set()
            photos = [
                readers.submit(
                    read_photo,
                    file,
                    sha256s,
                    self._pool.limits,
                    self._pool.take_in,
                    None if self._dry_run else self._register.photos,
                )
                for file in entry.photos
            ]
            prepared.append(_Prepared(entry, here, photos))
        return prepared

    def _once(self, entry: Entry) -> Entry:
        """Check the entry. A second one under the same key must say the same: else each run would change it back."""
        problem = entry.problem or _problem_of(entry.fields)
        if problem:
            return replace(entry, problem=problem, photos=())
        entry = replace(entry, source_key=self._belonging.source_key(entry.source_key))
        line, digest = self._seen.setdefault(entry.source_key, (entry.line, entry.digest))
        if line == entry.line:
            return entry
        if digest == entry.digest:
            return replace(entry, repeats=line)
        return replace(
            entry, photos=(), problem=f"the object of line {line} again, with other content: {_ONE_ID_EACH}"
        )

    def _views(self, key: str, photos: list[PhotoRead]) -> list[tuple[str, ViewKind]]:
        """The first word of this import on what each photo shows: a second one would be taken back each time."""
        views = []
        for photo in photos:
            if photo.sha256 and photo.file.view and (key, photo.sha256) not in self._viewed:
                self._viewed.add((key, photo.sha256))
                views.append((photo.sha256, photo.file.view))
        return views

    def _finish(self, chunk: list[_Prepared]) -> None:
        read = []
        for one in chunk:
            photos = [photo.result() for photo in one.photos]
            read.append(_Read(one.entry, one.known, photos, self._views(one.entry.source_key, photos)))
        if all(_is_unchanged(one) for one in read):
            outcomes = [_outcome(one.entry, "unchanged", [], one.known) for one in read]
        else:
            with self._register.writing(rehearse=self._dry_run) as writer:
                outcomes = self._apply(writer, read)
        for outcome in outcomes:  # after the commit: nothing is announced that a crash could take back
            self._report.rows += 1
            self._report.counts[outcome.action] += 1
            if self._progress is not None:
                self._progress(outcome)

    def _apply(self, writer: Writer, read: list[_Read]) -> list[RowOutcome]:
        keys = {one.entry.source_key for one in read if not one.entry.problem}
        rows = writer.find_sources(keys)
        bad: list[Quarantined] = []
        outcomes = []
        for one in read:
            entry = one.entry
            refused = [photo for photo in one.photos if photo.refused]
            try:
                action, notes, row = self._apply_one(writer, one, rows.get(entry.source_key))
            except _NotTaken as error:
                photo = entry.photo_names if entry.needs_photo else ""
                bad.append(self._quarantined(entry, str(error), photo))
                outcomes.append(_outcome(entry, "quarantined", [str(error)], None))
                continue
            rows[entry.source_key] = row
            bad += [self._quarantined(entry, photo.refused, photo.file.name) for photo in refused]
            self._report.photos_refused += len(refused)
            notes += [f"photo {photo.file.name} refused: {photo.refused}" for photo in refused]
            number = None if self._dry_run and one.known is None else row.id
            outcomes.append(_outcome(entry, action, notes, None, number))
        keep(writer.session, bad, writer.now)
        return outcomes

    def _apply_one(
        self, writer: Writer, one: _Read, row: ObjectRow | None
    ) -> tuple[Action, list[str], ObjectRow]:
        entry, photos = one.entry, one.photos
        stored = [photo.stored for photo in photos if photo.stored is not None]
        if entry.problem:
            raise _NotTaken(entry.problem)
        if entry.needs_photo and photos and all(photo.refused for photo in photos):
            raise _NotTaken(photos[0].refused)
        if row is None:
            row = writer.add(
                validated(entry.fields),
                stored,
                entry.source_key,
                entry.digest,
                said(entry.fields),
                self._belonging.register_id,
            )
            self._report.photographs += len(row.photographs)
            if not (self._dry_run and entry.repeats):  # a dry run adds nothing that a later row could meet
                return "add", [], row
            return ("update" if stored else "unchanged"), [f"the object of line {entry.repeats}"], row
        notes = [f"the object of line {entry.repeats}"] if entry.repeats else []
        changed = False
        if row.source_digest != entry.digest or row.source_values is None:
            try:
                changed, about = take_over(writer, row, entry.fields, entry.digest)
            except ValidationError as error:
                raise _NotTaken(reasons(error)) from error
            notes += about
        if added := writer.add_photographs(row, stored, listed=True):
            notes.append(f"{len(added)} photograph{'s' if len(added) > 1 else ''} added")
            self._report.photographs += len(added)
        if views := take_over_views(writer, row, one.views):
            notes.append(f"{views} view{'s' if views > 1 else ''} changed")
        return ("update" if changed or added or views else "unchanged"), notes, row

    def _quarantined(self, entry: Entry, reason: str, photo: str = "") -> Quarantined:
        return Quarantined(self._source, entry.line, reason, entry.title, photo)


class _NotTaken(ValueError):
    pass


def _problem_of(fields: dict[str, Any]) -> str:
    try:
        validated(fields)
    except ValidationError as error:
        return reasons(error)
    return ""


def _is_unchanged(one: _Read) -> bool:
    """Whether the register needs no change, as far as was known when the row was read; no lock is taken then."""
    return (
        not one.entry.problem
        and one.known is not None
        and one.known.digest == one.entry.digest
        and one.known.keeps_values
        and all(not photo.refused and photo.stored is None for photo in one.photos)
        and all(one.known.views.get(sha256, view.value) == view.value for sha256, view in one.views)
    )


def _outcome(
    entry: Entry, action: Action, notes: list[str], known: Known | None, object_id: int | None = None
) -> RowOutcome:
    number = object_id if known is None else known.object_id
    return RowOutcome(entry.line, action, "; ".join(notes), entry.title, entry.photo_names, number)


def _chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    chunk: list[Entry] = []
    photos = 0
    for entry in entries:
        chunk.append(entry)
        photos += len(entry.photos)
        if len(chunk) >= ROWS_A_COMMIT or photos >= PHOTOS_A_COMMIT:
            yield chunk
            chunk, photos = [], 0
    if chunk:
        yield chunk
