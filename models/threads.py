"""One thread a worker: two OpenMP threads beside a busy neighbour are slower than one, and less repeatable."""

import functools

import cv2
from threadpoolctl import threadpool_limits


@functools.cache
def single_threaded() -> None:
    """Hold OpenCV and the linear algebra below numpy to one thread in this process, for good."""
    cv2.setNumThreads(1)
    threadpool_limits(limits=1)
