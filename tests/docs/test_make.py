"""The Makefile, the pages that name its words, the Dockerfile and .ci/run belong together."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess

import pytest

from tests.conftest import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
WORDS = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, flags=re.MULTILINE))
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="no make on the PATH")


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    # What `make test` hands down to a make that it runs would change what that one says.
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, env=bare, capture_output=True, text=True, check=False
    )


def test_the_words_that_must_be_there() -> None:
    assert {"help", "demo", "test", "check", "bench", "bench-sight", "clean"} <= WORDS


@needs_make
def test_help_lists_every_word_with_a_line() -> None:
    lines = make("help").stdout.splitlines()
    assert {line.split()[1] for line in lines} == WORDS
    assert all(len(line.split()) > 3 for line in lines)


@pytest.mark.parametrize("page", ["README.md", "docs/development.md"])
def test_pages_name_words_that_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make (?:[A-Z]+=\S+ )*([a-z-]+)", text, flags=re.MULTILINE))
    assert named
    assert named <= WORDS


def test_the_development_page_names_every_word() -> None:
    text = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `make ([a-z-]+)`", text, flags=re.MULTILINE)) == WORDS


@needs_make
def test_a_python_that_cannot_be_used_is_said_in_one_message() -> None:
    refused = make("PYTHON=no-such-python", "VENV=no-such-folder", "core")
    assert refused.returncode != 0
    assert "Python 3.11, 3.12 or 3.13" in refused.stderr
    assert not (ROOT / "no-such-folder").exists()


@needs_make
@pytest.mark.parametrize(("serve", "expected"), [("0", True), ("1", False)])
def test_demo_serves_unless_it_is_told_not_to(serve: str, expected: bool) -> None:
    planned = make("--dry-run", "demo", f"SERVE={serve}").stdout
    assert "artrieve demo" in planned
    assert ("--no-serve" in planned) is expected


def test_the_container_is_built_by_the_makefile_s_own_words() -> None:
    assert set(re.findall(r"^RUN make ([a-z]+)", DOCKERFILE, flags=re.MULTILINE)) == {"core"}
    command = "VENV=/opt/artrieve EDITABLE="
    assert f"make core {command}" in DOCKERFILE
    assert re.search(r'make core VENV="\$scratch/core" EDITABLE=$', CI, flags=re.MULTILINE), (
        "CI does the same step"
    )


def test_the_container_copies_what_exists_and_what_the_build_context_has() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [
        name
        for line in re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)
        for name in line.split()
    ]
    assert {"data", "models", "indexer", "service", "scripts"} <= set(copied)
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in ignored


def test_the_container_runs_without_root_and_says_whether_it_is_healthy() -> None:
    final = DOCKERFILE.split("\nFROM ")[-1]
    assert re.search(r"^USER (?!root)\w+$", final, flags=re.MULTILINE)
    assert "HEALTHCHECK" in final
    assert "/healthz" in final
    asked = re.search(r"HEALTHCHECK.*?CMD (\[.*?\])$", final, flags=re.MULTILINE | re.DOTALL)
    assert asked
    program, option, code = json.loads(asked[1])
    assert (program, option) == ("python", "-c")
    compile(code, "HEALTHCHECK", "exec")
    assert final.rstrip().endswith('CMD ["serve"]')
