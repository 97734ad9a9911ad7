"""Hard conditions: what each makes of a picture, and a set whose unknown works are registered nowhere."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from scripts.conditions import CONDITIONS, Condition, __main__, cuts, make, places, prints, sources
from scripts.conditions.camera import fitted
from scripts.demo_register.noise import Pixels
from tests.drawing import draw_photo, draw_pixels, encode

EACH = list(CONDITIONS.values())
NAMES = ["grey_archive", "fragment", "thumbnail", "mirrored", "turned", "dark_glare"]
NAMES += ["small_in_room", "overpainted", "page", "screen", "heavy_frame", "damage"]
DECOYS = ["same_frame", "same_label", "same_wall"]


def pictures(condition: Condition, seed: int = 1) -> list[Pixels]:
    return [draw_pixels(seed + number, 320, 240) for number in range(condition.pictures)]


def changed(condition: Condition, seed: int = 5) -> Pixels:
    return condition(pictures(condition), np.random.default_rng(seed))


def ways_alike(first: Pixels, second: Pixels) -> float:
    """Correlation of two pictures, brought to one small size in grey."""
    small = [cv2.resize(cv2.cvtColor(each, cv2.COLOR_RGB2GRAY), (48, 48), interpolation=cv2.INTER_AREA)
             for each in (first, second)]  # fmt: skip
    return float(np.corrcoef(small[0].ravel().astype(float), small[1].ravel().astype(float))[0, 1])


def test_every_condition_is_there() -> None:
    assert list(CONDITIONS) == NAMES + DECOYS
    assert [condition.name for condition in EACH if condition.surrounds] == DECOYS
    assert {condition.name: condition.works for condition in EACH if condition.works > 1} == {"page": 4}


@pytest.mark.parametrize("condition", EACH, ids=list(CONDITIONS))
def test_a_condition_changes_the_picture_and_depends_on_the_generator_alone(condition: Condition) -> None:
    before = pictures(condition)
    kept = [picture.copy() for picture in before]
    first = condition(before, np.random.default_rng(5))
    assert first.dtype == np.uint8
    assert first.ndim == 3
    assert first.shape[2] == 3
    assert all(np.array_equal(*pair) for pair in zip(before, kept, strict=True)), "the source stays as it was"
    assert first.shape != before[0].shape or not np.array_equal(first, before[0])
    assert 5 < first.mean() < 250
    assert first.std() > 4
    assert np.array_equal(first, changed(condition))
    other = changed(condition, 6)
    assert other.shape != first.shape or not np.array_equal(other, first)


@pytest.mark.parametrize("shape", [(320, 110), (110, 320), (240, 240)])
@pytest.mark.parametrize("condition", EACH, ids=list(CONDITIONS))
def test_a_condition_takes_pictures_of_any_shape(condition: Condition, shape: tuple[int, int]) -> None:
    given = [draw_pixels(number, *shape) for number in range(condition.pictures)]
    assert condition(given, np.random.default_rng(3)).size


@pytest.mark.parametrize("condition", EACH, ids=list(CONDITIONS))
def test_a_condition_refuses_what_it_cannot_show(condition: Condition) -> None:
    with pytest.raises(ValueError, match=f"shows {condition.pictures} pictures at once, not 0"):
        condition([], np.random.default_rng(1))
    with pytest.raises(ValueError, match=f"at once, not {condition.pictures + 1}"):
        condition([*pictures(condition), draw_pixels(9)], np.random.default_rng(1))
    grey = [np.zeros((9, 9), np.uint8)] * condition.pictures
    with pytest.raises(ValueError, match="RGB pictures of 8 bits"):
        condition(grey, np.random.default_rng(1))


def test_a_thumbnail_has_150_pixels() -> None:
    for seed in range(5):
        assert max(changed(CONDITIONS["thumbnail"], seed).shape[:2]) == 150


def test_a_fragment_is_about_a_fifth() -> None:
    for seed, size in enumerate([(320, 240), (240, 320), (864, 600), (320, 110)]):
        part = cuts.cut_out(draw_pixels(seed, *size), np.random.default_rng(seed))
        assert 0.15 < part.shape[0] * part.shape[1] / (size[0] * size[1]) < 0.26


@pytest.mark.parametrize("shape", [(320, 240), (240, 320), (300, 110), (110, 300)])
def test_a_work_in_a_room_takes_4_to_10_percent_and_is_whole(shape: tuple[int, int]) -> None:
    for seed in range(6):
        photo, corners = places.room_photo(draw_pixels(seed, *shape), np.random.default_rng(seed))
        assert sorted(photo.shape[:2]) == [825, 1100]
        assert 0.04 < cv2.contourArea(corners) / (1100 * 825) < 0.10
        assert corners.min() >= 0
        assert (corners <= (photo.shape[1], photo.shape[0])).all()


def test_a_work_in_a_room_is_where_it_is_said_to_be() -> None:
    picture = draw_pixels(8, 320, 240)
    photo, corners = places.room_photo(picture, np.random.default_rng(8))
    source = np.array([[0, 0], [320, 0], [320, 240], [0, 240]], np.float32)
    back = cv2.getPerspectiveTransform(corners, source)
    seen = np.asarray(cv2.warpPerspective(photo, back, (320, 240)), np.uint8)
    assert ways_alike(seen, picture) > 0.9


def test_a_mirrored_picture_is_mirrored() -> None:
    picture = draw_pixels(2, 320, 240)
    seen = CONDITIONS["mirrored"]([picture], np.random.default_rng(2))
    assert ways_alike(seen, np.ascontiguousarray(picture[:, ::-1])) > 0.7
    assert ways_alike(seen, np.ascontiguousarray(picture[:, ::-1])) > ways_alike(seen, picture)


def test_a_quarter_turn_is_a_turn() -> None:
    picture = draw_pixels(3, 320, 240)
    alike = [
        max(ways_alike(cuts.turned(picture, np.random.default_rng(seed)), np.rot90(picture, times).copy())
            for times in (1, 2, 3))
        for seed in range(8)
    ]  # fmt: skip
    assert max(alike) > 0.9
    assert min(alike) < 0.8, "not every turn is a quarter"


def test_an_archive_print_is_grey_and_has_a_screen() -> None:
    plate = prints.tone(np.random.default_rng(1), fitted(draw_pixels(4), 600))
    assert plate.ndim == 2
    bare = prints.screened(np.random.default_rng(1), np.full((300, 300), 0.5, np.float32), 5.0)
    peaks = np.abs(np.fft.fft2(bare - bare.mean()))
    row, column = np.unravel_index(int(peaks.argmax()), peaks.shape)
    cycles = np.hypot(min(row, 300 - row), min(column, 300 - column)) / 300
    assert 4.3 < 1 / cycles < 5.7, "the dots lie as far apart as asked"
    seen = changed(CONDITIONS["grey_archive"])
    middle = seen[seen.shape[0] // 3 : -seen.shape[0] // 3, seen.shape[1] // 3 : -seen.shape[1] // 3].astype(
        int
    )
    assert np.ptp(middle.mean(axis=(0, 1))) < 40


def test_a_dark_photo_is_dark_and_glares() -> None:
    for seed in range(6):
        seen = changed(CONDITIONS["dark_glare"], seed)
        assert np.median(seen) < 120
        assert seen.max() > 235


def test_alike_photos_hash_alike() -> None:
    picture = draw_pixels(5)
    hashes = [sources.perceptual_hash(each) for each in (
        picture,
        np.asarray(cv2.resize(picture, (200, 150), interpolation=cv2.INTER_AREA), np.uint8),
        draw_pixels(6),
    )]  # fmt: skip
    assert (hashes[0] ^ hashes[1]).bit_count() <= sources.NEAR < (hashes[0] ^ hashes[2]).bit_count()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of 10, a pool of two folders of 20 with duplicates, and one that may not be used."""
    folder = tmp_path_factory.mktemp("photos")
    for name, numbers in (
        ("register", range(10)),
        ("pool/one", range(100, 120)),
        ("pool/two", range(200, 220)),
        ("pool/egypt", range(300, 305)),
    ):
        (folder / name).mkdir(parents=True)
        for number in numbers:
            (folder / name / f"{number}.jpg").write_bytes(draw_photo(number, 240, 200))
    for number in range(100, 120):  # every other photo of `one` lies there again, as it is or smaller
        if number % 2:
            shutil.copy(folder / "pool/one" / f"{number}.jpg", folder / "pool" / f"again-{number}.jpg")
        else:
            small = np.asarray(cv2.resize(draw_pixels(number, 240, 200), (180, 150)), np.uint8)
            (folder / "pool" / f"small-{number}.jpg").write_bytes(encode(small, quality=60))
    shutil.copy(folder / "register/0.jpg", folder / "pool/two/registered.jpg")
    (folder / "pool" / "broken.jpg").write_bytes(b"no photo")
    (folder / "register" / "blank.jpg").write_bytes(encode(np.full((200, 240, 3), 130, np.uint8)))
    (folder / "pool" / "tiny.jpg").write_bytes(draw_photo(400, 60, 50))
    return folder


def arguments(folders: Path, out: Path, *more: str) -> list[str]:
    return [str(out), "--register", str(folders / "register"), "--pool", str(folders / "pool"), *more]


SMALL = ("--known", "3", "--unknown", "3", "--seed", "4")
TWO = (*SMALL, "--only", "thumbnail", "--only", "page")


@pytest.fixture(scope="module")
def made(folders: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "set"
    assert __main__.main(arguments(folders, out, *TWO)) == 0
    return out


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_set_says_what_its_queries_show(made: Path, folders: Path) -> None:
    rows = table(made / "truth.csv")
    assert list(rows[0]) == ["query", "registry", "kind", "source", "decoy_of"]
    assert not any(row["decoy_of"] for row in rows)
    expected = {
        f"{kind}/{word}-{number:04}.jpg": works
        for kind, works in (("thumbnail", 1), ("page", 4))
        for word in ("known", "unknown")
        for number in range(3)
    }
    assert Counter(row["query"] for row in rows) == expected
    assert {path.relative_to(made).as_posix() for path in made.rglob("*.jpg")} == set(expected)
    for row in rows:
        assert row["query"].startswith(row["kind"] + "/")
        assert (made / row["source"]).is_file()
        assert row["registry"] == (row["source"] if "/known-" in row["query"] else "")
    known = {row["source"].split("/")[-2] for row in rows if row["registry"]}
    assert known == {"register", "two"}, "all of the other folder is there twice"
    assert not any(row["source"].endswith(("blank.jpg", "tiny.jpg")) for row in rows)
    pages = [[row["source"] for row in rows if row["query"] == name] for name in expected if "page" in name]
    assert all(len(set(page)) == 4 for page in pages)


def test_nothing_unknown_is_registered(made: Path, folders: Path) -> None:
    rows = table(made / "truth.csv")
    left_out = [row["photo"] for row in table(made / "left_out.csv")]
    assert len(set(left_out)) == len(left_out)
    unknown = {row["source"] for row in rows if not row["registry"]}
    assert unknown <= set(left_out)
    assert not {row["registry"] for row in rows} & set(left_out)
    registered = [path for path in folders.rglob("*.jpg") if make.name_of(path, made) not in left_out]
    contents = {path.read_bytes() for path in registered}
    for source in unknown:
        assert "egypt" not in source
        assert "/register/" not in source
        assert "registered.jpg" not in source, "it is registered under another name"
        assert (made / source).read_bytes() not in contents, "a copy stays registered"
    left_files = {Path(name).name for name in left_out}
    for number in range(100, 120):
        copy = f"again-{number}.jpg" if number % 2 else f"small-{number}.jpg"
        assert (copy in left_files) == (f"{number}.jpg" in left_files)
    assert len([source for source in unknown if "/pool/" in source]) == len(unknown)


def test_the_same_seed_makes_the_same_set_and_only_makes_less_of_it(
    made: Path, folders: Path, tmp_path: Path
) -> None:
    assert __main__.main(arguments(folders, tmp_path / "again", *SMALL, "--only", "thumbnail")) == 0
    for path in (tmp_path / "again" / "thumbnail").iterdir():
        assert path.read_bytes() == (made / "thumbnail" / path.name).read_bytes()
    assert __main__.main(arguments(folders, tmp_path / "other", *SMALL[:4], "--only", "thumbnail")) == 0
    pictures = {path.read_bytes() for path in (tmp_path / "other" / "thumbnail").iterdir()}
    assert pictures != {path.read_bytes() for path in (made / "thumbnail").iterdir()}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            ("--unknown", "60", "--only", "thumbnail"),
            "60 photos that are not registered are needed, and only",
        ),
        (
            ("--known", "1", "--unknown", "9", "--only", "page"),
            "36 photos that are not registered are needed, and only",
        ),
        (
            ("--unknown", "0", "--known", "90", "--only", "damage"),
            "90 registered photos are needed, and only",
        ),
    ],
)
def test_too_few_photos_are_refused_before_anything_is_written(
    folders: Path, tmp_path: Path, more: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert __main__.main(arguments(folders, tmp_path / "out", *more)) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "--pool" in said
    assert not (tmp_path / "out").exists()


def test_folders_that_will_not_do_are_refused(
    folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "something.txt").write_text("mine", encoding="utf-8")
    assert __main__.main(arguments(folders, tmp_path, *TWO)) == 2
    assert "is not empty. Name another folder" in capsys.readouterr().err
    assert __main__.main([str(tmp_path / "out"), "--register", str(tmp_path / "no")]) == 2
    assert f"There is no folder {tmp_path / 'no'}" in capsys.readouterr().err
    for wrong in (["--only", "sunny"], ["--known", "-1"]):
        with pytest.raises(SystemExit):
            __main__.main(arguments(folders, tmp_path / "out", *wrong))
