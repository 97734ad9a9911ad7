"""Problem details (RFC 9457): the one shape in which every failing path answers.

A problem is a row of ``PROBLEMS``: a code that programs read, an HTTP status, a title and what to do about
it. ``docs/api.md`` lists them; a test keeps the list and this module the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import Scope

from service.problem_details import FieldError, ProblemDetails

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:artrieve:problem:"
RETRY_SECONDS = 2


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One way to fail: its code (stable, for programs), HTTP status, title and what to do about it."""

    code: str
    status: int
    title: str
    advice: str


PROBLEMS: dict[str, ProblemKind] = {}


def _kind(code: str, status: int, title: str, advice: str) -> ProblemKind:
    PROBLEMS[code] = ProblemKind(code, status, title, advice)
    return PROBLEMS[code]


BAD_REQUEST = _kind(
    "bad-request", 400, "The request cannot be understood", "Compare it with docs/api.md and send it again."
)
MALFORMED_JSON = _kind(
    "malformed-json", 400, "The body is not JSON", "Send one JSON object in UTF-8, not nested deeply."
)
MALFORMED_UPLOAD = _kind(
    "malformed-upload",
    400,
    "The upload is not readable multipart/form-data",
    "Send the photo as a form upload, for example with `curl -F photo=@FILE`.",
)
UNKNOWN_HOST = _kind(
    "unknown-host",
    400,
    "This service only answers to this machine's own names",
    "Open it as http://127.0.0.1 or http://localhost with the service's port.",
)
FOREIGN_ORIGIN = _kind(
    "foreign-origin",
    403,
    "Another website may not write here",
    "Use the service's own page, or a program that sends no Origin header.",
)
NOT_ALLOWED = _kind(
    "not-allowed",
    403,
    "This is for registrars only",
    "Ask a registrar; on a machine of your own, ARTRIEVE_ROLE says which role you have.",
)
NOT_FOUND = _kind(
    "not-found", 404, "There is nothing at this address", "docs/api.md lists the addresses there are."
)
OBJECT_NOT_FOUND = _kind(
    "object-not-found",
    404,
    "There is no such object",
    "Check the number; GET /api/v1/objects lists the objects there are.",
)
PHOTOGRAPH_NOT_FOUND = _kind(
    "photograph-not-found",
    404,
    "There is no such photograph",
    "Check the number; an object lists its photographs.",
)
IMPORT_NOT_FOUND = _kind(
    "import-not-found",
    404,
    "There is no such import",
    "Check the number; GET /api/v1/imports lists the imports there are.",
)
SOURCE_REGISTER_NOT_FOUND = _kind(
    "source-register-not-found",
    404,
    "There is no such source register",
    "Check the key; GET /api/v1/registers lists the registers there are.",
)
DUPLICATE_NOT_FOUND = _kind(
    "duplicate-not-found",
    404,
    "There is no such likely duplicate",
    "GET /api/v1/duplicates lists those there are.",
)
SEARCH_NOT_FOUND = _kind(
    "search-not-found", 404, "There is no such search", "Check the id that the search was answered with."
)
CANDIDATE_NOT_FOUND = _kind(
    "candidate-not-found",
    404,
    "The search has no such candidate",
    "Ranks begin at 1; the search lists its candidates and the evidence that each has.",
)
EVIDENCE_UNAVAILABLE = _kind(
    "evidence-unavailable",
    404,
    "There is no such picture of this candidate",
    "Only candidates whose points fit together have pictures; `evidence` lists those of each candidate.",
)
METHOD_NOT_ALLOWED = _kind(
    "method-not-allowed",
    405,
    "This address does not take this method",
    "The Allow header names the methods it takes.",
)
VERSION_NOT_FOUND = _kind(
    "version-not-found",
    404,
    "The history has no such version of the object",
    "Its history lists the versions there are; it may begin later than the object.",
)
STATUS_CONFLICT = _kind(
    "status-conflict",
    409,
    "The object's status does not allow this",
    "Read the object again: `detail` says what its status is and what can be done instead.",
)
IMPORT_RUNNING = _kind(
    "import-running",
    409,
    "The import is running now",
    "Wait for its end, or interrupt it where it runs, then send it again.",
)
DUPLICATE_DECIDED = _kind(
    "duplicate-decided",
    409,
    "Somebody has decided otherwise",
    "Read it again: `detail` says who, when and what to do.",
)
SOURCE_REGISTER_TAKEN = _kind(
    "source-register-taken",
    409,
    "There is a source register of this key already",
    "Change that one with PATCH, or choose another key.",
)
EVIDENCE_GONE = _kind(
    "evidence-gone",
    410,
    "The searched photo is no longer kept",
    "Search with the photo again; the record of the search itself stays.",
)
VERSION_CONFLICT = _kind(
    "version-conflict",
    412,
    "Somebody changed the object in the meantime",
    "Read the object again, look at what changed, and send your change with the new ETag.",
)
BODY_TOO_LARGE = _kind(
    "body-too-large", 413, "The request is too large", "Send less at once; docs/settings.md names the limits."
)
UNSUPPORTED_BODY = _kind(
    "unsupported-body",
    415,
    "The body has a type that this address does not take",
    "Set Content-Type to what docs/api.md names for this address.",
)
INVALID_REQUEST = _kind(
    "invalid-request", 422, "The request has fields that are not valid", "Correct what `errors` lists."
)
IMPORT_REFUSED = _kind(
    "import-refused",
    422,
    "The file cannot be imported as asked",
    "`detail` says what to change; `dry_run=true` tries it without writing anything.",
)
EXPORT_REFUSED = _kind(
    "export-refused",
    422,
    "The register cannot be exported as asked",
    "`detail` says what to ask for instead.",
)
MISSING_PHOTO = _kind(
    "missing-photo",
    422,
    "The upload holds no photo",
    "Send the photo in the form field `photo`, for example with `curl -F photo=@FILE`.",
)
TOO_MANY_PHOTOS = _kind(
    "too-many-photos",
    422,
    "There are too many photos in one request",
    "Send fewer; a search is for one object, so its best few photos are enough.",
)
PHOTO_REJECTED = _kind(
    "photo-rejected", 422, "The photo was not accepted", "Send the photo as the camera made it, as a JPEG."
)
INTERNAL_ERROR = _kind(
    "internal-error",
    500,
    "The service failed",
    "Nothing you sent is at fault. Try again; if it stays, look for the reference in the service's log.",
)
PHOTO_STORE_BROKEN = _kind(
    "photo-store-broken",
    500,
    "A stored photo is missing or damaged",
    "Restore the photo store from its backup; `artrieve doctor` checks it.",
)
PHOTO_STORE_UNAVAILABLE = _kind(
    "photo-store-unavailable",
    503,
    "The photo store does not answer",
    "Check ARTRIEVE_PHOTOS_URL, the space left and the permissions; `artrieve doctor` checks them.",
)
BUSY = _kind(
    "busy", 503, "Too much work is waiting", "Try again after the seconds in the Retry-After header."
)
NOT_READY = _kind("not-ready", 503, "There is no index to search", "Run `artrieve index`, then ask /readyz.")
INTAKE_UNAVAILABLE = _kind(
    "intake-unavailable",
    503,
    "Photos cannot be read at the moment",
    "Free some memory on the machine and try again; `artrieve doctor` checks the installation.",
)
DATABASE_UNAVAILABLE = _kind(
    "database-unavailable",
    503,
    "The register's database does not answer",
    "Check ARTRIEVE_DATABASE_URL and that the database runs; `artrieve doctor` checks both.",
)
INSUFFICIENT_STORAGE = _kind(
    "insufficient-storage",
    507,
    "The service has no room for what was sent",
    "Free some space on the disks of ARTRIEVE_DATA_DIR and of temporary files (TMPDIR), then send it again.",
)

# Rejections by intake keep intake's own code with this before it. Those that HTTP has a status for:
PHOTO_CODE_PREFIX = "photo-"
_REJECTION_STATUS = {"too-large": 413, "not-a-photo": 415, "unsupported-format": 415}


class ServiceProblem(Exception):
    """Raised anywhere below a route; answered as problem details.

    ``advice`` and ``code`` replace those of the kind where the moment knows better.
    """

    def __init__(
        self,
        kind: ProblemKind,
        detail: str,
        *,
        advice: str = "",
        headers: Mapping[str, str] | None = None,
        errors: list[FieldError] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.advice = advice or kind.advice
        self.headers = dict(headers or {})
        self.errors = errors or []

    def details(self, instance: str) -> ProblemDetails:
        """The body that says this problem, asked for at the path ``instance``."""
        return ProblemDetails(
            type=TYPE_PREFIX + self.kind.code,
            title=self.kind.title,
            status=self.kind.status,
            detail=self.detail,
            instance=instance,
            code=self.kind.code,
            advice=self.advice,
            errors=self.errors,
        )


def photo_rejected(code: str, reason: str, advice: str, name: str = "") -> ServiceProblem:
    """The problem for a photo that intake refused, with intake's reason and advice."""
    status = _REJECTION_STATUS.get(code, PHOTO_REJECTED.status)
    kind = ProblemKind(PHOTO_CODE_PREFIX + code, status, PHOTO_REJECTED.title, PHOTO_REJECTED.advice)
    return ServiceProblem(kind, f"{name}: {reason}" if name else reason, advice=advice)


def busy(detail: str) -> ServiceProblem:
    """The problem for a full queue, which says when to come back."""
    return ServiceProblem(BUSY, detail, headers={"Retry-After": str(RETRY_SECONDS)})


def note_problem(scope: Scope, problem: ServiceProblem) -> None:
    """Leave the code with the request, for the log."""
    scope.setdefault("state", {})["problem"] = problem.kind.code


def problem_response(problem: ServiceProblem, scope: Scope) -> Response:
    """The HTTP answer for a problem. Never cached: the next try may go well."""
    note_problem(scope, problem)
    return Response(
        problem.details(scope["path"]).model_dump_json(),
        status_code=problem.kind.status,
        media_type=MEDIA_TYPE,
        headers={**problem.headers, "Cache-Control": "no-store"},
    )
