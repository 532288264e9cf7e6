"""Runs the `waymark` binary for the scripts beside this file."""

from __future__ import annotations

import csv
import io
import subprocess
from dataclasses import dataclass
from pathlib import Path

TIME_LIMIT = 900
"""Seconds after which a command counts as hung."""

Key = tuple[str, str, str, str, str, str]
"""Report year, measure, variant, organization, program, subgroup."""

Counts = tuple[int, int, float]
"""Denominator, numerator, rate."""

KEY_COLUMNS = ("report_year", "measure", "variant", "organization_id", "program_id", "subgroup")


class CommandFailed(Exception):
    """A command that should have succeeded did not."""


@dataclass
class Waymark:
    """The binary and one data folder."""

    binary: Path
    data: Path

    def run(self, *arguments: str | Path, limit: float = TIME_LIMIT) -> subprocess.CompletedProcess[str]:
        """Runs a command and waits for it, whatever its exit code."""
        command = [str(self.binary), "--data", str(self.data), *map(str, arguments)]
        return subprocess.run(
            command, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL, timeout=limit
        )

    def output(self, *arguments: str | Path) -> str:
        """The standard output of a command that must succeed."""
        done = self.run(*arguments)
        if done.returncode != 0:
            command = " ".join(map(str, arguments))
            raise CommandFailed(f"`{command}` ended with {done.returncode}: {done.stderr.strip()[:300]}")
        return done.stdout

    def measures(self, year: str, pairs: bool = True) -> dict[Key, Counts]:
        """The measures table of a report year."""
        flags = ["--pairs"] if pairs else []
        return read_measures(self.output("measure", "--report-year", year, *flags, "--format", "csv"))


def read_measures(text: str) -> dict[Key, Counts]:
    """A measures table from its CSV; no key may be there twice."""
    rows: dict[Key, Counts] = {}
    for row in csv.DictReader(io.StringIO(text)):
        key, counts = key_and_counts(row)
        if key in rows:
            raise ValueError(f"two rows of the measures table have the key {key}")
        rows[key] = counts
    return rows


def key_of(row: dict[str, str]) -> Key:
    """The key of a row of the measures table."""
    report_year, measure, variant, organization, program, subgroup = (row[column] for column in KEY_COLUMNS)
    return report_year, measure, variant, organization, program, subgroup


def key_and_counts(row: dict[str, str]) -> tuple[Key, Counts]:
    """The two halves of a row of the measures table; a rate that is empty equals nothing."""
    return key_of(row), (int(row["denominator"]), int(row["numerator"]), float(row["rate"] or "nan"))
