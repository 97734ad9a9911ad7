"""The commands, a module each. An expected failure is told in one message; any other shows its traceback."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import typer

from service.commands import (
    demo,
    doctor,
    evaluate,
    export,
    import_,
    index,
    model,
    quarantine,
    search,
    serve,
    words,
)
from service.commands.console import complain
from service.commands.failures import FAILED, CommandFailed, expected, refusal

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
app.command("export")(export.command)
app.command("quarantine")(quarantine.command)
app.command("index")(index.command)
app.add_typer(model.app, name="model")
app.command("search")(search.command)
app.command("words")(words.command)
app.command("serve")(serve.command)
app.command("demo")(demo.command)
app.command("doctor")(doctor.command)
app.command("evaluate")(evaluate.command)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
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
