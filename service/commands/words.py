"""``artrieve words``: which registered pictures look like these words, and which records hold them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.console import say, table

if TYPE_CHECKING:
    from service.words import FoundObject, WordsAnswer


def command(
    words: Annotated[
        list[str], typer.Argument(metavar="WORD...", help="What the object looks like, quoted or not.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Write the answer as the API gives it.")] = False,
    limit: Annotated[
        int, typer.Option(min=1, max=100, help="How many pictures and how many records to show at most.")
    ] = 10,
) -> None:
    """Search the register with words: its pictures, if the installed model knows words, and its records."""
    from data.finding import WordsRefused
    from data.reader import Reader
    from service.settings import load_settings
    from service.words import answer_words
    from service.workshop import open_engine, opened_register

    settings = load_settings()
    with opened_register(settings, create=False) as register:
        try:
            reader = Reader(register, settings.role)
            answer = answer_words(reader, lambda: open_engine(settings, register), " ".join(words), limit)
        except WordsRefused as refused:
            raise typer.BadParameter(str(refused)) from refused
    if as_json:
        typer.echo(answer.model_dump_json(indent=2))
    else:
        tell(answer)


def tell(answer: WordsAnswer) -> None:
    """Write an answer for a person: the pictures, what was searched, the records."""
    if answer.pictures is None:
        say(answer.no_pictures)
    else:
        say("Photographs that look like these words", style="bold")
        likest = ((f"{each.likeness:.3f}", *_in_short(each)) for each in answer.pictures)
        table(("likeness", *_HEADERS), likest)
        say(
            f"Searched {answer.photographs} photographs, generation {answer.generation}, by the model {answer.model}. "
            "Words find what looks alike; they identify nothing.",
            style="dim",
        )
    say("Records that hold these words", style="bold")
    table(_HEADERS, map(_in_short, answer.records))
    shown = f", the first {len(answer.records)} are listed" if answer.total > len(answer.records) else ""
    say(f"{answer.total} hold all of: {', '.join(answer.words)}{shown}.", style="dim")


_HEADERS = ("object", "title", "maker", "type", "status")


def _in_short(found: FoundObject) -> tuple[str, ...]:
    return str(found.object_id), found.name, found.maker, " > ".join(found.type_path), found.status
