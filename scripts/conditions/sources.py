"""Photos to make queries from: found in folders, told apart, and chosen so that nothing unknown stays registered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from scripts.demo_register.noise import Pixels, as_float, blur

SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"))
NO_SOURCE = frozenset(("egypt",))
"""Folders whose photos are only ever distractors: they show the same statues many times over."""
NEAR = 14
"""Hashes of photos of one picture differ in at most this many of their 64 bits; some of other pictures do too."""
SMALLEST = 110
"""A source's shorter side, pixels, is at least this."""
LONGEST_SHAPE = 3.2
"""A source's longer side is at most this many times its shorter one: a fifth of a longer scroll is a mere strip."""
EMPTY = 2.0
"""Grey levels, of 255: a source in which less than this differs from what is around it shows nothing to find."""
Progress = Callable[[int, int], None]


class TooFewPhotos(ValueError):
    """There are not enough photos to make the set from; the text says how many are missing, and what to do."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo on disk. `group`: the folder it was found under. `usable`: queries may be made from it."""

    path: Path
    group: str
    digest: bytes
    hash: int
    usable: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """From what queries are made.

    known     groups of photos that stay registered, the register's own first
    unknown   photos that must not be registered
    left_out  those, and every photo that is or looks the same
    """

    known: Sequence[Sequence[Photo]]
    unknown: Sequence[Photo]
    left_out: Sequence[Photo]


def read(path: Path) -> Pixels | None:
    """A photo upright as RGB (h, w, 3); None where it cannot be read."""
    data = np.fromfile(path, np.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB) if data.size else None
    return None if picture is None else np.asarray(picture, np.uint8)


def perceptual_hash(picture: Pixels) -> int:
    """64 bits about what a picture (h, w, 3) looks like: signs of its lowest 8x8 DCT terms against their median.

    The pHash of Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010).
    """
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    small = as_float(cv2.resize(grey, (32, 32), interpolation=cv2.INTER_AREA))
    low = np.asarray(cv2.dct(small))[1:9, 1:9].ravel()
    return int.from_bytes(np.packbits(low > np.median(low)).tobytes())


def find(folders: Sequence[Path], progress: Progress) -> list[list[Photo]]:
    """The readable photos in each folder and below, sorted; a photo that lies in several counts for the first."""
    found: list[list[tuple[Path, str]]] = []
    seen: set[Path] = set()
    for folder in folders:
        inside = sorted(
            path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()
        )
        new = [path for path in inside if not path.name.startswith(".") and path.resolve() not in seen]
        seen.update(path.resolve() for path in new)
        found.append([(path, _group(path, folder)) for path in new])
    total, done = sum(map(len, found)), 0
    photos: list[list[Photo]] = []
    for paths in found:
        photos.append([])
        for path, group in paths:
            photos[-1] += filter(None, [_described(path, group)])
            done += 1
            progress(done, total)
    return photos


def _group(path: Path, folder: Path) -> str:
    below = path.relative_to(folder).parts
    return below[0] if len(below) > 1 else folder.resolve().name


def _described(path: Path, group: str) -> Photo | None:
    picture = read(path)
    if picture is None:
        return None
    short, long = sorted(picture.shape[:2])
    fit = short >= SMALLEST and long <= LONGEST_SHAPE * short and _contrast(picture) >= EMPTY
    digest = hashlib.sha256(path.read_bytes()).digest()
    return Photo(path, group, digest, perceptual_hash(picture), fit and group not in NO_SOURCE)


def _contrast(picture: Pixels) -> float:
    """How much stands out of a picture (h, w, 3) at 64 px: standard deviation from its surroundings, grey levels."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    small = as_float(cv2.resize(grey, (64, 64), interpolation=cv2.INTER_AREA))
    return float(np.std(small - blur(small, 4.0)))


class Likenesses:
    """Which photos are, or look like, the same."""

    def __init__(self, photos: Sequence[Photo]) -> None:
        self._photos = photos
        self._hashes = np.array([photo.hash for photo in photos], np.uint64)
        self._same: dict[bytes, list[int]] = {}
        for number, photo in enumerate(photos):
            self._same.setdefault(photo.digest, []).append(number)

    def of(self, photo: Photo) -> list[Photo]:
        """Byte for byte equal or near in what they look like; the photo itself among them."""
        apart: npt.NDArray[np.uint8] = np.bitwise_count(self._hashes ^ np.uint64(photo.hash))
        near = set(np.flatnonzero(apart <= NEAR).tolist()) | set(self._same[photo.digest])
        return [self._photos[number] for number in sorted(near)]


def choose(photos: Sequence[Sequence[Photo]], unknown: int, most: int, rng: np.random.Generator) -> Choice:
    """Part photos (the register's first, then each pool's) into those that stay registered and those that do not.

    At least `unknown` and at most `most` unregistered ones are chosen, folder by folder in turn, no more than half
    of any folder; none looks like a photo of the register. Known photos look like no other photo, for which of two
    equal ones a search finds first says nothing. Raises TooFewPhotos.
    """
    likenesses = Likenesses([photo for folder in photos for photo in folder])
    register = {photo.path for photo in photos[0]}
    pools = _grouped([photo for folder in photos[1:] for photo in folder])
    halves = [_shuffled(group, rng)[: len(group) // 2] for group in pools]
    chosen: list[Photo] = []
    left_out: dict[Path, Photo] = {}
    for photo in in_turn(halves):
        alike = likenesses.of(photo)
        if (
            len(chosen) < most
            and photo.path not in left_out
            and not any(each.path in register for each in alike)
        ):
            chosen.append(photo)
            left_out |= {each.path: each for each in alike}
    if len(chosen) < unknown:
        raise TooFewPhotos(
            f"{unknown} photos that are not registered are needed, and only {len(chosen)} of the pools will do "
            f"(large and rich enough, unlike any of the register, at most half of a folder, none of "
            f"{', '.join(sorted(NO_SOURCE))}). Name another --pool, or ask for fewer with --unknown."
        )
    groups = [[photo for photo in photos[0] if photo.usable], *pools]
    known = [
        [each for each in group if len(likenesses.of(each)) == 1 and each.path not in left_out]
        for group in groups
    ]
    return Choice(known, chosen, sorted(left_out.values(), key=lambda each: each.path))


def _grouped(photos: Iterable[Photo]) -> list[list[Photo]]:
    groups: dict[str, list[Photo]] = {}
    for photo in photos:
        if photo.usable:
            groups.setdefault(photo.group, []).append(photo)
    return list(groups.values())


def known_in_turn(choice: Choice, rng: np.random.Generator) -> list[Photo]:
    """All registered photos: every other one from the register, the rest from the pools' folders in turn."""
    register, *pools = [_shuffled(group, rng) for group in choice.known]
    return list(in_turn([register, list(in_turn(pools))]))


def take_known(choice: Choice, count: int, rng: np.random.Generator) -> list[Photo]:
    """The first `count` registered photos in turn. Raises TooFewPhotos."""
    photos = known_in_turn(choice, rng)
    if len(photos) < count:
        raise TooFewPhotos(
            f"{count} registered photos are needed, and only {len(photos)} will do "
            "(large and rich enough, unlike any other). Name a larger --register or another --pool, "
            "or ask for fewer with --known."
        )
    return photos[:count]


def take_surrounding(
    choice: Choice, count: int, surrounds: Callable[[Pixels], bool], rng: np.random.Generator
) -> list[Photo]:
    """The first `count` registered photos in turn that have such surroundings; again from the first where they end.

    Raises TooFewPhotos where there is none at all.
    """
    fit: list[Photo] = []
    for photo in known_in_turn(choice, rng) if count else ():
        picture = read(photo.path)
        if picture is not None and surrounds(picture):
            fit.append(photo)
        if len(fit) == count:
            break
    if count and not fit:
        raise TooFewPhotos(
            "Decoys need registered photos with a frame, something to print as a label, or a plain ground, and none "
            "of those found will do. Name a larger --register or another --pool, or make other conditions with --only."
        )
    return [fit[number % len(fit)] for number in range(count)]


def take_unknown(choice: Choice, count: int, rng: np.random.Generator) -> list[Photo]:
    """`count` photos that are not registered. There are as many, for `choose` was asked for them."""
    return _shuffled(choice.unknown, rng)[:count]


def _shuffled(photos: Sequence[Photo], rng: np.random.Generator) -> list[Photo]:
    return [photos[number] for number in rng.permutation(len(photos))]


def in_turn(groups: Sequence[Sequence[Photo]]) -> Iterator[Photo]:
    """One of each group, then the next of each, until all have ended."""
    for number in range(max(map(len, groups), default=0)):
        yield from (group[number] for group in groups if number < len(group))
