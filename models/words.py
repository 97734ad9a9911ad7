"""Texts to the tokens of CLIP, without torch: byte pair encoding over a list of merges that comes with the model.

Sennrich, Haddow and Birch, "Neural machine translation of rare words with subword units", ACL 2016, as CLIP (Radford
et al., ICML 2021) uses it: lower case, whole bytes, a mark at the end of each word.
"""

import gzip
import html
import itertools
import unicodedata
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

START, END = "<start_of_text>", "<end_of_text>"
WORD_END = "</w>"
SUFFIXES = ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d")
_QUOTES = dict.fromkeys("\u02bc\u2018\u2019\u201a\u201b", "'") | dict.fromkeys(
    "\u201c\u201d\u201e\u201f", '"'
)
_JOINED = [*"ĲĳŉǄǅǆǇǈǉǊǋǌǱǲǳ\u3000", *map(chr, range(0xFB00, 0xFB07)), *map(chr, range(0xFF01, 0xFF5F))]
_APART = {sign: unicodedata.normalize("NFKC", sign) for sign in _JOINED}
PLAIN = str.maketrans(_QUOTES | _APART | {"\ufb05": "\u017ft", "\u0149": "'n"})
"""Signs that stand for others: curled quotes, letters joined in one, letters as wide as a Chinese one."""
LONGEST_TEXT = 1000
"""Characters of a text that are looked at; the models read some 75 tokens."""
LARGEST = 16 * 1024 * 1024
"""Of an unpacked list of merges, bytes: CLIP's has less than 1."""
Merge = tuple[str, str]


class Tokenizer:
    """Gives texts their tokens as open_clip's own tokenizer does, but for what that repairs with a package of its own.

    merges  in their order of preference
    length  of what the model reads; longer texts are cut
    """

    def __init__(self, merges: Sequence[Merge], length: int) -> None:
        self._bytes = _printable()
        letters = list(self._bytes.values())
        parts = [*letters, *(letter + WORD_END for letter in letters), *map("".join, merges), START, END]
        self._numbers = {part: number for number, part in enumerate(parts)}
        self._rank = {merge: rank for rank, merge in enumerate(merges)}
        self._length = length

    def tokens(self, text: str) -> npt.NDArray[np.int64]:
        """The tokens of a text, int64 (length,), 0 after its end."""
        numbers = [self._numbers[START]]
        for word in _words(clean(text)):
            numbers += [self._numbers[part] for part in self._parts(word)]
        numbers = [*numbers[: self._length - 1], self._numbers[END]]
        return np.asarray(numbers + [0] * (self._length - len(numbers)), np.int64)

    def _parts(self, word: str) -> list[str]:
        parts = [self._bytes[byte] for byte in word.encode("utf-8", "replace")]
        parts[-1] += WORD_END
        while len(parts) > 1:
            best = min(itertools.pairwise(parts), key=lambda pair: self._rank.get(pair, len(self._rank)))
            if best not in self._rank:
                break
            parts = _merged(parts, best)
        return parts


def tidy(text: str) -> str:
    """The text as one line that can be encoded, not too long: a word without end takes time without end."""
    return " ".join(text.encode("utf-8", "replace").decode()[: 10 * LONGEST_TEXT].split())[:LONGEST_TEXT]


def clean(text: str) -> str:
    """Lower case, composed, with plain quotes and spaces, and without the escapes of HTML."""
    plain = unicodedata.normalize("NFC", tidy(text).translate(PLAIN))
    return " ".join(html.unescape(html.unescape(plain)).split()).lower()


def read_merges(packed: bytes) -> list[Merge]:
    """Merges from a packed text, one a line. Raises ValueError."""
    try:
        unpacker = zlib.decompressobj(wbits=31)
        text = unpacker.decompress(packed, LARGEST)
        if unpacker.unconsumed_tail or not unpacker.eof:
            raise ValueError("it is cut off, or too large")
        merges = [tuple(line.split(" ")) for line in text.decode("utf-8").splitlines()]
    except zlib.error as problem:
        raise ValueError(str(problem)) from problem
    if not merges or any(len(merge) != 2 for merge in merges):
        raise ValueError("it holds what is no merge of two parts")
    return [(merge[0], merge[1]) for merge in merges]


def write_merges(merges: Sequence[Merge]) -> bytes:
    """The packed text of merges; the same merges give the same bytes."""
    return gzip.compress("".join(f"{one} {other}\n" for one, other in merges).encode(), mtime=0)


def _words(text: str) -> Iterator[str]:
    """Runs of letters, single digits, runs of other signs, and English endings after an apostrophe."""
    place = 0
    while place < len(text):
        kind = _kind(text[place])
        end = place + 1
        ending = next((each for each in SUFFIXES if text.startswith(each, place)), None)
        if ending is not None:
            end = place + len(ending)
        elif kind not in "N ":
            while end < len(text) and _kind(text[end]) == kind:
                end += 1
        if kind != " ":
            yield text[place:end]
        place = end


def _kind(sign: str) -> str:
    kind = unicodedata.category(sign)[0]
    if kind in "LN":
        return kind
    return " " if sign.isspace() else "S"


def _merged(parts: Sequence[str], best: Merge) -> list[str]:
    made: list[str] = []
    for part in parts:
        if made and (made[-1], part) == best and not made[-1].endswith("\0"):
            made[-1] = "".join(best) + "\0"  # marked: what was merged just now is not merged once more
        else:
            made.append(part)
    return [part.removesuffix("\0") for part in made]


def _printable() -> dict[int, str]:
    """Each byte as a sign that can be seen: itself, or one beyond the first 256."""
    seen = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in seen]
    return {byte: chr(byte) for byte in seen} | {
        byte: chr(256 + number) for number, byte in enumerate(others)
    }
