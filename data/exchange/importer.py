"""Brings entries into the register in their order: many photos decoded at once, few commits, no gaps.

    entries -> chunks -> photos read, decoded and stored by threads, one chunk ahead -> one transaction a
    chunk

Ids are given in the order of the entries and only by the transaction that commits them. So an import that is
killed at any moment and run again gives the same ids as one that was left alone: what was committed is
known by its source key, what was not has left nothing behind but unused bytes under their hash.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from pydantic import ValidationError

from data.actor import Why
from data.database import utc_now
from data.exchange.applying import Applied, NotTaken, apply_read
from data.exchange.belonging import Belonging
from data.exchange.cells import seen
from data.exchange.entry import Checked, Entry, Prepared, Read
from data.exchange.journal import ImportSource, Journal, journal
from data.exchange.known import known_under
from data.exchange.mapping import reasons, validated
from data.exchange.photo_files import PhotoRead, read_photo
from data.exchange.report import Action, ImportReport, RowOutcome
from data.intake_pool import IntakePool
from data.object_id import ViewKind
from data.quarantine import Quarantine, Quarantined, keep
from data.register import Register, StatusConflict
from data.rows import plain_name
from data.writer import Writer

__all__ = ["Entry", "ImportSource", "Importer"]

ROWS_A_COMMIT: Final = 200
PHOTOS_A_COMMIT: Final = 24
_ONE_ID_EACH: Final = "give each object a record_id of its own"


class Importer:
    """One import of one source: an ImportSource, or the name of one of which nothing else is known.

    Raises ImportRefused if there is no such source register as the source names.
    """

    def __init__(
        self,
        register: Register,
        pool: IntakePool,
        source: ImportSource | str,
        *,
        dry_run: bool,
        progress: Callable[[RowOutcome], None] | None,
        begun: Callable[[int], None] | None = None,
    ) -> None:
        self._register = register
        self._pool = pool
        self._source = ImportSource(source) if isinstance(source, str) else source
        self._belonging = Belonging.of(register.database, self._source.register)
        self._dry_run = dry_run
        self._progress = progress
        self._begun = begun
        self._report = ImportReport(dry_run=dry_run)
        self._seen: dict[str, tuple[int, str]] = {}
        self._viewed: set[tuple[str, str]] = set()

    def run(self, entries: Iterable[Entry]) -> ImportReport:
        """Import the entries. Raises what the database and the photo store raise; entries never make it fail.

        `begun` is called with the number of the import once it has one, which a dry run never has.
        """
        began = utc_now()
        if self._dry_run:
            self._bring(entries, None)
            return self._report
        register = self._register
        with journal(register.database, self._source, register.actor, self._report) as written:
            if self._begun is not None:
                self._begun(written.import_id)
            self._bring(entries, written)
            Quarantine(register.database).resolve_older(self._source.name, began)
            self._belonging.taken_in(register)
        return self._report

    def _bring(self, entries: Iterable[Entry], written: Journal | None) -> None:
        ahead: deque[list[Prepared]] = deque()
        readers = ThreadPoolExecutor(self._pool.workers + 1, thread_name_prefix="import")
        try:
            for chunk in _chunks(entries):
                ahead.append(self._prepare(chunk, readers))
                if len(ahead) > 1:
                    self._finish(ahead.popleft(), written)
            while ahead:
                self._finish(ahead.popleft(), written)
        finally:
            readers.shutdown(cancel_futures=True)

    def _prepare(self, chunk: list[Entry], readers: ThreadPoolExecutor) -> list[Prepared]:
        checked = [self._once(entry) for entry in chunk]
        keys = {one.entry.source_key for one in checked if not one.entry.problem}
        known = known_under(self._register.database, keys)
        prepared = []
        for one in checked:
            here = known.get(one.entry.source_key)
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
                for file in one.entry.photos
            ]
            prepared.append(Prepared(one, here, photos))
        return prepared

    def _once(self, entry: Entry) -> Checked:
        """Check the entry. A second one under the same key must say the same: else each run would change it back."""
        record, problem = None, entry.problem
        if not problem:
            try:
                record = validated(entry.fields)
            except ValidationError as error:
                problem = reasons(error)
        if record is None:
            return Checked(replace(entry, problem=problem, photos=()), None)
        entry = replace(entry, source_key=self._belonging.source_key(entry.source_key))
        line, digest = self._seen.setdefault(entry.source_key, (entry.line, entry.digest))
        if line == entry.line:
            return Checked(entry, record)
        if digest == entry.digest:
            return Checked(replace(entry, repeats=line), record)
        problem = f"the object of line {line} again, with other content: {_ONE_ID_EACH}"
        return Checked(replace(entry, photos=(), problem=problem), None)

    def _views(self, key: str, photos: list[PhotoRead]) -> list[tuple[str, ViewKind]]:
        """The first word of this import on what each photo shows: a second one would be taken back each time."""
        views = []
        for photo in photos:
            if photo.sha256 and photo.file.view and (key, photo.sha256) not in self._viewed:
                self._viewed.add((key, photo.sha256))
                views.append((photo.sha256, photo.file.view))
        return views

    def _finish(self, chunk: list[Prepared], written: Journal | None) -> None:
        read = []
        for one in chunk:
            photos = [photo.result() for photo in one.photos]
            views = self._views(one.checked.entry.source_key, photos)
            read.append(Read(one.checked, one.known, photos, views))
        if all(one.is_unchanged() for one in read):
            outcomes = [
                _outcome(one.entry, "unchanged", [], one.known.object_id if one.known else None)
                for one in read
            ]
            self._count(outcomes)
        else:
            reason = "" if written is None else f"import {written.import_id}"
            why = Why(reason=reason, source=plain_name(self._source.name))
            with self._register.writing(why, rehearse=self._dry_run) as writer:
                outcomes = self._apply(writer, read, written)
        if self._progress is not None:
            for outcome in outcomes:  # after the commit: nothing is announced that a crash could take back
                self._progress(outcome)

    def _apply(self, writer: Writer, read: list[Read], written: Journal | None) -> list[RowOutcome]:
        keys = {one.entry.source_key for one in read if not one.entry.problem}
        rows = writer.find_sources(keys)
        bad: list[Quarantined] = []
        done: list[tuple[Entry, Applied | str]] = []
        outcomes = []
        for one in read:
            entry = one.entry
            try:
                row, belongs_to = rows.get(entry.source_key), self._belonging.register_id
                applied = apply_read(writer, one, row, belongs_to, dry_run=self._dry_run)
            except (NotTaken, StatusConflict) as error:
                photo = entry.photo_names if entry.needs_photo else ""
                bad.append(self._quarantined(entry, str(error), photo))
                outcomes.append(_outcome(entry, "quarantined", [str(error)], None))
                done.append((entry, str(error)))
                continue
            rows[entry.source_key] = applied.row
            refused = [photo for photo in one.photos if photo.refused]
            bad += [self._quarantined(entry, photo.refused, photo.file.name) for photo in refused]
            applied.notes.extend(f"photo {photo.file.name} refused: {photo.refused}" for photo in refused)
            self._report.photos_refused += len(refused)
            applied.notes.extend(
                f"photo {photo.file.name}: {photo.warning}" for photo in one.photos if photo.warning
            )
            self._report.photos_poor += sum(bool(photo.warning) for photo in one.photos)
            self._report.photographs += len(applied.photographs)
            number = None if self._dry_run and one.known is None else applied.row.id
            outcomes.append(_outcome(entry, applied.action, applied.notes, number, applied))
            done.append((entry, applied))
        keep(writer.session, bad, writer.now)
        self._count(outcomes)
        if written is not None:
            written.note(writer.session, self._report, done)
        return outcomes

    def _count(self, outcomes: list[RowOutcome]) -> None:
        self._report.rows += len(outcomes)
        self._report.counts.update(outcome.action for outcome in outcomes)

    def _quarantined(self, entry: Entry, reason: str, photo: str = "") -> Quarantined:
        return Quarantined(self._source.name, entry.line, reason, entry.title, photo)


def _outcome(
    entry: Entry, action: Action, notes: list[str], object_id: int | None, applied: Applied | None = None
) -> RowOutcome:
    # of an object that was added everything is new
    changes = seen(applied.cells) if applied is not None and action != "add" else {}
    return RowOutcome(
        entry.line, action, "; ".join(notes), entry.title, entry.photo_names, object_id, changes
    )


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
