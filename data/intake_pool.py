"""Intake in worker processes: a photo can cost its limit of time and memory, never the process that asked.

Each worker is a Python process of its own with a pipe in each direction, started by command rather than
through multiprocessing: it loads the decoder only (never the caller's main module, so it works the same from
a script, a server or a test), and one worker's death cannot tear a queue that others share.
"""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Final, Self

from data.intake_decode import check_bytes, too_much_memory
from data.intake_worker import READY
from data.machine import cores
from data.safe_photo import IntakeLimits, PhotoRejected, SafePhoto

START_SECONDS: Final = 60.0
_ATTEMPTS: Final = 2  # a worker may be killed for what another process did, a shortage of memory for example
_COMMAND: Final = (
    "import sys; sys.path[:] = {path!r}\n"
    "from data.intake_worker import serve\n"
    "from data.safe_photo import IntakeLimits\n"
    "serve({read}, {write}, {limits!r})\n"
)


class IntakeUnavailable(RuntimeError):
    """No worker can be started: the machine is out of memory, or the pool was closed."""


class IntakePool:
    """Worker processes for intake. Use as a context manager, or `close` it. Safe to share between threads.

    `workers` is the number of processes; 0 means one per core. Each starts when it is first needed, or all of
    them at `start`.
    """

    def __init__(self, limits: IntakeLimits | None = None, workers: int = 0) -> None:
        self.limits = limits or IntakeLimits()
        self.workers = workers or cores()
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._threads = ThreadPoolExecutor(self.workers, thread_name_prefix="intake")
        for _ in range(self.workers):
            self._idle.put(self._new_worker())

    def start(self) -> None:
        """Start all workers now, without waiting for them, so that the first photos need not."""
        for worker in tuple(self._all):
            worker.start()

    def take_in(self, data: bytes, name: str = "") -> SafePhoto:
        """Take the photo in, waiting for a free worker. Raises PhotoRejected, IntakeUnavailable.

        A worker that dies is replaced and the photo tried once more: the system may have killed it for
        the memory that another process took.
        """
        check_bytes(data, self.limits)  # spares a worker what needs no decoder
        if self._closed:
            raise IntakeUnavailable("The intake of photos was closed. Open a new one.")
        worker = self._idle.get()
        try:
            for _ in range(_ATTEMPTS):
                try:
                    return worker.take_in(data, name)
                except _WorkerDied as error:
                    death = error
                    worker = self._replace(worker)
            raise _rejection_of(death)
        except _WorkerTooSlow as slow:
            worker = self._replace(worker)
            raise PhotoRejected(
                "too-slow",
                f"Decoding the photo takes longer than {self.limits.decode_seconds:g} seconds.",
                "Send a smaller copy as JPEG.",
            ) from slow
        except IntakeUnavailable:
            worker = self._replace(worker)
            raise
        finally:
            self._idle.put(worker)

    def submit(self, data: bytes, name: str = "") -> Future[SafePhoto]:
        """As `take_in`, without waiting. The caller bounds how many photos it has under way."""
        return self._threads.submit(self.take_in, data, name)

    def close(self) -> None:
        """End the workers. Photos from `submit` that are under way are finished, waiting ones cancelled."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._threads.shutdown(cancel_futures=True)
        for worker in tuple(self._all):
            worker.stop()
        self._all.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _new_worker(self) -> "_Worker":
        worker = _Worker(self.limits)
        with self._lock:
            self._all.add(worker)
        return worker

    def _replace(self, worker: "_Worker") -> "_Worker":
        worker.stop()
        if self._closed:
            return worker
        fresh = self._new_worker()
        with self._lock:
            self._all.discard(worker)
        return fresh


class _WorkerDied(Exception):
    def __init__(self, exit_code: int | None) -> None:
        self.exit_code = exit_code
        super().__init__(f"worker ended with {exit_code}")


class _WorkerTooSlow(Exception):
    pass


class _Worker:
    """One worker process. Used by one thread at a time."""

    def __init__(self, limits: IntakeLimits) -> None:
        self._limits = limits
        self._lock = threading.Lock()  # starting and stopping may come from different threads
        self._running: _Running | None = None
        self._stopped = False

    def start(self) -> "_Running":
        with self._lock:
            if self._stopped:
                raise _WorkerDied(None)
            if self._running is None:
                try:
                    self._running = _Running(self._limits)
                except OSError as error:
                    raise _not_started(str(error)) from error
            return self._running

    def take_in(self, data: bytes, name: str) -> SafePhoto:
        running = self.start()
        running.wait_until_ready()
        late = threading.Event()
        timer = threading.Timer(self._limits.decode_seconds, running.kill, (late,))
        timer.daemon = True
        timer.start()
        try:
            return running.ask(data, name)
        except (EOFError, OSError) as error:
            if late.is_set():
                raise _WorkerTooSlow from error
            raise _WorkerDied(running.exit_code()) from error
        finally:
            timer.cancel()

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._running is not None:
                self._running.stop()


class _Running:
    """A started worker process and the pipes to it."""

    def __init__(self, limits: IntakeLimits) -> None:
        self._ready = False
        read_request, write_request = os.pipe()
        read_answer, write_answer = os.pipe()
        self._requests = Connection(write_request, readable=False)
        self._answers = Connection(read_answer, writable=False)
        path = [entry or os.getcwd() for entry in sys.path]  # noqa: PTH109  plain strings, as sys.path has them
        command = _COMMAND.format(path=path, read=read_request, write=write_answer, limits=limits)
        try:
            self._process = subprocess.Popen(  # noqa: S603  our own command, no shell
                [sys.executable, "-c", command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(read_request, write_answer),
                process_group=0,  # an interrupt from the keyboard is for the process that asked
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        except OSError:
            self._requests.close()
            self._answers.close()
            raise
        finally:
            os.close(read_request)
            os.close(write_answer)

    def wait_until_ready(self) -> None:
        if self._ready:
            return
        try:
            self._ready = self._answers.poll(START_SECONDS) and self._answers.recv_bytes() == READY
        except (EOFError, OSError):
            self._ready = False
        if not self._ready:
            raise _not_started(f"exit code {self.exit_code()}")

    def ask(self, data: bytes, name: str) -> SafePhoto:
        self._requests.send_bytes(name.encode("utf-8", "replace"))
        self._requests.send_bytes(data)
        answer: dict[str, Any] = json.loads(self._answers.recv_bytes())
        if "rejected" in answer:
            raise PhotoRejected(*answer["rejected"])
        plain = answer["photo"] | {"notes": tuple(answer["photo"]["notes"])}
        return SafePhoto(**plain, jpeg=self._answers.recv_bytes(), thumbnail=self._answers.recv_bytes())

    def kill(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()

    def exit_code(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(1.0)
        return None

    def stop(self) -> None:
        """End the process at once: it owns nothing that could be left half done."""
        self._requests.close()
        self._process.kill()
        self._process.wait()
        self._answers.close()


def _not_started(reason: str) -> IntakeUnavailable:
    return IntakeUnavailable(
        f"A process for decoding photos did not start ({reason}). "
        "Free memory, or raise the limit decode_memory_mb, and try again."
    )


def _rejection_of(death: _WorkerDied) -> PhotoRejected:
    if death.exit_code == -signal.SIGKILL:  # by the system, which kills what takes too much memory
        return too_much_memory()
    return PhotoRejected(
        "decoder-crashed",
        f"The photo made its decoder crash, twice (exit code {death.exit_code}).",
        "Open it in a picture program, save it as JPEG and send that.",
    )
