"""What somebody says of an object in hand, held against a record, field by field: agrees, disagrees, or unknown.

It is for people to weigh and changes no probability: records are incomplete, and so is what is known of an object in
hand. Nothing is compared that the record, as whoever asks may see it, does not tell.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import product
from typing import Final, TypeVar

from data.field_outcome import FieldComparison, Outcome, told, untold
from data.filters import Filters, Size
from data.finding_sizes import TURNED, slack, turned
from data.finding_terms import dimension_of, may_be_part, micro
from data.finding_words import edits, most_edits
from data.folding import fold
from data.object_id import Measurement, ObjectRecord
from data.period import period_of
from data.vocabulary.said import SaidOfType, said_of_type
from data.vocabulary.terms import GENRES, Term, Vocabulary, materials, types

_NO_YEARS: Final = "no years can be read from that"

Moment = TypeVar("Moment", int, dt.date)


def compare_fields(
    asked: Filters, record: ObjectRecord, place_of_origin: str = ""
) -> tuple[FieldComparison, ...]:
    """Everything that was said, each beside what the record tells of it, in the order of `field_outcome.COMPARED`."""
    found = [
        *_type(asked.type, record),
        *_materials(asked.materials, record.materials),
        *_sizes(asked.measurements, record.measurements),
        *_words("inscriptions", asked.inscriptions, record.inscriptions),
        *_words("title", asked.title, record.title, free=True),
        *_words("subject", asked.subject, record.subject, free=True),
        *_words("maker", asked.maker, record.maker),
        *_made(asked, record),
        *_words("place_of_origin", place_of_origin, record.place_of_origin),
        *_lost(asked, record),
        *_words("theft_place", asked.theft_place, record.theft.place if record.theft else ""),
        *_status(asked, record),
    ]
    return tuple(found)


# --- type and materials, by the vocabulary ---


def _type(asked: str, record: ObjectRecord) -> Iterator[FieldComparison]:
    if not asked:
        return
    vocabulary, registered = types(), " > ".join(record.type_path)
    mine, theirs = said_of_type([asked]), said_of_type(record.type_path)
    if not registered:
        yield untold("type", asked)
    elif _has_words(asked, registered) == 1:
        yield told("type", asked, registered, Outcome.agrees, "every word is in the record")
    elif mine.things and theirs.things:
        yield told("type", asked, registered, *_related(vocabulary, mine.things, theirs.things))
    elif mine.shown and theirs.shown:
        yield told("type", asked, registered, *_related(vocabulary, mine.shown, theirs.shown))
    elif says := _belonging(vocabulary, mine, theirs):
        yield told("type", asked, registered, Outcome.agrees, says)
    else:
        yield told("type", asked, registered, Outcome.unknown, "only a person can compare these words")


def _belonging(vocabulary: Vocabulary, mine: SaidOfType, theirs: SaidOfType) -> str:
    """How the record lies under what was said, if that tells no more than where an object belongs; or nothing."""
    if mine.things or mine.shown:
        return ""
    under = product(mine.contexts, (*theirs.things, *theirs.contexts))
    return next((_under(one, wide) for wide, one in under if vocabulary.is_within(one, wide.key)), "")


def _under(narrow: Term, wide: Term) -> str:
    if narrow.key == wide.key:
        return f"the same in the vocabulary: {wide.label()}"
    return f"the vocabulary has {narrow.label()} under {wide.label()}"


def _related(vocabulary: Vocabulary, mine: Sequence[Term], theirs: Sequence[Term]) -> tuple[Outcome, str]:
    for one, other in product(mine, theirs):
        for narrow, wide in ((one, other), (other, one)):
            if vocabulary.is_within(narrow, wide.key):
                return Outcome.agrees, _under(narrow, wide)
    one, other = mine[-1], theirs[-1]
    above = (each for each in reversed(vocabulary.path(one)) if vocabulary.is_within(other, each.key))
    shared = next(above, None)
    also = f", both under {shared.label()}" if shared and shared.key != GENRES else ""
    return Outcome.disagrees, f"{one.label()} and {other.label()} are different kinds{also}"


def _materials(asked: str, registered: str) -> Iterator[FieldComparison]:
    vocabulary = materials()
    mine, theirs = vocabulary.terms_in(asked), vocabulary.terms_in(registered)
    if not asked or not registered or not mine or not theirs or _has_words(asked, registered) == 1:
        yield from _words("materials", asked, registered, free=True)
        return
    there = {one.key for one, other in product(mine, theirs) if _akin(vocabulary, one, other)}
    named = ", ".join(one.label() for one in mine if one.key in there)
    missing = ", ".join(one.label() for one in mine if one.key not in there)
    if not missing:
        yield told("materials", asked, registered, Outcome.agrees, f"both have {named}")
    elif named:
        says = f"both have {named}; the record does not name {missing}"
        yield told("materials", asked, registered, Outcome.unknown, says)
    else:
        yield told("materials", asked, registered, Outcome.disagrees, f"the record does not name {missing}")


def _akin(vocabulary: Vocabulary, one: Term, other: Term) -> bool:
    return vocabulary.is_within(one, other.key) or vocabulary.is_within(other, one.key)


# --- measurements ---


def _sizes(asked: Sequence[Size], registered: Sequence[Measurement]) -> Iterator[FieldComparison]:
    straight = [_size(size, size.dimension, registered) for size in asked]
    across = [
        _size(size, TURNED.get(dimension_of(size.dimension), size.dimension), registered) for size in asked
    ]
    if turned(asked) and _disagree(straight) and not _disagree(across):
        yield from across
    else:
        yield from straight


def _disagree(compared: Iterable[FieldComparison]) -> bool:
    return any(each.outcome is Outcome.disagrees for each in compared)


def _size(size: Size, dimension: str, registered: Sequence[Measurement]) -> FieldComparison:
    """A measurement beside the nearest registered one of a dimension: its own, or that of the turned side."""
    asked = Measurement(dimension=size.dimension, value=size.value, unit=size.unit)
    amount = micro(size.value, size.unit)
    beside = [one for one in registered if dimension_of(one.dimension) == dimension_of(dimension)]
    if not beside:
        return untold("measurements", str(asked), dimension)
    nearest = min(beside, key=lambda one: abs(micro(one.value, one.unit) - amount))
    off = abs(micro(nearest.value, nearest.unit) - amount)
    agrees = off <= slack(size)
    turn = (
        "" if dimension_of(dimension) == dimension_of(size.dimension) else ", once one of the two is turned"
    )
    within = f"within {size.tolerance.normalize():f} %"
    says = within if agrees else f"{_percent(off, amount)} apart, not {within}"
    outcome = Outcome.agrees if agrees else Outcome.disagrees
    return told("measurements", str(asked), str(nearest), outcome, says + turn)


def _percent(off: int, amount: int) -> str:
    share = Decimal(100) * off / max(amount, 1)
    return f"{share:.0f} %" if share >= 10 else f"{share:.1f} %"


# --- words ---


def _words(field: str, asked: str, registered: str, *, free: bool = False) -> Iterator[FieldComparison]:
    """Words of a field. `free`: others may say the same, in another language or by another name."""
    if not asked:
        return
    if not registered:
        yield untold(field, asked)
        return
    share = _has_words(asked, registered)
    if share == 1:
        yield told(field, asked, registered, Outcome.agrees, "every word is in the record")
    elif _has_words(asked, registered, alike=True) == 1:
        says = "every word is in the record, some spelt a little otherwise"
        yield told(field, asked, registered, Outcome.agrees, says)
    elif share:
        yield told(field, asked, registered, Outcome.unknown, "some of the words are in the record")
    else:
        outcome = Outcome.unknown if free else Outcome.disagrees
        yield told(field, asked, registered, outcome, "none of the words is in the record")


def _has_words(asked: str, registered: str, *, alike: bool = False) -> float:
    """The share of the words that a text has, whole or as a part, as `data.finding` looks for them.

    alike  also those that it has spelt nearly alike
    """
    words, text = fold(asked).split(), f" {fold(registered)} "
    there = [_has(word, text) or (alike and _has_alike(word, text)) for word in words]
    return sum(there) / len(there) if there else 0.0


def _has_alike(word: str, text: str) -> bool:
    most = most_edits(word)
    return most > 0 and any(edits(word, each, most) <= most for each in set(text.split()))


def _has(word: str, text: str) -> bool:
    if not may_be_part(word):
        return f" {word} " in text
    return f" {word}" in text if word.isdecimal() else word in text


# --- periods and status ---


def _made(asked: Filters, record: ObjectRecord) -> Iterator[FieldComparison]:
    date = record.date
    if date is not None and date.earliest is None and date.latest is None:
        date = period_of(date.text)
    first, last = (date.earliest, date.latest) if date else (None, None)
    text = record.date.text if record.date else ""
    yield from _span("made", (asked.made_from, asked.made_to), (first, last), text, _year)


def _lost(asked: Filters, record: ObjectRecord) -> Iterator[FieldComparison]:
    theft = record.theft
    days = (theft.earliest, theft.latest) if theft else (None, None)
    yield from _span("lost", (asked.theft_from, asked.theft_to), days, "", str)


def _span(
    field: str,
    asked: tuple[Moment | None, Moment | None],
    registered: tuple[Moment | None, Moment | None],
    text: str,
    written: Callable[[Moment], str],
) -> Iterator[FieldComparison]:
    """A period beside the registered one: they agree where they overlap; an end that is not known is open."""
    if asked == (None, None):
        return
    said, known = _between(asked, written), text or _between(registered, written)
    if registered == (None, None):
        yield told(field, said, text, Outcome.unknown, _NO_YEARS) if text else untold(field, said)
        return
    apart = _ends_before(asked, registered) or _ends_before(registered, asked)
    outcome, says = (Outcome.disagrees, "they do not overlap") if apart else (Outcome.agrees, "they overlap")
    yield told(field, said, known, outcome, says)


def _ends_before(
    one: tuple[Moment | None, Moment | None], other: tuple[Moment | None, Moment | None]
) -> bool:
    last, first = one[1], other[0]
    return last is not None and first is not None and last < first


def _between(span: tuple[Moment | None, Moment | None], written: Callable[[Moment], str]) -> str:
    first, last = span
    if first is None or last is None:
        known = first if last is None else last
        return f"{written(known)} or {'later' if last is None else 'before'}" if known is not None else ""
    return written(first) if first == last else f"{written(first)} to {written(last)}"


def _year(year: int) -> str:
    return str(year) if year > 0 else f"{-year} BC"


def _status(asked: Filters, record: ObjectRecord) -> Iterator[FieldComparison]:
    if asked.status:
        agrees = record.status in asked.status
        outcome = Outcome.agrees if agrees else Outcome.disagrees
        says = "as asked" if agrees else "another status"
        yield told("status", " or ".join(asked.status), record.status.value, outcome, says)
