"""Photos to test with, drawn from a seed: enough texture for keypoints, no two seeds alike."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


def draw_pixels(seed: int, width: int = 480, height: int = 360) -> Pixels:
    """A picture (height, width, 3), BGR: soft ground, shapes with sharp edges, and letters."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(40, 215, (height // 60 + 2, width // 60 + 2, 3), dtype=np.uint8)
    picture = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    for _ in range(70):
        colour = tuple(int(value) for value in rng.integers(0, 256, 3))
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        size = int(rng.integers(6, max(8, width // 9)))
        kind = int(rng.integers(0, 4))
        if kind == 0:
            cv2.circle(picture, (x, y), size // 2, colour, -1, cv2.LINE_AA)
        elif kind == 1:
            cv2.rectangle(picture, (x, y), (x + size, y + int(rng.integers(4, size + 4))), colour, -1)
        elif kind == 2:
            corners = np.array([[x, y]], np.int32) + rng.integers(-size, size + 1, (5, 2)).astype(np.int32)
            cv2.fillPoly(picture, [corners], colour, cv2.LINE_AA)
        else:
            word = "".join(chr(int(code)) for code in rng.integers(65, 91, 3))
            cv2.putText(
                picture, word, (x, y), cv2.FONT_HERSHEY_SIMPLEX, size / 40 + 0.3, colour, 2, cv2.LINE_AA
            )
    return picture


def encode(pixels: Pixels, suffix: str = ".jpg", quality: int = 92) -> bytes:
    """A picture as a file's bytes, in the format of the suffix."""
    options = [cv2.IMWRITE_JPEG_QUALITY, quality] if suffix in {".jpg", ".jpeg"} else []
    done, data = cv2.imencode(suffix, pixels, options)
    assert done
    return data.tobytes()


def draw_photo(seed: int, width: int = 480, height: int = 360, suffix: str = ".jpg") -> bytes:
    """A photo of the picture of this seed, as the bytes of a file."""
    return encode(draw_pixels(seed, width, height), suffix)


def photograph_again(seed: int, width: int = 480, height: int = 360) -> bytes:
    """The picture of this seed as somebody else would take it: from the side, darker, blurred, compressed."""
    picture = draw_pixels(seed, width, height)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners * 0.8 + np.array([width, height], np.float32) * 0.1
    moved += np.array([[0.04, 0.02], [-0.03, 0.05], [0.01, -0.04], [-0.02, 0.01]], np.float32) * width
    mapping = cv2.getPerspectiveTransform(corners, moved)
    seen = cv2.warpPerspective(picture, mapping, (width, height), borderValue=(120, 126, 130))
    seen = cv2.GaussianBlur(cv2.convertScaleAbs(seen, alpha=0.85, beta=8), (0, 0), 0.8)
    return encode(np.asarray(seen, np.uint8), quality=75)
