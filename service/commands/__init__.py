"""The commands, a module each. An expected failure is told in one message; any other shows its traceback."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import typer

from service.commands import (
    audit,
    backup,
    demo,
    doctor,
    duplicates,
    evaluate,
    export,
    find,
    gaps,
    import_,
    imports,
    index,
    mapping,
    model,
    object_,
    objects,
    quarantine,
    register,
    search,
    serve,
    vocabulary,
    words,
)
from service.commands.console import complain
from service.commands.failures import FAILED, CommandFailed, expected, refusal
from service.running import running

app = typer.Typer(
    name="artrieve",
    help="A register of stolen and missing objects that can be searched with a photo.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"artrieve {version('artrieve')}")
        raise typer.Exit


@app.callback()
def _artrieve(
    asked: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_say_version, help="Say which version this is, and end."
        ),
    ] = False,
) -> None:
    """A register of stolen and missing objects that can be searched with a photo."""


app.command("import")(import_.command)
app.add_typer(imports.app, name="imports")
app.add_typer(mapping.app, name="mapping")
app.command("export")(export.command)
app.command("quarantine")(quarantine.command)
app.command("objects")(objects.command)
app.add_typer(object_.app, name="object")
app.add_typer(duplicates.app, name="duplicates")
app.add_typer(register.app, name="register")
app.add_typer(audit.app, name="audit")
app.command("index")(index.command)
app.add_typer(model.app, name="model")
app.command("search")(search.command)
app.command("words")(words.command)
app.command("gaps")(gaps.command)
app.command("vocabulary")(vocabulary.command)
app.command("find")(find.command)
app.command("serve")(serve.command)
app.command("demo")(demo.command)
app.command("doctor")(doctor.command)
app.command("evaluate")(evaluate.command)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("migrate")(backup.migrate)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    with running(f"artrieve {called(arguments)}"):
        return _run(arguments)


def called(arguments: Sequence[str]) -> str:
    """The name of the command that is called, both names of one in a group, without what is given to it."""
    groups = {group.name for group in app.registered_groups}
    names = groups | {command.name for command in app.registered_commands}
    first, second = (*arguments[:2], "", "")[:2]
    if first not in names:
        return ""
    return f"{first} {second}" if first in groups and second.isidentifier() else first


def _run(arguments: Sequence[str]) -> int:
    try:
        app(args=list(arguments), prog_name="artrieve")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else FAILED
    except CommandFailed as failed:
        complain(str(failed))
        return failed.code
    except expected() as failed:
        complain(str(failed))
        return FAILED
    except OSError as failed:
        message = refusal(failed)
        if message is None:
            raise
        complain(message)
        return FAILED
    return 0
