"""The pages' addresses."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from data.finding import LONGEST_QUERY, PlaceUnknown, WordsRefused
from data.folding import in_one_line
from models.calibrate import load_calibration
from service import journal
from service.alert_levels import alert_levels
from service.api.deps import DeskDep, ObjectId, PartsDep, ReaderDep, SearchId
from service.pages.rendering import render
from service.problems import INVALID_REQUEST
from service.records.meanings import NO_MATCH_REASONS
from service.words import DEFAULT_LIMIT, searchable

router = APIRouter(include_in_schema=False)


@router.get("/")
def search_page(request: Request, parts: PartsDep) -> Response:
    """The page to search with a photo."""
    levels = alert_levels(load_calibration(), parts.settings.alert_level)
    return render(request, "search.html", settings=parts.settings, reasons=NO_MATCH_REASONS, alert=levels)


@router.get("/searches/{search_id}")
def record_page(request: Request, search_id: SearchId, desk: DeskDep, parts: PartsDep) -> Response:
    """The same page, showing an earlier search."""
    desk.kept_record(search_id)
    return search_page(request, parts)


@router.get("/words")
async def words_page(
    request: Request, parts: PartsDep, reader: ReaderDep, q: str = "", after: str = ""
) -> Response:
    """The page to search with words, a plain form, and what they found."""
    answer, refused, engine = None, "", parts.keeper.engine
    if q:
        try:
            answer = await parts.queue.run(journal.search_by_words, reader, engine, q, DEFAULT_LIMIT, after)
        except (WordsRefused, PlaceUnknown) as refusal:
            refused = str(refusal)
    page = render(
        request,
        "words.html",
        asked=in_one_line(q[:LONGEST_QUERY]),
        longest=LONGEST_QUERY,
        answer=answer,
        later=bool(after),
        refused=refused,
        no_pictures=answer.no_pictures if answer else searchable(engine)[1],
    )
    page.status_code = INVALID_REQUEST.status if refused else page.status_code
    return page


@router.get("/objects/{object_id}")
def object_page(request: Request, object_id: ObjectId, reader: ReaderDep) -> Response:
    """The page of one object: its photographs and all that Object ID asks."""
    return render(request, "object.html", object=reader.get(object_id))
