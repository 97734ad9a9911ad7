"""Says in which encoding a list is written, and what a file is that is no list at all."""

import codecs
import re
from pathlib import Path
from typing import BinaryIO, Final

from data.exchange.report import ImportRefused
from data.intake_sniff import format_of, kind_of

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK: Final = 1 << 20
_START: Final = 4096
_BAD: Final = re.compile("[\udc80-\udcff]+")
"""Bytes that are no UTF-8, as Python's handler "surrogateescape" decodes them."""
_LETTERS: Final = re.compile("[^\x00-\x7f\udc80-\udcff]")
_CONTROLS: Final = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1a\x1b")


def encoding_of(path: Path) -> str:
    """What a byte order mark says; UTF-8 if all of it is, or by far the most; else Windows-1252 or Latin-1.

    Text in another encoding hardly ever makes valid sequences of UTF-8, so where these outnumber the bytes
    that are none, the list is UTF-8 with a few damaged rows. It must be read with `errors_of`. Raises
    ImportRefused for what is no text, and OSError.
    """
    with path.open("rb") as file:
        start = file.read(_START)
        _refuse_what_is_no_list(path, start)
        for bom, encoding in _BOMS:
            if start.startswith(bom):
                return encoding
        file.seek(0)
        return text_encoding(file)[0]


def text_encoding(file: BinaryIO) -> tuple[str, int]:
    """UTF-8, Windows-1252 or Latin-1, whatever the rest of the file is, and how many of its bytes are no UTF-8."""
    utf_8 = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    windows: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("cp1252")()
    letters = bad = 0
    while chunk := file.read(_CHUNK):
        text = utf_8.decode(chunk)
        if not text.isascii():
            letters += len(_LETTERS.findall(text))
            bad += sum(map(len, _BAD.findall(text)))
        windows = windows if windows and _decodes(windows, chunk) else None
    bad += sum(map(len, _BAD.findall(utf_8.decode(b"", final=True))))
    if bad == 0 or letters > bad:
        return "utf-8", bad
    return "cp1252" if windows else "latin-1", bad


def errors_of(encoding: str) -> str:
    """How to decode it, so that bytes that are no text reach the row they stand in; see `bad_bytes`."""
    return "surrogateescape" if encoding.startswith("utf-8") else "strict"


def bad_bytes(text: str) -> str:
    """The bytes in this text that are no UTF-8, as in "FC 3F"; empty if there are none."""
    found = "".join(_BAD.findall(text)).encode("utf-8", "surrogateescape")
    return found[:8].hex(" ").upper()


def printable(text: str) -> str:
    """The text with a mark for every byte that is none."""
    return _BAD.sub("\ufffd", text)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_what_is_no_list(path: Path, start: bytes) -> None:
    if not start.strip():
        raise ImportRefused(f"{path} is empty. Export the list again, with a first line of column names.")
    if found := format_of(start):
        raise ImportRefused(
            f"{path} is a photo ({found}), not a list. To import photos, give the folder that holds them."
        )
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        raise ImportRefused(
            f"{path} is a spreadsheet or an archive, not CSV. Open a spreadsheet and save it as CSV (UTF-8); unpack an "
            "archive and give its list, or its folder of photos."
        )
    controls = len(start) - len(start.translate(None, _CONTROLS))
    if (what := kind_of(start)) and (controls > 3 or start.startswith(b"%PDF-")):
        raise ImportRefused(
            f"{path} is {what}, not a list. Export the list as CSV (UTF-8); to import photos, give their folder."
        )
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return
    if start.count(b"\x00") > len(start) // 8:
        raise ImportRefused(
            f"{path} is not text: it holds zero bytes. If it is UTF-16, save it again as CSV in UTF-8."
        )
    if controls > 16 + len(start) // 16:
        raise ImportRefused(
            f"{path} is not text. Export the list as CSV (UTF-8), or give a folder of photos."
        )
