#!/usr/bin/env python3
"""Compares every row of the measures table, both ways, with the computation in this folder.

    python3 tests/oracle/compare.py BINARY [--bundles 20] [--seed 1] [--students 300] [--small]

Half of the bundles come from `waymark synthetic`, plausible and larger; half from random_bundle.py, small and made of
edges. A difference names the command that makes its bundle again.
"""

from __future__ import annotations

import argparse
import csv
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bundle import read_bundle, school_year, school_year_text
from measures import measures
from waymark_cli import Counts, Key, Waymark

SHOWN = 5
"""Differences of a bundle that are printed."""

RANDOM_STUDENTS = 100
HERE = Path(__file__).parent


def recipes(binary: Path, bundles: int, seed: int, students: int) -> Iterator[list[str]]:
    """For each bundle the command that writes it, but for the folder to write to."""
    for number in range(seed, seed + bundles):
        sizes = ["--students", str(students), "--schools", "4", "--years", "4", "--seed", str(number)]
        yield [str(binary), "synthetic", "OUT", *sizes]
        sizes = ["--students", str(RANDOM_STUDENTS), "--seed", str(number)]
        yield [sys.executable, str(HERE / "random_bundle.py"), "OUT", *sizes]


def write(recipe: list[str], out: Path) -> None:
    """Writes a bundle."""
    subprocess.run([str(out) if word == "OUT" else word for word in recipe], check=True, capture_output=True)


def report_years(bundle: Path) -> list[int]:
    """The years of enrolment, one before them, and the two that still look back at them."""
    with (bundle / "enrollments.csv").open(encoding="utf-8-sig", newline="") as file:
        years = {school_year(row["school_year"]) for row in csv.DictReader(file)}
    return list(range(min(years) - 1, max(years) + 3))


def both(binary: Path, bundle: Path, data: Path) -> tuple[dict[Key, Counts], dict[Key, Counts]]:
    """The measures table of all years as computed here, and as the binary does it."""
    years = report_years(bundle)
    here = {row[:6]: row[6:] for row in measures(read_bundle(bundle), years, pairs=True)}
    waymark = Waymark(binary, data)
    waymark.output("import", bundle)
    there: dict[Key, Counts] = {}
    for year in years:
        there |= waymark.measures(school_year_text(year))
    return here, there


def differences(here: dict[Key, Counts], there: dict[Key, Counts]) -> list[str]:
    """A line for each key whose row is missing, too many, or has other counts; rates are compared as numbers."""
    lines = []
    for key in sorted(here.keys() | there.keys()):
        expected, found = here.get(key), there.get(key)
        if expected != found:
            lines.append(f"{','.join(key)}: expected {text(expected)}, waymark has {text(found)}")
    return lines


def text(counts: Counts | None) -> str:
    """`3/7`, with the rate where it is not the quotient."""
    if counts is None:
        return "no row"
    denominator, numerator, rate = counts
    return f"{numerator}/{denominator}" + ("" if rate == numerator / denominator else f" with the rate {rate!r}")


def main() -> int:
    """Prints the differences of each bundle, and how many rows agree; 1 where any differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path, help="the waymark binary")
    parser.add_argument("--bundles", type=int, default=20, help="as many of each kind")
    parser.add_argument("--seed", type=int, default=1, help="of the first bundle of each kind")
    parser.add_argument("--students", type=int, default=300, help="of a synthetic bundle")
    parser.add_argument("--small", action="store_true", help="two bundles of each kind, small")
    options = parser.parse_args()
    if options.small:
        options.bundles, options.students = 2, 100
    bundles = agree = differ = 0
    for recipe in recipes(options.binary.resolve(), options.bundles, options.seed, options.students):
        with tempfile.TemporaryDirectory() as folder:
            bundle = Path(folder) / "bundle"
            write(recipe, bundle)
            here, there = both(options.binary.resolve(), bundle, Path(folder) / "data")
        lines = differences(here, there)
        bundles += 1
        differ += len(lines)
        agree += len(here.keys() | there.keys()) - len(lines)
        if lines:
            print(f"{shlex.join(recipe)}: {len(lines)} rows differ")
            for line in lines[:SHOWN]:
                print(f"    {line}")
    print(f"{bundles} bundles, {agree} rows agree, {differ} differ")
    return 1 if differ or not agree else 0


if __name__ == "__main__":
    sys.exit(main())
