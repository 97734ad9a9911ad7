"""Invented names: people, places and authorities that exist nowhere."""

from __future__ import annotations

import numpy as np

_FIRST = (
    "Aurel",
    "Bessa",
    "Corvin",
    "Delka",
    "Emeric",
    "Fenna",
    "Galen",
    "Hesper",
    "Ilvar",
    "Jorun",
    "Katrel",
    "Liora",
    "Marek",
    "Nerina",
    "Osric",
    "Perla",
    "Quill",
    "Runa",
    "Sorrel",
    "Tavin",
    "Ulrika",
    "Velda",
    "Wendel",
    "Ysolt",
    "Zoran",
)
_STEM = (
    "Tav",
    "Brann",
    "Ost",
    "Quell",
    "Sild",
    "Marr",
    "Hal",
    "Cor",
    "Dorn",
    "Pell",
    "Var",
    "Orv",
    "Lind",
    "Grev",
    "Ask",
    "Thal",
    "Fen",
    "Rusk",
    "Ild",
    "Mor",
)
_TAIL = (
    "isch",
    "och",
    "rel",
    "ander",
    "owen",
    "ik",
    "orff",
    "elli",
    "ström",
    "ane",
    "emaar",
    "escu",
    "aki",
    "inen",
    "ault",
    "ova",
)
_TOWN = (
    "Varnholt",
    "Port Adrel",
    "Stenna",
    "Marrow Down",
    "Ostrel",
    "Brannoch",
    "Quellmar",
    "Hesper Ford",
    "Dornach Mill",
    "Pellstead",
    "Orvanice",
    "Silda",
    "Lesser Tamm",
    "Askeroth",
    "Fenwold",
    "Thalia Bay",
)
_LAND = ("Esterra", "Norvania", "the Varn Isles", "Upper Mirel", "Calvaria", "Tessaly Coast")
_HOLDERS = (
    "Town Museum",
    "Parish church",
    "Country house",
    "Dealer's gallery",
    "Monastery treasury",
    "Private house",
    "University collection",
    "Bank vault",
)
_ARTICLE = {
    "Town Museum": "the town museum",
    "Parish church": "the parish church",
    "Country house": "a country house near",
    "Dealer's gallery": "a dealer's gallery",
    "Monastery treasury": "a monastery treasury",
    "Private house": "a private house",
    "University collection": "a university collection",
    "Bank vault": "a bank vault",
}


def pick(rng: np.random.Generator, values: tuple[str, ...]) -> str:
    """One of the words."""
    return values[int(rng.integers(0, len(values)))]


def person(rng: np.random.Generator) -> str:
    """First name and surname of nobody."""
    return f"{pick(rng, _FIRST)} {pick(rng, _STEM)}{pick(rng, _TAIL)}"


def town(rng: np.random.Generator) -> str:
    """An invented town."""
    return pick(rng, _TOWN)


def land(rng: np.random.Generator) -> str:
    """An invented country."""
    return pick(rng, _LAND)


def authority(rng: np.random.Generator) -> str:
    """An invented police authority or registry."""
    return pick(
        rng,
        tuple(
            f"{office} of {place}"
            for place in _LAND
            for office in ("Art Crime Unit", "Heritage Police", "National Registry")
        ),
    )


def holder(rng: np.random.Generator, place: str) -> str:
    """Where it was kept, in words that fit behind "from"."""
    where = _ARTICLE[pick(rng, _HOLDERS)]
    return f"{where} {place}" if where.endswith("near") else f"{where} in {place}"


def monogram(name: str) -> str:
    """How a painter signs: initial and surname in the letters of the stroke alphabet, or what is left of them."""
    first, _, last = name.partition(" ")
    plain = last.upper().translate(str.maketrans("ÖÜÄ", "OUA"))
    return f"{first[0]}. {plain}"
