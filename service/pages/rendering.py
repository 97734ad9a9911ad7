"""Rendering templates. Everything put into a template is escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

HERE = Path(__file__).parent
STATIC = HERE / "static"

_templates = Jinja2Templates(directory=HERE / "templates")
_templates.env.trim_blocks = True
_templates.env.lstrip_blocks = True


def render(request: Request, template: str, **values: Any) -> Response:
    """A page from a template in ``templates/``."""
    return _templates.TemplateResponse(request, template, values)
