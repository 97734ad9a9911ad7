"""One thread a worker, for OpenCV and for the linear algebra below numpy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOK = """
import json, cv2, numpy, threadpoolctl
cv2.setNumThreads(2)
with threadpoolctl.threadpool_limits(limits=2):
    pass
from models.threads import single_threaded
single_threaded()
single_threaded()
numpy.ones((300, 300)) @ numpy.ones((300, 300))
print(json.dumps([cv2.getNumThreads(), [pool["num_threads"] for pool in threadpoolctl.threadpool_info()]]))
"""


def test_a_worker_has_one_thread_of_each_kind() -> None:
    limits = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "PYTHONPATH": str(ROOT)}
    found = subprocess.run(
        [sys.executable, "-c", LOOK], env={**os.environ, **limits}, check=True, capture_output=True, text=True
    )
    opencv, pools = json.loads(found.stdout)
    assert opencv == 1
    assert pools
    assert set(pools) == {1}
