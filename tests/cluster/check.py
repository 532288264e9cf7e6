#!/usr/bin/env python3
"""Counts on clusters of several sizes, and kills executors meanwhile.

    python3 tests/cluster/check.py BINARY [--students 60000] [--executors 1 2 4] [--kills 50] [--seed 1] [--small]

BINARY is built with the feature `cluster`. A made-up district is counted in process, and then by clusters of executors
as processes of their own on this machine: the measures table must have the same bytes. Then one of two executors is
killed (SIGKILL) again and again at moments drawn over the measured length of a count, and another one begun in its
place: every answer that comes must have the same bytes, and every one that does not come must be an error that says
so. What is no waymark, or another one, must be refused.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from processes import Cluster
from waymark_cli import TIME_LIMIT, CommandFailed, Waymark

UNREADABLE = 5
"""The exit code of a command that could not use its data."""
USER = 2
"""The exit code of a command that asks for what is not there."""


def count(waymark: Waymark, out: Path, *engine: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """Counts the measures anew, with all pairs, and how long that takes."""
    shutil.rmtree(waymark.data / "cube", ignore_errors=True)
    out.unlink(missing_ok=True)
    begin = time.monotonic()
    done = waymark.run("measure", "--pairs", "--format", "parquet", "--output", out, *engine, limit=TIME_LIMIT)
    return done, time.monotonic() - begin


def must(done: subprocess.CompletedProcess[str]) -> None:
    """That a command succeeded."""
    if done.returncode != 0:
        raise CommandFailed(f"`measure` ended with {done.returncode}: {done.stderr.strip()[:600]}")


def same_bytes(cluster: Cluster, out: Path, right: bytes, executors: int, again: int) -> tuple[list[str], float]:
    """What is wrong with the answers of a cluster of so many executors, and how long the quickest takes."""
    cluster.add(executors - len(cluster.executors))
    wrong, times = [], []
    for _ in range(again):
        done, seconds = count(cluster.waymark(), out, "--engine", cluster.engine)
        must(done)
        times.append(seconds)
        if out.read_bytes() != right:
            wrong.append(f"{executors} executors gave other bytes than one process")
    return wrong, min(times)


def kill_once(cluster: Cluster, out: Path, right: bytes, delay: float, place: int, found: Counter[str]) -> None:
    """One count, an executor that is killed on the way, and another one in its place."""

    def kill() -> None:
        cluster.remove(place)
        cluster.add()

    killer = threading.Timer(delay, kill)
    killer.start()
    try:
        done, seconds = count(cluster.waymark(), out, "--engine", cluster.engine)
    except subprocess.TimeoutExpired:
        found["hung"] += 1
        print(f"after {delay:.2f} s: no answer in {TIME_LIMIT} s")
        return
    finally:
        killer.join()
    found["longest"] = max(found["longest"], round(seconds))
    if done.returncode == 0:
        found["right" if out.read_bytes() == right else "wrong"] += 1
    elif done.returncode == UNREADABLE and done.stderr.startswith("error: ") and not out.exists():
        found["errors"] += 1
        print(f"after {delay:.2f} s: {done.stderr.strip()}")
    else:
        found["unclear"] += 1
        print(f"after {delay:.2f} s: ended with {done.returncode}: {done.stderr.strip()}")


def refusals(cluster: Cluster, folder: Path, out: Path) -> list[str]:
    """What is wrong with how others are refused."""
    other = folder / "other"
    shutil.copy(cluster.binary, other)
    with other.open("ab") as file:
        file.write(b"\0")
    wrong = []
    asked, _ = count(Waymark(other, cluster.data), out, "--engine", cluster.engine)
    joined = Waymark(other, cluster.data).run("executor", "--scheduler", cluster.engine, "--address", "127.0.0.1:0")
    nobody, _ = count(cluster.waymark(), out, "--engine", "ballista://127.0.0.1:9")
    for what, done, words in [
        ("another waymark that asks", asked, "all must be one program"),
        ("another waymark as an executor", joined, "all must be one program"),
        ("a scheduler that is not there", nobody, "no scheduler answers"),
    ]:
        if done.returncode != USER or words not in done.stderr:
            wrong.append(f"{what}: ended with {done.returncode}: {done.stderr.strip()}")
    other.unlink()
    return wrong


def main() -> int:
    """Prints what was measured and what went wrong; 1 where anything did."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path, help="the waymark binary, built with the feature `cluster`")
    parser.add_argument("--students", type=int, default=60_000)
    parser.add_argument("--executors", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--small", action="store_true", help="3 kills, 1 and 2 executors, 12,000 students")
    options = parser.parse_args()
    if options.small:
        options.students, options.executors, options.kills = 12_000, [1, 2], 3
    wrong: list[str] = []
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        out = folder / "measures.parquet"
        alone = Waymark(options.binary.resolve(), folder / "lake")
        sizes = ["--students", str(options.students), "--schools", "24", "--years", "4", "--seed", str(options.seed)]
        alone.output("synthetic", folder / "bundle", *sizes)
        alone.output("import", folder / "bundle")
        done, seconds = count(alone, out)
        must(done)
        right = out.read_bytes()
        print(f"{options.students} students, one process with two streams: {seconds:.2f} s, {len(right)} bytes")
        length = seconds
        for executors in options.executors:
            with Cluster(alone.binary, alone.data) as cluster:
                others, seconds = same_bytes(cluster, out, right, executors, 1 if options.small else 3)
                wrong += others
                print(f"{executors} executors of one core each: {seconds:.2f} s")
                if executors == 2:
                    length = seconds
        with Cluster(alone.binary, alone.data) as cluster:
            wrong += refusals(cluster, folder, out)
            cluster.add(2)
            moments = random.Random(options.seed)
            for _ in range(options.kills):
                kill_once(cluster, out, right, moments.uniform(0, length), moments.randrange(2), found)
    for line in wrong:
        print(line)
    print(f"the longest count with a kill took {found['longest']} s")
    print(
        f"{options.kills} kills: {found['right']} right answers, {found['errors']} clear errors, "
        f"{found['wrong']} wrong answers, {found['unclear']} unclear ends, {found['hung']} hung"
    )
    return 1 if wrong or found["wrong"] or found["unclear"] or found["hung"] else 0


if __name__ == "__main__":
    sys.exit(main())
