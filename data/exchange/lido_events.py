"""What the events of a LIDO record say: where, when and by whom the object was made, and how it was lost."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from data.exchange import lido_words as words
from data.exchange import values
from data.exchange.lido_elements import Element, Elements
from data.period import period_of

_YEAR: Final = re.compile(r"\+?(-?\d{1,7})(?:-\d{1,2}){0,2}(?:T.*)?", re.ASCII)


def events_of(elements: Elements, block: Element, notes: list[str]) -> dict[str, Any]:
    """Fields of the record that the events of a descriptive part give."""
    events = elements.find(block, "eventWrap", "eventSet", "event")
    kinds = {event: _kinds(elements, event) for event in events}
    made = [event for event in events if kinds[event] & words.PRODUCTION]
    lost = [event for event in events if kinds[event] & words.LOSS]
    found = [event for event in events if kinds[event] & words.FINDING]
    owned = [event for event in events if kinds[event] & words.OWNERSHIP]
    fields: dict[str, Any] = {
        "maker": _maker(elements, made),
        "date": _date(elements, elements.find(made, "eventDate")[:1], notes),
        "place_of_origin": _place(elements, elements.find(made, "eventPlace"))
        or _place(elements, elements.find(found, "eventPlace")),
        "materials": _materials(elements, elements.find(events, "eventMaterialsTech")),
        "theft": _theft(elements, lost, notes),
        "case_reference": _case(elements, lost),
        "owner": _owner(elements, owned, lost),
    }
    return {name: value for name, value in fields.items() if value}


def _kinds(elements: Elements, event: Element) -> set[str]:
    types = elements.find(event, "eventType")
    ids = [(one.text or "").strip() for one in elements.find(types, "conceptID")]
    terms = elements.find(types, "term")
    elements.texts(terms)
    kinds = {*ids, *((one.text or "").strip().casefold() for one in terms)}
    if not terms and not ids:  # the type without any element around it
        kinds |= {text.casefold() for text in elements.texts(types)}
    return kinds


def _maker(elements: Elements, made: Sequence[Element]) -> str:
    makers = []
    for actor in elements.find(made, "eventActor"):
        named = elements.find(actor, "actorInRole", "actor", "nameActorSet")
        name, shown = elements.name(named), elements.text(elements.find(actor, "displayActorInRole"))
        qualifier = elements.text(elements.find(actor, "actorInRole", "attributionQualifierActor"))
        text = f"{qualifier} {name}" if qualifier and name else name or shown
        if text:
            makers.append(text)
    return "; ".join(makers) or ", ".join(elements.terms(elements.find(made, "culture")))


def _owner(elements: Elements, owned: Sequence[Element], lost: Sequence[Element]) -> dict[str, str]:
    """Whose the object is: by an event of its own, or as whoever is called its owner where it was lost."""
    names = [
        name
        for actor in elements.find([*owned, *lost], "eventActor")
        if _is_owner(elements, actor, owned)
        and (
            name := elements.name(elements.find(actor, "actorInRole", "actor", "nameActorSet"))
            or elements.text(elements.find(actor, "displayActorInRole"))
        )
    ]
    contact = "\n\n".join(elements.texts(elements.find(owned, "eventDescriptionSet", "descriptiveNoteValue")))
    parts = {"name": "; ".join(dict.fromkeys(names)), "contact": contact}
    return parts if any(parts.values()) else {}


def _is_owner(elements: Elements, actor: Element, owned: Sequence[Element]) -> bool:
    roles = {term.casefold() for term in elements.terms(elements.find(actor, "actorInRole", "roleActor"))}
    return bool(roles & words.OWNERS) or (not roles and actor.getparent() in owned)


def _ends(elements: Elements, date: Iterable[Element]) -> tuple[str, str]:
    inner = elements.find(date, "date")
    earliest, latest = (elements.text(elements.find(inner, f"{end}Date")) for end in ("earliest", "latest"))
    return earliest, latest


def _date(elements: Elements, date: Sequence[Element], notes: list[str]) -> dict[str, Any]:
    text = elements.text(elements.find(date, "displayDate"))
    earliest, latest = _ends(elements, date)
    if not earliest and not latest and not elements.find(date, "date"):
        try:
            return period_of(text).model_dump() if text else {}
        except ValueError:  # the record will refuse it, and say why
            return {"text": text}
    years = {"earliest": _year(earliest, notes), "latest": _year(latest, notes)}
    return {"text": text, **years} if text or any(year is not None for year in years.values()) else {}


def _year(text: str, notes: list[str]) -> int | None:
    """The year of a date: -350 for 350 BC."""
    if match := _YEAR.fullmatch(text):
        return int(match[1])
    if text:
        notes.append(f"the date {text!r} is no year and was not taken")
    return None


def _place(elements: Elements, places: Iterable[Element]) -> str:
    found = []
    for place in places:
        shown = elements.text(elements.find(place, "displayPlace"))
        named = _named_place(elements, elements.find(place, "place"))
        if text := shown or ", ".join(named):
            found.append(text)
    return "; ".join(dict.fromkeys(found))


def _named_place(elements: Elements, places: Sequence[Element]) -> list[str]:
    """The name of a place and of those that it is a part of."""
    names = []
    while places:
        if name := elements.name(elements.find(places[0], "namePlaceSet")):
            names.append(name)
        places = elements.find(places[0], "partOfPlace")
    return names


def _materials(elements: Elements, materials: Iterable[Element]) -> str:
    found = []
    for one in materials:
        shown = elements.text(elements.find(one, "displayMaterialsTech"))
        terms = elements.terms(elements.find(one, "materialsTech", "termMaterialsTech"))
        if text := shown or ", ".join(terms):
            found.append(text)
    return "; ".join(dict.fromkeys(found))


def _theft(elements: Elements, lost: Sequence[Element], notes: list[str]) -> dict[str, Any]:
    dates = elements.find(lost, "eventDate")[:1]
    shown = elements.text(elements.find(dates, "displayDate"))
    earliest, latest = _ends(elements, dates)
    if not earliest and not latest and shown:
        first, last = _days(shown, notes)
    else:
        first, last = _days(earliest, notes)[0], _days(latest, notes)[1]
    parts = {
        "earliest": first,
        "latest": last,
        "place": _place(elements, elements.find(lost, "eventPlace")),
        "circumstances": "\n\n".join(
            elements.texts(elements.find(lost, "eventDescriptionSet", "descriptiveNoteValue"))
        ),
    }
    return parts if any(parts.values()) else {}


def _days(text: str, notes: list[str]) -> tuple[dt.date | None, dt.date | None]:
    if not text:
        return None, None
    try:
        return values.days(text, "date of the loss")
    except values.CellProblem as problem:
        notes.append(f"{problem}; it was not taken")
        return None, None


def _case(elements: Elements, lost: Sequence[Element]) -> str:
    ids: Mapping[Element, str] = {
        one: elements.attribute(one, "type").casefold() for one in elements.find(lost, "eventID")
    }
    return elements.text(one for one, kind in ids.items() if kind == words.CASE_REFERENCE)
