"""The pool bounds what a photo costs, outlives its workers, and starts from anywhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from data.intake import IntakeLimits, IntakePool, PhotoRejected, SafePhoto, take_in
from data.intake_pool import IntakeUnavailable, _Running
from tests.data.made import LIMITS, encoded, jpeg, noise, png, quarters

ROOT = Path(__file__).resolve().parents[2]


def pids(pool: IntakePool) -> list[int]:
    """The processes of the pool that have been started."""
    return [worker._running._process.pid for worker in pool._all if worker._running is not None]


def wait_for(happened: Callable[[], bool], seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.02)
    return False


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_worker_gives_what_this_process_would(pool: IntakePool) -> None:
    for data in (jpeg(), encoded(quarters().convert("RGBA"), "PNG"), encoded(quarters(), "HEIF")):
        assert pool.take_in(data, "photo.gif") == take_in(data, LIMITS, "photo.gif")


def test_a_worker_rejects_as_this_process_would(pool: IntakePool) -> None:
    for data in (b"", b"no photo", jpeg()[:900], encoded(noise(1, 640, 480), "PNG")[:9000]):
        with pytest.raises(PhotoRejected) as here:
            take_in(data, LIMITS)
        with pytest.raises(PhotoRejected) as there:
            pool.take_in(data)
        assert (here.value.code, str(here.value)) == (there.value.code, str(there.value))


def test_many_threads_share_it(pool: IntakePool) -> None:
    photos = [jpeg(seed) for seed in range(24)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(pool.take_in, photos))
    assert [one.sha256 for one in found] == [take_in(photo, LIMITS).sha256 for photo in photos]


def test_submit_gives_futures(pool: IntakePool) -> None:
    futures = [pool.submit(jpeg(seed)) for seed in range(4)] + [pool.submit(b"no photo")]
    assert [one.result().width for one in futures[:4]] == [120] * 4
    assert isinstance(futures[4].exception(), PhotoRejected)


@pytest.fixture
def signalled(monkeypatch: pytest.MonkeyPatch) -> list[signal.Signals]:
    """Each signal in this list is sent to the worker that is asked next, right before it is asked."""
    signals: list[signal.Signals] = []
    ask = _Running.ask

    def ask_after_signal(self: _Running, data: bytes, name: str) -> SafePhoto:
        if signals:
            os.kill(self._process.pid, signals.pop(0))
        return ask(self, data, name)

    monkeypatch.setattr(_Running, "ask", ask_after_signal)
    return signals


def test_a_photo_that_takes_too_long_costs_its_worker_only(signalled: list[signal.Signals]) -> None:
    with IntakePool(IntakeLimits(decode_seconds=0.5), workers=1) as pool:
        pool.take_in(jpeg())
        (first,) = pids(pool)
        signalled.append(signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(PhotoRejected, match="takes longer than") as caught:
            pool.take_in(jpeg())
        assert caught.value.code == "too-slow"
        assert 0.5 <= time.monotonic() - began < 3
        assert not is_running(first)
        assert pool.take_in(jpeg()).width == 120


def test_a_decoder_that_is_busy_for_too_long_is_killed() -> None:
    rows = zlib.compress(bytes(13_001 * 13_000), 1)
    slow = png(13_000, 13_000, kind=0, compressed=rows)
    with IntakePool(IntakeLimits(decode_seconds=0.1), workers=1) as pool:
        with pytest.raises(PhotoRejected) as caught:
            pool.take_in(slow)
        assert caught.value.code == "too-slow"


def test_memory_is_bounded() -> None:
    large = encoded(
        noise(1, 600, 600).resize((9000, 9000), Image.Resampling.NEAREST), "PNG"
    )  # 324 MB of pixels
    with IntakePool(IntakeLimits(memory_mb=150), workers=1) as pool:
        with pytest.raises(PhotoRejected) as caught:
            pool.take_in(large)
        assert caught.value.code == "too-much-memory"
        assert pool.take_in(jpeg()).width == 120
    with IntakePool(IntakeLimits(), workers=1) as pool:
        assert pool.take_in(large).width == 1600


def test_a_worker_that_dies_idle_is_not_noticed() -> None:
    with IntakePool(IntakeLimits(), workers=1) as pool:
        pool.take_in(jpeg())
        (first,) = pids(pool)
        os.kill(first, signal.SIGKILL)
        assert wait_for(lambda: not is_running(first))
        assert pool.take_in(jpeg()).width == 120


@pytest.mark.parametrize(
    ("death", "code"), [(signal.SIGSEGV, "decoder-crashed"), (signal.SIGKILL, "too-much-memory")]
)
def test_a_photo_that_kills_its_worker_twice_is_rejected(
    death: signal.Signals, code: str, signalled: list[signal.Signals]
) -> None:
    with IntakePool(IntakeLimits(), workers=1) as pool:
        signalled += [death, death]
        with pytest.raises(PhotoRejected) as caught:
            pool.take_in(jpeg())
        assert caught.value.code == code
        assert pool.take_in(jpeg()).width == 120


def test_a_worker_that_dies_once_is_no_fault_of_the_photo(signalled: list[signal.Signals]) -> None:
    with IntakePool(IntakeLimits(), workers=1) as pool:
        signalled.append(signal.SIGKILL)
        assert pool.take_in(jpeg()).width == 120


def test_workers_start_when_needed_and_end_with_the_pool() -> None:
    pool = IntakePool(IntakeLimits(), workers=2)
    assert pids(pool) == []
    with pool:
        pool.take_in(jpeg())
        assert len(pids(pool)) == 1
        pool.start()
        started = pids(pool)
        assert len(started) == 2
    assert wait_for(lambda: not any(map(is_running, started)))
    with pytest.raises(IntakeUnavailable, match="closed"):
        pool.take_in(jpeg())
    pool.close()


def test_workers_that_cannot_start_are_not_blamed_on_the_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    with IntakePool(IntakeLimits(), workers=1) as pool:
        monkeypatch.setattr(sys, "executable", "/bin/false")
        with pytest.raises(IntakeUnavailable, match="did not start"):
            pool.take_in(jpeg())
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        with pytest.raises(IntakeUnavailable, match="did not start"):
            pool.take_in(jpeg())
        monkeypatch.undo()
        assert pool.take_in(jpeg()).width == 120


def test_one_worker_per_core_by_default() -> None:
    with IntakePool() as pool:
        assert pool.workers == len(os.sched_getaffinity(0))


SCRIPT = """
import sys
from data.intake import IntakePool
from tests.data.made import jpeg
pool = IntakePool(workers=1)
print(pool.take_in(jpeg()).width)
{rest}
"""


@pytest.mark.parametrize("how", ["file", "stdin", "-c"])
def test_it_starts_from_any_main_module(how: str, tmp_path: Path) -> None:
    """Without a guard in the main module too: workers never import it."""
    script = SCRIPT.format(rest="pool.close()")
    (tmp_path / "script").write_text(script)
    arguments = {"file": [str(tmp_path / "script")], "stdin": ["-"], "-c": ["-c", script]}[how]
    ran = subprocess.run(
        [sys.executable, *arguments],
        input=script if how == "stdin" else "",
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert (ran.stdout, ran.stderr) == ("120\n", "")


def test_workers_end_when_their_process_is_killed(tmp_path: Path) -> None:
    rest = "print(*[w._running._process.pid for w in pool._all], flush=True)\nsys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(rest=rest)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "120\n"
        workers = [int(pid) for pid in process.stdout.readline().split()]
        assert workers
        assert all(map(is_running, workers))
        process.kill()
    assert wait_for(lambda: not any(map(is_running, workers)))


def test_an_interrupt_from_the_keyboard_does_not_reach_the_workers() -> None:
    with IntakePool(IntakeLimits(), workers=1) as pool:
        pool.take_in(jpeg())
        assert [os.getpgid(pid) for pid in pids(pool)] != [os.getpgid(0)]
