"""The card of the search itself: a search record names it, so that an answer can be understood later."""

from dataclasses import asdict

from indexer import compare, decide, retrieve, search, sight
from models.card import ModelCard


def search_card() -> ModelCard:
    """How photos are looked at, photographs listed and verdicts decided; its id changes with any of the constants."""
    constants = {
        f"{part.__name__}.{name}": value
        for part in (search, retrieve, compare, decide)
        for name, value in vars(part).items()
        if name.isupper() and isinstance(value, int | float)
    }
    return ModelCard(
        name="looks-votes-points",
        version="1",
        kind="search",
        summary="several looks vote, the first of each are verified, agreeing points decide",
        source="docs/decisions/0004, docs/decisions/0008",
        licence="Apache-2.0",
        dimension=0,
        preprocessing="",
        settings={**constants, "looks": [asdict(look) for look in sight.LOOKS]},
    )
