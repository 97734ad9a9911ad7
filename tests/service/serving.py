"""A running service for tests: a real server on a free port, over a real register and index."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import uvicorn
from fastapi import FastAPI

from data.intake import take_in
from data.object_id import EXAMPLE, ObjectRecord
from data.register import NewPhotograph, RegisteredObject
from indexer.indexing import index_register
from indexer.sight import default_sight
from service.app import create_app
from service.parts import Parts
from service.settings import Settings
from service.workshop import open_register
from tests.drawing import draw_photo

API = "/api/v1"
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Running:
    """A service that runs: its app, settings, address, and a client that knows the address."""

    app: FastAPI
    settings: Settings
    url: str
    client: httpx.Client

    @property
    def parts(self) -> Parts:
        """The parts the service opened."""
        return cast(Parts, self.app.state.parts)

    def search(self, *photos: bytes, **fields: str) -> httpx.Response:
        """POST /searches with these photos."""
        files = [("photo", (f"photo{at}.jpg", photo)) for at, photo in enumerate(photos)]
        return self.client.post(f"{API}/searches", files=files, data=fields)

    def found(self, *photos: bytes, **fields: str) -> dict[str, Any]:
        """The answer to a search that must succeed."""
        response = self.search(*photos, **fields)
        assert response.status_code == 201, response.text
        answer: dict[str, Any] = response.json()
        return answer


def settings_in(folder: Path, **given: Any) -> Settings:
    """Settings for a test: everything in one folder, small limits, a quick refresh."""
    chosen: dict[str, Any] = {
        "data_dir": folder,
        "port": 1,
        "refresh_seconds": 0.1,
        "intake_workers": 1,
        "search_workers": 2,
        "max_photo_bytes": 4 * 1024 * 1024,
        "duplicate_seconds": 0,  # a test that wants photographs compared says so
        **given,
    }
    return Settings(**chosen)


@contextmanager
def serving(settings: Settings, app: FastAPI | None = None) -> Iterator[Running]:
    """Serve until the end of the block."""
    app = app or create_app(settings)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="on"))
    failure: list[BaseException] = []

    def run() -> None:
        try:
            server.run(sockets=[listening])
        except BaseException as error:
            failure.append(error)
            raise

    thread = threading.Thread(target=run, name="server", daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started or not thread.is_alive())
        assert server.started, f"the service did not start: {failure}"
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with httpx.Client(base_url=url, timeout=120) as client:
            yield Running(app, settings, url, client)
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
        listening.close()
    assert not thread.is_alive(), "the service did not stop"


def wait_until(condition: Any, seconds: float = START_SECONDS) -> None:
    """Wait for something that another thread brings about."""
    tick = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        tick.wait(0.02)
    raise AssertionError(f"did not happen within {seconds} seconds")


def register_drawn(settings: Settings, seeds: Sequence[int], **fields: Any) -> list[RegisteredObject]:
    """Register an object with a drawn photo for each seed."""
    register = open_register(settings)
    try:
        made = []
        for seed in seeds:
            record = ObjectRecord.model_validate({**EXAMPLE, "title": f"Drawing {seed}", **fields})
            safe = take_in(draw_photo(seed), settings.limits)
            made.append(register.report(record, [NewPhotograph(safe, original_name=f"{seed}.jpg")]))
        return made
    finally:
        register.database.close()


def index(settings: Settings) -> None:
    """Publish a generation of what is registered."""
    register = open_register(settings)
    try:
        index_register(register, settings.index_dir, default_sight(), workers=1)
    finally:
        register.database.close()


def assert_problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The response is a problem of this kind, in the one shape that every problem has."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    problem: dict[str, Any] = response.json()
    assert list(problem) == ["type", "title", "status", "detail", "instance", "code", "advice", "errors"]
    assert problem["type"] == f"urn:artrieve:problem:{code}"
    assert problem["code"] == code
    assert problem["status"] == status
    assert problem["instance"] == response.request.url.path
    assert all(problem[field] for field in ("title", "detail", "advice"))
    return problem
