"""`artrieve object` and `artrieve audit`: what becomes of objects, and the trail of it."""

from __future__ import annotations

import getpass
import json
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from data.database import open_database
from data.object_id import ObjectRecord
from data.register import Register
from service import commands
from service.settings import load_settings
from service.workshop import open_photos


@pytest.fixture
def home(empty_home: Path) -> Path:
    """A home with three objects."""
    settings = load_settings()
    empty_home.mkdir()
    with closing(open_database(settings.database)) as database:
        register = Register(database, open_photos(settings))
        for title in ("one", "two", "three"):
            register.report(ObjectRecord(title=title))
    return empty_home


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What a command writes to stdout, or where it fails to stderr."""
    capsys.readouterr()
    assert commands.run(list(arguments)) == code
    written = capsys.readouterr()
    return written.err if code and not written.out else written.out


def test_what_becomes_of_an_object_is_said_and_kept(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    why = ("--reason", "Found", "--source", "Letter")
    assert said(capsys, "object", "recover", "1", *why) == "Object 1 is recovered, version 2.\n"
    assert said(capsys, "object", "withdraw", "1", *why) == "Object 1 is withdrawn, version 3.\n"
    assert said(capsys, "object", "reinstate", "1", "--status", "missing", *why) == (
        "Object 1 is missing, version 4.\n"
    )
    assert said(capsys, "object", "link", "1", "3", *why) == "Object 1 is missing, version 5.\n"
    assert said(capsys, "object", "unlink", "1", "3", *why) == "Object 1 is missing, version 6.\n"
    assert said(capsys, "object", "merge", "1", "2", *why) == "Object 1 is merged into object 2, version 7.\n"
    header, *rows = [line.split("\t") for line in said(capsys, "object", "history", "1").splitlines()]
    assert header == ["version", "when", "who", "what", "why", "source"]
    assert [row[3] for row in rows] == [
        "reported",
        "recovered: status",
        "withdrawn: status",
        "reinstated: status",
        "linked (object 3)",
        "unlinked (object 3)",
        "merged (object 2)",
    ]
    assert rows[1][2] == f"{getpass.getuser()} artrieve object recover"
    assert rows[1][4:] == ["Found", "Letter"]
    lines = said(capsys, "object", "history", "1", "--json").splitlines()
    assert json.loads(lines[6])["other"] == 2
    shown = json.loads(said(capsys, "object", "history", "1", "--version", "1"))
    assert (shown["version"], shown["record"]["title"]) == (1, "one")


def test_an_object_is_moved(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "register", "add", "veldermond", "--name", "Theirs")
    moved = said(capsys, "object", "move", "1", "veldermond", "--reason", "It is theirs")
    assert moved == "Object 1 is stolen, version 2.\n"
    last = said(capsys, "object", "history", "1").splitlines()[-1].split("\t")
    assert last[3:5] == ["moved: source_register", "It is theirs"]
    assert "veldermond" in said(capsys, "objects", "--register", "veldermond", "--json")
    assert "no source register 'x'" in said(capsys, "object", "move", "1", "x", "--reason", "y", code=1)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("recover", "1", "--reason", " "), 2, "--reason is empty"),
        (("recover", "1"), 2, "--reason"),
        (("reinstate", "1", "--reason", "x", "--status", "gone"), 2, "give one of: stolen"),
        (("reinstate", "1", "--reason", "x"), 1, "artrieve: Object 1 is stolen and searched for"),
        (("merge", "1", "9", "--reason", "x"), 1, "artrieve: The register has no object 9"),
        (("history", "9"), 1, "artrieve: The register has no object 9"),
        (("history", "1", "--version", "2"), 1, "artrieve: The history of object 1 has no version 2"),
    ],
)
def test_what_cannot_be_done_is_one_message(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, says: str
) -> None:
    assert says in " ".join(said(capsys, "object", *arguments, code=code).replace("│", " ").split())


def test_the_trail_is_listed_shown_and_checked(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "object", "recover", "2", "--reason", "Found")
    said(capsys, "words", "one")
    header, *rows = [line.split("\t") for line in said(capsys, "audit", "list").splitlines()]
    assert header == ["event", "when", "who", "from", "kind", "about", "details"]
    assert [(row[0], row[4], row[5]) for row in rows] == [
        ("1", "object.reported", "object:1"),
        ("2", "object.reported", "object:2"),
        ("3", "object.reported", "object:3"),
        ("4", "object.recovered", "object:2"),
        ("5", "search.words", "words"),
    ]
    assert rows[3][2:4] == [getpass.getuser(), "artrieve object recover"]
    assert rows[4][3] == "artrieve words"
    few = said(capsys, "audit", "list", "--object", "2", "--kind", "object.recovered", "--json").splitlines()
    assert [json.loads(line)["sequence"] for line in few] == [4]
    assert "is no kind of event" in said(capsys, "audit", "list", "--kind", "x", code=2)
    shown, hashed = said(capsys, "audit", "show", "4").splitlines()
    assert json.loads(shown)["subject"] == "object:2"
    checked = said(capsys, "audit", "verify")
    assert checked == f"5 events, all as they were written. The last one is {checked.split()[-1]}\n"
    assert hashed == json.loads(few[0])["hash"]
    head = checked.split()[-1]
    assert said(capsys, "audit", "verify", "--expect", head) == checked
    assert said(capsys, "audit", "verify", "--expect", f"4:{hashed}", "--events-only") == checked
    assert "event 4" in said(capsys, "audit", "verify", "--expect", f"4:{'0' * 64}", code=1)
    assert "event 6" in said(capsys, "audit", "verify", "--expect", f"9:{hashed}", code=1)
    assert "--expect takes" in said(capsys, "audit", "verify", "--expect", "9", code=2)
    assert "no event 6" in said(capsys, "audit", "show", "6", code=1)


def test_an_event_that_was_changed_is_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (
        closing(open_database(load_settings().database)) as database,
        database.session(writes=True) as session,
    ):
        session.execute(text("DROP TRIGGER audit_events_no_update"))
        session.execute(text("UPDATE audit_events SET details = '{' WHERE sequence = 2"))
    lines = said(capsys, "audit", "verify", code=1).splitlines()
    assert lines[1] == "event 2\tIt is not written as events are: it was changed."
    for arguments in (("show", "2"), ("list", "--json", "--after", "1")):
        assert "Event 2 is not written as events are" in said(capsys, "audit", *arguments, code=1)
