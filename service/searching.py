"""The search desk: the one way in which a photo is searched, by the API, the page and the command line.

bytes -> intake -> engine -> the database decides again -> search record. Everything here blocks; ``queueing``
keeps it off the event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from data.actor import Actor
from data.intake import PhotoRejected, SafePhoto
from data.intake_pool import IntakePool
from data.reader import Reader
from data.register import Register
from data.search_log import SearchLog
from data.visibility import Role
from indexer.decide import AlertLevel
from indexer.engine import Engine
from indexer.explain import EvidenceKind, EvidenceUnavailable, evidence_image
from service.finding import WordCorrection
from service.in_hand import NOTHING_SAID, InHand
from service.records.asking import LISTED
from service.records.comparing import compare_first
from service.records.kept_photos import KeptPhotos, PhotoNoLongerKept
from service.records.kept_pictures import KeptPictures
from service.records.reading import KeptRecord, evidence_until, kept_candidate, photo_count
from service.records.search_record import SearchRecord
from service.records.since import Since, candidate_objects, since
from service.records.writing import record_of

CANDIDATES_LOOKED_AT = 100
DEFAULT_LIMIT = 10


class NothingToSearch(RuntimeError):
    """The index is empty. An answer from it would read as a clearance, so there is none; index first."""


class SearchNotFound(LookupError):
    """No search has this id."""


class CandidateNotFound(LookupError):
    """The search has no candidate of this rank."""


@dataclass(frozen=True, slots=True)
class UploadedPhoto:
    """A photo as it arrived: bytes of unknown content, and the name its sender gave it."""

    data: bytes
    name: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of a searched photo (JPEG), and for how many whole seconds it may still be shown."""

    jpeg: bytes
    seconds: int


class SearchDesk:
    """Searches photos of one object and keeps the record of each search.

    ``engine`` gives the engine that serves at this moment. ``kept`` may be None: then no evidence can be
    drawn later. Safe for use by several threads.
    """

    def __init__(
        self,
        register: Register,
        intake: IntakePool,
        log: SearchLog,
        engine: Callable[[], Engine],
        kept: KeptPhotos | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._register = register
        self._intake = intake
        self._log = log
        self._engine = engine
        self._kept = kept
        self._pictures = KeptPictures(kept) if kept else None
        self._now = now

    def search(
        self,
        photos: Iterable[UploadedPhoto],
        limit: int = DEFAULT_LIMIT,
        level: AlertLevel = AlertLevel.dealer,
        role: Role = Role.public,
        actor: Actor | None = None,
        known: InHand = NOTHING_SAID,
    ) -> SearchRecord:
        """Search with the photos of one object; at most ``limit`` candidates, surest first, decided at ``level``.

        The record holds what ``role`` sees of the objects. The audit trail says that ``actor`` has searched, or
        without one whoever acts on the register. ``known``: what is known of the object in hand.
        ``photos`` is read one at a time, so that no more than one upload is in memory.
        Raises PhotoRejected (data.intake), FieldHidden (data.finding) for a field that the role does not see,
        NothingToSearch, IndexUnusable (indexer.engine).
        """
        engine = self._engine()
        _refuse_empty(engine)
        Reader(self._register, role).demand_asked(known.filters)
        return self.answer(self._take_in(iter(photos)), limit, engine, level, role, actor, known)

    def answer(
        self,
        photos: Sequence[SafePhoto],
        limit: int,
        engine: Engine,
        level: AlertLevel = AlertLevel.dealer,
        role: Role = Role.public,
        actor: Actor | None = None,
        known: InHand = NOTHING_SAID,
    ) -> SearchRecord:
        """Search with photos that intake has accepted, and keep the record."""
        reader = Reader(self._register, role)
        matching = reader.narrowed(known.filters) if known.narrow else None
        jpegs = [photo.jpeg for photo in photos]
        answer = engine.search(jpegs, CANDIDATES_LOOKED_AT, level, objects=matching.ids if matching else None)
        registered = reader.searchable({each.photograph_id for each in answer.candidates})
        found = [each for each in answer.candidates if each.photograph_id in registered][:limit]
        compared = compare_first(found, jpegs, self._register.photo_bytes)
        made_at = self._now()
        seconds = self._kept.seconds if self._kept else 0
        record = record_of(
            uuid4(),
            photos,
            answer,
            registered,
            answer.calibration,
            limit=limit,
            made_at=made_at,
            evidence_until=made_at + timedelta(seconds=seconds),
            role=role,
            compared=compared,
            known=known,
            corrections=[WordCorrection.of(each).told for each in matching.corrections] if matching else (),
            pictureless=reader.these(answer.narrowed.pictureless[:LISTED]) if answer.narrowed else (),
        )
        if self._kept:
            self._kept.keep(record.id, jpegs, made_at.timestamp())
        self._log.save(str(record.id), record.stored(), made_at, actor or self._register.actor)
        return record

    def check(self) -> None:
        """Raise what a search would fail with now: IndexUnusable, NothingToSearch, DatabaseUnavailable."""
        _refuse_empty(self._engine())
        self._register.revision()

    def kept_record(self, search_id: UUID) -> dict[str, Any]:
        """The record of an earlier search as JSON values, as it was given. Raises SearchNotFound."""
        stored = self._log.get(str(search_id))
        if stored is None:
            raise SearchNotFound(f"No search has the id {search_id}.")
        return stored

    def since(self, record: KeptRecord) -> Since:
        """What has become of the candidates of a kept record."""
        looked_at = self._now()
        return since(record, self._register.present_states(candidate_objects(record)), looked_at)

    def searched_photo(self, search_id: UUID, number: int) -> Shown:
        """A searched photo. Raises SearchNotFound, PhotoNoLongerKept."""
        record = self.kept_record(search_id)
        photos = photo_count(record)
        if number >= photos:
            raise SearchNotFound(f"The search {search_id} was made with {photos} photos.")
        kept, _ = self._keeping()
        return self._shown(kept.read(search_id, number), record, search_id, number)

    def evidence(self, search_id: UUID, rank: int, kind: EvidenceKind) -> Shown:
        """A picture that shows why a candidate was found; it is drawn once and kept as long as the photo is.

        Raises SearchNotFound, CandidateNotFound, EvidenceUnavailable (indexer.explain), PhotoNoLongerKept,
        PhotographNotFound for a registered photograph that was removed.
        """
        record = self.kept_record(search_id)
        entry = kept_candidate(record, rank)
        if entry is None:
            raise CandidateNotFound(f"The search {search_id} has no candidate of rank {rank}.")
        if not entry.has_pictures:
            raise EvidenceUnavailable(f"Candidate {rank} has no picture: its points do not fit together.")
        if not entry.lists(kind):
            raise EvidenceUnavailable(
                f"Candidate {rank} has no picture {kind.value!r}: the record lists those that there are."
            )
        _, pictures = self._keeping()
        # asked first, kept picture or not: one that was removed is handed out no more, in no picture
        self._register.photograph(entry.photograph_id)

        def draw(searched: bytes) -> bytes:
            registered = self._register.photo_bytes(entry.photograph_id)
            return evidence_image(searched, registered, entry.candidate(), kind, entry.told())

        picture = pictures.get(search_id, entry.photo, f"{rank}-{kind}", draw)
        return self._shown(picture, record, search_id, entry.photo)

    def _take_in(self, photos: Iterator[UploadedPhoto]) -> list[SafePhoto]:
        taken: list[SafePhoto] = []
        for photo in photos:
            try:
                taken.append(self._intake.take_in(photo.data, photo.name))
            except PhotoRejected as rejected:
                several = bool(taken) or next(photos, None) is not None
                raise _telling_which(rejected, photo.name, len(taken) + 1) if several else rejected from None
        return taken

    def _keeping(self) -> tuple[KeptPhotos, KeptPictures]:
        if self._kept is None or self._pictures is None:
            raise PhotoNoLongerKept("Searched photos are not kept here, so no evidence can be drawn.")
        return self._kept, self._pictures

    def _shown(self, jpeg: bytes, record: KeptRecord, search_id: UUID, number: int) -> Shown:
        """The picture, unless its time is over: by the photo that is kept, and by what the record promised."""
        kept, _ = self._keeping()
        now = self._now()
        ends = [kept.since(search_id, number) + kept.seconds]
        promised = evidence_until(record)
        if promised is not None:
            ends.append(promised.timestamp())
        left = min(ends) - now.timestamp()
        if left <= 0:
            raise PhotoNoLongerKept(f"The searched photo was shown until {promised}; its time is over.")
        return Shown(jpeg, int(left))


def _telling_which(rejected: PhotoRejected, name: str, number: int) -> PhotoRejected:
    which = f"Photo {number} ({name})" if name else f"Photo {number}"
    return PhotoRejected(rejected.code, f"{which}: {rejected.reason}", rejected.advice)


def _refuse_empty(engine: Engine) -> None:
    status = engine.status()
    if status.generation is not None and status.photographs - status.tombstones + status.live == 0:
        raise NothingToSearch("The index holds no photographs, so no search can find anything.")
