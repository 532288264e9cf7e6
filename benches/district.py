#!/usr/bin/env python3
"""Times a district of 20,000 students and 6 years: import with all checks, then all measures by all subgroups and pairs.

    python3 benches/district.py [BINARY] [--students 20000 --schools 24 --years 6 --seed 7 --runs 3]

Prints the median of the wall time and the greatest peak of memory of each command, on this machine. Without BINARY, that
of `./demo` is taken. Exits with 1 where a command takes more than 60 s or 2 GB.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECONDS = 60
MEGABYTES = 2048


def demo_binary() -> Path:
    """Where `./demo` builds it."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    target = os.environ.get("CARGO_TARGET_DIR") or f"{cache}/waymark/target"
    return Path(target) / "debug" / "waymark"


def timed(command: list[str], output: Path) -> tuple[float, float]:
    """Seconds on the wall, and megabytes at most, of a command that must succeed."""
    with output.open("wb") as out:
        begin = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begin
    if status != 0:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_maxrss / 1024


def main() -> int:
    """Runs each command several times, each import into a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="?", type=Path, default=demo_binary())
    for name, default in [("students", 20000), ("schools", 24), ("years", 6), ("seed", 7), ("runs", 3)]:
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    binary = str(options.binary.resolve())
    figures: dict[str, list[tuple[float, float]]] = {"import": [], "measure, all with pairs": []}
    with tempfile.TemporaryDirectory() as scratch:
        bundle, out = f"{scratch}/bundle", Path(scratch) / "out"
        size = [f"--{name}={getattr(options, name)}" for name in ("students", "schools", "years", "seed")]
        subprocess.run([binary, "synthetic", bundle, *size], check=True, stdout=subprocess.DEVNULL)
        for run in range(options.runs):
            data = ["--data", f"{scratch}/data-{run}"]
            figures["import"].append(timed([binary, *data, "import", bundle], out))
            measure = [binary, *data, "measure", "--report-year", "2024-25", "--pairs", "--format", "csv"]
            figures["measure, all with pairs"].append(timed(measure, out))
        rows = sum(1 for _ in out.open()) - 1
    print(f"{options.students} students, {options.years} years, {rows} rows of the measures table, {options.runs} runs each")
    print(f"{platform.machine()}, {os.cpu_count()} cores, {options.binary}")
    within = True
    for name, runs in figures.items():
        seconds, megabytes = statistics.median(r[0] for r in runs), max(r[1] for r in runs)
        within &= seconds < SECONDS and megabytes < MEGABYTES
        print(f"{name}: {seconds:.1f} s, {megabytes:.0f} MB")
    return int(not within)


if __name__ == "__main__":
    sys.exit(main())
