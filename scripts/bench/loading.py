"""How much memory opening an index takes, in a process that has done nothing else.

usage: python -m scripts.bench.loading DATA_DIR     prints MiB
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from indexer.sight import default_sight
from service.settings import load_settings
from service.workshop import open_engine, opened_register


def measure_loading(data_dir: Path) -> float:
    """MiB that opening the index below a data folder takes; 0 where the system does not tell."""
    ran = subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-m", "scripts.bench.loading", str(data_dir)],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(ran.stdout)


def resident_mb() -> float:
    """Memory of this process, MiB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return 0.0
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Open the index, print what it took."""
    settings = load_settings(data_dir=Path(sys.argv[1]), database_url="", photos_url="")
    sight = default_sight()
    with opened_register(settings) as register:
        before = resident_mb()
        engine = open_engine(settings, register, sight)
        sys.stdout.write(f"{resident_mb() - before if engine else 0.0}\n")


if __name__ == "__main__":
    main()
