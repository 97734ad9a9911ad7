"""The Object ID record of a drawn object, and how it is written as a row of the register's table."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, fields

import numpy as np

from scripts.demo_register import names
from scripts.demo_register.drawing import Drawing

_CIRCUMSTANCES = (
    "Taken at night through a forced window; the alarm had been cut.",
    "Missing after building work; the time of the theft is not known exactly.",
    "Removed during opening hours and replaced by a photograph.",
    "Stolen from a locked display case together with smaller objects.",
    "Lost in transport between two addresses; the crate arrived empty.",
    "Burglary while the owners were away; only this object was taken.",
    "Found to be missing at the yearly inventory.",
    "Taken by two visitors who distracted the attendant.",
)
_LOOTED = "Removed during the occupation of the town; named on a list drawn up a year later."
_SHELVES = ("A", "B", "K", "M", "P", "S")


@dataclass(frozen=True, slots=True)
class DemoRecord:
    """One invented object; the fields are the columns of the table, several values separated by |."""

    record_id: str
    photo: str
    photo_view: str
    type: str
    materials: str
    measurements: str
    inscriptions: str
    distinguishing_features: str
    title: str
    subject: str
    date: str
    date_earliest: str
    date_latest: str
    maker: str
    description: str
    inventory_number: str
    related_written_material: str
    place_of_origin: str
    related_objects: str
    date_documented: str
    authority: str
    case_reference: str
    theft_date: str
    theft_date_latest: str
    theft_place: str
    circumstances: str
    status: str

    @property
    def photos(self) -> tuple[str, ...]:
        """The photos' paths, relative to the table's folder."""
        return tuple(self.photo.split("|"))

    def row(self) -> dict[str, str]:
        """The record as column: cell."""
        return asdict(self)


COLUMNS = tuple(field.name for field in fields(DemoRecord))


def _cm(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _measurements(rng: np.random.Generator, drawing: Drawing) -> str:
    """Sizes that fit what can be seen: the sides of the object stand in the drawing's proportions."""
    wide, tall = drawing.proportions
    if drawing.kind == "coin":
        across = float(rng.uniform(13, 36))
        weight = 0.0085 * across**2 * float(rng.uniform(0.8, 1.3))
        return f"diameter {across:.1f} mm; thickness {rng.uniform(1.4, 3.4):.1f} mm; weight {weight:.2f} g"
    if drawing.kind == "vase":
        height = float(rng.uniform(13, 62))
        return f"height {_cm(height)} cm; diameter {_cm(height * wide / tall)} cm"
    if drawing.kind == "carpet":
        length = float(rng.uniform(115, 340))
        return f"length {length:.0f} cm; width {length * wide / tall:.0f} cm"
    long_side = float(rng.uniform(19, 88) if drawing.kind == "icon" else rng.uniform(28, 165))
    scale = long_side / max(wide, tall)
    sides = f"height {_cm(tall * scale)} cm; width {_cm(wide * scale)} cm"
    return f"{sides}; depth {_cm(float(rng.uniform(1.6, 3.4)))} cm" if drawing.kind == "icon" else sides


def _century(year: int) -> str:
    number = (abs(year) - 1) // 100 + 1
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending} century{' BC' if year < 0 else ''}"


def _date(rng: np.random.Generator, period: tuple[int, int]) -> str:
    first, last = period
    if last - first <= 8:
        return f"about {last}" if rng.random() < 0.5 else str(last)
    if _century(first) == _century(last) and rng.random() < 0.4:
        return _century(first)
    return f"{-first}-{-last} BC" if last < 0 else f"{first}-{last}"


def _theft(rng: np.random.Generator) -> tuple[dt.date, dt.date]:
    first = dt.date(1987, 1, 1) + dt.timedelta(days=int(rng.integers(0, 365 * 37)))
    return first, first + dt.timedelta(days=int(rng.choice([0, 0, 1, 3, 14, 120])))


def make_record(rng: np.random.Generator, drawing: Drawing, record_id: str, photos: list[str]) -> DemoRecord:
    """The full record of a drawing whose photos lie at the given paths."""
    first, last = _theft(rng)
    documented = first - dt.timedelta(days=int(rng.integers(200, 365 * 20)))
    place = names.town(rng)
    country = names.land(rng)
    holder = names.holder(rng, place)
    status = str(rng.choice(["stolen", "missing", "looted"], p=[0.88, 0.08, 0.04]))
    inventory = (
        f"{rng.choice(_SHELVES)} {documented.year - int(rng.integers(0, 60))}.{int(rng.integers(1, 400))}"
    )
    pair = f"companion piece, inventory number {inventory}a" if rng.random() < 0.15 else ""
    return DemoRecord(
        record_id=record_id,
        photo="|".join(photos),
        photo_view="|".join(view.kind for view in drawing.views),
        type=" > ".join(drawing.type_path),
        materials=drawing.materials,
        measurements=_measurements(rng, drawing),
        inscriptions=drawing.inscriptions,
        distinguishing_features=drawing.features,
        title=drawing.title,
        subject=drawing.subject,
        date=_date(rng, drawing.period),
        date_earliest=str(drawing.period[0]),
        date_latest=str(drawing.period[1]),
        maker=drawing.maker,
        description=drawing.description,
        inventory_number=inventory,
        related_written_material=f"Inventory of {documented.year}, sheet {int(rng.integers(2, 180))}",
        place_of_origin=drawing.origin,
        related_objects=pair,
        date_documented=documented.isoformat(),
        authority=names.authority(rng),
        case_reference=f"DEMO-{first.year}-{int(rng.integers(1, 99999)):05d}",
        theft_date=first.isoformat(),
        theft_date_latest=last.isoformat(),
        theft_place=f"{place}, {country}, {holder}",
        circumstances=_LOOTED if status == "looted" else names.pick(rng, _CIRCUMSTANCES),
        status=status,
    )
