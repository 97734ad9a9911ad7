"""A box of a form, ticked or not: the same words for it everywhere."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_SAID: Final[Mapping[str, bool]] = MappingProxyType({"": False, "false": False, "true": True})
TRUE_OR_FALSE: Final = "Give true or false"


def yes_or_no(text: str) -> bool | None:
    """What was said, whatever its case; None where it is neither. A field that is empty says no."""
    return _SAID.get(text.strip().lower())
