#!/usr/bin/env python3
"""Counts the rows of every table of a data folder with DuckDB, which shares no code with the lake.

    python3 tests/duckdb/attach.py DIR [--moved] [--snapshot N]

Prints `table,rows` for each table. `--moved` says that the folder is not where the catalog has it: a folder that was
moved and not yet opened by Waymark again. DuckDB and its extensions are installed from their wheels into a virtual
environment of their own below the user's cache, once; nothing is installed anywhere else.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

VERSION = "1.5.5"
PACKAGES = [
    f"duckdb=={VERSION}",
    f"duckdb-extension-ducklake=={VERSION}",
    f"duckdb-extension-sqlite-scanner=={VERSION}",
    "pytz",
]


def environment() -> Path:
    """The interpreter of the virtual environment, made on first use."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "waymark" / f"duckdb-{VERSION}"
    python = home / "bin" / "python"
    complete = home / "complete"
    if not complete.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        complete.touch()
    return python


def quoted(text: str | Path) -> str:
    """An SQL string."""
    return "'" + str(text).replace("'", "''") + "'"


def extension(name: str) -> Path:
    """The extension's file in the folder of its wheel."""
    package = f"duckdb_extension_{name}"
    found = [file for folder in sys.path for file in Path(folder, package).rglob(f"{name}.duckdb_extension")]
    if not found:
        raise SystemExit(f"no file of the extension `{name}`")
    return found[0]


def attach(folder: Path, moved: bool, snapshot: int | None) -> Any:
    """A connection that has the lake as its current database, read-only."""
    import duckdb

    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    for name in ("sqlite_scanner", "ducklake"):
        connection.execute(f"LOAD {quoted(extension(name))}")
    options = ["READ_ONLY"]
    if moved:
        options += [f"DATA_PATH {quoted(f'{folder}/data/')}", "OVERRIDE_DATA_PATH true"]
    if snapshot is not None:
        options.append(f"SNAPSHOT_VERSION {snapshot}")
    catalog = quoted(f"ducklake:sqlite:{folder / 'waymark.ducklake'}")
    connection.execute(f"ATTACH {catalog} AS lake ({', '.join(options)})")
    connection.execute("USE lake")
    return connection


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--moved", action="store_true", help="read the data in DIR, wherever the catalog has them")
    parser.add_argument("--snapshot", type=int, metavar="N", help="an older snapshot")
    arguments = parser.parse_args()
    python = environment()
    if Path(sys.prefix) != python.parents[1]:
        os.execv(python, [str(python), __file__, *sys.argv[1:]])
    connection = attach(arguments.folder.resolve(), arguments.moved, arguments.snapshot)
    tables = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake' ORDER BY table_name"
    ).fetchall()
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["table", "rows"])
    for (table,) in tables:
        name = table.replace('"', '""')
        # The catalog alone could answer `count(*)`; the hash makes DuckDB read every value of every file.
        rows, _ = connection.execute(f'SELECT count(*), bit_xor(hash(t)) FROM "{name}" AS t').fetchone()
        writer.writerow([table, rows])


if __name__ == "__main__":
    main()
