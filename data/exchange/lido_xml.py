"""Reads the records out of an XML file one by one, however large the file is and whatever it holds."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from lxml import etree

from data.exchange.csv_text import text_encoding
from data.exchange.lido_schema import NAMESPACE
from data.exchange.report import ImportRefused

LARGEST_RECORD: Final = 8 << 20
"""Most bytes between the ends of two records."""
_CHUNK: Final = 1 << 16
_DECLARED: Final = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']")
_LATIN: Final = ("iso-8859-1", "latin1", "latin-1")
_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\x00", b"\x00<")


@dataclass(frozen=True, slots=True)
class XmlRecord:
    """One record: its number from 1, and its element or what is wrong with it."""

    number: int
    element: etree._Element | None
    problem: str = ""


def is_xml(start: bytes) -> bool:
    """Whether a file begins like XML."""
    return start.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"<" or start.startswith(_MARKS)


def encoding_note(path: Path) -> tuple[str, str]:
    """The encoding to read the file in where what it says of itself is wrong, and a note on that; else both empty."""
    with path.open("rb") as file:
        start = file.read(_CHUNK)
        if start.startswith(_MARKS):
            return "", ""
        found = _DECLARED.match(start.removeprefix(codecs.BOM_UTF8).lstrip())
        declared = found[1].decode("ascii").lower() if found else "utf-8"
        if declared in _LATIN:  # what is called so is nearly always Windows-1252, of which it is a part
            return "cp1252", ""
        if declared not in ("utf-8", "utf8", "us-ascii", "ascii"):
            return "", ""
        file.seek(0)
        encoding, bad = text_encoding(file)
    if not bad:
        return ("utf-8", "") if declared.endswith("ascii") else ("", "")
    how = "with a mark for each byte that is none" if encoding == "utf-8" else f"read as {encoding}"
    return encoding, f"The file says it is {declared.upper()}, and {bad} of its bytes are not: {how}."


def records(path: Path, encoding: str = "") -> Iterator[XmlRecord]:
    """The records in their order; where the XML breaks off, a last one says so. Raises ImportRefused, OSError.

    Nothing outside the file is read, no entity is expanded, and no more than one record is held at once.
    """
    number, since, broken = 0, 0, ""
    with path.open("rb") as file:
        parser = _parser("utf-8" if encoding else None)
        for piece in _transcoded(file, encoding) if encoding else _pieces(file):
            broken = _fed(parser, piece)
            since += len(piece)
            for _, element in parser.read_events():
                _refuse_entities(path, element)
                number, since = number + 1, 0
                yield XmlRecord(number, element)
                _forget(element)
            if since > LARGEST_RECORD:
                broken = f"the record has more than {LARGEST_RECORD >> 20} MiB; split it"
            if broken:
                break
    if broken := broken or _fed(parser, None):
        yield XmlRecord(number + 1, None, f"{broken}; nothing behind this place was read")
    elif number == 0:
        raise ImportRefused(f"{path} holds no LIDO record: no element lido of the namespace {NAMESPACE}.")


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_CHUNK):
        yield piece


def _fed(parser: Any, piece: bytes | None) -> str:
    """Parse on, or say that this was all; returns what is wrong with the XML. What was whole before can be read."""
    try:
        if piece is None:
            parser.close()
        else:
            parser.feed(piece)
    except etree.XMLSyntaxError as error:
        return f"the XML breaks off here ({error})"
    return ""


def _parser(encoding: str | None) -> Any:
    return etree.XMLPullParser(
        events=("end",),
        tag=(f"{{{NAMESPACE}}}lido", "lido"),
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _transcoded(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while chunk := file.read(_CHUNK):
        if text := decoder.decode(chunk):
            yield text.encode()


def _refuse_entities(path: Path, element: etree._Element) -> None:
    dtd = element.getroottree().docinfo.internalDTD
    if dtd is not None and dtd.entities():  # type: ignore[attr-defined]  # lxml-stubs does not know it
        raise ImportRefused(
            f"{path} declares entities of its own, which are not read. Export it without them."
        )


def _forget(element: etree._Element) -> None:
    """Free a record that was read, and what stands before it or around it."""
    element.clear()
    around: etree._Element | None = element
    while around is not None and (parent := around.getparent()) is not None:
        while around.getprevious() is not None:
            del parent[0]
        around = parent
