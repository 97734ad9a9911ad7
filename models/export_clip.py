"""Models of open_clip as ONNX files: loaded with torch once, and served without it from then on."""

from pathlib import Path

from models.card import ModelUnusable
from models.clip import PREFIX, ClipDescriptor, open_clip_descriptor, read_name
from models.export import Origin, export_tower
from models.onnx_card import OnnxCard


def export_clip(
    specification: str, path: Path, *, words: bool = False, half: bool = True, replace: bool = False
) -> OnnxCard:
    """Write the towers of a model of open_clip as `path` with its card; see models.export.export_tower.

    words  write the text tower too. Raises ModelUnusable if there is none that can be served without further files.
    """
    if not specification.startswith(PREFIX):
        raise ModelUnusable(
            f"{specification!r} is no model of open_clip, and only those are exported.",
            "An ONNX file from elsewhere needs a card and no export: see docs/models.md.",
        )
    descriptor = open_clip_descriptor(read_name(specification))
    return export_tower(
        descriptor.loaded.tower,
        path,
        origin_of(descriptor),
        descriptor.loaded.preparation,
        half=half,
        replace=replace,
    )


def origin_of(descriptor: ClipDescriptor) -> Origin:
    """What a card says of a model of open_clip."""
    card = descriptor.card
    return Origin(
        name=card.name,
        version=card.version,
        summary=card.summary,
        architecture=descriptor.name.model,
        source=card.source,
        licence=card.licence,
        data="what its weights were trained with: see their source",
        training={"weights_sha256": card.weights_sha256, "exported_from": str(descriptor.name)},
    )
