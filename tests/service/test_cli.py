"""The command line: how it fails, what it says and where."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from service import cli, commands
from service.commands import import_asked, serve
from service.commands.console import Steps, duration, say, say_row, table
from service.commands.failures import CommandFailed, expected
from service.settings import load_settings


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.mark.parametrize(
    "name", ["import", "quarantine", "index", "search", "serve", "demo", "doctor", "evaluate"]
)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run([name, "--help"]) == 0
    assert name in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["search"],
        ["search", "no-such-file.jpg"],
        ["index", "--workers", "-1"],
        ["serve", "--port", "many"],
        ["import", "no-such-folder"],
        ["import", ".", "--map", "photo"],
        ["import", ".", "--map", "photo=a,photo=b"],
        ["import", ".", "--map", "photo=a"],
        ["import", ".", "--authority", "Police"],
        ["evaluate", "--register", "."],
    ],
)
def test_what_is_wrongly_asked_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err
    assert "Traceback" not in said.err


def test_an_expected_failure_is_one_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARTRIEVE_PORT", "none")
    assert commands.run(["serve"]) == 1
    said = capsys.readouterr()
    assert said.err.startswith("artrieve: ARTRIEVE_PORT: ")
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_an_unexpected_failure_shows_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("service.doctor.examine", broken)
    with pytest.raises(ZeroDivisionError):
        commands.run(["doctor"])


def test_every_expected_failure_is_an_exception_of_ours() -> None:
    assert all(
        error.__module__.split(".")[0] in {"service", "indexer", "models", "data"} for error in expected()
    )


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EMFILE])
def test_what_the_machine_refuses_is_one_message_with_advice(
    number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> None:
        raise OSError(number, os.strerror(number), "/some/file")

    monkeypatch.setattr("service.doctor.examine", refuse)
    assert commands.run(["doctor"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"artrieve: /some/file: {os.strerror(number)}. ")
    assert said.strip().endswith(".")


def test_other_errors_of_files_are_faults_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def miss() -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file", "/some/file")

    monkeypatch.setattr("service.doctor.examine", miss)
    with pytest.raises(FileNotFoundError):
        commands.run(["doctor"])


def test_control_characters_are_spelt_out(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b[2Jb\u009bc")
    say_row(("x\x07", "y\r\nz"))
    table(("\x1b",), [])
    assert capsys.readouterr().out.splitlines() == ["a\\x1b[2Jb\\x9bc", "x\\x07\ty z", "\\x1b"]


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["--version"]) == 0
    assert capsys.readouterr().out == f"artrieve {version('artrieve')}\n"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.9"])
def test_serve_refuses_other_machines_with_the_reason(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["serve", "--host", host]) == 1
    assert "no accounts yet" in capsys.readouterr().err


def test_serve_says_that_the_port_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert commands.run(["serve", "--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert f"Port {port} of 127.0.0.1 is taken" in said
    assert f"--port {port + 1}" in said


def test_serve_says_why_else_it_cannot_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: socket.socket, where: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(CommandFailed, match=r"Cannot listen on 127\.0\.0\.1, port 80: Permission denied"):
        serve.bind("127.0.0.1", 80)


def test_serve_listens_at_an_address_as_urls_have_it() -> None:
    settings = load_settings(host="[::1]", port=99)
    assert serve.address(settings) == "http://[::1]:99/"
    with contextlib.suppress(CommandFailed):  # where this machine has no IPv6
        serve.bind(settings.host, 0).close()


def test_serve_says_that_there_is_no_such_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(CommandFailed, match="Cannot listen on localhost, port 80: Name or service not known"):
        serve.bind("localhost", 80)


def test_the_address_is_one_that_a_browser_takes() -> None:
    assert serve.address(load_settings()) == "http://127.0.0.1:8377/"
    assert serve.address(load_settings(host="::1", port=99)) == "http://[::1]:99/"


def test_mappings_may_be_given_together_or_one_by_one() -> None:
    assert import_asked.parse_mapping(["photo=file,title=Titel", " maker = Artist name "]) == {
        "photo": "file",
        "title": "Titel",
        "maker": "Artist name",
    }
    assert import_asked.parse_mapping([]) == {}


def test_without_a_terminal_output_is_plain(capsys: pytest.CaptureFixture[str]) -> None:
    long = "word " * 60
    say(f"[bold]{long}", style="red")
    table(("name", "what"), [("a\tb", "line\nbreak [x]"), ("c", long)])
    said = capsys.readouterr().out.splitlines()
    assert said == [f"[bold]{long}", "name\twhat", "a b\tline break [x]", f"c\t{long.strip()}"]


def test_on_a_terminal_a_table_has_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    table(("name", "what"), [("a", "b [x]")])
    said = capsys.readouterr().out
    assert "\t" not in said
    assert "b [x]" in said


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (-1, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")],
)
def test_times_are_short_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_progress_without_a_terminal_is_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 4.0, 4.0, 11.0, 11.0, 11.0, 12.0, 12.0])
    monkeypatch.setattr("service.commands.console.time.monotonic", lambda: next(clock))
    with Steps("Indexing") as steps:
        steps.show(8, 40)
        steps.show(22, 40, failed=1, rate=2.0)
        steps.show(24, 40, rate=2.0, seconds_left=8)
    assert capsys.readouterr().err.splitlines() == [
        "Indexing: 22 of 40 photos, 2.0 photos/s, 9 s left, 1 failed",
        "Indexing: 24 of 40 photos, 2.0 photos/s, 8 s left",
    ]


def test_progress_on_a_terminal_is_a_bar_with_rate_and_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    with Steps("Indexing") as steps:
        steps.show(10, 40, rate=5.0, seconds_left=6.0)
    said = capsys.readouterr().err
    assert "10/40" in said
    assert "5.0 photos/s, 6 s left" in said


def test_threads_are_held_before_anything_else_is_imported() -> None:
    """In a process of its own: nothing numeric may be there when the threads are settled."""
    program = (
        "import sys, os, service.cli as cli\n"
        "assert not {'numpy', 'cv2', 'faiss'} & set(sys.modules), 'too late'\n"
        "cli.hold_threads()\n"
        "assert all(os.environ[name] == '1' for name in cli.THREADS)\n"
    )
    bare = {name: value for name, value in os.environ.items() if name not in cli.THREADS}
    subprocess.run(
        [sys.executable, "-c", program], check=True, env=bare, cwd=Path(cli.__file__).parent.parent
    )


def test_threads_that_somebody_set_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    cli.hold_threads()
    assert os.environ["OMP_NUM_THREADS"] == "7"


def test_the_process_ends_with_the_command_s_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["doctor", "--json"])
    assert ended.value.code == 0
    assert {finding["name"] for finding in json.loads(capsys.readouterr().out)} >= {
        "settings",
        "weights",
        "database",
    }
