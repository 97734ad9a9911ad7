"""Chooses the address of a picture in the IIIF Image API: large enough to search with, no larger."""

import re
from collections.abc import Mapping
from typing import Any, Final

SENSIBLE_SIDE: Final = 2_000
"""Longest side that is asked for, in pixels; the register keeps 1,600 unless it is told otherwise."""
LARGEST_INFO: Final = 1 << 20
_LEVEL: Final = re.compile(r"level([012])")


def service_of(body: Mapping[str, Any]) -> str:
    """The base address of the image service of a picture, or empty."""
    services = body.get("service")
    for one in services if isinstance(services, list) else [services]:
        if isinstance(one, dict) and "ImageService" in str(one.get("type") or one.get("@type")):
            return str(one.get("id") or one.get("@id") or "").rstrip("/")
    return ""


def address_of(service: str, info: Mapping[str, Any]) -> str:
    """The address of the picture by its service's info.json: of the sensible size, within what the service gives."""
    width, height = _number(info.get("width")), _number(info.get("height"))
    is_old = "image/3" not in str(info.get("@context"))
    whole = "full" if is_old else "max"
    if not width or not height:
        return f"{service}/full/{whole}/0/default.jpg"
    if _level(info) == 0:
        size = _listed(info, is_old=is_old) or whole
    else:
        scale = _scale(info, width, height)
        asked = (max(1, int(width * scale)), max(1, int(height * scale)))
        size = whole if scale == 1 else f"{asked[0]}," if is_old else f"{asked[0]},{asked[1]}"
    return f"{service}/full/{size}/0/default.jpg"


def _scale(info: Mapping[str, Any], width: int, height: int) -> float:
    """How much smaller than the whole picture: at most the sensible side, and what the service allows."""
    limits = [SENSIBLE_SIDE / max(width, height)]
    for source in (info, *_profiles(info)):
        if most := _number(source.get("maxWidth")):
            limits.append(most / width)
            if not source.get("maxHeight"):
                limits.append(most / height)  # it counts for both sides then
        if most := _number(source.get("maxHeight")):
            limits.append(most / height)
        if most := _number(source.get("maxArea")):
            limits.append((most / (width * height)) ** 0.5)
    return min(1.0, *limits)


def _profiles(info: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    profile = info.get("profile")
    return [one for one in profile if isinstance(one, dict)] if isinstance(profile, list) else []


def _level(info: Mapping[str, Any]) -> int:
    found = _LEVEL.search(str(info.get("profile")))
    return int(found[1]) if found else 0


def _listed(info: Mapping[str, Any], *, is_old: bool) -> str:
    """Of the sizes that the service has ready, the smallest that is large enough, else the largest."""
    sizes = [
        (width, height)
        for one in info.get("sizes") or []
        if isinstance(one, dict)
        and (width := _number(one.get("width")))
        and (height := _number(one.get("height")))
    ]
    if not sizes:
        return ""
    enough = [one for one in sizes if max(one) >= SENSIBLE_SIDE]
    width, height = min(enough) if enough else max(sizes)
    return f"{width}," if is_old else f"{width},{height}"


def _number(value: Any) -> int:
    """A count of pixels; 0 for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**7 else 0
