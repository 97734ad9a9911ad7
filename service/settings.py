"""Settings: what can be set from outside, each by an environment variable that begins with ``ARTRIEVE_``.

``docs/settings.md`` lists them; a test keeps that page and this module the same.
"""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from data.intake import IntakeLimits
from data.machine import cores
from data.visibility import Role
from indexer.decide import AlertLevel

PREFIX = "ARTRIEVE_"
MIB = 1024 * 1024

_HOST = re.compile(r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?", re.IGNORECASE | re.ASCII)

LogLevel = Literal["debug", "info", "warning", "error"]


class SettingsUnusable(ValueError):
    """A setting has a value that cannot be used; the text names each one and says what is expected."""


class Settings(BaseSettings):
    """Everything that can be set, with its default. A value given in code wins over the environment."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, validate_default=True)

    data_dir: Path = Field(
        default=Path(".artrieve"),
        description="Folder for the embedded database, the photos and the index. A relative path starts at "
        "the current folder.",
    )
    database_url: str = Field(
        default="",
        description="Database of the register, as `postgresql://user:password@host/name` or "
        "`sqlite:///path`. Empty: an SQLite file in `data_dir`.",
    )
    photos_url: str = Field(
        default="",
        description="Where photos are kept: a folder, or any fsspec URL. Empty: a folder in `data_dir`.",
    )
    host: str = Field(
        default="127.0.0.1",
        description="Address the service listens on. Only this machine's own addresses (127.0.0.1, ::1, "
        "localhost) are accepted for as long as the service has no accounts.",
    )
    role: Role = Field(
        default=Role.registrar,
        description="As whom callers of the service and of the commands read the register, for as long as there are "
        "no accounts: public, professional or registrar. Only a registrar sees restricted fields and changes the "
        "register.",
    )
    port: int = Field(default=8377, ge=1, le=65535, description="Port the service listens on.")
    max_photo_bytes: int = Field(
        default=50 * MIB, ge=1024, description="A photo with more bytes than this is refused."
    )
    max_photo_pixels: int = Field(
        default=200_000_000, ge=1024, description="A photo with more pixels than this is refused undecoded."
    )
    max_photo_side: int = Field(
        default=25_000, ge=64, description="A photo wider or higher than this many pixels is refused."
    )
    min_photo_side: int = Field(
        default=16, ge=1, description="A photo narrower or lower than this many pixels is refused."
    )
    decode_seconds: float = Field(
        default=20.0, gt=0, description="A photo that takes longer than this to decode is refused."
    )
    decode_memory_mb: int = Field(
        default=2048, ge=256, description="Memory, in MiB, that a process which decodes photos may use."
    )
    stored_side: int = Field(
        default=1600,
        ge=320,
        le=10_000,
        description="Longest side, in pixels, of the photo that is kept and searched with.",
    )
    thumbnail_side: int = Field(
        default=320, ge=32, le=1600, description="Longest side, in pixels, of a thumbnail."
    )
    max_import_bytes: int = Field(
        default=64 * MIB,
        ge=1024,
        description="A list that is sent to the API to be imported is refused with more bytes than this.",
    )
    max_photos_per_search: int = Field(
        default=8, ge=1, le=64, description="How many photos of one object a single search may hold."
    )
    alert_level: AlertLevel = Field(
        default=AlertLevel.dealer,
        description="The alert level of a search that asks for none: dealer, auction or police.",
    )
    search_workers: int = Field(
        default=0, ge=0, le=256, description="How many searches run at once. 0: one for each core."
    )
    intake_workers: int = Field(
        default=0, ge=0, le=256, description="How many processes decode photos. 0: one for each core."
    )
    search_queue: int = Field(
        default=32,
        ge=0,
        description="How many searches may wait for a free worker; one more is answered with 503.",
    )
    search_photo_minutes: int = Field(
        default=60,
        ge=0,
        description="How many minutes a searched photo is kept, so that its evidence can be drawn. "
        "Afterwards only its SHA-256 is left. While the service is stopped nothing is deleted: what is over by "
        "then is deleted when it starts again, before it answers anybody.",
    )
    refresh_seconds: float = Field(
        default=1.0,
        gt=0,
        le=3600,
        description="How often, in seconds, the service looks for new registrations and new generations.",
    )
    duplicate_level: AlertLevel = Field(
        default=AlertLevel.dealer,
        description="The alert level from which on a registered photograph that shows what another object shows is a "
        "likely duplicate: dealer, auction or police.",
    )
    duplicate_seconds: float = Field(
        default=1.0,
        ge=0,
        le=3600,
        description="Pause, in seconds, between two registered photographs that the service compares with the register "
        "in its own time. 0: it compares each only when it is added, and `artrieve duplicates check` the rest.",
    )
    iiif_hosts: str = Field(
        default="",
        description="Hosts that `artrieve import` may fetch IIIF manifests and photos from, with commas between: "
        "`iiif.museum.example`, `*.museum.example` for all below it, `host:8443` for another port. Only https, and "
        "only public addresses. Empty: nothing is fetched from the net.",
    )
    log_level: LogLevel = Field(
        default="info",
        description="The least serious kind of message that is logged: debug, info, warning or error.",
    )

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("host")
    @classmethod
    def _only_this_machine(cls, value: str) -> str:
        if not is_loopback(value):
            raise ValueError(
                f"{value!r} can be reached from other machines, and the service has no accounts yet, so "
                "anybody there could read and change the register. Use 127.0.0.1, ::1 or localhost; to reach "
                "it from elsewhere, use a tunnel such as `ssh -L 8377:127.0.0.1:8377 HOST`"
            )
        return value.strip("[]")  # as in a URL; sockets take the address itself

    @field_validator("iiif_hosts")
    @classmethod
    def _names_of_hosts(cls, value: str) -> str:
        for host in _listed(value):
            if not _HOST.fullmatch(host):
                raise ValueError(
                    f"{host!r} is no name of a host. Write names only, without https:// and without a path, with "
                    "commas between, as in iiif.museum.example,*.archive.example"
                )
        return value

    @property
    def fetch_hosts(self) -> tuple[str, ...]:
        """The hosts that may be asked for manifests and photos, one by one."""
        return tuple(_listed(self.iiif_hosts))

    @property
    def database(self) -> str:
        """URL of the register's database, the embedded one unless another is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'register.db'}"

    @property
    def photos(self) -> str:
        """Folder or URL of the photo store, the embedded one unless another is set."""
        return self.photos_url or str(self.data_dir / "photos")

    @property
    def index_dir(self) -> Path:
        """Folder of the generations."""
        return self.data_dir / "index"

    @property
    def limits(self) -> IntakeLimits:
        """The limits that intake holds every photo to."""
        return IntakeLimits(
            max_bytes=self.max_photo_bytes,
            max_pixels=self.max_photo_pixels,
            max_side=self.max_photo_side,
            min_side=self.min_photo_side,
            decode_seconds=self.decode_seconds,
            memory_mb=self.decode_memory_mb,
            stored_side=self.stored_side,
            thumbnail_side=self.thumbnail_side,
        )

    @property
    def search_threads(self) -> int:
        """How many searches run at once, counted out (never 0)."""
        return self.search_workers or cores()

    @property
    def intake_processes(self) -> int:
        """How many processes decode photos, counted out (never 0)."""
        return self.intake_workers or cores()


def load_settings(**given: Any) -> Settings:
    """Settings from the environment, with those in ``given`` put over them (None: not given).

    Raises SettingsUnusable, whose text has a line for every setting that is wrong.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as wrong:
        lines = [f"{_named(error['loc'])}: {_plain(error['msg'])}." for error in wrong.errors()]
        raise SettingsUnusable("\n".join(lines)) from None


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _named(location: tuple[int | str, ...]) -> str:
    return PREFIX + "_".join(str(part) for part in location).upper()


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ").removeprefix("Input ").rstrip(".")


def unknown_variables() -> list[str]:
    """Environment variables that begin like a setting and are none: most likely misspelt."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    return sorted(
        name
        for name in os.environ
        if name.startswith(PREFIX) and name not in known and not name.startswith(f"{PREFIX}TEST_")
    )


def is_loopback(host: str) -> bool:
    """Whether an address can only be reached from this machine. No name but localhost is trusted."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
