"""Decoys: what they take from a registered photo, what they show instead of it, and the truth about them."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from scripts.conditions import CONDITIONS, __main__, decoys, surroundings
from scripts.conditions.surroundings import Rim
from scripts.demo_register.noise import Pixels
from service.condition_set import check_registered, read_set
from service.evaluation import Result, TruthUnusable, name_of
from service.scoring import score_by_kind
from tests.drawing import draw_pixels, encode

KINDS = ["same_frame", "same_label", "same_wall"]
WIDTH, HEIGHT = 400, 300


def framed(seed: int, depth: float = 0.1) -> Pixels:
    """A drawn picture in a plain dark frame, `depth` of each side deep."""
    photo = np.full((HEIGHT, WIDTH, 3), (60, 30, 20), np.uint8)
    down, across = round(depth * HEIGHT), round(depth * WIDTH)
    inner = draw_pixels(seed, WIDTH - 2 * across, HEIGHT - 2 * down)
    photo[down : HEIGHT - down, across : WIDTH - across] = np.maximum(inner, 120)
    return photo


def on_a_wall(seed: int) -> Pixels:
    """A drawn picture in the left half of a photo, rough plaster in the right one."""
    rough = np.random.default_rng(seed).normal(150, 2.5, (HEIGHT, WIDTH, 1)).repeat(3, axis=2)
    photo = np.asarray(np.clip(rough, 0, 255), np.uint8)
    photo[:, : WIDTH // 2] = draw_pixels(seed, WIDTH // 2, HEIGHT)
    return photo


def alike(first: Pixels, second: Pixels) -> float:
    """Correlation of two pictures, brought to one small size in grey."""
    small = [cv2.resize(cv2.cvtColor(each, cv2.COLOR_RGB2GRAY), (48, 48), interpolation=cv2.INTER_AREA)
             for each in (first, second)]  # fmt: skip
    return float(np.corrcoef(small[0].ravel().astype(float), small[1].ravel().astype(float))[0, 1])


@pytest.mark.parametrize("depth", [0.07, 0.1, 0.13])
def test_a_frame_is_found_where_it_ends(depth: float) -> None:
    for seed in range(4):
        rim = surroundings.rim_of(framed(seed, depth))
        assert rim is not None
        assert np.allclose(rim, depth, atol=0.012)


def test_a_photo_without_a_frame_has_none() -> None:
    assert surroundings.rim_of(np.full((300, 400, 3), 128, np.uint8)) is None
    three_sides = framed(1)
    three_sides[:, -WIDTH // 5 :] = 128
    assert surroundings.rim_of(three_sides) is None
    assert surroundings.rim_of(framed(1)[:1, :1]) is None


def test_a_ground_lies_at_an_edge_and_off_the_work() -> None:
    for seed in range(4):
        photo = on_a_wall(seed)
        window = surroundings.ground_of(photo, np.random.default_rng(seed))
        assert window is not None
        x, y, width, height = window
        assert x >= WIDTH // 2 - 0.05 * width, "a twentieth may be of the work"
        assert x + width == WIDTH or y == 0 or y + height == HEIGHT
        assert 0.14 < width * height / (WIDTH * HEIGHT) < 0.26


@pytest.mark.parametrize(
    "photo", [np.full((300, 400, 3), 128, np.uint8), np.zeros((1, 1, 3), np.uint8)], ids=["blank", "a pixel"]
)
def test_where_nothing_is_to_be_seen_nothing_surrounds(photo: Pixels) -> None:
    assert not decoys.has_frame(photo)
    assert not decoys.has_label(photo)
    assert not decoys.has_wall(photo)


def test_noise_all_over_is_no_ground() -> None:
    wild = np.random.default_rng(1).integers(0, 256, (300, 400, 3), np.uint8)
    assert not decoys.has_wall(wild)
    assert decoys.has_label(wild)


@pytest.mark.parametrize("kind", KINDS)
def test_a_decoy_can_be_asked_of_any_picture(kind: str) -> None:
    pixel = np.full((1, 1, 3), 90, np.uint8)
    for pictures in ([pixel, framed(1)], [draw_pixels(1), pixel]):
        assert CONDITIONS[kind](pictures, np.random.default_rng(1)).size


def test_a_frame_holds_all_of_another_work_and_nothing_of_its_own() -> None:
    for seed in range(4):
        registered, other = framed(seed), draw_pixels(seed + 50, WIDTH, HEIGHT)
        sheet = np.asarray(decoys.in_the_frame(other, registered) * 255, np.uint8)
        assert max(sheet.shape[:2]) == 800
        middle = sheet[60:-60, 80:-80]
        assert alike(middle, other) > 0.9, "all of it is there"
        assert alike(middle, registered[30:-30, 40:-40]) < 0.6
        rim = np.concatenate([sheet[:50].reshape(-1, 3), sheet[:, :60].reshape(-1, 3)])
        assert np.abs(rim.astype(int) - (60, 30, 20)).max() < 12, "the rim is the registered photo's"


def test_a_photo_without_a_frame_lends_a_thin_rim() -> None:
    plain = np.full((300, 400, 3), 128, np.uint8)
    sheet = decoys.in_the_frame(np.zeros((30, 40, 3), np.uint8), plain)
    kept = float((sheet[:, :, 0] > 0.4).mean())
    assert kept == pytest.approx(1 - (1 - 2 * decoys.THIN_RIM) ** 2, abs=0.02)
    assert max(Rim(*[decoys.THIN_RIM] * 4)) < surroundings.RIM_DEPTH[1]


@pytest.mark.parametrize("size", [(400, 300), (300, 400), (110, 330)])
def test_a_label_is_3_to_6_percent_at_most_half_as_large_again(size: tuple[int, int]) -> None:
    registered = draw_pixels(3, *size)
    whole = size[0] * size[1] * (800 / max(size)) ** 2
    shares = [
        decoys.label_for(registered, np.random.default_rng(seed))[:, :, 0].size / whole for seed in range(12)
    ]
    assert min(shares) > 0.025
    assert max(shares) < 0.062 * 1.5**2
    assert max(shares) > min(shares) * 1.2, "its size varies"


def test_a_wall_is_the_registered_photos_ground() -> None:
    registered = on_a_wall(2)
    for stretched in (True, False):
        wall = decoys.behind(registered, 320, 240, stretched=stretched)
        assert wall.shape == (240, 320, 3)
        assert abs(float(wall.mean()) * 255 - 150) < 6
        assert 0.003 < float(wall.std()) < 0.06


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of 4 framed pictures and 4 on walls, a pool of 24 others."""
    folder = tmp_path_factory.mktemp("photos")
    for name in ("register", "pool"):
        (folder / name).mkdir()
    for number in range(4):
        (folder / "register" / f"framed-{number}.png").write_bytes(encode(framed(number), ".png"))
        (folder / "register" / f"wall-{number}.png").write_bytes(encode(on_a_wall(10 + number), ".png"))
    for number in range(100, 124):
        (folder / "pool" / f"{number}.jpg").write_bytes(encode(draw_pixels(number, 240, 200)))
    return folder


def make(folders: Path, out: Path, *more: str, unknown: int = 3) -> int:
    asked = [str(out), "--register", str(folders / "register"), "--pool", str(folders / "pool")]
    return __main__.main([*asked, "--known", "2", "--unknown", str(unknown), "--seed", "4", *more])


ONLY = [word for kind in KINDS for word in ("--only", kind)]


@pytest.fixture(scope="module")
def made(folders: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "set"
    assert make(folders, out, *ONLY, "--only", "thumbnail") == 0
    return out


def rows(made: Path) -> list[dict[str, str]]:
    with (made / "truth.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_decoys_show_nothing_registered_and_name_both_photos(made: Path) -> None:
    left_out = (made / "left_out.csv").read_text(encoding="utf-8").splitlines()
    table = [row for row in rows(made) if row["kind"] in KINDS]
    assert [row["query"] for row in table] == [
        f"{kind}/unknown-{number:04}.jpg" for kind in KINDS for number in range(3)
    ]
    for row in table:
        assert row["registry"] == ""
        assert row["source"] in left_out
        assert row["decoy_of"] not in left_out
        assert (made / row["source"]).is_file()
        assert (made / row["decoy_of"]).is_file()
        if row["kind"] == "same_frame":
            assert "/framed-" in row["decoy_of"]
    assert {path.relative_to(made).as_posix() for path in made.rglob("*.jpg")} == {
        row["query"] for row in rows(made)
    }
    assert not any(row["decoy_of"] for row in rows(made) if row["kind"] == "thumbnail")


def test_the_same_seed_makes_the_same_decoys_and_leaves_out_the_same(
    made: Path, folders: Path, tmp_path: Path
) -> None:
    out = made.parent / "again"
    assert make(folders, out, "--only", "same_label") == 0
    assert (out / "left_out.csv").read_bytes() == (made / "left_out.csv").read_bytes()
    for path in (out / "same_label").iterdir():
        assert path.read_bytes() == (made / "same_label" / path.name).read_bytes()


def test_where_frames_are_few_one_serves_again(folders: Path, tmp_path: Path) -> None:
    assert make(folders, tmp_path / "set", "--only", "same_frame", unknown=6) == 0
    table = rows(tmp_path / "set")
    assert len(table) == 6
    assert 1 <= len({row["decoy_of"] for row in table}) <= 4
    assert len({row["source"] for row in table}) == 6


def test_decoys_without_any_surroundings_are_refused(
    folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bare").mkdir()
    asked = [str(tmp_path / "set"), "--register", str(tmp_path / "bare"), "--only", "same_wall"]
    assert __main__.main([*asked, "--unknown", "0"]) == 0, "none are asked for"
    (tmp_path / "bare" / "one.jpg").write_bytes(encode(draw_pixels(1, 240, 200)))
    asked[0] = str(tmp_path / "other")
    assert __main__.main([*asked, "--pool", str(folders / "pool"), "--unknown", "0"]) == 0
    pool = tmp_path / "pool"
    pool.mkdir()
    rng = np.random.default_rng(1)
    for number in range(6):
        coarse = np.repeat(np.repeat(rng.integers(0, 256, (20, 24, 3), np.uint8), 10, 0), 10, 1)
        (pool / f"{number}.png").write_bytes(encode(coarse, ".png"))
    asked[0] = str(tmp_path / "none")
    assert __main__.main([*asked, "--pool", str(pool), "--unknown", "1"]) == 2
    assert "Decoys need registered photos with a frame" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_a_set_is_read_with_its_decoys(made: Path, folders: Path) -> None:
    found = read_set(made)
    assert set(found.decoy_of) == {query for query, true in found.truth.items() if true.kind in KINDS}
    assert not any(found.truth[query].shows for query in found.decoy_of)
    registered = [
        name_of(path, made) for folder in ("register", "pool") for path in (folders / folder).iterdir()
    ]
    check_registered(found, registered)
    borrowed = next(iter(found.decoy_of.values()))
    with pytest.raises(TruthUnusable, match="are in none of the given folders"):
        check_registered(found, [name for name in registered if name != borrowed])


def test_kinds_without_known_queries_are_scored_by_their_alarms(made: Path) -> None:
    truth = {query: true for query, true in read_set(made).truth.items() if true.kind in KINDS}
    results = [Result(query, "match" if "0000" in query else "none", 1.0, ()) for query in truth]
    for each in score_by_kind(truth, results):
        assert (each.known, each.recall, each.pair_recall, each.alarmed_known) == (0, None, None, None)
        assert each.alarmed_unknown == pytest.approx(1 / 3)


def test_a_decoy_of_something_that_is_left_out_is_refused(made: Path, tmp_path: Path) -> None:
    (tmp_path / "query.jpg").write_bytes(b"")
    (tmp_path / "truth.csv").write_text(
        "query,registry,kind,decoy_of\nquery.jpg,,same_wall,photo.jpg\n", encoding="utf-8"
    )
    (tmp_path / "left_out.csv").write_text("photo\nphoto.jpg\n", encoding="utf-8")
    with pytest.raises(TruthUnusable, match=r"says that photo\.jpg is registered"):
        read_set(tmp_path)
