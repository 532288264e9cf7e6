#!/usr/bin/env python3
"""DuckDB counts the same students as Waymark, and a data folder that was moved or copied opens as before.

python3 tests/duckdb/check.py BINARY
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from waymark_cli import Waymark  # noqa: E402

ATTACH = Path(__file__).resolve().parent / "attach.py"


def duckdb_rows(folder: Path, *flags: str) -> dict[str, int]:
    """Rows of every table, as DuckDB counts them."""
    command = [sys.executable, str(ATTACH), str(folder), *flags]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {row["table"]: int(row["rows"]) for row in csv.DictReader(io.StringIO(text))}


def waymark_rows(waymark: Waymark, table: str) -> int:
    """Rows of a table, as Waymark counts them."""
    text = waymark.output("sql", f"SELECT count(*) AS n FROM {table}", "--format", "csv")
    return int(text.split()[1])


def compare(waymark: Waymark, what: str, *flags: str) -> int:
    """Compares every table; the number of differences."""
    differences = 0
    found = duckdb_rows(waymark.data, *flags)
    if found.get("students", 0) == 0:
        print(f"{what}: DuckDB sees no students")
        return 1
    for table, rows in found.items():
        own = waymark_rows(waymark, table)
        if own != rows:
            print(f"{what}: {table} has {rows} rows for DuckDB and {own} for Waymark")
            differences += 1
    print(f"{what}: {len(found)} tables, {found['students']} students, {differences} differ")
    return differences


def main() -> int:
    """Imports a small district, and looks at it with both, before and after the folder moves."""
    binary = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        waymark = Waymark(binary, home / "data")
        waymark.output(
            "synthetic", home / "bundle", "--students", "500", "--schools", "4", "--years", "4", "--seed", "7"
        )
        waymark.output("import", home / "bundle")
        differences = compare(waymark, "in place")
        before = waymark.measures("2024-25", pairs=False)

        moved = Waymark(binary, home / "elsewhere" / "moved")
        moved.data.parent.mkdir()
        shutil.move(waymark.data, moved.data)
        differences += duckdb_rows(moved.data, "--moved").get("students") != 500
        # Waymark opens it, and with that the catalog knows the new place.
        if moved.measures("2024-25", pairs=False) != before:
            print("moved: the measures differ")
            differences += 1
        differences += compare(moved, "moved")

        copied = Waymark(binary, home / "a copy")
        shutil.copytree(moved.data, copied.data)
        shutil.rmtree(moved.data)
        if copied.measures("2024-25", pairs=False) != before:
            print("copied: the measures differ")
            differences += 1
        differences += compare(copied, "copied, the original gone")
    return int(differences > 0)


if __name__ == "__main__":
    sys.exit(main())
