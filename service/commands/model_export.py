"""``artrieve model export``: a model of open_clip as an ONNX file with its card, served without torch from then on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.commands.console import note, say


def export(
    specification: Annotated[
        str, typer.Argument(help="Which model: open_clip:NAME/TAG, or open_clip:NAME@FILE with a checkpoint.")
    ],
    out: Annotated[Path, typer.Argument(help="The ONNX file to write; its card goes beside it.")],
    words: Annotated[
        bool, typer.Option("--words", help="Export the text tower too, so that words can be searched.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Keep weights in full precision; the file is twice as large.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file and its card.")] = False,
) -> None:
    """Write a model of open_clip as an ONNX file with its card, if the file puts out what the model does."""
    from models.export import check_place
    from models.export_clip import export_clip

    check_place(out, replace=force)
    note(f"Loading {specification}")
    card = export_clip(specification, out, words=words, half=not full, replace=force)
    say(f"{out}: {card.name}, {card.dimension} numbers a photo{', reads words' if words else ''}.")
    say(f"To use it, name it as onnx:{out.absolute()}")
