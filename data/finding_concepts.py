"""What type and materials mean, by the vocabulary, as the index of words and fields holds it and as it is asked for.

    of a record   what the vocabulary recognises, and all that is broader          "yw_paintings", "yw_watercolours"
                  what it recognises, if other terms are narrower than that        "yj_paintings"
    asked for     whatever is the same or narrower, or just one of the broader terms

So a record that says "Aquarell" agrees with "painting", and one that says only "painting" with "watercolour", as
data.field_comparison has it; and neither takes more than a look. Keys are written with underscores, and behind marks of
two letters: no word and no marked word begins so.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from data.folding import fold
from data.vocabulary.said import said_of_type
from data.vocabulary.terms import Term, Vocabulary, materials, types

TYPE: Final = "y"
SHOWN_ALONE: Final = "g"
"""What a picture shows, of records that do not tell what it is."""
MATERIALS: Final = "a"
_WITHIN, _JUST = "w_", "j_"
REMEMBERED: Final = 4096
"""Texts of which it is remembered what they mean: registers say the same again and again."""
LONGEST_REMEMBERED: Final = 400
"""Characters of such a text."""
JOINING: Final = frozenset(
    fold(
        "a an and from in of on or the with a au aux avec d de des du en et l la le les ou par sur "
        "al con de del e el en la las los o por sobre u y a al alla con d da dei del della delle di e ed in la lo o su "
        "am an auf aus der die das dem den des ein eine im in mit oder und unter vom von zu"
    ).split()
)
"""Words of the vocabulary's languages that join others (oil on canvas), folded; beside terms they need not occur."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A word that is asked for.

    means  where the vocabulary knows it: marked terms, one of which may be in the record instead. None: it does not
    """

    word: str
    means: tuple[str, ...] | None = None


# --- of a record ---


def concepts_of(columns: Mapping[str, Any]) -> Iterator[str]:
    """The marked terms of an object, from its columns `type_path` and `materials`."""
    yield from _remembered(_of_type, tuple(columns["type_path"]))
    yield from _remembered(_of_materials, (columns["materials"],))


_Texts = tuple[str, ...]


def _remembered(read: Callable[[_Texts], tuple[str, ...]], texts: _Texts) -> tuple[str, ...]:
    return _kept(read, texts) if sum(map(len, texts)) <= LONGEST_REMEMBERED else read(texts)


@functools.lru_cache(REMEMBERED)
def _kept(read: Callable[[_Texts], tuple[str, ...]], texts: _Texts) -> tuple[str, ...]:
    return read(texts)


def _of_type(levels: _Texts) -> tuple[str, ...]:
    said = said_of_type(levels)
    return (
        *_held(types(), TYPE, (*said.things, *said.shown)),
        *_within(types(), TYPE, said.contexts),
        *(() if said.things else _held(types(), SHOWN_ALONE, said.shown)),
    )


def _of_materials(texts: _Texts) -> tuple[str, ...]:
    return _held(materials(), MATERIALS, [term for text in texts for term in materials().terms_in(text)])


def _held(words: Vocabulary, mark: str, terms: Sequence[Term]) -> tuple[str, ...]:
    just = (_marked(mark, _JUST, term) for term in terms if words.narrower(term.key))
    return (*_within(words, mark, terms), *just)


def _within(words: Vocabulary, mark: str, terms: Iterable[Term]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_marked(mark, _WITHIN, above) for term in terms for above in words.path(term)))


def _marked(mark: str, how: str, term: Term) -> str:
    return mark + how + term.key.replace("-", "_")


# --- asked for ---


def asked_words(name: str, text: str) -> list[Asked]:
    """The words of a filter. Of type and materials, those of a term may be said otherwise."""
    words, mean = fold(text).split(), _MEANINGS.get(name)
    known = mean(text) if mean else []
    if not known:
        return [Asked(word) for word in words]
    named = {asked.word for asked in known}
    return [*known, *(Asked(word) for word in words if word not in named | JOINING)]


def _asked_type(text: str) -> list[Asked]:
    """Any thing that is named is enough; what a picture shows counts where one of the two names no thing."""
    said = said_of_type([text])
    if said.things:
        means = (*_sought(types(), TYPE, said.things), *_sought(types(), SHOWN_ALONE, said.shown))
    elif said.shown:
        means = _sought(types(), TYPE, said.shown)
    else:
        means = tuple(_marked(TYPE, _WITHIN, term) for term in said.contexts)
    return [Asked(word, means) for _, words in types().named_in(text) for word in words]


def _asked_materials(text: str) -> list[Asked]:
    """Every material that is named must be there."""
    return [
        Asked(word, _sought(materials(), MATERIALS, [term]))
        for term, words in materials().named_in(text)
        for word in words
    ]


def _sought(words: Vocabulary, mark: str, terms: Iterable[Term]) -> tuple[str, ...]:
    """What records hold that agree with one of the terms: it, a narrower term, or just a broader one."""
    found: dict[str, None] = {}
    for term in terms:
        *broader, itself = words.path(term)
        found[_marked(mark, _WITHIN, itself)] = None
        found |= dict.fromkeys(_marked(mark, _JUST, each) for each in broader)
    return tuple(found)


_MEANINGS: Final[Mapping[str, Callable[[str], list[Asked]]]] = MappingProxyType(
    {"type": _asked_type, "materials": _asked_materials}
)
"""The filters that go by the vocabulary too."""
