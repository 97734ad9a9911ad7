"""Texts have the tokens that open_clip gives them, without its packages."""

from __future__ import annotations

import gzip
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import models.torch_here  # noqa: F401  # before open_clip

from open_clip.tokenizer import SimpleTokenizer  # isort: skip

from models.words import LONGEST_TEXT, PLAIN, Merge, Tokenizer, read_merges, tidy, write_merges

THEIRS = SimpleTokenizer()
MERGES: list[Merge] = list(THEIRS.bpe_ranks)
OURS = Tokenizer(MERGES, 77)
START, END = 49406, 49407

TEXTS = [
    "bronze horse, green patina",
    "It's Rembrandt's; don't, we'll 'sup !'s I'VE 'S",
    "Ω ünïcode 漆器 🐎 ½ Ⅳ ²",
    "a" * 500,
    "word " * 200,
    "&amp;lt; x &eacute; &nbsp; &amp;amp;",
    "1234 a1b2 1720-1730",
    "  \t\n ",
    "",
    "‘x’ “quoted”",  # noqa: RUF001
    "e\u0301toile hello\u00a0world",
    "mmmmm aaaa abab ababab lalalala",
    "__ -- ..,,!? #@% (c)",
    "ﬁsh ﬂoor ﬅ ｆｕｌｌ　ｗｉｄｔｈ ĳ ǆ",  # noqa: RUF001
    "Скифское золото, ювелирные изделия",
    "السيف الذهبي",
]
ALPHABETS = [
    (32, 127),
    (160, 0x180),
    (0x391, 0x3CA),
    (0x410, 0x450),
    (0x4E00, 0x4F00),
    (0xFF01, 0xFF5F),
    (0x1F400, 0x1F440),
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_tokens_are_those_of_open_clip(text: str) -> None:
    assert np.array_equal(OURS.tokens(text), THEIRS([text])[0].numpy())


def test_the_tokens_of_many_scripts_by_chance_are_those_of_open_clip() -> None:
    chance = random.Random(1)
    texts = [
        "".join(
            chr(chance.randrange(*chance.choice(ALPHABETS))) if chance.random() < 0.8 else " "
            for _ in range(chance.randrange(1, 60))
        )
        for _ in range(400)
    ]
    differing = [text for text in texts if not np.array_equal(OURS.tokens(text), THEIRS([text])[0].numpy())]
    assert len(differing) < 0.02 * len(texts), (
        differing
    )  # what ftfy takes for a wrong encoding, it alone repairs


@given(st.text(max_size=300))
def test_any_text_has_tokens(text: str) -> None:
    tokens = OURS.tokens(text)
    assert tokens.shape == (77,)
    assert tokens.dtype == np.int64
    assert tokens[0] == START
    assert tokens.max() == END
    assert (tokens[int(tokens.argmax()) + 1 :] == 0).all()


def test_the_words_of_the_tokenizer_itself_can_not_be_typed() -> None:
    assert START not in OURS.tokens("<start_of_text>")[1:]


def test_a_text_without_end_is_cut() -> None:
    assert len(tidy("x" * 10**7)) == LONGEST_TEXT
    assert tidy("  a \n b\ud800 ") == "a b?"
    assert OURS.tokens("ab" * 10**6)[-1] == END


def test_merges_are_read_as_they_were_written_and_always_the_same() -> None:
    packed = write_merges(MERGES)
    assert read_merges(packed) == MERGES
    assert write_merges(MERGES) == packed
    assert len(packed) < 300_000


PACKED = {
    "not packed": b"i n\n",
    "nothing": b"",
    "no merges": gzip.compress(b""),
    "three parts": gzip.compress(b"i n g\n"),
    "no UTF-8": gzip.compress(b"\xff \xff\n"),
    "cut": write_merges(MERGES)[:-100],
    "a bomb": gzip.compress(b"a b\n" * (5 * 1024 * 1024)),
}


@pytest.mark.parametrize("kind", PACKED)
def test_what_is_no_list_of_merges_is_refused(kind: str) -> None:
    with pytest.raises(ValueError):
        read_merges(PACKED[kind])


def test_every_sign_that_stands_for_others_is_plain_afterwards() -> None:
    assert all(chr(sign) not in plain for sign, plain in PLAIN.items() if isinstance(plain, str))
