"""The doctor: content with what is new, not with what is broken."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from data.database import DatabaseUnavailable
from data.register import Register
from service import commands


def test_the_doctor_is_content_with_a_new_installation(
    empty_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "There is no register" in said
    assert not empty_home.exists()


def test_the_doctor_looks_at_everything(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["doctor", "--json"]) == 0
    findings = {finding["name"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert set(findings) >= {"settings", "disk", "weights", "database", "photos", "index"}
    assert {finding["state"] for finding in findings.values()} <= {"ok", "warn"}
    assert findings["index"]["state"] == "ok"


def test_the_doctor_finds_what_is_broken(
    imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(imported, broken)
    monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(broken))
    monkeypatch.setenv("ARTRIEVE_TYPO", "1")
    for photo in (broken / "photos").rglob("*"):
        if photo.is_file():
            photo.write_bytes(b"something else")
    (broken / "index" / "CURRENT").write_text("{", encoding="utf-8")
    assert commands.run(["doctor"]) == 1
    lines = {line.split()[1]: line for line in capsys.readouterr().out.splitlines() if line[:5].strip()}
    assert lines["photos:"].startswith("fail")
    assert lines["index:"].startswith("fail")
    assert "artrieve index" in lines["index:"]
    assert lines["settings:"].startswith("warn")
    assert "ARTRIEVE_TYPO" in lines["settings:"]
    for part in broken.glob("register.db*"):
        part.unlink()
    (broken / "register.db").write_bytes(b"no database at all")
    assert commands.run(["doctor"]) == 1
    assert "fail  database" in capsys.readouterr().out


def test_the_doctor_says_which_setting_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARTRIEVE_HOST", "0.0.0.0")
    assert commands.run(["doctor"]) == 1
    assert "fail  settings: ARTRIEVE_HOST" in capsys.readouterr().out


@pytest.mark.parametrize(("free", "state"), [(10 << 20, "fail"), (1 << 30, "warn"), (1 << 40, "ok")])
def test_the_doctor_looks_at_the_disk(
    free: int,
    state: str,
    empty_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    assert commands.run(["doctor"]) == (1 if state == "fail" else 0)
    assert f"{state:<5} disk: {free >> 20} MiB free." in capsys.readouterr().out


def test_the_doctor_says_that_the_folder_cannot_be_written(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert commands.run(["doctor"]) == 1
    assert "fail  disk" in capsys.readouterr().out


def findings(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The lines that the doctor wrote, by the name of what was looked at."""
    lines = [line for line in capsys.readouterr().out.splitlines() if line[:5].strip()]
    return {line.split()[1].rstrip(":"): line for line in lines}


def test_a_folder_that_is_a_file_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    for folder in (file, file / "below"):
        monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(folder))
        assert commands.run(["doctor"]) == 1
        assert findings(capsys)["disk"] == (
            f"fail  disk: {file} is not a folder. Set ARTRIEVE_DATA_DIR to a folder that can be written."
        )


@pytest.mark.parametrize("url", ["nonsense://bucket/x", "FILE/below"])
def test_a_photo_store_that_cannot_be_used_is_one_finding_among_others(
    url: str,
    empty_home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("ARTRIEVE_PHOTOS_URL", url.replace("FILE", str(tmp_path / "file")))
    assert commands.run(["doctor"]) == 1
    found = findings(capsys)
    assert found["photos"].startswith("fail")
    assert "ARTRIEVE_PHOTOS_URL" in found["photos"]
    assert found["weights"].startswith("ok")
    assert found["database"].startswith("ok")
    assert "Traceback" not in str(found)


def test_the_doctor_makes_no_database(
    empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARTRIEVE_DATABASE_URL", f"sqlite:///{tmp_path}/new/x.db")
    assert commands.run(["doctor"]) == 0
    assert f"There is no register at sqlite:///{tmp_path}/new/x.db yet" in findings(capsys)["database"]
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "new").write_bytes(b"")
    assert commands.run(["doctor"]) == 1
    assert findings(capsys)["database"].startswith(f"fail  database: {tmp_path}/new is not a folder.")
    monkeypatch.setenv("ARTRIEVE_DATABASE_URL", "oracle://host/name")
    assert commands.run(["doctor"]) == 1
    assert findings(capsys)["database"].startswith("fail")


def test_a_database_that_goes_away_while_it_is_looked_at(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away(_: Register) -> None:
        raise DatabaseUnavailable("It went away. Start it again.")

    monkeypatch.setattr(Register, "searchable_photographs", away)
    assert commands.run(["doctor"]) == 1
    assert findings(capsys)["database"] == "fail  database: It went away. Start it again."
