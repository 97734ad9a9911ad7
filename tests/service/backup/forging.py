"""Backups that somebody has changed, with hashes that fit, or with headers that no backup has."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from service.backup.archive import Archive

Members = dict[str, bytes]


def members_of(archived: Path) -> Members:
    """All members with their bytes."""
    with Archive(archived) as archive:
        return {entry.name: b"".join(archive.pieces(entry)) for entry in archive.entries()}


def sealed(members: Members, change: Callable[[dict[str, Any]], None] | None = None) -> Members:
    """The members with a manifest that fits them, which `change` then may have changed."""
    manifest = json.loads(members["manifest.json"])
    for table, said in manifest["tables"].items():
        names = sorted(name for name in members if name.startswith(f"rows/{table}/"))
        lines = [gzip.decompress(members[name]) for name in names]
        said["parts"] = [
            hashed(members[name]) | {"unpacked": len(one)} for name, one in zip(names, lines, strict=True)
        ]
        said["rows"] = sum(one.count(b"\n") for one in lines)
        said["sha256"] = hashlib.sha256(b"".join(lines)).hexdigest()
    manifest["index"] = {
        name.removeprefix("index/"): hashed(data)
        for name, data in members.items()
        if name.startswith("index/")
    }
    keys = [name.rpartition("/")[2] for name in members if name.startswith("photos/")]
    manifest["photos"] |= {
        "count": len(keys),
        "bytes": sum(len(data) for name, data in members.items() if name.startswith("photos/")),
        "sha256": hashlib.sha256("".join(keys).encode()).hexdigest(),
    }
    if change:
        change(manifest)
    return members | {"manifest.json": json.dumps(manifest).encode()}


def hashed(data: bytes) -> dict[str, Any]:
    """What a manifest says of a member."""
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def header(name: str, size: int, kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    """A member's header, of whatever kind."""
    member = tarfile.TarInfo(name)
    member.size, member.type, member.linkname = size, kind, link
    return member.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def packed(
    members: Members | Sequence[tuple[str, bytes]], *, headers: dict[str, bytes] | None = None
) -> bytes:
    """A tar archive of members, some with headers of their own."""
    written = io.BytesIO()
    for name, data in members.items() if isinstance(members, dict) else members:
        written.write((headers or {}).get(name) or header(name, len(data)))
        written.write(data + bytes(-len(data) % tarfile.BLOCKSIZE))
    written.write(bytes(2 * tarfile.BLOCKSIZE))
    return written.getvalue()


def rows(members: Members, table: str) -> list[list[Any]]:
    """The rows of a table."""
    return [
        json.loads(line) for line in gzip.decompress(members[f"rows/{table}/000000.jsonl.gz"]).splitlines()
    ]


def with_rows(members: Members, table: str, found: list[list[Any]]) -> Members:
    """The members with other rows of a table."""
    lines = b"".join(
        json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for row in found
    )
    return members | {f"rows/{table}/000000.jsonl.gz": gzip.compress(lines)}
