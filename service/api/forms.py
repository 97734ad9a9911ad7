"""The small fields of upload forms, checked."""

from __future__ import annotations

from data.object_id import ViewKind
from indexer.decide import AlertLevel
from service.problem_details import FieldError
from service.problems import INVALID_REQUEST, ServiceProblem
from service.searching import CANDIDATES_LOOKED_AT, DEFAULT_LIMIT
from service.uploads import PhotoForm


def limit_of(form: PhotoForm) -> int:
    """How many candidates are asked for. Raises ServiceProblem."""
    text = form.fields.get("limit", str(DEFAULT_LIMIT))
    if not (text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= CANDIDATES_LOOKED_AT):
        raise _invalid("limit", f"Give a whole number from 1 to {CANDIDATES_LOOKED_AT}.")
    return int(text)


def level_of(form: PhotoForm, default: AlertLevel) -> AlertLevel:
    """The alert level that is asked for, or else the default. Raises ServiceProblem."""
    try:
        return AlertLevel(form.fields.get("alert_level", default))
    except ValueError:
        known = ", ".join(AlertLevel)
        raise _invalid("alert_level", f"Give one of: {known}.") from None


def view_of(form: PhotoForm) -> ViewKind:
    """What the photograph shows. Raises ServiceProblem."""
    text = form.fields.get("view", ViewKind.overall.value)
    try:
        return ViewKind(text)
    except ValueError:
        known = ", ".join(each.value for each in ViewKind)
        raise _invalid("view", f"Give one of: {known}.") from None


def _invalid(name: str, says: str) -> ServiceProblem:
    return ServiceProblem(
        INVALID_REQUEST,
        f"The form field `{name}` is not valid. {says}",
        errors=[FieldError(where=f"body.{name}", says=says)],
    )
