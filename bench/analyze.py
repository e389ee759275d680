"""Time and memory of `moksori analyze` on a file, as a user meets them.

python bench/analyze.py reviews.csv [--runs 3]

Promised: 11,457 reviews in 15 s on two cores, under 1 GB.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def measured(file: Path, out: Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds, peak MB of one run in a process of its own."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "moksori", "analyze", str(file), "--out", str(out)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, "moksori analyze failed"
    wall = time.perf_counter() - start
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file", type=Path)
    options.add_argument("--runs", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(chosen.runs):
            wall, cpu, peak = measured(chosen.file, Path(folder) / "report.html")
            load = os.getloadavg()[0]
            print(f"{wall:6.1f} s  {cpu:6.1f} CPU-s  {peak:6.0f} MB  load {load:.1f}")


if __name__ == "__main__":
    main()
