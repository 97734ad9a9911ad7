"""What is missing skips a test with the reason, and fails it where everything must be there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.real_photos import NO_PHOTOS, PHOTOS
from tests.conftest import NEEDS, REQUIRE_ALL, ROOT

TESTS = """
import pytest

def test_plain():
    pass

@pytest.mark.photos
def test_marked():
    pass

def test_by_fixture(real_photos):
    assert (real_photos / "paintings").is_dir()

@pytest.mark.skipif(True, reason="another reason")
def test_other():
    pass

@pytest.mark.xfail(strict=True)
def test_known_fault():
    assert False
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "test_some.py").write_text(TESTS, encoding="utf-8")
    markers = "\n".join(f"    {name}: needed" for name in NEEDS)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\nmarkers =\n{markers}\n", encoding="utf-8")
    return tmp_path


def outcome(folder: Path, **environment: str) -> tuple[dict[str, int], str]:
    bare = {name: value for name, value in os.environ.items() if name not in {REQUIRE_ALL, PHOTOS}}
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.conftest",
            "-p",
            "no:cacheprovider",
            "-ra",
            str(folder),
        ],
        cwd=folder,
        env=bare | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    closing = ran.stdout.strip().splitlines()[-1]
    return {
        word.rstrip("s"): int(number)
        for number, word in re.findall(r"(\d+) ([a-z]+)", closing.split(" in ")[0])
    }, ran.stdout


def test_what_is_missing_is_skipped_with_the_reason(folder: Path) -> None:
    counts, said = outcome(folder, **{PHOTOS: str(folder)})
    assert counts == {"passed": 1, "skipped": 3, "xfailed": 1}
    assert "no real photos in" in said


def test_where_everything_must_be_there_a_skip_fails(folder: Path) -> None:
    counts, said = outcome(folder, **{PHOTOS: str(folder), REQUIRE_ALL: "1"})
    assert counts == {"passed": 1, "error": 3, "xfailed": 1}
    assert "lets nothing be skipped, but: Skipped: no real photos in" in said


def test_the_photos_can_be_excused_and_nothing_else(folder: Path) -> None:
    counts, _ = outcome(folder, **{PHOTOS: NO_PHOTOS, REQUIRE_ALL: "1"})
    assert counts == {"passed": 1, "error": 1, "skipped": 2, "xfailed": 1}


def test_what_is_there_is_used(folder: Path) -> None:
    (folder / "paintings").mkdir()
    (folder / "paintings" / "truth.csv").write_text("query,registry,kind\n", encoding="utf-8")
    counts, _ = outcome(folder, **{PHOTOS: str(folder)})
    assert counts == {"passed": 3, "skipped": 1, "xfailed": 1}
