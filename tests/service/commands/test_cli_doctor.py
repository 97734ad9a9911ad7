"""The doctor: content with what is new, not with what is broken."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

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
