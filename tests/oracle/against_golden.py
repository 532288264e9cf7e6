#!/usr/bin/env python3
"""Compares worked examples with what is computed from their bundles.

    python3 tests/oracle/against_golden.py CASES [BINARY]

CASES is a folder with one folder a case: `bundle/`, `expected.csv` (rows of the measures table that must be there) and
`absent.csv` (keys that must not). A case may also have `expected_levels.csv` and `expected_gaps.csv`, which follow
from the measures, or students' levels under the rulebook `texas` in `expected.csv`. Without a BINARY the computation
in this folder is compared, which knows nothing of Texas.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bundle import read_bundle, school_year
from measures import measures
from waymark_cli import CommandFailed, Counts, Key, Waymark, key_and_counts, key_of

Table = dict[Key, Counts]


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file; none where there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def computed_here(case: Path, years: set[str]) -> Table:
    """The measures table as this folder's scripts compute it."""
    bundle = read_bundle(case / "bundle")
    rows = measures(bundle, [school_year(year) for year in years], pairs=True)
    return {row[:6]: row[6:] for row in rows}


def computed_by(waymark: Waymark, years: set[str]) -> Table:
    """The measures table as the binary computes it."""
    table: Table = {}
    for year in sorted(years):
        table |= waymark.measures(year)
    return table


def differences(case: Path, table: Table) -> Iterator[str]:
    """What the table has that it should not, or lacks."""
    for row in rows_of(case / "expected.csv"):
        key, counts = key_and_counts(row)
        if table.get(key) != counts:
            yield f"{','.join(key)}: expected {counts}, found {table.get(key)}"
    for row in rows_of(case / "absent.csv"):
        key = key_of(row)
        if key in table:
            yield f"{','.join(key)}: expected no row, found {table[key]}"
    yield from level_differences(case, table)
    yield from gap_differences(case, table)


def level_differences(case: Path, table: Table) -> Iterator[str]:
    """A level is met at 90 percent of it, compared in integers: the level counts in hundredths of a percent."""
    for row in rows_of(case / "expected_levels.csv"):
        found = table[row["report_year"], row["indicator"], "", row["organization_id"], "*", "all"]
        hundredths = int(Decimal(row["level"]) * 100)
        met = 100_000 * found[1] >= 9 * hundredths * found[0]
        if found[:2] != (int(row["denominator"]), int(row["numerator"])) or met != (row["met"] == "true"):
            yield f"level of {row['organization_id']}: expected {row}, found {found}, met: {met}"


def gap_differences(case: Path, table: Table) -> Iterator[str]:
    """A gap is a subgroup's rate less the rate of all, as an exact fraction."""
    for row in rows_of(case / "expected_gaps.csv"):
        group, reference = table[key_of(row)], table[key_of(row | {"subgroup": row["reference"]})]
        gap = Fraction(group[1], group[0]) - Fraction(reference[1], reference[0])
        points = f"{float(gap * 100):.2f}"
        if gap != Fraction(int(row["gap_numerator"]), int(row["gap_denominator"])) or points != row["gap_points"]:
            yield f"gap: expected {row}, found {gap}"


def level_of_student_differences(case: Path, waymark: Waymark) -> Iterator[str]:
    """Levels under the rulebook `texas`: the highest of a student and, in a program's row, those of the program."""
    text = waymark.output("statuses", "--report-year", "2024-25", "--rulebook", "texas", "--format", "csv")
    rows = csv.DictReader(text.splitlines())
    found = {(row["student_id"], row["program_id"]): (row["level"], row["code"]) for row in rows}
    for row in rows_of(case / "expected.csv"):
        key, level = (row["student_id"], row["program_id"]), (row["level"], row["c142"])
        if found.get(key) != level:
            yield f"{','.join(key)}: expected {level}, found {found.get(key)}"


def check(case: Path, binary: Path | None) -> list[str] | None:
    """The differences of one case; None where the case has nothing that is computed."""
    expected = rows_of(case / "expected.csv")
    texas = "c142" in expected[0]
    if "subgroup" not in expected[0] and (binary is None or not texas):
        return None
    years = {row["report_year"] for row in expected + rows_of(case / "absent.csv") if not texas}
    if binary is None:
        return list(differences(case, computed_here(case, years)))
    try:
        with tempfile.TemporaryDirectory() as folder:
            waymark = Waymark(binary, Path(folder) / "data")
            waymark.output("import", case / "bundle")
            if texas:
                return list(level_of_student_differences(case, waymark))
            return list(differences(case, computed_by(waymark, years)))
    except CommandFailed as error:
        return [str(error)]


def main() -> int:
    """Prints a line a case and its differences; 1 where there are any."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", type=Path, help="the folder of the cases")
    parser.add_argument("binary", type=Path, nargs="?", help="the waymark binary")
    options = parser.parse_args()
    checked = failed = 0
    for case in sorted(path for path in options.cases.iterdir() if (path / "expected.csv").exists()):
        found = check(case, options.binary)
        if found is None:
            print(f"{case.name}: left out")
            continue
        checked += 1
        failed += bool(found)
        print(f"{case.name}: {'differs' if found else 'agrees'}")
        for line in found:
            print(f"    {line}")
    print(f"{checked} cases, {failed} differ")
    return 1 if failed or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
