"""What a record still lacks of Object ID, what to add first, and why.

Object ID asks nine questions, for a short description, and for photographs. Which of these help most depends on the
kind of object. The points say how much each helps to recognise an object; they were set by judgement, not measured, and
order the list. Where a question has no answer (no inscription), writing "none" answers it: then one knows that somebody
looked.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Final

from data.object_id import ObjectRecord, ViewKind
from data.registered import RegisteredObject
from data.vocabulary.terms import types

TYPE_LEVELS_ASKED: Final = 2
"""Object ID wants a type that is found generally and specially."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that a record lacks.

    part    the field of the record, or "photographs"
    view    of the photograph that lacks; None for a field
    add     what to add
    why     what it is good for
    partly  whether something of it is there
    points  how much it would add, of `Completeness.asked`
    """

    part: str
    view: ViewKind | None
    add: str
    why: str
    partly: bool
    points: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """How complete a record is.

    missing  what to add, the most useful first
    asked    points of all that is asked of this kind of object
    share    of these points that the record has, from 0 to 1
    """

    missing: tuple[Missing, ...]
    asked: int

    @property
    def share(self) -> float:
        """0: nothing of it is there; 1: all."""
        return 1 - sum(each.points for each in self.missing) / self.asked


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is asked of a kind of object, known by terms of its type: views beyond the overall one, and dimensions."""

    terms: frozenset[str]
    views: tuple[ViewKind, ...]
    dimensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Question:
    field: str
    points: int
    add: str
    why: str


_FLAT: Final = _Kind(
    frozenset({"paintings", "drawings", "prints", "photographs", "genres", "icons", "maps"}),
    (ViewKind.back, ViewKind.detail, ViewKind.signature),
    ("height", "width"),
)
_KINDS: Final = (
    _FLAT,
    _Kind(frozenset({"coins-and-medals"}), (ViewKind.back,), ("diameter", "weight")),
    _Kind(
        frozenset({"jewellery", "clocks-and-watches"}), (ViewKind.back, ViewKind.detail, ViewKind.scale), ()
    ),
    _Kind(frozenset({"textiles"}), (ViewKind.back, ViewKind.detail), ()),
    _Kind(
        frozenset({"sculpture", "vessels", "ceramics", "glass", "metalwork", "religious-objects"}),
        (ViewKind.back, ViewKind.detail),
        ("height",),
    ),
    _Kind(
        frozenset({"furniture", "musical-instruments", "arms-and-armour", "scientific-instruments"}),
        (ViewKind.back, ViewKind.detail, ViewKind.inscription),
        (),
    ),
    _Kind(frozenset({"manuscripts", "books"}), (ViewKind.detail, ViewKind.inscription), ("height", "width")),
)
_ANY_KIND: Final = _Kind(frozenset(), (ViewKind.detail,), ())

_QUESTIONS: Final = (
    _Question(
        "distinguishing_features",
        10,
        "Damage, repairs, faults of making: what no copy has.",
        "Two objects of one kind are told apart by nothing else; it proves an identity.",
    ),
    _Question(
        "inscriptions",
        8,
        "Signatures, marks, numbers, labels, and where they are; \u201cnone\u201d if there are none.",
        "They stay when an object is cleaned or cut down, and can be searched for by words.",
    ),
    _Question(
        "materials",
        7,
        "Materials and techniques, as in \u201coil on canvas\u201d.",
        "They tell a copy from the original, and narrow a search.",
    ),
    _Question(
        "description",
        6,
        "A few sentences that would let somebody recognise it who has no picture.",
        "It catches what the other questions do not ask for.",
    ),
    _Question("title", 5, "The name by which it is known.", "Catalogues and papers name an object by it."),
    _Question(
        "subject",
        4,
        "What is pictured or represented.",
        "It is what people remember, and search for by words.",
    ),
    _Question(
        "date",
        4,
        "When it was made, also as a range of years.",
        "It narrows a search, and shows objects at risk.",
    ),
    _Question(
        "maker",
        4,
        "The person, company or cultural group; \u201cunknown\u201d if nobody knows.",
        "Catalogues of sales are sorted by it.",
    ),
)
_TYPE: Final = 10
_MEASUREMENTS: Final = 10
_OVERALL: Final = _Question(
    "photographs",
    25,
    "A photograph of the whole object from its main side.",
    "Without one no photo finds the object.",
)
_VIEWS: Final[dict[ViewKind, _Question]] = {
    ViewKind.detail: _Question(
        "photographs",
        6,
        "A close-up of a part that is rich in detail.",
        "It is found also where only a part is shown, and shows the hand of the maker.",
    ),
    ViewKind.back: _Question(
        "photographs",
        5,
        "A photograph of the back or the other side.",
        "Labels, stamps and stretchers identify an object, and sellers show the back of a doubtful front.",
    ),
    ViewKind.inscription: _Question(
        "photographs",
        4,
        "A close-up of the inscription or mark.",
        "The form of letters and marks cannot be told in words.",
    ),
    ViewKind.signature: _Question(
        "photographs", 4, "A close-up of the signature.", "Its form cannot be told in words."
    ),
    ViewKind.damage: _Question(
        "photographs",
        4,
        "A close-up of the damage or repair that the record tells of.",
        "It is the best proof that two pictures show the same object.",
    ),
    ViewKind.scale: _Question(
        "photographs",
        2,
        "A photograph with a scale beside the object.",
        "It gives the size when measurements are doubted.",
    ),
}
PARTS: Final = ("photographs", "type_path", "measurements", *(question.field for question in _QUESTIONS))
"""What `Missing.part` can be."""
_NOTHING_THERE: Final = frozenset(
    {"none", "no", "keine", "keines", "aucune", "aucun", "ninguna", "nessuna", "unsigned"}
)


def completeness(record: ObjectRecord, views: Collection[ViewKind]) -> Completeness:
    """What a record lacks whose object has photographs of these views."""
    asked = list(_asked(record, frozenset(views)))
    missing = [each for _, each in asked if each is not None]
    return Completeness(
        missing=tuple(sorted(missing, key=lambda each: -each.points)),
        asked=sum(points for points, _ in asked),
    )


def completeness_of(found: RegisteredObject) -> Completeness:
    """What the record of a registered object lacks."""
    return completeness(found.record, {photograph.view for photograph in found.photographs})


_Asked = tuple[int, Missing | None]


def _asked(record: ObjectRecord, views: frozenset[ViewKind]) -> Iterator[_Asked]:
    """All that is asked: how many points each counts, and what of it is missing."""
    yield _photograph(ViewKind.overall, _OVERALL, views)
    yield _TYPE, _missing_type(record)
    yield _MEASUREMENTS, _missing_measurements(record, _kind(record).dimensions)
    for question in _QUESTIONS:
        answered = bool(getattr(record, question.field))
        yield question.points, None if answered else _lacking(question)
    for view in _views_asked(record):
        yield _photograph(view, _VIEWS[view], views)


def _photograph(view: ViewKind, question: _Question, views: frozenset[ViewKind]) -> _Asked:
    return question.points, None if view in views else _lacking(question, view)


def _lacking(question: _Question, view: ViewKind | None = None) -> Missing:
    return Missing(question.field, view, question.add, question.why, partly=False, points=question.points)


def _kind(record: ObjectRecord) -> _Kind:
    """The kind that the most special known level of the type is of."""
    vocabulary = types()
    term = vocabulary.term_of(record.type_path)
    above = {each.key for each in vocabulary.path(term)} if term else set()
    return next((kind for kind in _KINDS if kind.terms & above), _ANY_KIND)


def _views_asked(record: ObjectRecord) -> list[ViewKind]:
    """The views of this kind of object, and of what the record itself tells of."""
    views = list(_kind(record).views)
    wanted: tuple[tuple[ViewKind, Callable[[ObjectRecord], str]], ...] = (
        (ViewKind.inscription, lambda one: one.inscriptions),
        (ViewKind.damage, lambda one: one.distinguishing_features),
    )
    for view, told in wanted:
        if tells_of_something(told(record)) and not (view is ViewKind.inscription and _shows_writing(views)):
            views.append(view)
    if not tells_of_something(record.inscriptions):
        views = [view for view in views if view not in (ViewKind.inscription, ViewKind.signature)]
    return list(dict.fromkeys([*views, ViewKind.scale]))


def _shows_writing(views: Collection[ViewKind]) -> bool:
    return ViewKind.signature in views or ViewKind.inscription in views


def tells_of_something(text: str) -> bool:
    """Whether an answer tells of something, rather than that there is none."""
    return bool(text) and text.strip(" .").lower() not in _NOTHING_THERE


def _missing_type(record: ObjectRecord) -> Missing | None:
    levels = record.type_path
    if len(levels) >= TYPE_LEVELS_ASKED:
        return None
    term = types().find(levels[0]) if levels else None
    broader = [each.label() for each in types().path(term)] if term and term.parent else []
    like = " > ".join(broader) if broader else "ceramics > vases"
    add = (
        f"The type at two levels, general first: {like}."
        if not levels or broader
        else f"A second level of the type: {levels[0]} and what kind of it, as in {like}."
    )
    why = "One searches generally, another specially; and the type tells which photographs are wanted."
    return Missing("type_path", None, add, why, bool(levels), _TYPE // (2 if levels else 1))


def _missing_measurements(record: ObjectRecord, dimensions: tuple[str, ...]) -> Missing | None:
    there = {measurement.dimension for measurement in record.measurements}
    lacking = [dimension for dimension in dimensions if dimension not in there]
    if there and not lacking:
        return None
    wanted = " and ".join(lacking) if lacking else "at least one measurement"
    add = f"{wanted}, with {'their units' if len(lacking) > 1 else 'its unit'}.".capitalize()
    why = "Size is the quickest way to rule an object out, and tells a copy from the original."
    return Missing("measurements", None, add, why, bool(there), _MEASUREMENTS // (2 if there else 1))
