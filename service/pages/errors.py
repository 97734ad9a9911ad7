"""A problem as a page for people who opened an address in a browser, and as problem details for everybody
else.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from service.pages.rendering import render
from service.problems import ServiceProblem, note_problem, problem_response

API = "/api/"


def page_or_problem(request: Request, problem: ServiceProblem) -> Response:
    """The answer for a problem: a page only where a browser navigated outside of the API."""
    wants_page = "text/html" in request.headers.get("accept", "")
    if not wants_page or request.url.path.startswith(API):
        return problem_response(problem, request.scope)
    note_problem(request.scope, problem)
    page = render(request, "problem.html", problem=problem.details(request.url.path))
    page.status_code = problem.kind.status
    page.headers.update({**problem.headers, "Cache-Control": "no-store"})
    return page
