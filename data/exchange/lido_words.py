"""The words of LIDO files that the import knows and the export uses: kinds of events, notes, relations, photos."""

from typing import Final

TERMINOLOGY: Final = "http://terminology.lido-schema.org/"
PRODUCTION_ID: Final = f"{TERMINOLOGY}lido00007"
LOSS_ID: Final = f"{TERMINOLOGY}lido00009"
PRODUCTION: Final = frozenset(
    {
        PRODUCTION_ID, f"{TERMINOLOGY}lido00012", "production", "creation", "manufacture", "herstellung", "schaffung",
        "entstehung", "fabrication", "création", "creación", "producción", "produzione", "creazione",
    }
)  # fmt: skip
LOSS: Final = frozenset(
    {
        LOSS_ID, "loss", "theft", "stolen", "looting", "verlust", "diebstahl", "raub", "entwendung", "perte", "vol",
        "robo", "pérdida", "furto", "perdita",
    }
)  # fmt: skip
OWNERSHIP_TERM: Final = "Ownership"
OWNERSHIP: Final = frozenset(
    {"ownership", "possession", "eigentum", "besitz", "propriété", "propiedad", "proprietà"}
)
"""Kinds of events that tell whose the object is now. A provenance tells whose it once was, and is no such event."""
OWNER: Final = "owner"
OWNERS: Final = frozenset({OWNER, "eigentümer", "besitzer", "propriétaire", "propietario", "proprietario"})
FINDING: Final = frozenset(
    {f"{TERMINOLOGY}lido00002", "finding", "discovery", "fund", "découverte", "hallazgo"}
)

# What our own files call the things that LIDO leaves to be named.
TYPE_LEVEL: Final = "type of object"
STATUS: Final = "status"
NO_TYPES: Final = frozenset({STATUS, "europeana:type"})
"""Kinds of classifications that are no type of object."""
CASE_REFERENCE: Final = "case reference"
INVENTORY_NUMBER: Final = "inventory number"
DIMENSION: Final = "dimension"
DESCRIPTION: Final = "description"
FEATURES: Final = "distinguishing features"
FEATURE_WORDS: Final = (
    "feature",
    "condition",
    "damage",
    "state",
    "merkmal",
    "zustand",
    "schaden",
    "état",
    "stato",
)
DOCUMENTED: Final = "documented"
DOCUMENTED_WORDS: Final = ("document", "creat", "erfass", "erstell")
WRITTEN: Final = "related written material"
WRITTEN_WORDS: Final = ("written", "literat", "bibliogr", "publication", "publikation", "documented in")
RELATED: Final = "related object"
SMALL_PICTURES: Final = ("thumb", "preview", "small")
LARGE_PICTURES: Final = ("master", "print", "full")
