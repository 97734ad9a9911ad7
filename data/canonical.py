"""The one way to write a value as bytes, so that the same value always has the same SHA-256."""

import datetime as dt
import hashlib
import json
from typing import Any


def canonical(value: Any) -> bytes:
    """JSON as RFC 8785 writes it, for values of text, whole numbers, booleans, null, lists and objects.

    UTF-8, keys in order, no spaces. Keys are ASCII here, so that their order is that of the RFC too. Fractions are
    written as Python writes them, which is the same each time but not always what the RFC says: what is to be checked
    by others has none.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def digest(value: Any) -> str:
    """SHA-256 of the value's canonical JSON, in hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def moment(at: dt.datetime) -> str:
    """A moment with a time zone as text: 2026-03-14T10:15:30.120000Z, always of this length."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
