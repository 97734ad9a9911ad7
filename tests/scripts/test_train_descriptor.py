"""The training of the descriptor: what it draws, what it asks, and that it learns and goes on."""

import csv
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import pytest
import torch

from models.onnx_patches import OnnxPatchDescriptor
from scripts.demo_register import draw_object
from scripts.train_descriptor import losses, views
from scripts.train_descriptor.batches import DRAWN, Batches
from scripts.train_descriptor.bundling import bundle, tower
from scripts.train_descriptor.network import Network, padded
from scripts.train_descriptor.pictures import Pictures, read_pictures, read_same
from scripts.train_descriptor.settings import BUNDLED, Settings, load
from scripts.train_descriptor.solids import Family, Stand, family, seen, solid
from scripts.train_descriptor.surfaces import square
from scripts.train_descriptor.training import CHECKPOINT, LOG, Training
from tests.drawing import draw_pixels, encode

SIDE = 64


def small(**changes: object) -> Settings:
    """The settings of the bundled descriptor, for a run of a minute."""
    run: dict[str, Any] = {
        "objects": 24,
        "steps": 60,
        "warm_up": 5,
        "checkpoint": 20,
        "judge": 60,
        "averaging": 0.9,
    }
    run |= {"held_out": 0.25, "backbone_rate": 5e-4, "frozen": 0, **changes}
    parts = {
        name: {key: run.get(key, value) for key, value in values.items()}
        for name, values in load().as_dict().items()
    }
    parts["views"]["side"] = changes.get("side", SIDE)
    return Settings.model_validate(parts)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hundred drawn pictures, and a table by which three show one object and two may."""
    folder = tmp_path_factory.mktemp("pictures")
    for seed in range(200):
        (folder / f"{seed:03}.jpg").write_bytes(encode(draw_pixels(seed, 160, 120)))
    with (folder / "same.csv").open("w", newline="", encoding="utf-8") as lines:
        rows = csv.writer(lines)
        rows.writerow(("photo", "object"))
        rows.writerows([("000.jpg", "head"), ("001.jpg", "head"), ("002.jpg", "head")])
        rows.writerows([("003.jpg", "?vase"), ("004.jpg", "?vase")])
    return folder


@pytest.fixture(scope="module")
def pictures(folder: Path) -> Pictures:
    settings = small()
    return read_pictures(folder, settings.data.held_out, 128, read_same(folder / "same.csv"))


def judged(run: Path) -> list[dict[str, float]]:
    """What the log says of held-out pictures, in order of step."""
    rows = [json.loads(line) for line in (run / LOG).read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if "both" in row]


def test_a_run_finds_more_held_out_pictures_than_imagenet_does(tmp_path: Path) -> None:
    """On a processor alone, on two hundred drawn objects."""
    for number in range(200):
        drawn = draw_object(3, number).views[0].pixels
        scale = 160 / max(drawn.shape[:2])
        picture = cv2.resize(drawn, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(tmp_path / f"{number:03}.png"), picture[:, :, ::-1])
    pictures = read_pictures(tmp_path, small().data.held_out, 128, {})
    settings = small(steps=50, judge=50, objects=32, solids=0.0, statues=0.0, side=80)
    Training(tmp_path / "run", pictures, settings, lambda _: None, workers=0).run()
    before, after = judged(tmp_path / "run")
    assert after["step"] == 50
    assert after["both"] > before["both"] + 0.05
    assert after["learned"] > before["learned"] + 0.05


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(pictures: Pictures, tmp_path: Path) -> None:
    settings = small(steps=4, judge=100, objects=6, checkpoint=1)
    whole = Training(tmp_path / "whole", pictures, settings, lambda _: None, workers=0).run()
    said: list[str] = []
    halves = Training(tmp_path / "halves", pictures, settings, said.append, workers=0)
    halves.run(until=2)
    assert (tmp_path / "halves" / CHECKPOINT).exists()
    gone_on = halves.run()
    assert "goes on from step 2" in said
    for (name, one), (_, other) in zip(whole.named_parameters(), gone_on.named_parameters(), strict=True):
        assert torch.equal(one, other), name


def test_a_run_does_not_go_on_with_other_settings(pictures: Pictures, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(
        json.dumps(small(seed=2).trained_by(), indent=2), encoding="utf-8"
    )
    with pytest.raises(ValueError, match="holds a run of other settings"):
        Training(tmp_path, pictures, small(), lambda _: None).run()


def test_a_batch_follows_from_seed_and_step(pictures: Pictures) -> None:
    one, again = Batches(pictures, small())[3], Batches(pictures, small())[3]
    assert np.array_equal(one.views, again.views)
    assert not np.array_equal(one.views, Batches(pictures, small())[4].views)
    assert not np.array_equal(one.views, Batches(pictures, small(seed=2))[3].views)


def test_a_batch_holds_two_views_of_each_object(pictures: Pictures) -> None:
    batch = Batches(pictures, small())[0]
    half = len(batch.views) // 2
    assert batch.views.shape == (48, SIDE, SIDE, 3)
    assert np.array_equal(batch.groups[:half], batch.groups[half:])
    drawn = batch.rows == DRAWN
    assert drawn.sum() == 2 * round(small().views.solids * 24)
    assert len(set(batch.groups[drawn].tolist())) == drawn.sum() // 2
    statues = np.array([row != DRAWN and pictures.objects[row] == "head" for row in batch.rows])
    assert statues.any()
    assert len(set(batch.groups[statues].tolist())) == 1


def test_held_out_objects_are_never_in_a_batch(pictures: Pictures) -> None:
    held = {at for at, kept in enumerate(pictures.held) if kept}
    assert 20 < len(held) < 90
    for step in range(20):
        assert not held & set(Batches(pictures, small())[step].rows.tolist())


def test_photos_of_one_object_are_held_out_together(folder: Path) -> None:
    for share in (0.2, 0.5, 0.8):
        pictures = read_pictures(folder, share, 64, read_same(folder / "same.csv"))
        assert (
            len({kept for name, kept in zip(pictures.objects, pictures.held, strict=True) if name == "head"})
            == 1
        )


def test_pictures_that_may_show_one_object_are_neither_the_same_nor_different() -> None:
    vectors = torch.nn.functional.normalize(
        torch.tensor([[1.0, 0.0], [0.9, 0.1], [1.0, 0.05], [0.95, 0.1]]), dim=1
    )
    groups = torch.tensor([0, 0, 1, 1])
    apart = losses.contrast(vectors, groups, torch.tensor([-1, -2, -3, -4]), 0.1)
    unsure = losses.contrast(vectors, groups, torch.tensor([7, 7, 7, 7]), 0.1)
    assert unsure.item() == pytest.approx(0, abs=1e-6)
    assert apart.item() > 0.5


def test_contrast_falls_where_views_of_one_object_come_nearer() -> None:
    groups, doubts = torch.tensor([0, 1, 0, 1]), torch.tensor([-1, -2, -3, -4])
    mixed = torch.nn.functional.normalize(
        torch.tensor([[1.0, 0.0], [0.9, 0.4], [0.4, 0.9], [0.0, 1.0]]), dim=1
    )
    right = mixed[[0, 3, 1, 2]]
    assert losses.contrast(right, groups, doubts, 0.1) < losses.contrast(mixed, groups, doubts, 0.1)


def test_a_view_is_held_to_the_clean_picture_that_it_shows() -> None:
    clean = torch.eye(3)
    nobody = torch.eye(3, dtype=torch.bool)
    own = losses.near_clean(clean, torch.arange(3), clean, nobody, 0.1)
    other = losses.near_clean(clean, torch.tensor([1, 2, 0]), clean, nobody, 0.1)
    assert own < 0.01 < 5 < other
    unsure = losses.near_clean(clean[:1], torch.tensor([1]), clean, torch.ones(3, 3, dtype=torch.bool), 0.1)
    assert unsure.item() == pytest.approx(0, abs=1e-6)
    drawn = losses.near_clean(clean, torch.tensor([0, DRAWN, 2]), clean, nobody, 0.1)
    assert drawn.item() == pytest.approx(own.item(), abs=1e-4)


def test_spread_descriptors_cost_less_than_crowded_ones() -> None:
    crowded = torch.nn.functional.normalize(torch.tensor([[1.0, 0.0], [1.0, 0.01], [1.0, 0.02]]), dim=1)
    even = torch.nn.functional.normalize(torch.tensor([[1.0, 0.0], [-0.5, 0.87], [-0.5, -0.87]]), dim=1)
    assert losses.spread(even) < losses.spread(crowded)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 300), (300, 2), (40, 60), (240, 320)])
def test_any_picture_can_be_photographed_again(height: int, width: int) -> None:
    rng = np.random.default_rng(height)
    picture = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    beside = draw_pixels(1, 160, 120)
    for _ in range(30):
        photos = [views.registered(picture, SIDE, rng), views.other(picture, beside, SIDE, rng)]
        photos += [
            *views.two_sides(picture, family(rng), SIDE, rng),
            views.of_statue(picture, beside, SIDE, rng),
        ]
        for photo in photos:
            assert photo.shape == (SIDE, SIDE, 3)
            assert photo.dtype == np.uint8


def test_the_registered_photo_stays_near_the_picture_and_the_other_one_goes_far() -> None:
    rng = np.random.default_rng(5)
    picture = draw_pixels(3, 160, 120)
    plain = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(float)
    near = [np.abs(views.registered(picture, SIDE, rng) - plain).mean() for _ in range(40)]
    far = [np.abs(views.other(picture, draw_pixels(4), SIDE, rng) - plain).mean() for _ in range(40)]
    assert np.median(near) * 1.5 < np.median(far)


def test_a_solid_shows_another_side_when_it_is_turned() -> None:
    body = solid(draw_pixels(7, 160, 120), family(np.random.default_rng(3)), np.random.default_rng(1))
    stands = [Stand(0.0, 0.3, 0.8), Stand(0.0, 0.3, 0.8), Stand(1.5, 0.3, 0.8), Stand(0.0, 1.4, 0.8)]
    front, again, turned, above = (
        seen(body, SIDE, stand, np.random.default_rng(2)).astype(float) for stand in stands
    )
    assert np.array_equal(front, again)
    assert np.abs(front - turned).mean() > 1
    assert np.abs(front - above).mean() > 3


def test_a_solid_has_no_holes() -> None:
    """Its middle is covered from any side: a near view of it shows no ground."""
    for seed in range(12):
        rng = np.random.default_rng(seed)
        grey = Family(np.full(3, 0.5, np.float32), 0.05, np.full((2, 1, 3), 255, np.float32))
        body = solid(draw_pixels(seed, 160, 120), grey, rng)
        photo = seen(body, 96, Stand(rng.uniform(0, 6), 0.5, 0.8), np.random.default_rng(1))
        body_seen = np.asarray((photo < 200).any(axis=2), np.uint8)
        closed = cv2.morphologyEx(body_seen, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
        assert (closed - body_seen).sum() < 0.06 * closed.sum()


def test_what_is_bundled_is_what_was_trained(pictures: Pictures, tmp_path: Path) -> None:
    settings = small(steps=1, objects=6, judge=100, dimension=32, side=SIDE)
    network = Training(tmp_path / "run", pictures, settings, lambda _: None, workers=0).run()
    card = bundle(network, pictures, settings, tmp_path / "model.onnx", "7")
    assert (card.version, card.dimension) == ("7", 32)
    photos = [draw_pixels(seed, 160, 120) for seed in (300, 301)]
    made = tower(network, pictures, settings.served).eval()
    views = torch.from_numpy(np.stack([square(photo, settings.served.side) for photo in photos]))
    with torch.inference_mode():
        expected, patches = (each.numpy() for each in made(views))
    served = OnnxPatchDescriptor(tmp_path / "model.onnx")
    assert (served.describe(photos) * expected).sum(axis=1).min() > 0.999
    for photo, rows in zip(photos, patches, strict=True):
        alike = (served.describe_patches(photo) * rows).sum(axis=1) / np.linalg.norm(rows, axis=1)
        assert alike.min() > 0.99
    graph = onnx.load(str(tmp_path / "model.onnx")).graph
    assert not [node.name for node in graph.node if node.op_type == "Ceil"], (
        "it works out its padding anew each time"
    )


@pytest.mark.parametrize("side", [64, 96, 97])
def test_padding_for_one_side_changes_nothing_for_photos_of_that_side(side: int) -> None:
    torch.manual_seed(3)
    network = Network(16, 8)
    photos = torch.rand((2, 3, side, side)) * 255
    with torch.inference_mode():
        assert torch.equal(padded(network, side).pooled(photos), network.pooled(photos))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("held_out = 0.1", "", "held_out"),
        ("held_out = 0.1", "held_out = 0.1\nheld_in = 1", "held_in"),
        ("steps = ", 'steps = "many" #', "steps"),
        ("[loss]", "[losses]", "losses"),
    ],
)
def test_a_settings_file_that_says_something_else_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    path = tmp_path / "settings.toml"
    text = BUNDLED.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        load(path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no picture"):
        read_pictures(tmp_path, 0.1, 64, {})
