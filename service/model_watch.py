"""Watches the models of the index for the service: how far a switch has come, without counting at each request."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from data.register import Register
from indexer.coverage import Models, ModelState, look_at_models
from indexer.generation import pointer
from indexer.stored import Shelf
from indexer.vectors.index import IndexUnusable
from indexer.wanted import model_at, wanted

COUNT_SECONDS = 5.0
"""What was counted is told for so long: counting reads the register's whole list of photographs."""


class ModelWatch:
    """What there is to say of the models. Safe for use by several threads."""

    def __init__(self, index_dir: Path, register: Register, seconds: float = COUNT_SECONDS) -> None:
        self._index_dir = index_dir
        self._register = register
        self._seconds = seconds
        self._shelf = Shelf(index_dir)
        self._one_at_a_time = threading.Lock()
        self._models: Models | None = None
        self._counted_at = 0.0

    def look(self) -> Models:
        """All models, counted at most `seconds` ago. Raises DatabaseUnavailable."""
        with self._one_at_a_time:
            if self._models is None or time.monotonic() - self._counted_at >= self._seconds:
                refs = self._register.searchable_photographs()
                self._models = look_at_models(self._index_dir, refs, self._shelf)
                self._counted_at = time.monotonic()
            return self._models

    def switching(self) -> ModelState | None:
        """The model that is to take over; None while the wanted one serves, which costs no counting."""
        served = model_at(self._index_dir, pointer)
        try:
            said = wanted(self._index_dir)
        except IndexUnusable:  # the index is served all the same; `problem` tells
            return None
        if served is None or (said.descriptor == served.descriptor and said.vectors in {"", served.vectors}):
            return None
        return self.look().switching

    @property
    def problem(self) -> str:
        """Why nobody can tell which model is wanted; empty when all is well."""
        try:
            wanted(self._index_dir)
        except IndexUnusable as problem:
            return str(problem)
        return ""
