"""Pictures as arrays: decoding a stored photo and bringing it to a working size."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""(height, width, 3), red green blue, upright; or (height, width) where a function says grey."""


class NotReadable(ValueError):
    """The bytes are no picture that can be decoded."""


def decode(jpeg: bytes) -> Pixels:
    """Decode a photo of the photo store.

    Parameters: `jpeg`, an upright sRGB JPEG as the intake writes it.
    Returns (height, width, 3) RGB. Raises NotReadable.
    """
    if not jpeg:
        raise NotReadable("The photo holds no bytes. Import it again.")
    flat = np.frombuffer(jpeg, dtype=np.uint8)
    picture = cv2.imdecode(flat, cv2.IMREAD_COLOR_RGB)
    if picture is None:
        raise NotReadable("The stored photo can't be decoded. Import it again.")
    return np.asarray(picture, dtype=np.uint8)


def encode(picture: Pixels, quality: int = 88) -> bytes:
    """Encode (height, width, 3) RGB as a JPEG."""
    done, data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"A picture of shape {picture.shape} can't be written as JPEG.")
    return data.tobytes()


@dataclass(frozen=True, slots=True)
class Scaled:
    """A picture at working size, and the factor that leads back: original = working * factor."""

    picture: Pixels
    factor: float


def shrink(picture: Pixels, side: int) -> Scaled:
    """Bring the longest side down to `side` px by averaging; a smaller picture stays as it is."""
    height, width = picture.shape[:2]
    longest = max(height, width)
    if longest <= side:
        return Scaled(picture, 1.0)
    size = (max(1, round(width * side / longest)), max(1, round(height * side / longest)))
    return Scaled(
        np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), longest / side
    )
