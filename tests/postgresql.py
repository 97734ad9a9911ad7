"""A PostgreSQL server for the tests, started from Debian's package and gone with them."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 60.0
# A server for tests loses nothing that matters when power fails, so it need not wait for the disk.
OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
}


def _programs() -> Path | None:
    """The folder of the newest PostgreSQL server's programs."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0)
    on_path = shutil.which("postgres")
    return Path(on_path).resolve().parent if on_path else None


def _user() -> str | None:
    """Whom the server must run as: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def postgresql_missing() -> str:
    """Why no PostgreSQL server can be started here; empty when one can."""
    return "" if _programs() else "no PostgreSQL server (Debian: apt-get install postgresql)"


@contextmanager
def temporary_postgresql() -> Iterator[str]:
    """Start a server in a temporary folder; yields the URL of its empty database `postgres`."""
    programs, user = _programs(), _user()
    assert programs is not None, postgresql_missing()
    folder = Path(tempfile.mkdtemp(prefix="artrieve-postgresql-"))
    try:
        if user:
            entry = pwd.getpwnam(user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        cluster = folder / "cluster"
        subprocess.run(
            [programs / "initdb", "-D", cluster, "-U", "artrieve", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=folder,
            user=user,
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "")},
        )
        with _server(programs, cluster, user) as port:
            yield f"postgresql://artrieve@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server(programs: Path, cluster: Path, user: str | None) -> Iterator[int]:
    port = _free_port()
    settings = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
    log = cluster.parent / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [programs / "postgres", "-D", cluster, "-p", str(port), *settings],
            stdout=output,
            stderr=output,
            cwd=cluster.parent,
            user=user,
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "")},
            process_group=0,
        )
    try:
        _wait(programs, port, server, log)
        yield port
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown: open connections are cut
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(programs: Path, port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        asked = subprocess.run(
            [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False
        )
        if asked.returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
