"""Reads a IIIF Presentation 3 manifest: its labels and metadata as a row of a table, and its pictures."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

from data.exchange.report import ImportRefused

LARGEST_MANIFEST: Final = 32 << 20
MOST_PICTURES: Final = 40
"""Pictures of one manifest that are imported; a book has hundreds of pages."""
_PRESENTATION: Final = "iiif.io/api/presentation/"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: what its page is called, and the body of the annotation that paints it."""

    label: str
    body: Mapping[str, Any]


@dataclass(slots=True)
class Manifest:
    """What a manifest says."""

    id: str
    label: str
    metadata: list[tuple[str, str]]
    summary: str
    required_statement: str
    provider: str
    rights: str
    pictures: list[Picture]
    notes: list[str] = field(default_factory=list)


def is_json(start: bytes) -> bool:
    """Whether a file begins like a JSON object."""
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def read_manifest(data: bytes, name: str, language: str = "") -> Manifest:
    """Read a manifest; of several languages the wanted one, else English, else the first. Raises ImportRefused."""
    found = _loaded(data, name)
    texts = _Texts(language)
    manifest = Manifest(
        id=str(found.get("id") or ""),
        label=texts.of(found.get("label")),
        metadata=[pair for one in _list(found.get("metadata")) if (pair := texts.pair(one))[1]],
        summary=texts.of(found.get("summary")),
        required_statement=": ".join(filter(None, texts.pair(found.get("requiredStatement")))),
        provider=next(
            filter(None, (texts.of(_dict(one).get("label")) for one in _list(found.get("provider")))), ""
        ),
        rights=str(found.get("rights") or ""),
        pictures=[],
    )
    for canvas in _list(found.get("items")):
        bodies = list(_painted(_dict(canvas)))
        manifest.pictures += [Picture(texts.of(_dict(canvas).get("label")), body) for body in bodies]
    if len(manifest.pictures) > MOST_PICTURES:
        manifest.notes.append(f"{len(manifest.pictures)} pictures; the first {MOST_PICTURES} were taken")
        del manifest.pictures[MOST_PICTURES:]
    return manifest


def _loaded(data: bytes, name: str) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ImportRefused(
            f"{name} is not JSON that can be read ({error or 'nested too deeply'})."
        ) from error
    kind = str(_dict(found).get("type") or _dict(found).get("@type"))
    context = str(_dict(found).get("@context"))
    if _PRESENTATION not in context:
        raise ImportRefused(
            f"{name} is JSON and no IIIF manifest. Lists are imported as CSV, Excel, LIDO or IIIF manifests."
        )
    if kind == "Collection":
        raise ImportRefused(f"{name} is a IIIF collection. Import the manifests that it lists, one by one.")
    if kind != "Manifest" or "presentation/3" not in context:
        raise ImportRefused(
            f"{name} is of another version of IIIF ({kind}). Ask its publisher for the manifest in Presentation API 3."
        )
    return _dict(found)


def _painted(canvas: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The bodies of pictures that are painted on a canvas; of a choice the first."""
    for page in _list(canvas.get("items")):
        for annotation in _list(_dict(page).get("items")):
            if "painting" not in str(_dict(annotation).get("motivation")):
                continue
            for body in _list(_dict(annotation).get("body")):
                chosen = _dict(body)
                if chosen.get("type") == "Choice":
                    chosen = _dict(next(iter(_list(chosen.get("items"))), {}))
                if chosen.get("type") == "SpecificResource":
                    chosen = _dict(chosen.get("source"))
                if chosen.get("type") == "Image":
                    yield chosen


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


class _Texts:
    """Texts by language, in one of them."""

    def __init__(self, language: str) -> None:
        self._wanted = (language, "en", "none")

    def of(self, value: Any) -> str:
        """A language map as one text, several values with ; between; markup is taken off."""
        by_language = {key: _list(texts) for key, texts in _dict(value).items()}
        texts = next(iter(by_language.values()), [])
        for wanted in reversed(self._wanted):
            for key, found in by_language.items():
                if wanted and key.partition("-")[0] == wanted.partition("-")[0]:
                    texts = found
        plain = (_plain(one) for one in texts if isinstance(one, str))
        return "; ".join(one for one in plain if one)

    def pair(self, value: Any) -> tuple[str, str]:
        """Label and value of an entry."""
        return self.of(_dict(value).get("label")), self.of(_dict(value).get("value"))


def _plain(text: str) -> str:
    """The text without markup, which stands between < and > where a value has any."""
    text = text.strip()
    if not (text.startswith("<") and text.endswith(">")):
        return text
    bare = _Bare(convert_charrefs=True)
    bare.feed(text)
    bare.close()
    return " ".join("".join(bare.texts).split())


class _Bare(HTMLParser):
    """Keeps what is no markup."""

    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """A line break is a space."""
        if tag in ("br", "p", "div", "li"):
            self.texts.append(" ")
