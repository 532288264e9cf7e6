#!/usr/bin/env python3
"""Runs the scripts of tests/oracle with measures that a cluster has counted.

    python3 tests/cluster/oracle.py BINARY compare [--small]
    python3 tests/cluster/oracle.py BINARY golden CASES

BINARY is built with the feature `cluster`. Each data folder has an executor of its own; the scheduler is the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "oracle"))

import against_golden
import compare
import waymark_cli
from processes import Cluster


def main() -> int:
    """What the script says."""
    binary, script, *rest = sys.argv[1:]
    counted = 0
    with Cluster(Path(binary).resolve(), Path()) as cluster:

        class Counting(waymark_cli.Waymark):
            """The binary on a data folder, with an executor that counts there."""

            def measures(self, year: str, pairs: bool = True) -> dict[waymark_cli.Key, waymark_cli.Counts]:
                nonlocal counted
                if cluster.data != self.data:
                    cluster.data = self.data
                    while cluster.executors:
                        cluster.remove(0)
                    cluster.add()
                flags = ["--engine", cluster.engine, *(["--pairs"] if pairs else [])]
                text = self.output("measure", "--report-year", year, *flags, "--format", "csv")
                counted += 1
                return waymark_cli.read_measures(text)

        compare.Waymark = against_golden.Waymark = Counting
        if script == "compare":
            sys.argv = ["compare", binary, *rest]
            code = compare.main()
        else:
            sys.argv = ["against_golden", *rest, binary]
            code = against_golden.main()
    print(f"{counted} measures tables were counted by a cluster")
    return code if counted else 1


if __name__ == "__main__":
    sys.exit(main())
