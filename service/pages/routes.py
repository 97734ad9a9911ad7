"""The pages' addresses."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from data.filters import TOLERANCE
from data.finding import LONGEST_QUERY, FieldHidden, PlaceUnknown, WordsRefused
from data.folding import in_one_line
from data.visibility import may_write
from data.vocabulary.red_lists import SOURCE as RED_LISTS
from data.vocabulary.risk import NO_MATCH, risk_flags
from models.calibrate import load_calibration
from service import journal
from service.alert_levels import alert_levels
from service.api.deps import DeskDep, ObjectId, PartsDep, ReaderDep, RoleDep, SearchId
from service.asked import LONGEST_FIELD, FieldsAsked, FieldsRefused
from service.finding import DEFAULT_LIMIT
from service.pages.lacking import lacking
from service.pages.rendering import render
from service.problems import INVALID_REQUEST
from service.records.meanings import NO_MATCH_REASONS
from service.words import WordsAnswer, searchable

router = APIRouter(include_in_schema=False)


@router.get("/")
def search_page(request: Request, parts: PartsDep) -> Response:
    """The page to search with a photo."""
    levels = alert_levels(load_calibration(), parts.settings.alert_level)
    return render(
        request,
        "search.html",
        settings=parts.settings,
        reasons=NO_MATCH_REASONS,
        alert=levels,
        tolerance=TOLERANCE,
    )


@router.get("/searches/{search_id}")
def record_page(request: Request, search_id: SearchId, desk: DeskDep, parts: PartsDep) -> Response:
    """The same page, showing an earlier search."""
    desk.kept_record(search_id)
    return search_page(request, parts)


@router.get("/words")
async def words_page(
    request: Request,
    parts: PartsDep,
    reader: ReaderDep,
    fields: Annotated[FieldsAsked, Depends()],
    q: str = "",
    after: str = "",
) -> Response:
    """The page to search with words and fields, a plain form, and what they found."""
    answer, refused, by_fields = None, "", fields.given
    try:
        if by_fields:
            answer = await parts.queue.run(
                journal.search_records, reader, q, fields.filters(), DEFAULT_LIMIT, after
            )
        elif q:
            answer = await parts.queue.run(
                journal.search_by_words, reader, parts.keeper.engine, q, DEFAULT_LIMIT, after
            )
    except (WordsRefused, FieldsRefused, FieldHidden, PlaceUnknown) as refusal:
        refused = str(refusal)
    by_words = answer if isinstance(answer, WordsAnswer) else None
    page = render(
        request,
        "words.html",
        asked=in_one_line(q[:LONGEST_QUERY]),
        fields=by_fields,
        longest=LONGEST_QUERY,
        longest_field=LONGEST_FIELD,
        tolerance=TOLERANCE,
        answer=answer,
        by_words=by_words,
        later=bool(after),
        no_match=NO_MATCH,
        red_lists=RED_LISTS,
        refused=refused,
        no_pictures=by_words.no_pictures
        if by_words
        else ""
        if by_fields
        else searchable(parts.keeper.engine)[1],
    )
    page.status_code = INVALID_REQUEST.status if refused else page.status_code
    return page


@router.get("/objects/{object_id}")
def object_page(request: Request, object_id: ObjectId, reader: ReaderDep, role: RoleDep) -> Response:
    """The page of one object: its photographs and all that Object ID asks; for who may add it, what lacks as well."""
    found = reader.get(object_id)
    return render(
        request,
        "object.html",
        object=found,
        same=[reader.get(other) for other in found.same_as],
        duplicates=reader.duplicates_of(object_id),
        risks=risk_flags(found.record),
        no_match=NO_MATCH,
        red_lists=RED_LISTS,
        lacks=lacking(found) if may_write(role) else None,
    )
