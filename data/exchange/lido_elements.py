"""One LIDO record as the import goes through it: finds elements, picks the language, and knows what was left unread."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from lxml import etree

from data.exchange.lido_schema import NAMESPACE, XML_LANG, local_name

Element = etree._Element
MOST_LEFT: Final = 15
"""Most names of elements that a note on one record lists."""
_SILENT: Final = frozenset(
    {"gml", "pos", "category", "recordType", "resourceType", "roleInEvent", "roleActor"}
)


class Elements:
    """The elements of one record. Each text that is taken counts as read."""

    def __init__(self, record: Element, language: str) -> None:
        self.record = record
        self._languages = [language.lower(), "", "en"]
        self._read: set[Element] = set()

    def find(self, within: Element | Iterable[Element], *names: str) -> list[Element]:
        """The elements at the end of a path of names, in their order; `within` may be several elements."""
        found = [within] if isinstance(within, Element) else list(within)
        for name in names:
            found = [child for parent in found for child in parent.iterchildren(f"{{*}}{name}")]
        return found

    def attribute(self, element: Element, name: str) -> str:
        """An attribute, in LIDO's namespace as it should be, or in none as it often is."""
        return (element.get(f"{{{NAMESPACE}}}{name}") or element.get(name) or "").strip()

    def texts(self, elements: Iterable[Element]) -> list[str]:
        """What the elements say, in one language where they say the same in several; nothing empty."""
        spoken = [(element, text) for element in elements if (text := _text(element))]
        self._read.update(element for element, _ in spoken)
        languages = list(dict.fromkeys(language_of(element) for element, _ in spoken))
        if len(languages) > 1:
            best = self.best(languages)
            spoken = [one for one in spoken if language_of(one[0]) == best]
        return [text for _, text in spoken]

    def text(self, elements: Iterable[Element]) -> str:
        """The first text."""
        return next(iter(self.texts(elements)), "")

    def term(self, concept: Element) -> str:
        """The word for a concept: no synonyms that were added for searching, the preferred one first."""
        terms = self.find(concept, "term")
        self._read.update(terms)
        wanted = [one for one in terms if self.attribute(one, "addedSearchTerm") != "yes"]
        preferred = [one for one in wanted if self.attribute(one, "pref") == "preferred"]
        return self.text(preferred or wanted)

    def terms(self, concepts: Iterable[Element]) -> list[str]:
        """The words for several concepts; a concept without a word is left out."""
        return [term for concept in concepts if (term := self.term(concept))]

    def name(self, names: Sequence[Element]) -> str:
        """The preferred one of several sets of names."""
        values = {one: self.find(one, "appellationValue") for one in names}
        for found in values.values():
            self._read.update(found)
        preferred = [
            one
            for one, found in values.items()
            if any(self.attribute(value, "pref") == "preferred" for value in found)
        ]
        return self.text(value for one in (preferred or names)[:1] for value in values[one])

    def prefer(self, language: str) -> None:
        """Take this language of several where the one that is wanted is missing: that of the record's main part."""
        self._languages[1] = language.lower()

    def best(self, languages: Sequence[str]) -> str:
        """The language that is wanted, else the preferred one, English, the first; "de" is also met by "de-CH"."""
        for wanted in self._languages:
            for language in languages:
                if wanted and language.lower().partition("-")[0] == wanted.partition("-")[0]:
                    return language
        return languages[0]

    def ignore(self, elements: Iterable[Element]) -> None:
        """Count everything in these elements as read: other words for what was taken."""
        self._read.update(inner for element in elements for inner in element.iter())

    def left(self) -> str:
        """The elements whose text was not read, each with the element that holds it, as a note; empty if none."""
        names = Counter(
            f"{local_name(parent)}/{local_name(element)}"
            for element in self.record.iter()
            if (parent := element.getparent()) is not None and self._is_left(element, parent)
        )
        told = [f"{name} ({count})" if count > 1 else name for name, count in list(names.items())[:MOST_LEFT]]
        more = f" and {len(names) - MOST_LEFT} more" if len(names) > MOST_LEFT else ""
        return f"not taken: {', '.join(told)}{more}" if told else ""

    def _is_left(self, element: Element, parent: Element) -> bool:
        name = local_name(element)
        quiet = name.endswith("ID") or name in _SILENT or local_name(parent) in _SILENT
        return element not in self._read and len(element) == 0 and not quiet and bool(_text(element))


def language_of(element: Element) -> str:
    """The language of an element's text: its own, or that of the nearest element around it that says one."""
    around: Element | None = element
    while around is not None:
        if language := around.get(XML_LANG):
            return language
        around = around.getparent()
    return ""


def _text(element: Element) -> str:
    return "".join(str(part) for part in element.itertext()).strip()
