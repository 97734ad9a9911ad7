"""The card of the search itself: a search record names it, so that an answer can be understood later."""

from dataclasses import asdict

from indexer import clues, compare, confirm, decide, looks, patched, retrieve, sameness, sight, verifying
from indexer.vectors import faiss_index
from models import agreement, outline_scores, outlines, regions
from models.card import ModelCard

PARTS = (
    looks,
    patched,
    retrieve,
    faiss_index,
    compare,
    verifying,
    confirm,
    sameness,
    clues,
    decide,
    agreement,
    regions,
    outlines,
    outline_scores,
)
"""Where the constants stand that decide what is found; the models' own are on their cards."""


def search_card() -> ModelCard:
    """How photos are looked at, photographs listed and verdicts decided; its id changes with any of the constants."""
    constants = {
        f"{part.__name__}.{name}": value
        for part in PARTS
        for name, value in vars(part).items()
        if name.isupper() and isinstance(value, int | float)
    }
    return ModelCard(
        name="looks-votes-points",
        version="5",
        kind="search",
        summary="looks at the whole and at regions vote, the first of each are verified, all evidence decides",
        source="docs/decisions/0004, 0008, 0011, 0025, 0026",
        licence="Apache-2.0",
        dimension=0,
        preprocessing="",
        settings={
            **constants,
            "looks": [asdict(look) for look in (*sight.LOOKS, sight.REGION)],
            "first looks": [look.name for look in sight.FIRST_LOOKS],
        },
    )
