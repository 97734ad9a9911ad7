"""docs/audit.md and the events of the code say the same."""

from __future__ import annotations

import inspect
import re

from data import audit_events
from data.audit_events import EVENTS, Event
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z]+\.[a-z]+)` \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)


def test_every_kind_of_event_stands_there_with_its_fields_and_its_meaning() -> None:
    said = {kind: (set(re.findall(r"`(\w+)`", fields)), says) for kind, fields, says in ROW.findall(PAGE)}
    assert said == {kind: (set(one.model_fields), inspect.getdoc(one)) for kind, one in EVENTS.items()}


def test_every_event_of_the_module_is_a_kind() -> None:
    classes = [one for one in vars(audit_events).values() if inspect.isclass(one) and issubclass(one, Event)]
    assert {one for one in classes if "kind" in vars(one)} == set(EVENTS.values())
    assert all(kind == one.kind for kind, one in EVENTS.items())
