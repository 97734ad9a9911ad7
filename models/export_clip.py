"""Models of open_clip as ONNX files: loaded with torch once, and served without it from then on."""

import hashlib
from pathlib import Path

from models.card import ModelUnusable
from models.clip import PREFIX, ClipDescriptor, ClipWordDescriptor, open_clip_descriptor, read_name
from models.export import DIGITS, TOLERANCE, Origin, put_in_place, save_card, write_tower
from models.onnx_card import CanonicalText, OnnxCard, Words
from models.onnx_words import INPUT, OUTPUT, OnnxWordDescriptor, merges_path, words_path
from models.words import write_merges

CANONICAL_TEXTS = (
    "bronze horse, green patina",
    "An oil painting of a harbour at night",
    "vase, 漆器 & \u03a9, 1720",
)
"""What a card is written for: words, capitals, other scripts, signs and numbers."""


def export_clip(
    specification: str, path: Path, *, words: bool = False, half: bool = True, replace: bool = False
) -> OnnxCard:
    """Write a model of open_clip as `path` with its card; see models.export.export_tower.

    words  write the text tower too. Raises ModelUnusable if there is none that can be served without further files.
    """
    if not specification.startswith(PREFIX):
        raise ModelUnusable(
            f"{specification!r} is no model of open_clip, and only those are exported.",
            "An ONNX file from elsewhere needs a card and no export: see docs/models.md.",
        )
    descriptor = open_clip_descriptor(read_name(specification))
    if words and not isinstance(descriptor, ClipWordDescriptor):
        raise ModelUnusable(
            f"{specification} has no text tower that reads words here: its tokenizer lies elsewhere.",
            "Export it without --words; words then search the records only.",
        )
    loaded = descriptor.loaded
    with put_in_place(path, replace=replace) as beside:
        card = write_tower(loaded.tower, beside, origin_of(descriptor), loaded.preparation, half=half)
        if isinstance(descriptor, ClipWordDescriptor) and words:
            card = _with_words(descriptor, beside, card, half=half)
    return card


def origin_of(descriptor: ClipDescriptor) -> Origin:
    """What a card says of a model of open_clip."""
    card = descriptor.card
    return Origin(
        name=card.name,
        version=card.version,
        summary=card.summary,
        architecture=descriptor.name.model,
        source=card.source,
        licence=card.licence,
        data="what its weights were trained with: see their source",
        training={"weights_sha256": card.weights_sha256, "exported_from": str(descriptor.name)},
    )


def _with_words(descriptor: ClipWordDescriptor, path: Path, card: OnnxCard, *, half: bool) -> OnnxCard:
    """Write the text tower beside and name it in the card, if it puts out what open_clip does."""
    from models.export_torch import write_reader  # noqa: PLC0415  # it needs the extra

    merges, length = write_reader(descriptor.loaded, words_path(path), INPUT, OUTPUT, half=half)
    packed = write_merges(merges)
    merges_path(path).write_bytes(packed)
    wanted = descriptor.describe_words(CANONICAL_TEXTS)
    said = Words(
        sha256=hashlib.sha256(words_path(path).read_bytes()).hexdigest(),
        vocabulary_sha256=hashlib.sha256(packed).hexdigest(),
        length=length,
        canonical=[
            CanonicalText(text=text, vector=[round(float(number), DIGITS) for number in vector])
            for text, vector in zip(CANONICAL_TEXTS, wanted, strict=True)
        ],
        tolerance=TOLERANCE,
    )
    whole = card.model_copy(update={"words": said})
    save_card(path, whole)
    OnnxWordDescriptor(path).describe_words(
        CANONICAL_TEXTS
    )  # holds the text tower to these vectors of open_clip
    return whole
