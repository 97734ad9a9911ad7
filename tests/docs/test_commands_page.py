"""docs/commands.md and the command line say the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
import typer

from service.commands import app, failures
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def commands_of(group: Any, before: str = "") -> dict[str, Any]:
    """Commands by name, those of a group by both names."""
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        called = f"{before}{name}"
        found |= commands_of(command, f"{called} ") if hasattr(command, "commands") else {called: command}
    return found


COMMANDS = commands_of(typer.main.get_command(app))
GROUPS = {name.split()[0] for name in COMMANDS if " " in name}
SHOWN = re.compile(r"`?artrieve ([a-z]+)\b ?([a-z-]*)\b([^`\n]*)")
OPTION = re.compile(r"^\| `(--[a-z-]+)[^`]*` \|", re.MULTILINE)


def sections() -> dict[str, str]:
    parts = re.split(r"^## artrieve ([\w -]+)$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def options(command: Any) -> set[str]:
    named = {name for parameter in command.params for name in parameter.opts if name.startswith("--")}
    return named - {"--help"}


def test_every_command_has_a_section_and_no_section_is_left_over() -> None:
    assert set(sections()) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_stands_in_the_section_of_its_command(name: str) -> None:
    assert set(OPTION.findall(sections()[name])) == options(COMMANDS[name])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_explains_itself(name: str) -> None:
    assert COMMANDS[name].help
    assert all(parameter.help for parameter in COMMANDS[name].params if "--help" not in parameter.opts)


@pytest.mark.parametrize("name", COMMANDS)
def test_defaults_stand_there(name: str) -> None:
    for parameter in COMMANDS[name].params:
        default = parameter.default
        if isinstance(default, int) and not isinstance(default, bool):
            row = next(line for line in sections()[name].splitlines() if f"`{parameter.opts[0]}" in line)
            assert f"Default: {default}" in row


def test_exit_codes_stand_there() -> None:
    said = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, flags=re.MULTILINE)}
    assert said == {0, failures.FAILED, failures.USAGE, failures.QUARANTINED, failures.INTERRUPTED}


def test_no_page_shows_a_command_or_option_that_does_not_exist() -> None:
    pages = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
    for page in pages:
        for name, second, rest in SHOWN.findall(page.read_text(encoding="utf-8")):
            both = f"{name} {second}"
            called = both if both in COMMANDS else name
            if called in COMMANDS:
                shown = set(re.findall(r"(?<!\S)--[a-z-]+", f" {second} {rest}"))
                assert shown <= options(COMMANDS[called]) | {"--help"}, (
                    f"{page.name}: artrieve {called}{rest}"
                )
            else:
                assert name not in GROUPS or not second, f"{page.name}: artrieve {both}"
