"""The Getty AAT concepts by which Linked Art documents say what a name, a statement, a measure or an event is."""

from typing import Any, Final

from data.object_id import Status

CONTEXT: Final = "https://linked.art/ns/v1/linked-art.json"
AAT: Final = "http://vocab.getty.edu/aat/"
_BRIEF: Final = "300418049"
_KINDS: Final = {
    "primary name": "300404670",
    "accession number": "300312355",
    "local number": "300404621",
    "description": "300435416",
    "material statement": "300435429",
    "dimension statement": "300435430",
    "inscription": "300435414",
    "physical statement": "300435452",
    "bibliography statement": "300026497",
    "note": "300027200",
    "source statement": "300404764",
    "property status statement": "300438433",
    "digital image": "300215302",
    "provenance activity": "300055863",
    "theft": "300055292",
    "looting": "300379554",
    "loss": "300417655",
}
DIMENSIONS: Final = {
    "height": "300055644",
    "width": "300055647",
    "depth": "300072633",
    "diameter": "300055624",
    "length": "300055645",
    "thickness": "300055646",
    "circumference": "300055623",
    "weight": "300056240",
}
"""Concepts of dimensions; others are told by their words."""
UNITS: Final = {
    "mm": ("300379097", "millimeters"),
    "cm": ("300379098", "centimeters"),
    "m": ("300379099", "meters"),
    "in": ("300379100", "inches"),
    "ft": ("300379101", "feet"),
    "g": ("300379225", "grams"),
    "kg": ("300379226", "kilograms"),
    "oz": ("300379229", "ounces"),
    "lb": ("", "pounds"),
}
"""Concepts of units, where known, and their names."""
LOSSES: Final = {Status.stolen: "theft", Status.looted: "looting"}
"""What a loss is called by the status; else a loss, which is true of all."""


def kind(name: str) -> dict[str, Any]:
    """The concept of this name."""
    return {"id": f"{AAT}{_KINDS[name]}", "type": "Type", "_label": name}


def statement(name: str, text: str) -> dict[str, Any]:
    """A text about something, said to be of this kind."""
    brief = {"id": f"{AAT}{_BRIEF}", "type": "Type", "_label": "brief text"}
    return {
        "type": "LinguisticObject",
        "classified_as": [kind(name) | {"classified_as": [brief]}],
        "content": text,
    }
