"""Photos from the net for an import: fetched within limits, put into a folder of their own, and gone at the end."""

import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.exchange.fetch import Fetcher, FetchRefused
from data.exchange.iiif_image import LARGEST_INFO, address_of, service_of
from data.exchange.iiif_manifest import Picture
from data.exchange.photo_files import PhotoFile
from data.object_id import ViewKind


class RemotePhotos:
    """Fetches photos into a folder. What cannot be fetched is a photo too: one that the import refuses, with why."""

    def __init__(self, fetcher: Fetcher, folder: Path, most_bytes: int) -> None:
        self._fetcher = fetcher
        self._folder = folder
        self._most_bytes = most_bytes
        self._count = 0

    @classmethod
    @contextmanager
    def opened(cls, fetcher: Fetcher, most_bytes: int) -> Iterator["RemotePhotos"]:
        """With a folder that is there for the block only. `most_bytes`: of one photo."""
        with tempfile.TemporaryDirectory(prefix="artrieve-") as folder:
            yield cls(fetcher, Path(folder).resolve(), most_bytes)

    def linked(self, url: str, name: str, view: ViewKind | None) -> PhotoFile:
        """The photo at this address, called by a name."""
        called = re.sub(r"[^\w.-]+", "-", name).strip("-.")[-80:] or "photo"
        if self._fetcher.is_off:
            return PhotoFile(
                url[:900], view, self._folder, "photos are not fetched from the net; copy it beside the list, or let "
                "ARTRIEVE_IIIF_HOSTS name the host",
            )  # fmt: skip
        try:
            data = self._fetcher.fetch(url, self._most_bytes)
        except FetchRefused as refused:
            return PhotoFile(called, view, self._folder, str(refused))
        self._count += 1
        place = Path(str(self._count)) / called  # two may be called the same
        (self._folder / place).parent.mkdir()
        (self._folder / place).write_bytes(data)
        return PhotoFile(place.as_posix(), view, self._folder)

    def pictured(self, picture: Picture, name: str, view: ViewKind | None) -> PhotoFile:
        """A picture of a IIIF manifest, in a sensible size where its service offers sizes."""
        service = service_of(picture.body)
        url = str(picture.body.get("id") or "")
        if service and not self._fetcher.is_off:
            try:
                info = json.loads(self._fetcher.fetch(f"{service}/info.json", LARGEST_INFO))
            except (FetchRefused, ValueError, RecursionError):
                info = None  # the picture itself may be had all the same
            if isinstance(info, dict):
                url = address_of(service, info)
        return self.linked(url, name, view)
