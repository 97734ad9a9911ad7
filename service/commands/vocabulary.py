"""``artrieve vocabulary``: which term is this word, in which language, under which number of the thesaurus?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from data.vocabulary.terms import Kind, Language, TermUnknown
from service.commands.console import note, say, table

if TYPE_CHECKING:
    from service.vocabulary import TermView, VocabularyAnswer


def command(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORD...]", help="A term in any of the five languages, or how one of its words begins."
        ),
    ] = None,
    kind: Annotated[
        Kind, typer.Option(help="What the term names: what an object is, or what it is made of.")
    ] = Kind.types,
    language: Annotated[
        Language | None, typer.Option(help="Search this language only, and write labels in it.")
    ] = None,
    within: Annotated[
        str, typer.Option(metavar="KEY", help="Without words: the terms right below the one with this key.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many terms to suggest at most.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Write the answer as the API gives it.")] = False,
) -> None:
    """Find terms for types and materials, with their Getty AAT numbers; without words list the most general ones."""
    from service.vocabulary import look_up

    try:
        answer = look_up(kind, " ".join(words or []), language, within=within, limit=limit)
    except TermUnknown as unknown:
        raise typer.BadParameter(f"--within: {unknown}") from unknown
    if as_json:
        typer.echo(answer.model_dump_json(indent=2))
    else:
        tell(answer)


def tell(answer: VocabularyAnswer) -> None:
    """Write an answer for a person: the term that is named with all its labels, then those that begin so."""
    if answer.found:
        say(_path(answer.found), style="bold")
        say(f"AAT {answer.found.aat_uri or '(not known for sure)'}")
        table(
            ("language", "labels"), ((each, ", ".join(found)) for each, found in answer.found.labels.items())
        )
    others = [each for each in answer.terms if answer.found is None or each.key != answer.found.key]
    if others:
        table(
            ("term", "matched", "aat", "key"),
            ((_path(each), each.matched, each.aat, each.key) for each in others),
        )
    elif answer.found is None:
        note(f"None of the {answer.size} terms is that. Free text may be used in records all the same.")


def _path(term: TermView) -> str:
    return " > ".join(step.label for step in term.path)
